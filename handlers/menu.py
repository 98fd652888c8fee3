"""The front page, help, cancel, and silence: what is valid in every state (U4)."""

import re
from typing import Final

from handlers import words
from handlers.detours import between, is_waiting, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice
from storage import muting

menu = Flow("menu", allow=EVERYONE, words=("trang dau", "menu", "bat dau lai"))
cancel = Flow("cancel", allow=EVERYONE, command="/huy")
help_ = Flow(
    "help", allow=EVERYONE, command="/trogiup", words=("tro giup", "huong dan"), menu="menu.help"
)
stop = Flow("stop", allow=EVERYONE, command="/dung")  # its words: Universal.STOP, never guessed

_WANTED: Final = re.compile(r"\b(?:nhan|bat)(?: lai)?(?: tin)? nhac\b")

_OF_ALL: Final = ("learning", "progress", "mydata", "tickets", "help")
_OF_A_ROLE: Final = (
    *("owing", "review", "yearly", "activities", "reporting", "sessions", "statistics"),
    *("quick", "broadcast", "reminder_desk", "registers", "admin"),
)
_FIRST: Final = 4  # and "Việc khác": five buttons are what every channel has (U3)
_REST: Final = 7  # and "Việc khác": never more than nine choices (U3)


@menu.entry
async def open_menu(turn: Turn) -> Outcome:
    shown = _page(turn, 0, _FIRST)
    return turn.ask("menu.home", hear=choose, choices=shown, draft={"from": _FIRST})


def _page(turn: Turn, first: int, most: int) -> list[Choice]:
    """Some of the menu, and "Việc khác" when more than one thing is left."""
    rest = _shown(turn)[first:]
    if len(rest) <= most + 1:
        return rest
    return [*rest[:most], Choice("more", turn.text_of("menu.more"))]


def _shown(turn: Turn) -> list[Choice]:
    """What this person may do: the work of a role first, for whoever has one."""
    flows = {flow.name: flow for flow in turn.house.flows.open_to(turn.actor)}
    names = [
        name
        for name in (*_OF_A_ROLE, *_OF_ALL)
        if name in flows and flows[name].is_offered(turn.actor)
    ]
    return [Choice(name, turn.text_of(flows[name].menu)) for name in names]


@menu.step()
async def choose(turn: Turn) -> Outcome:
    if turn.choice == "more":
        first = int(turn.draft.get("from", _FIRST))
        shown = _page(turn, first, _REST)
        return turn.ask("menu.rest", hear=choose, choices=shown, draft={"from": first + _REST})
    turn.text = turn.house.flows[turn.choice].behind(turn.text)
    return Outcome().then(turn.choice)


@cancel.entry
async def cancel_all(turn: Turn) -> Outcome:
    is_busy = turn.state.flow not in ("", "menu")
    said = "menu.cancelled" if is_busy else "menu.nothing_to_cancel"
    return turn.say(said).then("menu")


@help_.entry
async def show_help(turn: Turn) -> Outcome:
    flows = turn.house.flows.open_to(turn.actor)
    commands = ", ".join(
        f"{flow.command} ({turn.text_of(flow.menu).lower()})"
        for flow in flows
        if flow.command and flow.is_offered(turn.actor) and flow is not help_
    )
    said = (
        turn.message("menu.help_text"),
        turn.message("menu.help_commands", commands=commands),
    )
    if turn.state.offered:
        return Outcome(said, aside=True)
    return Outcome(said).then("menu")


@stop.entry
async def stop_reminding(turn: Turn) -> Outcome:
    """`/dung` works at once and in every state; what is being done goes on (U11)."""
    typed = words.fold(turn.event.text)
    if any(map(_WANTED.search, (typed, *words.unfold_typing(typed)))):
        return await _remind_again(turn)
    if turn.actor.is_muted and not typed.startswith("/"):
        return turn.aside("menu.muted_before")
    if turn.actor.is_muted:
        keys = ("menu.stay_muted", "menu.unmute")
        return between(turn.ask("menu.already_muted", hear=unmute, choices=keys, draft={}))
    await muting.mute(turn.tx, turn.actor.account_id, now=turn.now)
    return turn.aside("menu.muted")


async def _remind_again(turn: Turn) -> Outcome:
    """Hear "nhận nhắc": the words that the bot itself gave for having them back."""
    if not await _is_muted(turn):
        return turn.aside("menu.not_muted")
    await muting.unmute(turn.tx, turn.actor.account_id, turn.actor.canonical_id)
    if turn.state.flow == stop.name:  # asking whether to is over
        return resume(turn, stop.name, turn.message("menu.unmuted"))
    return turn.aside("menu.unmuted")


async def _is_muted(turn: Turn) -> bool:
    """On this app or on another of the same human."""
    return bool(await muting.muted(turn.tx, [turn.actor.person_id]))


@stop.step()
async def unmute(turn: Turn) -> Outcome:
    said = "menu.kept_muted"
    if turn.choice != "stay_muted":
        await muting.unmute(turn.tx, turn.actor.account_id, turn.actor.canonical_id)
        said = "menu.unmuted"
    if is_waiting(turn, stop.name):
        return resume(turn, stop.name, turn.message(said))
    return turn.say(said).then("menu")

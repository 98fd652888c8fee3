"""Nhắc học: agreeing to it, choosing day and hour, ending it, and what is pressed under one."""

import hashlib
from datetime import timedelta
from typing import Final

from handlers import household
from handlers.detours import between, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.learning.conversation import next_by_progress
from handlers.messages import Choice, Outgoing
from handlers.nudges import hours
from handlers.nudges.saying import FLOW
from storage import audit, dossier, households, linking, nudges, people
from storage.nudges import PURPOSE, Wish

CONSENT_VERSION: Final = 1
_OF_MINE: Final = ("nudges.keep", "nudges.change", "nudges.stop")

flow = Flow(
    FLOW,
    allow=EVERYONE,
    words=(
        *("nhắc tôi học", "nhắc học", "nhắc tôi học bài", "nhắc học bài", "nhắc em học"),
        *("bật nhắc học", "nhận nhắc học", "đổi giờ nhắc học", "giờ nhắc học"),
    ),
)
ending = Flow(
    "nudges_end",
    allow=EVERYONE,
    words=(
        *("ngừng nhắc học", "dừng nhắc học", "thôi nhắc học", "tắt nhắc học", "đừng nhắc học"),
        *("không nhắc học", "không nhắc học nữa", "đừng nhắc học nữa", "thôi nhắc học nữa"),
    ),
)
"""Ends it at once and in every state; what is being done goes on (U11)."""


# --- agreeing ------------------------------------------------------------------------------------


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """Said in words, or pressed behind a lesson; what was open before is asked again (U6)."""
    if PURPOSE in turn.actor.consents:
        at = hours.said(turn, await _mine(turn))
        return between(turn.ask("nudges.current", hear=manage, choices=_OF_MINE, draft={}, at=at))
    if not turn.actor.has_consent:
        return turn.aside("nudges.needs_consent")
    yes_no = ("nudges.agree", "nudges.decline")
    return between(turn.ask("nudges.consent", hear=decide, choices=yes_no, draft={}))


async def _mine(turn: Turn) -> Wish:
    found = await nudges.wish_of(turn.tx, turn.actor.canonical_id)
    return found or hours.usual(turn.today)


@flow.step(yes="agree", no="decline")
async def decide(turn: Turn) -> Outcome:
    """Keep the words that were shown as evidence (P3); a No is remembered too."""
    if turn.choice != "agree":
        await nudges.note_asked(turn.tx, turn.actor.person_id, now=turn.now)
        await end(turn, turn.actor.canonical_id)
        return resume(turn, FLOW, turn.message("nudges.declined"))
    if PURPOSE not in turn.actor.consents:
        asked = str(turn.state.offered.get("text", ""))
        await people.consent(
            turn.tx,
            turn.actor,
            purpose=PURPOSE,
            version=CONSENT_VERSION,
            text_hash=hashlib.sha256(asked.encode()).hexdigest(),
            now=turn.now,
        )
        await _keep(turn, hours.usual(turn.today))
    return await _ask_hour(turn)


async def _keep(turn: Turn, wish: Wish) -> None:
    """From tomorrow on: nobody is told tonight of what was just spoken about."""
    wish = wish._replace(not_until=turn.today + timedelta(days=1))
    await nudges.keep(turn.tx, turn.actor.person_id, wish, now=turn.now)


# --- day and hour --------------------------------------------------------------------------------


async def _ask_hour(turn: Turn) -> Outcome:
    choices = [*(Choice(at, at) for at in hours.HOURS)]
    choices.append(Choice("other_day", turn.text_of("nudges.other_day")))
    day = hours.day_of(turn, await _mine(turn))
    return turn.ask("nudges.ask_hour", hear=hour, choices=choices, day=day)


@flow.step(says=hours.in_words())
async def hour(turn: Turn) -> Outcome:
    if PURPOSE not in turn.actor.consents:  # ended meanwhile, on another app (A3)
        return resume(turn, FLOW, turn.message("nudges.not_on"))
    if turn.choice == "other_day":
        choices = [Choice(str(n), _capital(turn.text_of(f"nudges.day_{n}"))) for n in hours.DAYS]
        return turn.ask("nudges.ask_day", hear=day, choices=choices)
    wish = (await _mine(turn))._replace(at=turn.choice)
    await _keep(turn, wish)
    said = [turn.message("nudges.set", at=hours.said(turn, wish))]
    if turn.actor.is_muted:
        said.append(turn.message("news.but_muted"))
    return resume(turn, FLOW, *said)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@flow.step()
async def day(turn: Turn) -> Outcome:
    if PURPOSE not in turn.actor.consents:
        return resume(turn, FLOW, turn.message("nudges.not_on"))
    await _keep(turn, (await _mine(turn))._replace(weekday=int(turn.choice)))
    return await _ask_hour(turn)


@flow.step(exact=("stop",))
async def manage(turn: Turn) -> Outcome:
    if turn.choice == "change":
        return await _ask_hour(turn)
    if turn.choice == "stop":
        return resume(turn, FLOW, await stopped(turn, turn.actor.canonical_id))
    at = hours.said(turn, await _mine(turn))
    return resume(turn, FLOW, turn.message("nudges.kept", at=at))


# --- ending it -----------------------------------------------------------------------------------


@ending.entry
async def end_at_once(turn: Turn) -> Outcome:
    said = await stopped(turn, turn.actor.canonical_id)
    return Outcome((said,), aside=True)


async def stopped(turn: Turn, human: int) -> Outgoing:
    """End it for this human; what is said then."""
    return turn.message("nudges.stopped" if await end(turn, human) else "nudges.not_on")


async def end(turn: Turn, human: int) -> bool:
    """End this consent alone, and what waits because of it; False if it was not in force."""
    if not await dossier.withdraw(turn.tx, human, purposes={PURPOSE}, now=turn.now):
        return False
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="",
        action="consent.withdrawn",
        about=f"person:{human}",
        now=turn.now,
        after={"purpose": PURPOSE},
    )
    return True


# --- pressed under one ---------------------------------------------------------------------------


@flow.step()
async def answer(turn: Turn) -> Outcome:
    """`turn.about`: whose wish it is, who must be of this phone still (T13)."""
    human = await linking.human_of(turn.tx, int(turn.about)) if turn.about.isdecimal() else 0
    members = await households.members(turn.tx, turn.actor.account_id)
    if human not in {one.canonical_id for one in members}:
        return turn.aside("menu.old_button")
    match turn.choice:
        case "now":
            return await _learn(turn, human)
        case "next_week":
            return await _next_week(turn, human)
        case _:
            return Outcome((await stopped(turn, human),), aside=True)


async def _learn(turn: Turn, human: int) -> Outcome:
    """The lesson that was named; what was open before waits behind "quay lại" (U6)."""
    turn.text = ""
    if household.is_due(turn) or human != turn.actor.canonical_id:
        return await household.ask(turn, then="learning")
    return between(await next_by_progress(turn))


async def _next_week(turn: Turn, human: int) -> Outcome:
    wish = await nudges.wish_of(turn.tx, human)  # it ends with the consent
    if wish is None:
        return turn.aside("nudges.not_on")
    monday = turn.today + timedelta(days=7 - turn.today.weekday())
    await nudges.put_off(turn.tx, human, until=monday)
    return turn.aside("nudges.next_week_said", at=hours.said(turn, wish))

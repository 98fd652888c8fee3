"""Closing a session: the sum is shown, then recorded; and calling one off (T19, T42, U18)."""

import contextlib

from handlers.activities import asking, records, saying, service
from handlers.activities.saying import FEW
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.sessions import status, suspicions
from handlers.sessions.place import current, flow, found, name_of, role_for, step
from storage import activities, audit, sessions
from storage.activities import ActivityInfo


async def begin(turn: Turn, info: ActivityInfo) -> Outcome:
    """Ask for the people without phones first, unless they were counted."""
    if info.heads is None:
        return turn.ask(
            "sessions.how_many_first",
            hear=step("count"),
            draft=status.draft_of(info, then="close"),
            joined=info.joined,
        )
    return await summary(turn, info)


async def summary(turn: Turn, info: ActivityInfo, *before: Outgoing) -> Outcome:
    asked = await status.sum_of(turn, info, "sessions.sum")
    keys = ("sessions.close_now", "sessions.correct", "sessions.leave_open")
    choices = turn.message("sessions.sum", choices=keys, unit="", parts="").choices
    question = Outgoing(asked.text, choices=choices)
    return Outcome((*before, question), close, status.draft_of(info))


@flow.step(exact=("close_now",))
async def close(turn: Turn) -> Outcome:
    info = await current(turn)
    if info is None:
        return await status.gone(turn)
    if turn.choice == "leave_open":
        return await status.show(turn, info, turn.message("sessions.left_as_it_is"))
    if turn.choice == "correct":
        return await _count_again(turn, info)
    return await _close_now(turn, info)


async def _close_now(turn: Turn, info: ActivityInfo, *, beside: int = 0) -> Outcome:
    """Close it, unless the book has perhaps the same already (T19).

    `beside`: the activity of that day which this is not.
    """
    role, version = await role_for(turn, info), int(turn.draft.get("version", 0))
    me, now = turn.actor.person_id, turn.now
    await activities.hold(turn.tx, info.units)
    told = await _told_already(turn, info)
    if told is not None and told.id != beside:
        return await _ask_whether_same(turn, info, told)
    if await sessions.close(turn.tx, info.id, version=version, by=me, role=role, now=now):
        return await _closed(turn, info.id, role)
    fresh = await current(turn)  # counted anew, or closed by somebody else a moment ago
    if fresh is None:
        return await status.gone(turn)
    return await summary(turn, fresh, turn.message("sessions.sum_changed"))


async def _told_already(turn: Turn, info: ActivityInfo) -> ActivityInfo | None:
    """What somebody of these units has recorded of that day, after which this was opened or not."""
    found = await activities.on_day(turn.tx, info.units, info.held_on)
    alike = [one for one in found if one.source == "told" and one.kind == info.kind]
    return alike[-1] if alike else None


async def _ask_whether_same(turn: Turn, info: ActivityInfo, told: ActivityInfo) -> Outcome:
    """Both side by side; nothing is added up or thrown away unasked."""
    keys = ["sessions.same_code", "sessions.same_other", "sessions.leave_open"]
    if not service.may_change(turn.actor, told):
        keys.remove("sessions.same_code")
    names = await asking.names_of(turn)
    return turn.ask(
        "sessions.told_already",
        hear=same_as_told,
        choices=keys,
        draft={**status.draft_of(info), "told": told.id},
        line=saying.line(turn, told, names),
    )


@flow.step(exact=("same_code",))
async def same_as_told(turn: Turn) -> Outcome:
    """The same evening was told in a sentence before: only one of the two may count."""
    info = await current(turn)
    if info is None:
        return await status.gone(turn)
    if turn.choice == "leave_open":
        return await status.show(turn, info, turn.message("sessions.left_as_it_is"))
    told = int(turn.draft.get("told", 0))
    if turn.choice == "same_code":
        with contextlib.suppress(service.Changed, service.Denied):
            await service.undo(turn.tx, told, by=turn.actor, now=turn.now)
    return await _close_now(turn, info, beside=told)


async def _count_again(turn: Turn, info: ActivityInfo) -> Outcome:
    return turn.ask(
        "sessions.how_many",
        hear=step("count"),
        draft=status.draft_of(info, then="close"),
        joined=info.joined,
    )


async def _closed(turn: Turn, number: int, role: str) -> Outcome:
    info = await found(turn, number)
    assert info is not None, "written above"  # noqa: S101 - for the type checker
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="session.closed",
        about=f"activity:{number}",
        now=turn.now,
        after={"heads": info.heads, "joined": info.joined},
    )
    await suspicions.mark(turn, info)
    said = await status.sum_of(turn, info, "sessions.closed")
    more = turn.message("sessions.closed_then")
    return Outcome((said, *await forwarded(turn, info), *await finished(turn, info), more)).then(
        "menu"
    )


async def forwarded(turn: Turn, info: ActivityInfo) -> tuple[Outgoing, ...]:
    """A short text for the hamlet's own group; a few people are not counted in public (T45)."""
    people = info.people
    counts = people is not None and people >= FEW
    lesson = turn.house.lessons.lesson(info.lesson_id or "")
    what = f" {turn.text_of('sessions.titled', title=lesson.title)}" if lesson else ""
    told = turn.message(
        "sessions.forward" if counts else "sessions.forward_few",
        sample=status.sample(turn),
        unit=await name_of(turn, info.unit_id),
        day=f"{info.held_on:%-d/%-m}",
        lesson=what,
        people=status.about(turn, info, people or 0),
    )
    return (told,)


async def finished(turn: Turn, info: ActivityInfo) -> tuple[Outgoing, ...]:
    """What else comes with a session that was just closed: its picture, when it is drawn."""
    if info.people is not None and info.people >= FEW:  # a few people are no picture (T45)
        await records.order_card(turn, info)
    return ()


# --- calling it off ------------------------------------------------------------------------------


async def ask_cancel(turn: Turn, info: ActivityInfo) -> Outcome:
    return turn.ask(
        "sessions.ask_cancel",
        hear=cancel,
        choices=("sessions.keep", "sessions.cancel_now"),
        draft=status.draft_of(info),
        unit=await name_of(turn, info.unit_id),
        joined=info.joined,
    )


@flow.step(exact=("cancel_now",))
async def cancel(turn: Turn) -> Outcome:
    info = await current(turn)
    if info is None:
        return await status.gone(turn)
    if turn.choice != "cancel_now":
        return await status.show(turn, info, turn.message("sessions.left_as_it_is"))
    role, version = await role_for(turn, info), int(turn.draft.get("version", 0))
    me = turn.actor.person_id
    if not await sessions.cancel(turn.tx, info.id, version=version, by=me, now=turn.now):
        fresh = await current(turn)
        return await ask_cancel(turn, fresh) if fresh else await status.gone(turn)
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="session.cancelled",
        about=f"activity:{info.id}",
        now=turn.now,
    )
    return turn.say("sessions.cancelled").then("menu")

"""Joining a session by its code: "B4821", a link, or b_4821 (T03, design §4)."""

from dataclasses import replace

from handlers import household, people, waiting
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.learning.pages import open_lesson
from handlers.messages import Outgoing
from handlers.passing import session_code
from handlers.roles import cools_down, refuse_code
from handlers.sessions.place import name_of
from storage import sessions, units
from storage.sessions import Joined, Live

flow = Flow("joining", allow=EVERYONE)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text` is the code; else the people's conversation kept it while it asked."""
    code = session_code(turn.text)
    if not code and (kept := waiting.code(turn)):
        return await _after_consent(turn, kept)
    if await cools_down(turn.tx, turn.actor.account_id, now=turn.now):
        return turn.aside("roles.cool_down")
    live = await sessions.live(turn.tx, code, now=turn.now) if code else None
    if live is None:
        return await refuse_code(turn, "joining.no_such_code", kind="session")
    if household.is_due(turn):
        return await _ask_who(turn, code)
    if not turn.actor.has_consent:
        return await people.ask_consent(turn, session=code, near=await _hamlet(turn, live))
    outcome = await _join(turn, live)
    return replace(outcome, pushes=bool(turn.state.offered)) if outcome.hear else outcome


async def _hamlet(turn: Turn, live: Live) -> str:
    """Where the session is held, if that is a hamlet: it is only offered, never taken (N12)."""
    known = await units.hamlets(turn.tx, on=turn.today)
    return next((unit.code for unit in known if unit.id == live.unit_id), "")


# --- a phone that several people share -----------------------------------------------------------


async def _ask_who(turn: Turn, code: str) -> Outcome:
    asked = await household.ask(turn, then=flow.name)
    return replace(asked, hear=who, draft={**(asked.draft or {}), "session": code})


@flow.step()
async def who(turn: Turn) -> Outcome:
    """After "Ai đang học?": whoever it is joins, somebody new after agreeing."""
    code = str(turn.draft.get("session", ""))
    outcome = await household.who(turn)
    if outcome.goes_on_with in (flow.name, "people", "learning"):
        turn.text = f"b_{code}"
        return replace(outcome, goes_on_with=flow.name)
    return outcome


# --- taken in ------------------------------------------------------------------------------------


async def _after_consent(turn: Turn, code: str) -> Outcome:
    """Who agreed just now is in; who did not learns all the same, and is counted by hand (P3)."""
    live = await sessions.live(turn.tx, code, now=turn.now)
    if live is None:  # closed while it was asked
        return turn.say("joining.closed").then("learning")
    if not turn.actor.has_consent:
        return await _learn(turn, live, turn.message("joining.not_stored"))
    return await _join(turn, live)


async def _join(turn: Turn, live: Live) -> Outcome:
    joined = await waiting.join(turn, live)
    if joined is Joined.CLOSED:
        return await refuse_code(turn, "joining.no_such_code", kind="session")
    said = "joining.before" if joined is Joined.BEFORE else "joining.joined"
    if waiting.code(turn):  # stored with the consent, told now
        said = "joining.joined"
    unit = await name_of(turn, live.unit_id)
    return await _learn(turn, live, turn.message(said, unit=unit))


async def _learn(turn: Turn, live: Live, said: Outgoing) -> Outcome:
    """The session's lesson; without one what was open goes on."""
    lesson = turn.house.lessons.lesson(live.lesson_id or "")
    if lesson is not None:
        return await open_lesson(turn, lesson, said=[said])
    if waiting.code(turn):
        return Outcome((said,)).then("menu")
    return Outcome((said,), aside=True)

"""The news of one's own hamlet ("tin xóm mình"): three lines a month, for whoever agreed (P3).

What is told of a hamlet is what the public board would tell (T45); who is due is for
`bot/newsletter.py` to find.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.statistics import hiding, periods
from handlers.statistics.periods import Span
from handlers.texts import Texts
from handlers.units import distinct_names
from handlers.words import say_number
from storage import audit, dossier, people
from storage.statistics import Figures, Table

PURPOSE: Final = "news"
CONSENT_VERSION: Final = 2

flow = Flow(
    "news",
    allow=EVERYONE,
    words=("tin xóm mình", "nhận tin xóm", "thôi nhận tin xóm", "dừng nhận tin xóm"),
)


# --- agreeing and taking it back -----------------------------------------------------------------


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """Asked by nobody but the person: a wish said on the board or in words."""
    if PURPOSE in turn.actor.consents:
        return turn.ask("news.ask_stop", hear=leave, choices=("news.keep", "news.stop"))
    if not turn.actor.has_consent:
        return turn.say("news.needs_consent").then("menu")
    if turn.actor.unit_id is None:
        return turn.say("news.needs_hamlet").then("menu")
    return turn.ask("news.consent", hear=decide, choices=("news.agree", "news.decline"))


@flow.step(yes="agree", no="decline")
async def decide(turn: Turn) -> Outcome:
    """Keep the words that were shown as evidence (P3)."""
    if turn.choice != "agree":
        return turn.say("news.declined").then("menu")
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
    said = [turn.message("news.agreed")]
    if turn.actor.is_muted:
        said.append(turn.message("news.but_muted"))
    return Outcome(tuple(said)).then("menu")


@flow.step(exact=("stop",))
async def leave(turn: Turn) -> Outcome:
    if turn.choice != "stop":
        return turn.say("news.kept").then("menu")
    await withdraw(turn)
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="",
        action="consent.withdrawn",
        about=f"person:{turn.actor.canonical_id}",
        now=turn.now,
        after={"purpose": PURPOSE},
    )
    return turn.say("news.stopped").then("menu")


async def withdraw(turn: Turn) -> bool:
    """End this consent alone; False if it was not in force."""
    me = turn.actor.canonical_id
    return await dossier.withdraw(turn.tx, me, purposes={PURPOSE}, now=turn.now)


# --- what is said --------------------------------------------------------------------------------


def month_before(today: date) -> Span:
    """The month that the news of these days are about."""
    last = today.replace(day=1) - timedelta(days=1)
    return periods.month(last.month, last.year)


def letters(texts: Texts, table: Table, *, month: Span, sample: bool) -> Mapping[int, str]:
    """What the people of each hamlet are told, by the hamlet's id."""
    rows = [row for row in table.rows if row.unit_id is not None]
    names = distinct_names(rows)
    prefix = f"{texts.say('statistics.sample')} " if sample else ""
    commune = _of_commune(texts, table)
    why = texts.say("news.why")
    return {
        row.unit_id: "\n".join(
            (
                _of_hamlet(texts, row.figures, prefix, names[row.code], month.name),
                commune,
                why,
            )
        )
        for row in rows
        if row.unit_id is not None
    }


def _of_hamlet(texts: Texts, figures: Figures, sample: str, hamlet: str, month: str) -> str:
    learners, lessons = told_of(figures)
    about = {"sample": sample, "hamlet": hamlet, "month": month}
    sessions = say_number(figures.sessions)
    if learners is None or lessons is None:
        return texts.say("news.hamlet_quiet", sessions=sessions, **about)
    return texts.say(
        "news.hamlet",
        learners=say_number(learners),
        lessons=say_number(lessons),
        sessions=sessions,
        **about,
    )


def told_of(figures: Figures) -> tuple[int | None, int | None]:
    """Learners and lessons as everybody may know them."""
    learners = hiding.told(figures.learners, figures.adults)
    return learners, hiding.told_beside(figures.lessons, learners)


def _of_commune(texts: Texts, table: Table) -> str:
    """The sum of what is told of the hamlets: from a sum of counts one could subtract (T45)."""
    told = [told_of(row.figures) for row in table.rows if row.unit_id is not None]
    sessions = say_number(table.total.sessions)
    learners = hiding.added(learners for learners, _ in told)
    if not learners:
        return texts.say("news.commune_quiet", sessions=sessions)
    lessons = hiding.added(lessons for _, lessons in told)
    return texts.say(
        "news.commune",
        learners=say_number(learners),
        lessons=say_number(lessons),
        sessions=sessions,
    )

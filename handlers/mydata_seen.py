"""What is stored about who speaks, in words: on the screen a part of it, in the copy all (P4)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.nudges import hours
from handlers.reporting import periods
from handlers.roles import post
from storage import dossier, nudges, people, roles, units

_IN_A_MESSAGE: Final = 5
_Titles = Mapping[tuple[int, str], str]
"""(unit id, key of a period) -> "năm 2026"."""


async def seen(turn: Turn) -> list[Outgoing]:
    """What is stored, and what never is; of long lists the newest."""
    kept = await _kept(turn)
    lists = [_sessions(turn, kept), *await _reported(turn)]
    newest = [message for one in lists for message in one[:1]]
    return [*await _about(turn, kept), *newest, *await _phone(turn)]


async def all_of_it(turn: Turn) -> list[Outgoing]:
    kept = await _kept(turn)
    lists = [_sessions(turn, kept), *await _reported(turn), _lessons(turn, kept)]
    whole = [message for one in lists for message in one]
    return [*await _about(turn, kept), *await _phone(turn), *whole]


async def roles_of(turn: Turn) -> str:
    """The roles that are held now: "Trưởng xóm - Xóm 5"."""
    held = await roles.holders_of(turn.tx, turn.actor.canonical_id)
    return ", ".join(post(turn, holder) for holder in held)


async def _kept(turn: Turn) -> dossier.Kept:
    me = turn.actor
    return await dossier.kept(turn.tx, me.canonical_id, speaker=me.person_id)


async def _about(turn: Turn, kept: dossier.Kept) -> list[Outgoing]:
    nothing = turn.text_of("mydata.nothing")
    about = turn.message(
        "mydata.about",
        name=turn.actor.name or nothing,
        hamlet=kept.hamlet or nothing,
        roles=await roles_of(turn) or nothing,
        accounts=kept.accounts,
    )
    learned = turn.message(
        "mydata.learned",
        lessons=len(kept.lessons),
        attempts=kept.attempts,
        tickets=kept.tickets,
        sessions=len(kept.sessions),
        consents=_consents(turn, kept) or nothing,
    )
    return [about, learned, *await _nudged(turn)]


async def _nudged(turn: Turn) -> list[Outgoing]:
    if nudges.PURPOSE not in turn.actor.consents:
        return []
    wish = await nudges.wish_of(turn.tx, turn.actor.canonical_id)
    return [turn.message("nudges.mine", at=hours.said(turn, wish))] if wish else []


async def _phone(turn: Turn) -> list[Outgoing]:
    phone = await people.phone_of(turn.tx, turn.actor.account_id)
    return [turn.message("phone.stored", ending=phone[-3:])] if phone else []


def _consents(turn: Turn, kept: dossier.Kept) -> str:
    return ", ".join(
        turn.text_of(
            "mydata.consent",
            purpose=turn.house.texts.get(f"mydata.purpose_{purpose}", purpose),
            since=_day(turn, since),
        )
        for purpose, since in kept.consents
    )


def _sessions(turn: Turn, kept: dossier.Kept) -> list[Outgoing]:
    held = [f"{day:%d/%m/%Y}: {unit}" for day, unit in kept.sessions]
    return _listed(turn, "mydata.sessions", held)


def _lessons(turn: Turn, kept: dossier.Kept) -> list[Outgoing]:
    done = [f"{lesson}: {_day(turn, at)}" for lesson, at in kept.lessons]
    return _listed(turn, "mydata.lessons", done)


# --- reports of units ----------------------------------------------------------------------------


async def _reported(turn: Turn) -> list[list[Outgoing]]:
    """Open drafts, what was sent, and the files that were given: a list of messages each."""
    found = await dossier.reported(turn.tx, turn.actor.canonical_id)
    spans = {(one.unit_id, one.period) for one in found.drafts}
    spans |= {(one.unit_id, one.period) for one in found.sent}
    spans |= {(one.unit_id, one.period) for one in found.files}
    titles = await _titles(turn, spans)
    files = [
        f"{one.unit}, {titles[one.unit_id, one.period]}: {one.name}, {_day(turn, one.given_at)}"
        for one in found.files
    ]
    return [
        _listed(turn, "mydata.drafts", _drafts(turn, found, titles)),
        _listed(turn, "mydata.reports", _sent(turn, found, titles)),
        _listed(turn, "mydata.files", files),
    ]


def _drafts(turn: Turn, found: dossier.Reported, titles: _Titles) -> list[str]:
    practice = turn.text_of("reporting.practice_mark")
    return [
        f"{one.unit}, {titles[one.unit_id, one.period]}{practice if one.practice else ''}: "
        f"{_day(turn, one.changed_at)}"
        for one in found.drafts
    ]


def _sent(turn: Turn, found: dossier.Reported, titles: _Titles) -> list[str]:
    taken_back = turn.text_of("mydata.taken_back")
    return [
        turn.text_of(
            "mydata.version",
            unit=one.unit,
            period=titles[one.unit_id, one.period],
            number=one.number,
            at=_day(turn, one.sent_at),
            mark=f" {taken_back}" if one.is_withdrawn else "",
        )
        for one in found.sent
    ]


async def _titles(turn: Turn, spans: Collection[tuple[int, str]]) -> _Titles:
    """The key of the period itself where its day was taken out of the settings."""
    titles = {}
    for unit, key in spans:
        period = periods.by_key(key, await units.settings_of(turn.tx, unit))
        titles[unit, key] = periods.say_title(turn.house.texts, period) if period else key
    return titles


def _day(turn: Turn, at: datetime) -> str:
    return f"{at.astimezone(turn.house.timezone):%d/%m/%Y}"


def _listed(turn: Turn, text_id: str, lines: list[str]) -> list[Outgoing]:
    return [
        turn.message(text_id, lines="\n".join(lines[n : n + _IN_A_MESSAGE]))
        for n in range(0, len(lines), _IN_A_MESSAGE)
    ]

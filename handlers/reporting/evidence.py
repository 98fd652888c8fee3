"""Photos and PDFs as evidence of a report's field, and the scan of the signed report.

A photo may come in the chat or by the one-time page, a PDF by the page only. Whose right has ended
between the asking and the photo hands in nothing (T14, T41).
"""

from typing import Final, NamedTuple

from handlers import evidence
from handlers.evidence import PROOF
from handlers.flow import Outcome, Turn
from handlers.messages import HandedIn, Outgoing
from handlers.reporting.service import acting_as
from storage import audit, report_files, roles
from storage import evidence as awaited
from storage import files as stored
from storage.roles import Place

MOST_OF_FIELD: Final = 5
MOST_OF_REPORT: Final = 20
KINDS: Final = frozenset({"image/jpeg", "image/png", "application/pdf"})
_PURPOSE_LETTERS: Final = 40  # the column's
_SHORT: Final = {"so_ket_": "s", "tong_ket_": "t"}
"""How a period is written in a purpose: "so_ket_2027" is "s2027"."""


class _Meant(NamedTuple):
    place: Place
    period: str
    field: str

    @property
    def purpose(self) -> str:
        return purpose_of(unit_id=self.place.id, period=self.period, field=self.field)


# --- what a request is for -----------------------------------------------------------------------


def purpose_of(*, unit_id: int, period: str, field: str) -> str:
    """Say it in the 40 characters there are: "proof:12:s2027:evidence".

    Raises `ValueError` for a field's key of more than 20 letters.
    """
    short = next(
        (
            letter + period.removeprefix(word)
            for word, letter in _SHORT.items()
            if period.startswith(word)
        ),
        period,
    )
    purpose = f"{PROOF}:{unit_id}:{short}:{field}"
    if len(purpose) > _PURPOSE_LETTERS:
        raise ValueError(f"no room for {field}: at most {_PURPOSE_LETTERS} characters")
    return purpose


async def _meant(turn: Turn, purpose: str) -> _Meant | None:
    _, unit, short, field = [*purpose.split(":"), "", "", ""][:4]
    place = await roles.place(turn.tx, int(unit)) if unit.isdecimal() else None
    if place is None or not short or not field:
        return None
    word = next((word for word, letter in _SHORT.items() if letter == short[0]), "")
    return _Meant(place, word + short[1:] if word else short, field)


# --- asking and receiving ------------------------------------------------------------------------


async def asking(turn: Turn, *, unit_id: int, period: str, field: str) -> tuple[Outgoing, ...]:
    """The words that ask for it (`field` or `evidence.SCAN`); now photos are awaited here."""
    purpose = purpose_of(unit_id=unit_id, period=period, field=field)
    return await evidence.asking(turn, purpose)


async def received(turn: Turn, handed: HandedIn) -> Outcome:
    """Keep one file that came for a field, or say why not; what is being asked goes on."""
    meant = await _meant(turn, handed.purpose)
    role = acting_as(turn.actor, meant.place.id) if meant else ""
    if meant is None or not role:
        return await _denied(turn, handed)
    about = await stored.about(turn.tx, handed.file)
    if about is None:
        return turn.aside("files.gone")
    if about.media_type not in KINDS:
        return await _not_kept(turn, handed, "evidence.wrong_kind", paper=evidence.PAPER)
    await report_files.hold(turn.tx, meant.place.id)
    given = await report_files.of(turn.tx, meant.place.id, meant.period)
    count = sum(one.field == meant.field for one in given)
    values = {"unit": meant.place.name, "most": MOST_OF_FIELD}
    if await _is_there(turn, meant, handed.file):
        return turn.aside("evidence.kept_already", count=count, **values)
    if count >= MOST_OF_FIELD:
        return await _not_kept(turn, handed, "evidence.full", **values)
    if len(given) >= MOST_OF_REPORT:
        whole = {**values, "most": MOST_OF_REPORT}
        return await _not_kept(turn, handed, "evidence.full_report", **whole)
    await _keep(turn, meant, handed, role)
    what = evidence.named(turn, handed.purpose)
    return turn.aside("evidence.kept", what=what, count=count + 1, **values)


async def _is_there(turn: Turn, meant: _Meant, file_id: int) -> bool:
    return await report_files.is_there(
        turn.tx, meant.place.id, meant.period, meant.field, file_id=file_id
    )


async def _keep(turn: Turn, meant: _Meant, handed: HandedIn, role: str) -> None:
    number = await report_files.keep(
        turn.tx,
        unit_id=meant.place.id,
        period=meant.period,
        field=meant.field,
        file_id=handed.file,
        name=handed.name,
        by=turn.actor.person_id,
        now=turn.now,
    )
    after = {"unit": meant.place.id, "period": meant.period, "field": meant.field}
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="report.file_given",
        about=f"report_file:{number}",
        now=turn.now,
        after={**after, "file": handed.file},
    )


async def _denied(turn: Turn, handed: HandedIn) -> Outcome:
    """An attempt for a unit that is not one's own stands in the record of acts (T01)."""
    role = turn.actor.grants[0].role if turn.actor.grants else ""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="report.file_denied",
        about=f"file:{handed.file}",
        now=turn.now,
    )
    return await _not_kept(turn, handed, "evidence.denied")


async def _not_kept(turn: Turn, handed: HandedIn, said: str, **values: object) -> Outcome:
    await awaited.let_go(turn.tx, handed.file, purpose=handed.purpose)
    return turn.aside(said, **values)


async def take_out(turn: Turn, number: int) -> bool:
    """Remove one file of a report; False if it is gone, or not this person's to remove (T13)."""
    found = await report_files.find(turn.tx, number)
    role = acting_as(turn.actor, found.unit_id) if found else ""
    if found is None or not role or not await report_files.remove(turn.tx, number, now=turn.now):
        return False
    purpose = purpose_of(unit_id=found.unit_id, period=found.period, field=found.field)
    await awaited.let_go(turn.tx, found.file_id, purpose=purpose)
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="report.file_removed",
        about=f"report_file:{number}",
        now=turn.now,
        before={"file": found.file_id, "field": found.field},
    )
    return True

"""Photos and PDFs as evidence of a report's field, and the scan of the signed report.

A photo may come in the chat or by the one-time page, a PDF by the page only. Whose right has ended
between the asking and the photo hands in nothing (T14, T41); once the figures are frozen only the
scan is taken.
"""

from hashlib import sha256
from typing import Final, NamedTuple

from handlers import evidence
from handlers.evidence import PROOF, SCAN
from handlers.flow import Outcome, Turn
from handlers.messages import HandedIn, Outgoing
from handlers.reporting import periods, place
from handlers.reporting.form import Form, Kind
from handlers.reporting.service import acting_as
from storage import audit, report_files, reports, roles, units
from storage import evidence as awaited
from storage import files as stored
from storage.roles import Place

MOST_OF_FIELD: Final = 5
MOST_OF_REPORT: Final = 20
KINDS: Final = frozenset({"image/jpeg", "image/png", "application/pdf"})
_KEY_LETTERS: Final = 20  # so that a purpose fits the 40 of its column
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
    """Say it in the 40 characters there are: "proof:12:s2027:evidence"."""
    short = next(
        (
            letter + period.removeprefix(word)
            for word, letter in _SHORT.items()
            if period.startswith(word)
        ),
        period,
    )
    named = field if len(field) <= _KEY_LETTERS else _cut(field)
    return f"{PROOF}:{unit_id}:{short}:{named}"


def _cut(field: str) -> str:
    """A long key made short; no key begins with a digit, so it is never taken for one."""
    return "0" + sha256(field.encode()).hexdigest()[: _KEY_LETTERS - 1]


async def _meant(turn: Turn, purpose: str) -> _Meant | None:
    _, unit, short, field = [*purpose.split(":"), "", "", ""][:4]
    where = await roles.place(turn.tx, int(unit)) if unit.isdecimal() else None
    if where is None or not short or not field:
        return None
    word = next((word for word, letter in _SHORT.items() if letter == short[0]), "")
    period = word + short[1:] if word else short
    if field[0].isdecimal():
        field = await _uncut(turn, where, period, field)
    return _Meant(where, period, field) if field else None


async def _uncut(turn: Turn, where: Place, period_key: str, cut: str) -> str:
    """The long key that was meant; "" if the form has it no more."""
    unit = await units.by_id(turn.tx, where.id, on=turn.today)
    period = periods.by_key(period_key, await units.settings_of(turn.tx, where.id))
    if unit is None or period is None or place.form_key(unit) is None:
        return ""
    form = await place.form_of(turn.tx, unit, period)
    return next((key for key in _fields(form) if _cut(key) == cut), "")


def _fields(form: Form) -> list[str]:
    return [field.key for field in form.fields if field.kind is Kind.EVIDENCE]


# --- asking and receiving ------------------------------------------------------------------------


async def asking(turn: Turn, *, unit_id: int, period: str, field: str) -> tuple[Outgoing, ...]:
    """The words that ask for it (`field` or `evidence.SCAN`); now photos are awaited here."""
    purpose = purpose_of(unit_id=unit_id, period=period, field=field)
    return await evidence.asking(turn, purpose)


async def received(turn: Turn, handed: HandedIn) -> Outcome:
    """Keep one file that came for a field, or say why not; what is being asked goes on."""
    meant = await _meant(turn, handed.purpose)
    role = _acting_as(turn, meant.place) if meant else ""
    if meant is None or not role:
        return await _denied(turn, handed)
    about = await stored.about(turn.tx, handed.file)
    if about is None:
        return turn.aside("files.gone")
    if about.media_type not in KINDS:
        return await _not_kept(turn, handed, "evidence.wrong_kind", paper=evidence.PAPER)
    await report_files.hold(turn.tx, meant.place.id)
    if meant.field != SCAN and await _is_frozen(turn, meant.place, meant.period):
        return await _not_kept(turn, handed, "evidence.frozen", unit=meant.place.name)
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


def _acting_as(turn: Turn, where: Place) -> str:
    """As who reports for the unit, or enters it for the unit (nhập giúp)."""
    entering = place.entering_as(turn.actor, where.id, where.commune_id)
    return acting_as(turn.actor, where.id) or entering


async def _is_frozen(turn: Turn, where: Place, period: str) -> bool:
    """Nobody freezes from now on until we commit (T41)."""
    await reports.share_period(turn.tx, where.commune_id)
    return await reports.frozen(turn.tx, where.commune_id, period) is not None


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
    """Remove one file of a report.

    False if it is gone, not this person's to remove (T13), or evidence of frozen figures (T41).
    """
    found = await report_files.find(turn.tx, number)
    role = acting_as(turn.actor, found.unit_id) if found else ""
    if found is None or not role or await _is_fixed(turn, found):
        return False
    if not await report_files.remove(turn.tx, number, now=turn.now):
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


async def _is_fixed(turn: Turn, file: report_files.ReportFileInfo) -> bool:
    where = await roles.place(turn.tx, file.unit_id)
    return where is None or (file.field != SCAN and await _is_frozen(turn, where, file.period))

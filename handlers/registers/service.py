"""The rules of writing in the registers: the desk of the commune, as of this very moment (A3, T13).

Lines are never changed: a correction takes the old one out and writes the next, in one commit.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from handlers.registers.kinds import KINDS, MOST_MINUTES
from handlers.registers.reading import Value
from handlers.registers.years import year_of_day
from handlers.roles import DESK, communes_of, desk_role
from storage import audit, evidence, files, registers, roles
from storage.database import Transaction
from storage.people import Actor
from storage.registers import EntryInfo, NewEntry
from storage.units import UnitInfo

FILE_KINDS: Final = frozenset({"image/jpeg", "image/png", "application/pdf"})


class Denied(Exception):
    """This person answers for no such commune now; nothing was written (T01, T41)."""


class Gone(Exception):
    """The line is out, was never there, or is another commune's (T13); nothing was written."""


class Twice(Exception):
    """The very same line stands already; nothing was written (T42). `number` is that one's."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


class WrongFile(Exception):
    """Neither a photo nor a PDF; nothing was kept."""


async def communes(tx: Transaction, actor: Actor) -> tuple[int, ...]:
    """The communes this person has the desk of now (A3)."""
    return communes_of(await roles.held_by(tx, actor.canonical_id), *DESK)


async def _desk(tx: Transaction, actor: Actor, commune_id: int) -> str:
    """The role at that commune's desk. Raises `Denied`."""
    role = desk_role(await roles.held_by(tx, actor.canonical_id), commune_id)
    if not role:
        raise Denied
    return role


async def find(tx: Transaction, actor: Actor, number: int) -> EntryInfo | None:
    """A line of one's own communes; None for any other."""
    return await registers.find(tx, number, await communes(tx, actor))


def entry_of(
    kind: str, values: Mapping[str, Value], unit: UnitInfo | None, *, commune_id: int, year: int
) -> NewEntry:
    """The line that was told. `year`: where it counts when its day is not known.

    Raises `ValueError` for what no line can be: read answers never are (T25).
    """
    on, due = _day(values.get("on")), _day(values.get("due"))
    amount, minutes = values.get("amount"), values.get("minutes")
    if due is not None and on is not None and due < on:
        raise ValueError("looked at again before it was looked at")
    if isinstance(amount, int) and not 0 < amount <= KINDS[kind].most:
        raise ValueError(f"{amount} in {kind}")
    if isinstance(minutes, int) and not 0 < minutes <= MOST_MINUTES:
        raise ValueError(f"{minutes} minutes")
    return NewEntry(
        commune_id=commune_id,
        unit_id=unit.id if unit is not None and unit.id != commune_id else None,
        register=kind,
        year=year_of_day(on) if on else year,
        held_on=on,
        number=str(values.get("number") or ""),
        what=str(values.get("what") or ""),
        amount=amount if isinstance(amount, int) else None,
        minutes=minutes if isinstance(minutes, int) else None,
        due_on=due,
    )


def values_of(entry: EntryInfo) -> dict[str, Value]:
    """What a line says, as `entry_of` takes it; whose it is not."""
    return {
        "number": entry.number,
        "on": entry.held_on.isoformat() if entry.held_on else None,
        "what": entry.what,
        "amount": entry.amount,
        "minutes": entry.minutes,
        "due": entry.due_on.isoformat() if entry.due_on else None,
    }


def _day(value: Value) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


async def _check_unit(tx: Transaction, entry: NewEntry) -> None:
    """A line is about a unit of its own commune. Raises `Denied` (T13)."""
    if entry.unit_id is None:
        return
    where = await roles.place(tx, entry.unit_id)
    if where is None or where.commune_id != entry.commune_id:
        raise Denied


async def write(tx: Transaction, entry: NewEntry, *, by: Actor, now: datetime) -> int:
    """Id of the new line. Raises `Denied`, `Twice`."""
    role = await _desk(tx, by, entry.commune_id)
    await _check_unit(tx, entry)
    await registers.hold(tx, entry.commune_id)
    if (there := await registers.twin(tx, entry)) is not None:
        raise Twice(there)
    number = await registers.add(tx, entry, by=by.person_id, now=now)
    await _record(tx, by, role, "register.written", number, now, after=_ids(entry))
    return number


async def correct(
    tx: Transaction, number: int, entry: NewEntry, *, by: Actor, now: datetime
) -> int:
    """Put `entry` in the place of a line, with its file and mark. Raises as `write`, and `Gone`."""
    role = await _desk(tx, by, entry.commune_id)
    await _check_unit(tx, entry)
    await registers.hold(tx, entry.commune_id)
    old = await registers.find(tx, number, (entry.commune_id,))
    if old is None:
        raise Gone
    if (there := await registers.twin(tx, entry)) is not None:
        raise Twice(there)
    done = old.done_at if entry.due_on == old.due_on else None
    entry = replace(entry, file_id=old.file_id, done_at=done)
    await registers.remove(tx, number, by=by.person_id, now=now)
    written = await registers.add(tx, entry, by=by.person_id, now=now)
    after = {**_ids(entry), "instead_of": number}
    await _record(tx, by, role, "register.corrected", written, now, after=after)
    return written


async def mark_done(tx: Transaction, number: int, *, by: Actor, now: datetime) -> None:
    """It was looked at again. Raises `Gone`, also when a colleague was first."""
    role = await _mine(tx, by, number)
    if not await registers.set_done(tx, number, at=now):
        raise Gone
    await _record(tx, by, role, "register.done", number, now)


async def mark_open(tx: Transaction, number: int, *, by: Actor, now: datetime) -> None:
    """It is to be looked at after all. Raises `Gone`."""
    role = await _mine(tx, by, number)
    if not await registers.set_open(tx, number):
        raise Gone
    await _record(tx, by, role, "register.open_again", number, now)


async def remove(
    tx: Transaction, number: int, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Take a line out; it is kept as removed. `reason`: for the record. Raises `Gone`."""
    role = await _mine(tx, by, number)
    if not await registers.remove(tx, number, by=by.person_id, now=now):
        raise Gone
    after = {"reason": reason} if reason else None
    await _record(tx, by, role, "register.removed", number, now, after=after)


async def attach(
    tx: Transaction, number: int, *, file_id: int, purpose: str, by: Actor, now: datetime
) -> EntryInfo:
    """Put a photo or PDF beside a line, in place of an older one. Raises `Gone`, `WrongFile`.

    What is not kept is let go at once (P1).
    """
    about = await files.about(tx, file_id)
    entry = await find(tx, by, number)
    if entry is None or about is None:
        await evidence.let_go(tx, file_id, purpose=purpose)
        raise Gone
    if about.media_type not in FILE_KINDS:
        await evidence.let_go(tx, file_id, purpose=purpose)
        raise WrongFile
    role = await _desk(tx, by, entry.commune_id)
    await registers.attach(tx, number, file_id=file_id)
    before = {"file": entry.file_id}
    await _record(
        tx, by, role, "register.file", number, now, before=before, after={"file": file_id}
    )
    return entry


async def _mine(tx: Transaction, by: Actor, number: int) -> str:
    entry = await find(tx, by, number)
    if entry is None:
        raise Gone
    return await _desk(tx, by, entry.commune_id)


def _ids(entry: NewEntry) -> dict[str, str | int | None]:
    return {"register": entry.register, "year": entry.year, "unit": entry.unit_id}


async def _record(
    tx: Transaction,
    by: Actor,
    role: str,
    action: str,
    number: int,
    now: datetime,
    *,
    before: Mapping[str, int | None] | None = None,
    after: Mapping[str, str | int | None] | None = None,
) -> None:
    await audit.record(
        tx,
        by=by,
        role=role,
        action=action,
        about=f"register:{number}",
        now=now,
        before=dict(before) if before else None,
        after=dict(after) if after else None,
    )

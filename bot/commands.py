"""What the commands of `bot/cli.py` do. They may run beside the service, on the same database."""

import json
import secrets
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import track

from bot.app import secret_of
from bot.config import Settings
from bot.gate import keyed_hash
from bot.opening import doors
from bot.seeding import Impossible, NoUnits, seed, write_units
from handlers import roles, texts
from handlers.documents.invite_sheet import SheetInvite, invite_sheet
from handlers.joining_links import Doors
from handlers.roles import MadeInvite
from handlers.units import Import, distinct_names, read_units, units_json
from storage import memory, migrations, units
from storage import roles as stored_roles
from storage.database import Database, Transaction
from storage.units import UnitInfo

ERRORS = Console(stderr=True)


def today_of(settings: Settings) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(settings.timezone)).date()


@asynccontextmanager
async def opened(settings: Settings, *, seeded: bool = True) -> AsyncIterator[Database]:
    """The database with the newest schema and, unless told otherwise, with units."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url_of_database)
    try:
        await migrations.upgrade(database)
        if seeded:
            await seed(database, settings, today=today_of(settings))
        yield database
    finally:
        await database.close()


def print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


async def migrate(settings: Settings) -> None:
    async with opened(settings, seeded=False):
        ERRORS.print(f"schema {migrations.newest()}")


# --- units ---------------------------------------------------------------------------------------


async def units_list(settings: Settings, *, as_json: bool) -> None:
    try:
        async with opened(settings) as database, database.reading() as tx:
            found = await units.listed(tx, on=today_of(settings))
    except NoUnits:
        found = []
    if as_json:
        print_json(units_json(found))
        return
    for unit in found:
        sys.stdout.write(f"{unit.code}: {unit.name} ({unit.kind}, {unit.duty})\n")


async def units_import(settings: Settings, file: Path, *, write: bool) -> None:
    """Raises `Impossible` with every mistake; then nothing is written (T53)."""
    async with opened(settings, seeded=False) as database:
        async with database.reading() as tx:
            known = await units.listed(tx, on=today_of(settings))
        parents = {unit.code: unit.parent or None for unit in known}
        read = read_units(file, known=parents)
        _refuse(read)
        _say_plan(read, {unit.code for unit in known})
        if not write:
            ERRORS.print("Dry run: nothing is written. Add --yes to write.")
            return
        async with database.transaction() as tx:
            await write_units(tx, read.rows, today=today_of(settings))
        ERRORS.print(f"Written: {len(read.rows)} units.")


def _refuse(read: Import) -> None:
    if read.problems:
        lines = "\n".join(str(problem) for problem in read.problems)
        raise Impossible(f"{lines}\n{len(read.problems)} mistakes: nothing is written.")
    if not read.rows:
        raise Impossible("The file has no units: nothing is written.")


def _say_plan(read: Import, known: set[str]) -> None:
    for row in read.rows:
        sign = "=" if row.code in known else "+"
        sys.stdout.write(f"{sign} {row.code}: {row.name} ({row.kind}, {row.duty})\n")


# --- invites -------------------------------------------------------------------------------------


async def invite(settings: Settings, *, role: str, unit: str, as_json: bool) -> None:
    """Raises `Impossible`."""
    async with opened(settings) as database, database.transaction() as tx:
        place = await _unit(tx, unit, today_of(settings))
        made = await _make(tx, settings, role=role, unit=place)
        link = (await doors_beside(tx, settings)).telegram
    told = {
        "code": made.codes.typed,
        "start": made.codes.secret,
        "telegram_url": link + made.codes.secret if link else None,
        "role": made.role,
        "unit": made.place.code,
        "expires_at": made.expires_at.isoformat(),
    }
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        sys.stdout.write(f"{name}: {'' if value is None else value}\n")


async def _unit(tx: Transaction, code: str, today: date) -> UnitInfo:
    if code:
        found = await units.by_code(tx, code, on=today)
        if found is None:
            raise Impossible(f"No unit has the code {code}; see: python -m bot units list")
        return found
    communes = await units.communes(tx, on=today)
    if len(communes) != 1:
        raise Impossible("There are several communes: say which with --unit")
    return communes[0]


async def _make(
    tx: Transaction, settings: Settings, *, role: str, unit: UnitInfo, on_paper: bool = False
) -> MadeInvite:
    try:
        return await roles.make_invite(
            tx,
            role=role,
            unit_id=unit.id,
            by=None,
            now=datetime.now(UTC) + await memory.clock_offset(tx),
            entropy=secrets.token_bytes,
            keyed_hash=partial(keyed_hash, secret_of(settings)),
            valid=roles.VALID_ON_PAPER if on_paper else roles.VALID,
        )
    except roles.NotFound:
        raise Impossible(f"No such role: {role}. Known: {', '.join(roles.ROLES)}") from None
    except roles.NeedsUnit:
        raise Impossible(f"A {role} belongs to a unit: say which with --unit") from None


async def doors_beside(tx: Transaction, settings: Settings) -> Doors:
    """The links of the channels, read beside the service: Telegram's once it has told its name."""
    username = await memory.get(tx, "telegram", "username") if settings.has_telegram else ""
    token = settings.zalo_bot_token.get_secret_value()
    return doors(
        settings,
        telegram=username or "",
        zalo_oa=settings.zalo_oa_id,
        zalo_bot=token.partition(":")[0],
    )


async def invites_sheet(settings: Settings, file: Path) -> None:
    """Raises `Impossible` if everybody has joined."""
    async with opened(settings) as database, database.transaction() as tx:
        made = await _invite_the_missing(tx, settings)
        link = (await doors_beside(tx, settings)).telegram
        commune = await units.settings_of(tx, None)
    if not made:
        raise Impossible("Every unit has somebody who speaks for it: nothing to print.")
    names = texts.load()
    slips = [
        SheetInvite(
            unit_name=name,
            role_name=names.say(roles.name_id(one.role, one.place.kind)),
            code_typed=one.codes.typed,
            telegram_url=link + one.codes.secret if link else None,
        )
        for name, one in made
    ]
    pdf = invite_sheet(
        slips,
        commune=str(commune.get("name", "")),
        expires=_last_whole_day(made[0][1].expires_at, settings),
        sample=bool(commune.get("sample")),
    )
    write(file, pdf)
    ERRORS.print(f"{file}: {len(slips)} invites")


def _last_whole_day(end: datetime, settings: Settings) -> date:
    """People read a printed date as "through that day"."""
    return end.astimezone(ZoneInfo(settings.timezone)).date() - timedelta(days=1)


def write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Impossible(f"{file} cannot be written: {error.strerror}") from error


async def _invite_the_missing(
    tx: Transaction, settings: Settings
) -> Sequence[tuple[str, MadeInvite]]:
    today = today_of(settings)
    everybody = await units.listed(tx, on=today)
    names = distinct_names(everybody)
    by_id = {unit.id: unit for unit in everybody}
    communes = [unit.id for unit in await units.communes(tx, on=today)]
    missing = await stored_roles.not_joined(tx, communes, on=today)
    made: list[Any] = []
    for place in track(missing, "Invites", console=ERRORS, disable=not ERRORS.is_terminal):
        unit = by_id[place.id]
        role = "head" if unit.kind == units.HAMLET else "reporter"
        one = await _make(tx, settings, role=role, unit=unit, on_paper=True)
        made.append((names[unit.code], one))
    return made

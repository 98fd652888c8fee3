"""Demo mode: a sample commune, four people to play, and a date to move (design §2)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.channels.web_chat import Persona
from bot.clock import Clock
from storage import memory, people, roles, units
from storage.database import Database, Transaction
from storage.people import Caller

WEB: Final = "web"


class Player(NamedTuple):
    """Somebody of the sample commune; `unit` and `role` empty for the visitor's own account."""

    persona: Persona
    name: str
    role: str
    unit: str


PLAYERS: Final = (
    Player(Persona("nguoi-dan", "Người dân xóm 5", "", "h_xom-05"), "", "", ""),
    Player(
        Persona("truong-xom", "Trưởng xóm 5", "demo-truong-xom-5", ""),
        "Trưởng Xóm 5 (mẫu)",
        "head",
        "xom-05",
    ),
    Player(Persona("can-bo", "Cán bộ", "demo-can-bo", ""), "Cán bộ (mẫu)", "officer", "phong-vhxh"),
    Player(Persona("quan-tri", "Quản trị", "demo-quan-tri", ""), "Quản trị (mẫu)", "admin", ""),
)


class DemoHouse:
    """The `Demo` of the chat page."""

    def __init__(self, database: Database, *, clock: Clock, timezone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._timezone = timezone
        self.personas: Sequence[Persona] = [player.persona for player in PLAYERS]

    async def today(self) -> date:
        async with self._database.reading() as tx:
            offset = await memory.clock_offset(tx)
        return (self._clock.wall() + offset).astimezone(self._timezone).date()

    async def move_to(self, day: date) -> None:
        """The same time of day, on another day; the offset is stored, so it survives restarts."""
        wall = self._clock.wall().astimezone(self._timezone)
        moved = datetime.combine(day, wall.time(), self._timezone)
        async with self._database.transaction() as tx:
            await memory.move_clock(tx, moved - wall, now=wall)


async def seat_players(
    tx: Transaction, *, lane: Callable[[str], str], now: datetime, today: date
) -> None:
    """Give the sample commune's people their accounts and roles, once."""
    known = {unit.code: unit for unit in await units.listed(tx, on=today)}
    commune = next((unit for unit in known.values() if unit.commune_id == unit.id), None)
    for player in PLAYERS:
        if not player.role or commune is None:
            continue
        unit = known.get(player.unit, commune)
        caller = Caller(lane(player.persona.account), "web_chat", WEB, player.persona.account)
        await people.meet(tx, [caller], now=now)
        actor = (await people.lock(tx, [caller.lane]))[caller.lane]
        if actor.grants:
            continue
        await people.rename(tx, actor.person_id, name=player.name, folded=player.name.lower())
        await people.consent(tx, actor, purpose="learning", version=0, text_hash="demo", now=now)
        await people.seen(tx, {actor.account_id: player.persona.account}, now=now)
        await roles.grant(
            tx,
            person_id=actor.person_id,
            role=player.role,
            unit_id=unit.id,
            granted_by=None,
            invite_id=None,
            now=now,
        )
        if unit.kind == units.HAMLET:
            await people.settle_in(tx, actor.person_id, unit_id=unit.id)

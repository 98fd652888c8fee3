"""Two communes with the same things in each, everybody who might touch them, and one attempt.

An attempt runs in a transaction of its own and is always undone: every cell of the matrix begins
with the same database (A2, A3).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from secrets import token_bytes
from typing import Any, Final

from sqlalchemy import func, select, text

from handlers.flow import Turn
from handlers.messages import Incoming, Kind
from handlers.office.chasing import marks
from handlers.office.receiving import verdicts
from handlers.points import service as points_rules
from handlers.quick_forms import service as quick_rules
from handlers.registers import service as register_rules
from handlers.reporting import service as report_rules
from handlers.roles import Denied, NotFound
from handlers.yearly import past_writing
from storage import people, roles
from storage.conversations import State
from storage.database import Transaction
from storage.people import Actor
from storage.tables import AuditRow, Table
from tests.handlers.office_matrix_world import Side, sides
from tests.talk import House, Talk

REFUSALS: Final = (
    Denied,
    NotFound,
    *(marks.NotAsked, marks.NoMark, marks.HasSent),
    *(verdicts.Denied, verdicts.Overtaken, verdicts.Withdrawn),
    *(points_rules.Denied, points_rules.Changed),
    *(quick_rules.Denied, quick_rules.Impossible),
    *(register_rules.Denied, register_rules.Gone, ValueError),
    *(report_rules.Denied, report_rules.TooLate),
    *(past_writing.Denied, past_writing.Gone, past_writing.Changed),
)
_NO_DOMAIN: Final = frozenset({"inbox", "outbox", "conversations", "facts", "audit", "leases"})
TABLES: Final = tuple(one for one in Table.metadata.sorted_tables if one.name not in _NO_DOMAIN)

PEOPLE: Final[Mapping[str, tuple[str, str]]] = {
    "resident": ("", ""),
    "helper": ("helper", "xom-05"),
    "reporter": ("reporter", "mn-a"),
    "head5": ("head", "xom-05"),
    "head6": ("head", "xom-06"),
    "leader": ("leader", ""),
    "ended": ("officer", ""),
    "locked": ("officer", ""),
    "officer": ("officer", ""),
    "admin": ("admin", ""),
    "far_head": ("head", "thon-dong"),
    "far_officer": ("officer", "xa-hai"),
    "far_admin": ("admin", "xa-hai"),
    "far_head6": ("head", "thon-tay"),
}
"""Who -> the role they hold (or held) and where; "" = xã Giao Minh."""


@dataclass(frozen=True, repr=False)
class World:
    house: House
    people: Mapping[str, Talk]
    home: Side
    far: Side
    base: Mapping[str, int]
    """Table -> a digest of all its rows, while nobody has tried anything."""
    audited: int
    """Id of the newest act that is no attempt."""


@dataclass(frozen=True, repr=False)
class Target:
    """What an attempt is about: each part from either commune, units by their letter."""

    parts: Mapping[str, Side]
    letter: str = "5"

    def __getattr__(self, part: str) -> Any:
        side = self.parts[part]
        return side.units[self.letter] if part == "unit" else getattr(side, part)

    @property
    def one_side(self) -> Side | None:
        """The commune that all of it is of; None for a mixture."""
        found = {id(one): one for one in self.parts.values()}
        return next(iter(found.values())) if len(found) == 1 else None


@dataclass(frozen=True)
class Came:
    """What an attempt came to."""

    did: bool
    """A row changed, something was ordered or sent, or something was shown."""
    acts: tuple[tuple[str, str], ...] = ()
    """(action, role) of every audit row."""
    refused: str = ""


class _UndoneOnPurpose(Exception):
    """Nothing an attempt does is kept."""


Attempt = Callable[[Turn, Target], Awaitable[object]]


async def settled(house: House) -> World:
    """Everybody has joined, both communes have one of everything."""
    home, far = await sides(house)
    talks = {name: await _somebody(house, name) for name in PEOPLE}
    home = await home.filled(house, talks["officer"])
    far = await far.filled(house, talks["far_officer"])
    async with house.app.database.transaction() as tx:
        now = house.clock.wall()
        gone = (await people.lock(tx, [talks["ended"].lane]))[talks["ended"].lane]
        for grant in gone.grants:
            await roles.end(tx, grant.id, by=None, now=now)
        lost = (await people.lock(tx, [talks["locked"].lane]))[talks["locked"].lane]
        await roles.suspend(tx, [lost.person_id])
    async with house.app.database.reading() as tx:
        audited = await tx.scalar(select(func.max(AuditRow.id))) or 0
        return World(house, talks, home, far, await digests(tx), audited)


async def _somebody(house: House, name: str) -> Talk:
    role, unit = PEOPLE[name]
    talk = Talk(house, f"u-{name}", name=f"Ông {name.title()}")
    return await (talk.holds(role, unit) if role else talk.enrolled())


async def digests(tx: Transaction) -> dict[str, int]:
    """Table -> a digest of its rows, for every table that says something of the domain."""
    found = {}
    for table in TABLES:
        rows = await tx.execute(select(table))
        found[table.name] = hash(tuple(sorted(map(repr, rows))))
    return found


async def changed(world: World, tx: Transaction, before: int) -> list[str]:
    """Names of the tables that are not as they were; `before`: what `_count` said."""
    if await _count(tx) == before:
        return []
    now = await digests(tx)
    return [name for name, digest in world.base.items() if now[name] != digest]


_COUNTS: Final = {
    "sqlite": "SELECT total_changes()",
    "postgresql": "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
    " FROM pg_stat_xact_user_tables",
}


async def _count(tx: Transaction) -> int:
    """Rows written in this transaction so far, as the engine counts them."""
    return int(await tx.scalar(text(_COUNTS[tx.dialect.name])))


def turn_of(world: World, tx: Transaction, actor: Actor) -> Turn:
    """A turn as the dispatcher makes one, of an event that nobody has to have sent."""
    app, now = world.house.app, world.house.clock.wall()
    return Turn(
        event=Incoming("forged", "u", "c", now, Kind.PRESS),
        state=State(actor.account_id, "c", actor.person_id),
        actor=actor,
        now=now,
        tx=tx,
        house=app.house,
        keyed_hash=lambda said: f"hash of {said}",
        entropy=token_bytes,
    )


async def pressed(turn: Turn, flow: str, step: str, *, choice: str = "", **draft: Any) -> bool:
    """A forged press: the engine asks for the right first, as it does for a real one (T05, T41)."""
    found = turn.house.flows.at(flow, step, turn.actor)
    if found is None or turn.actor.is_suspended:
        return False
    turn.state = replace(turn.state, flow=flow, step=step, draft=draft)
    turn.choice = choice
    await found(turn)
    return False


async def tried(world: World, who: str, do: Attempt, target: Target) -> Came:
    """Let this person try it, see what came of it, and undo it."""
    came = Came(False)
    try:
        async with world.house.app.database.transaction() as tx:
            lane = world.people[who].lane
            turn = turn_of(world, tx, (await people.lock(tx, [lane]))[lane])
            came = await _looked(world, turn, do, target)
            _undo()
    except _UndoneOnPurpose:
        pass
    return came


def _undo() -> None:
    raise _UndoneOnPurpose


async def _looked(world: World, turn: Turn, do: Attempt, target: Target) -> Came:
    before, why = await _count(turn.tx), ""
    shown: object = False
    try:
        shown = await do(turn, target)
    except REFUSALS as refused:
        why = type(refused).__name__
    other = await changed(world, turn.tx, before)
    newest = select(AuditRow.action, AuditRow.role).where(AuditRow.id > world.audited)
    acts = tuple((action, role) for action, role in await turn.tx.execute(newest))
    did = bool(other or turn.orders or turn.mails or acts or shown is True)
    return Came(did, acts, why)

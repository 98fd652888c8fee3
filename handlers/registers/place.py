"""Where an officer stands now: the commune, its units, the draft. Rights are asked again (A3)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from handlers import places
from handlers.flow import Outcome, StepFunction, Turn
from handlers.registers import reading, service, years
from handlers.registers.draft import Draft
from handlers.registers.kinds import BOOKS
from handlers.registers.reading import Reading
from storage import units
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class Desk:
    """One commune whose desk this person has, and the draft."""

    draft: Draft
    known: tuple[UnitInfo, ...]
    """The units of the commune today, itself first."""
    names: Mapping[str, str]
    """Code -> a name nobody else there has."""
    sent_at: datetime
    """Local: what "hôm qua" means (N10)."""

    @property
    def names_by_id(self) -> Mapping[int, str]:
        return {one.id: self.names[one.code] for one in self.known}

    def at(self, draft: Draft) -> "Desk":
        return replace(self, draft=draft)

    def unit(self, code: object) -> UnitInfo | None:
        return next((one for one in self.known if one.code == code), None)

    def read(self, text: str, *, hint: tuple[str, ...] = ()) -> Reading | None:
        return reading.read(text, self.known, sent_at=self.sent_at, hint=hint)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those of the open book."""
        return BOOKS[self.draft.book].kinds if self.draft.book else ()


async def desk(turn: Turn, draft: Draft) -> Desk | None:
    """None if this person has no desk, or not that of the draft any more (A3, T13)."""
    mine = await service.communes(turn.tx, turn.actor)
    if draft.commune not in mine:
        return None
    listed = await units.listed(turn.tx, on=turn.today)
    known = tuple(one for one in listed if one.commune_id == draft.commune)
    if not draft.year:
        draft = replace(draft, year=years.open_year(turn.today))
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    return Desk(draft, known, places.shown(known), sent_at)


def at_desk(step: Callable[[Turn, Desk], Awaitable[Outcome]]) -> StepFunction:
    """A step that needs the desk; without it nothing is shown nor done."""

    async def run(turn: Turn) -> Outcome:
        found = await desk(turn, Draft.load(turn.draft))
        if found is None:
            return turn.say("registers.denied").then("menu")
        return await step(turn, found)

    run.__name__ = step.__name__
    return run

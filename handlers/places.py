"""Which unit is meant by a typed name, number or code, and how units are called."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from handlers import words
from handlers.joining_links import Entrance
from handlers.messages import MAX_CHOICES, Choice
from handlers.passing import names_hamlet
from handlers.units import distinct_names, hamlet_number, start_payload
from storage import units
from storage.database import Transaction
from storage.units import UnitInfo

_SPOKEN: Final = re.compile(r"(?:xom|thon)\b")
_LONGEST: Final = 40  # letters that somebody copies from a wall
_LETTERED: Final = re.compile(r"0*(\d{1,3}[a-z])")


def find(text: str, among: Sequence[UnitInfo]) -> list[UnitInfo]:
    """The units `text` may mean: none, the one, or up to four to choose from (N12)."""
    return [unit for unit, _ in meant(text, among)]


def meant(text: str, among: Sequence[UnitInfo]) -> list[tuple[UnitInfo, bool]]:
    """The same, each with whether that is sure. A code or a payload means its own unit only."""
    by_code = {unit.code: unit for unit in among}
    if own := by_code.get(text.strip().lower().removeprefix("h_")):
        return [(own, True)]
    named = [
        words.Named(unit.code, (unit.name, unit.code, start_payload(unit.code), *unit.aliases))
        for unit in among
    ]
    match words.find_named(text, named) if text else None:
        case words.Exact(code) | words.Close(code):
            return [(by_code[code], True)]
        case words.Several(codes):
            return [(by_code[code], False) for code in codes]
        case _:
            return []


def entrance(hamlet: UnitInfo, among: Sequence[UnitInfo]) -> Entrance:
    """`among`: all hamlets that are looked through when somebody types where they live.

    The shortest that means this hamlet and no other: "X5", "X3B", "Xóm 3 xã cũ A"; where none
    does, the payload itself, which may be typed too.
    """
    payload = start_payload(hamlet.code)
    typed = (said for said in _spoken(hamlet) if _is_unmistakable(said, hamlet, among))
    return Entrance(payload, next(typed, payload))


def _spoken(hamlet: UnitInfo) -> list[str]:
    said = []
    if (number := hamlet_number(hamlet.name)) is not None:
        said.append(f"X{number}")
    if lettered := _LETTERED.fullmatch(hamlet.code.rpartition("-")[2]):
        said.append(f"X{lettered[1].upper()}")
    names = [name for name in (hamlet.name, *hamlet.aliases) if len(name) <= _LONGEST]
    return [*said, *(" ".join(re.sub(r"[-–,()]", " ", name).split()) for name in names)]


def _is_unmistakable(said: str, hamlet: UnitInfo, among: Sequence[UnitInfo]) -> bool:
    folded = words.fold(said)
    is_heard = names_hamlet(folded) or _SPOKEN.match(folded) is not None
    return is_heard and meant(said, among) == [(hamlet, True)]


def shown(among: Iterable[UnitInfo]) -> dict[str, str]:
    """Code -> a name nobody else has: "Xóm 3 - xã cũ A"."""
    return distinct_names(among)


async def commune_choices(tx: Transaction, communes: Sequence[int], *, on: date) -> list[Choice]:
    """For whoever works in several."""
    known = {one.id: one.name for one in await units.communes(tx, on=on)}
    return [Choice(str(one), known.get(one, str(one))) for one in communes[:MAX_CHOICES]]


async def commune_name(tx: Transaction, commune_id: int, *, on: date) -> str:
    """The name of a commune, as its settings have it."""
    settings = await units.settings_of(tx, commune_id)
    unit = await units.by_id(tx, commune_id, on=on)
    return str(settings.get("name") or (unit.name if unit else commune_id))

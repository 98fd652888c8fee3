"""Which unit is meant by a typed name, number or code, and how units are called."""

from collections.abc import Iterable, Sequence
from datetime import date

from handlers import words
from handlers.messages import MAX_CHOICES, Choice
from handlers.units import distinct_names, start_payload
from storage import units
from storage.database import Transaction
from storage.units import UnitInfo


def find(text: str, among: Sequence[UnitInfo]) -> list[UnitInfo]:
    """The units `text` may mean: none, the one, or up to four to choose from (N12)."""
    by_code = {unit.code: unit for unit in among}
    named = [
        words.Named(unit.code, (unit.name, unit.code, start_payload(unit.code), *unit.aliases))
        for unit in among
    ]
    match words.find_named(text, named):
        case words.Exact(code) | words.Close(code):
            return [by_code[code]]
        case words.Several(codes):
            return [by_code[code] for code in codes]
        case _:
            return []


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

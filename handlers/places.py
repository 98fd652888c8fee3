"""Which unit is meant by a typed name, number or code."""

from collections.abc import Iterable, Sequence

from handlers import words
from handlers.units import distinct_names, start_payload
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

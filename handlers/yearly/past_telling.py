"""What units hear when an import replaces figures that they sent themselves."""

from collections.abc import Sequence
from typing import Final

from handlers.flow import Turn
from handlers.reporting.flow import WHO
from handlers.yearly.past_year import Year
from storage import roles
from storage.figure_imports import ImportInfo
from storage.roles import Holder

_MOST_NAMES: Final = 10


async def tell(
    turn: Turn, found: ImportInfo, year: Year, replaced: Sequence[int], *, said: str
) -> None:
    """One message to each human who reports for any of these units, naming theirs (U11)."""
    office = str(year.settings.get("office") or "Phòng Văn hóa - Xã hội")
    holders = await roles.holding(turn.tx, year.commune.id, tuple(WHO))
    mine: dict[int, list[Holder]] = {}
    for one in holders:
        if one.unit_id in replaced:
            mine.setdefault(one.canonical_id, []).append(one)
    for human, held in mine.items():
        known = dict.fromkeys(year.name_of(year.by_id[one.unit_id]) for one in held)
        names = ", ".join(list(known)[:_MOST_NAMES])
        message = turn.message(said, office=office, year=year.period.key, units=names)
        turn.tell(held[-1].person_id, message, key=f"{said}:{found.id}:{human}")

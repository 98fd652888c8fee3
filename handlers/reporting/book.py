"""What the house knows already: the year's book, and what the holders of figures have entered."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, Answer, loaded
from handlers.reporting.place import Place
from handlers.statistics.figures import unit_table
from handlers.statistics.spans import Span
from lessons.catalogue import Catalogue
from storage import reports, units
from storage.database import Transaction
from storage.statistics import Figures, Scope

_OF_THE_BOOK: Final = ("sessions", "heads", "activities", "learners", "basic")
"""What `form.Field.filled_by` may say: fields of `Figures`."""


async def known(
    tx: Transaction, place: Place, *, catalogue: Catalogue, now: datetime, zone: tzinfo
) -> dict[str, Answer]:
    """Field key -> what needs not be asked; nothing recorded is not the same as zero."""
    recorded = await _recorded(tx, place, catalogue=catalogue, now=now, zone=zone)
    return {**recorded, **await entered(tx, place)}


async def entered(tx: Transaction, place: Place) -> dict[str, Answer]:
    """Field key -> the unit's share in what its holder's report says that counts at this moment."""
    fields = [field for field in place.form.fields if field.taken_from]
    told = {one: await _told_by(tx, place, one) for one in {field.holder for field in fields}}
    found: dict[str, Answer] = {}
    for field in fields:
        rows = told[field.holder].get(field.taken_from)
        share = rows.value.get(place.unit.code) if rows and isinstance(rows.value, dict) else None
        if share:
            found[field.key] = Answer(list(share), source=FROM_HOLDER)
    return found


async def _recorded(
    tx: Transaction, place: Place, *, catalogue: Catalogue, now: datetime, zone: tzinfo
) -> dict[str, Answer]:
    fields = [field for field in place.form.fields if field.filled_by]
    if not fields:
        return {}
    period = Span(place.period.first, place.period.last, "").period(zone)
    scope = Scope(place.unit.commune_id, frozenset({place.unit.id}))
    table = await unit_table(tx, catalogue=catalogue, scope=scope, period=period, now=now)
    counts = _counts(table.total)
    return {
        field.key: Answer(counts[field.filled_by], source=FROM_BOOK)
        for field in fields
        if counts.get(field.filled_by)
    }


def _counts(figures: Figures) -> Mapping[str, int]:
    counts = {name: int(getattr(figures, name)) for name in _OF_THE_BOOK}
    if figures.unknown_heads:  # some came that nobody counted: less than the truth
        del counts["heads"]
    return counts


async def _told_by(tx: Transaction, place: Place, holder: str) -> Mapping[str, Answer]:
    """What this holder of figures reported for all hamlets of the same commune and period."""
    code = str((place.settings.get("holders") or {}).get(holder, ""))
    unit = await units.by_code(tx, code, on=place.today) if code else None
    if unit is None or unit.commune_id != place.unit.commune_id:
        return {}
    counted = await reports.counted(tx, unit.id, place.period.key)
    return loaded(counted.answers) if counted else {}

"""What the year's book knows of activities that several units held together (design §5).

Each of these units has the activity in its own report; in the commune's total it counts once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from handlers.reporting.answers import FROM_BOOK
from handlers.reporting.form import Field
from handlers.statistics import spans
from handlers.yearly.gathering import Gathered
from storage import report_totals
from storage.database import Transaction
from storage.report_totals import SharedActivity

if TYPE_CHECKING:
    from handlers.yearly.totals import Piece


@dataclass(frozen=True, slots=True)
class Together:
    held: tuple[SharedActivity, ...] = ()

    def taken_out(self, field: Field, pieces: Sequence["Piece"]) -> int:
        """How much more than once it is in the sum of these pieces, as far as that is sure.

        Sure are figures that the book filled in, of what it knew when both were sent.
        """
        book = [one for one in pieces if one.answer.source == FROM_BOOK and _value(one)]
        found = sum(
            _amount(field, one) * max(len(_told_with(one, book)) - 1, 0) for one in self.held
        )
        # A record that was changed later may say more than the reports did: never less is left
        # than one unit told alone.
        most = sum(map(_value, book)) - max(map(_value, book), default=0)
        return min(found, most)

    def perhaps_twice(self, field: Field, pieces: Sequence["Piece"]) -> int:
        """How much of the sum may be in it more than once, beside what was taken out."""
        told = [one for one in pieces if _value(one)]
        found = sum(
            _amount(field, one) * max(sum(p.told.unit.id in one.units for p in told) - 1, 0)
            for one in self.held
            if one.until is None
        )
        return max(found - self.taken_out(field, pieces), 0)


def _told_with(held: SharedActivity, pieces: Iterable["Piece"]) -> list["Piece"]:
    """Those of whose figures it is a part."""
    return [
        one
        for one in pieces
        if one.told.unit.id in held.units and _stood(held, one.told.version.sent_at)
    ]


def _stood(held: SharedActivity, at: datetime) -> bool:
    return held.since <= at and (held.until is None or held.until > at)


def _amount(field: Field, held: SharedActivity) -> int:
    return {"sessions": held.sessions, "heads": held.heads, "activities": 1}.get(field.filled_by, 0)


def _value(piece: "Piece") -> int:
    value = piece.answer.value
    return value if isinstance(value, int) and not piece.answer.unknown else 0


async def read(tx: Transaction, gathered: Gathered, *, zone: tzinfo) -> Together:
    """Of the days that the period's figures cover."""
    period = spans.days(gathered.period.first, gathered.period.last).period(zone)
    held = await report_totals.held_together(tx, gathered.commune.id, period.first, period.last)
    return Together(tuple(held))

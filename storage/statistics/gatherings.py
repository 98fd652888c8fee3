"""What was done together: recorded activities, and the heads counted there."""

from typing import Any, Final

from sqlalchemy import Date, bindparam, case, func, literal_column, null, select, union_all

from storage.activities import joined
from storage.database import Transaction
from storage.lists import within
from storage.statistics.figures import Period
from storage.statistics.learning import Counted
from storage.statistics.places import Places
from storage.tables import Activity, ActivityUnit


async def held(tx: Transaction, places: Places, period: Period) -> Counted:
    """By unit in full, and once in the total, by the local day it was held on."""
    asked = {"units": places.ids, "first": period.first, "last": period.last}
    return list((await tx.execute(_HELD, asked)).mappings())


def _held() -> Any:
    first, last = (bindparam(name, type_=Date) for name in ("first", "last"))
    here = (
        select(ActivityUnit.activity_id, ActivityUnit.unit_id)
        .where(within(ActivityUnit.unit_id, "units"))
        .cte("here")
    )
    each = (
        select(
            Activity.id,
            case((Activity.kind == "class", Activity.sessions), else_=0).label("sessions"),
            Activity.heads,
            joined().label("joined"),
        )
        .where(Activity.id.in_(select(here.c.activity_id)))
        .where(Activity.state == "recorded", Activity.held_on.between(first, last))
        .cte("each_one")
    )
    is_unknown = each.c.heads.is_(None) & (each.c.joined == 0)
    columns = (
        func.count().label("activities"),
        func.sum(each.c.sessions).label("sessions"),
        func.sum(func.coalesce(each.c.heads, 0) + each.c.joined).label("heads"),
        func.sum(case((is_unknown, 1), else_=0)).label("unknown_heads"),
    )
    by_unit = (
        select(here.c.unit_id, null().label("is_total"), *columns)
        .join(each, each.c.id == here.c.activity_id)
        .group_by(here.c.unit_id)
    )
    return union_all(by_unit, select(null(), literal_column("1"), *columns).select_from(each))


_HELD: Final = _held()

"""A second commune beside the sample one, for tests of whose business is whose (T13, A3)."""

from handlers.words import fold
from storage import units
from storage.units import NewUnit
from tests.talk import House


async def second_commune(
    house: House, code: str = "xa-khac", name: str = "Xã khác", *, hamlet: str = ""
) -> None:
    """Another commune in the same database; with a hamlet that must report, if one is named.

    `hamlet`: its code, which ends in its number.
    """
    number = hamlet.rpartition("-")[2]
    new = [NewUnit(code, name, fold(name), "ubnd_xa", "", "none", None, None, ())]
    if hamlet:
        new.append(
            NewUnit(
                hamlet, f"Xóm {number}", f"xom {number}", "xom", code, "required", None, None, ()
            )
        )
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, new, on=house.clock.wall().date())

"""`python -m bot posters FILE.pdf`: a commune's whole set as one file, or one hamlet's page."""

from pathlib import Path
from typing import Literal

from bot.commands import ERRORS, doors_beside, opened, today_of, write
from bot.config import Settings
from bot.seeding import Impossible
from handlers import posters, texts
from handlers.documents import poster
from handlers.poster_contents import Printing, Site
from handlers.poster_contents import posters as contents
from storage import places, units
from storage.database import Transaction
from storage.units import UnitInfo


async def make(
    settings: Settings, file: Path, *, paper: Literal["a4", "a3"], unit: str = ""
) -> None:
    """Raises `Impossible` if there is nothing to print, or nothing that leads in."""
    async with opened(settings) as database, database.reading() as tx:
        commune, found = await _sites(tx, settings, unit.strip().lower())
        printing = Printing(
            texts.load(),
            await doors_beside(tx, settings),
            await units.settings_of(tx, commune.id),
        )
    if not found:
        raise Impossible(f"{commune.name} has no hamlets: nothing to print.")
    if not printing.doors:
        raise Impossible("No channel can be reached: set PUBLIC_URL or a channel in .env first.")
    write(file, poster.posters(contents(printing, found, paper=paper)))
    ERRORS.print(f"{file}: {len(found)} posters, {paper.upper()}")


async def _sites(tx: Transaction, settings: Settings, code: str) -> tuple[UnitInfo, list[Site]]:
    today = today_of(settings)
    communes = {unit.id: unit for unit in await units.communes(tx, on=today)}
    wanted = await units.by_code(tx, code, on=today) if code else None
    if code and wanted is None:
        raise Impossible(f"No unit has the code {code}; see: python -m bot units list")
    if wanted is None and len(communes) != 1:
        raise Impossible("There are several communes: say which with --unit")
    commune = communes[wanted.commune_id] if wanted else next(iter(communes.values()))
    among = await units.hamlets(tx, on=today)
    mine = [unit for unit in among if unit.commune_id == commune.id]
    named = await places.of_commune(tx, commune.id)
    found = posters.sites_of(mine, named, among=among)
    if wanted is None or wanted.id == commune.id:
        return commune, found
    own = [site for site in found if site.entrance.payload == f"h_{wanted.code}"]
    if not own:
        raise Impossible(f"{wanted.name} is no hamlet: name it as a place in chat (áp phích).")
    return commune, own

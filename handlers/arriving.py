"""Where somebody comes from: the hamlet that is spoken of, the poster that was read.

Who came by a poster is counted for its place, once, before anything else is known of them.
"""

import re
from collections.abc import Sequence
from typing import Final

from handlers import places, words
from handlers.flow import Turn
from handlers.passing import place_code
from storage import places as posters
from storage import units
from storage.units import UnitInfo

_SPOKEN_HAMLET: Final = re.compile(r"\b(?:x[ .]?\d|xom|thon)")
"""A number alone is no hamlet here: the word or its letter must stand before it (N12)."""
_NUMBERED: Final = re.compile(r"\b(?:x|xom|thon)[ .]?(?:so )?(\d{1,3}\w?)\b")
_LINK: Final = re.compile(r"p_([A-Za-z0-9_-]{1,62})")


async def note(turn: Turn, hamlets: Sequence[UnitInfo]) -> None:
    """`hamlets`: those the words or the link meant. Somebody known comes from no poster."""
    if turn.actor.has_consent or turn.actor.grants:
        return
    code = _place_of(turn.text)
    place = await posters.find(turn.tx, code) if code else None
    me = turn.actor.account_id
    if place is not None:
        await posters.arrive(turn.tx, me, on=turn.today, place_id=place.id)
    elif len(hamlets) == 1:
        await posters.arrive(turn.tx, me, on=turn.today, unit_id=hamlets[0].id)


def _place_of(text: str) -> str:
    link = _LINK.fullmatch(text)
    return link[1] if link else place_code(words.fold(text))


# --- a hamlet in words ---------------------------------------------------------------------------


def hamlet_said(text: str) -> str:
    """Find the hamlet in "a quên, tôi ở xóm 6": "xom 6"; "" where no hamlet is spoken of."""
    folded = words.fold(text)
    if numbered := _NUMBERED.search(folded):
        return f"xom {numbered[1]}"
    return text if _SPOKEN_HAMLET.match(folded) else ""


async def find_hamlets(turn: Turn, text: str) -> list[UnitInfo]:
    """The hamlets that are spoken of: "Xóm 3 xã cũ A" as a whole, else by the number in it."""
    if not (said := hamlet_said(text)):
        return []
    known = await units.hamlets(turn.tx, on=turn.today)
    is_sure = [unit for unit, sure in places.meant(text, known) if sure]
    return is_sure or places.find(said, known)

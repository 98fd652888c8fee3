"""A name that several units have: which of them is meant, all, or none (N12)."""

from collections.abc import Sequence
from typing import Final

from handlers import places
from handlers.flow import Turn
from handlers.messages import Choice
from storage.units import UnitInfo

_MOST_SHOWN: Final = 4


def choices(turn: Turn, known: Sequence[UnitInfo], ids: Sequence[int]) -> list[Choice]:
    names = places.shown(known)
    fitting = [one for one in known if one.id in ids][:_MOST_SHOWN]
    return [
        *(Choice(str(one.id), names[one.code]) for one in fitting),
        Choice("all", turn.text_of("quick_forms.all_of_them", count=len(fitting))),
        Choice("none", turn.text_of("quick_forms.none_of_them")),
    ]


def picked(choice: str, ids: Sequence[int]) -> tuple[int, ...]:
    if choice == "all":
        return tuple(ids)
    return tuple(one for one in ids if str(one) == choice)

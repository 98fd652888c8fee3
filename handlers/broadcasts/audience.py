"""For whom a broadcast is: units, reporters, roles, learners; the union of them. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from handlers.roles import ROLES
from lessons.catalogue import Catalogue
from storage.audiences import Asked
from storage.units import HAMLET, UnitInfo

EVERY: Final = "*"
"""Learners of whichever module."""


@dataclass(frozen=True, slots=True)
class Audience:
    units: tuple[int, ...] = ()
    """Of a hamlet whoever lives or works there, of another unit whoever works for it."""
    reporters: tuple[int, ...] = ()
    """Units whose reporters are meant, and nobody else there."""
    roles: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.units or self.reporters or self.roles or self.modules)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Raise `TypeError` or `ValueError` for what is none."""
        return cls(
            tuple(map(int, stored.get("units", ()))),
            tuple(map(int, stored.get("reporters", ()))),
            tuple(one for one in map(str, stored.get("roles", ())) if one in ROLES),
            tuple(map(str, stored.get("modules", ()))),
        )

    def stored(self) -> dict[str, Any]:
        return {
            "units": list(self.units),
            "reporters": list(self.reporters),
            "roles": list(self.roles),
            "modules": list(self.modules),
        }

    def joined(self, other: "Audience") -> "Audience":
        return Audience(
            tuple(dict.fromkeys((*self.units, *other.units))),
            tuple(dict.fromkeys((*self.reporters, *other.reporters))),
            tuple(dict.fromkeys((*self.roles, *other.roles))),
            tuple(dict.fromkeys((*self.modules, *other.modules))),
        )

    def within(self, known: Collection[UnitInfo]) -> "Audience":
        """Without units that are not, or no longer, the commune's (T13)."""
        ids = {one.id for one in known}
        return replace(
            self,
            units=tuple(one for one in self.units if one in ids),
            reporters=tuple(one for one in self.reporters if one in ids),
        )

    def asked(self, commune_id: int, known: Sequence[UnitInfo], lessons: Catalogue) -> Asked:
        """The same as a question to the database; `known`: the units of that commune."""
        mine = self.within(known)
        hamlets = tuple(one.id for one in known if one.kind == HAMLET)
        return Asked(
            commune_id,
            residents=tuple(one for one in mine.units if one in hamlets),
            units=mine.units,
            reporters=mine.reporters,
            roles=mine.roles,
            lessons=_lessons(mine.modules, lessons),
            homes=hamlets if mine.modules else (),
        )


NOBODY: Final = Audience()


def _lessons(modules: Collection[str], lessons: Catalogue) -> tuple[str, ...]:
    return tuple(
        lesson.id for lesson in lessons.lessons if EVERY in modules or lesson.module in modules
    )

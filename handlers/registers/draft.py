"""Where an officer stands in the registers, and the line that is being told: one flat draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from handlers.registers.kinds import BOOK_OF, BOOKS, KINDS
from handlers.registers.reading import Reading, Value

MOST_SAID: Final = 600


@dataclass(frozen=True, slots=True)
class Draft:
    commune: int = 0
    book: str = ""
    year: int = 0
    page: int = 0
    line: int = 0
    """Id of the line that is looked at."""
    kinds: tuple[str, ...] = ()
    """What is being told: one kind, or those that are asked."""
    said: str = ""
    """The sentence, read again when its kind is known."""
    values: Mapping[str, Value] | None = None
    """Column -> what is known, None for "chưa rõ", "không hẹn"; a missing one is asked."""
    doubts: Mapping[str, tuple[str, ...]] | None = None
    sure: tuple[str, ...] = ()
    """Columns whose unusual figure was confirmed."""
    column: str = ""
    """What is asked now."""
    corrects: int = 0
    """Id of the line that this one takes the place of."""

    @property
    def kind(self) -> str:
        return self.kinds[0] if len(self.kinds) == 1 else ""

    @property
    def known(self) -> Mapping[str, Value]:
        return self.values or {}

    @property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        return self.doubts or {}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Read it back; what is of another shape is left out, and asked again."""
        numbers: dict[str, Any] = {
            name: stored[name]
            for name in ("commune", "year", "page", "line", "corrects")
            if isinstance(stored.get(name), int)
        }
        texts: dict[str, Any] = {
            name: str(stored.get(name, "")) for name in ("book", "said", "column")
        }
        texts["book"] = texts["book"] if texts["book"] in BOOKS else ""
        return cls(
            **numbers,
            **texts,
            kinds=tuple(one for one in stored.get("kinds", ()) if one in KINDS),
            values={str(key): value for key, value in stored.get("values", ())},
            doubts={str(key): tuple(may_be) for key, may_be in stored.get("doubts", ())},
            sure=tuple(stored.get("sure", ())),
        )

    def dump(self) -> dict[str, Any]:
        return {
            "commune": self.commune,
            "book": self.book,
            "year": self.year,
            "page": self.page,
            "line": self.line,
            "corrects": self.corrects,
            "said": self.said,
            "column": self.column,
            "kinds": list(self.kinds),
            "values": [[key, value] for key, value in self.known.items()],
            "doubts": [[key, list(may_be)] for key, may_be in self.asked.items()],
            "sure": list(self.sure),
        }

    def telling(self, reading: Reading, said: str) -> "Draft":
        """A new line out of a sentence; what was being told before is dropped."""
        book = BOOK_OF[reading.kinds[0]]
        return replace(
            self.resting(),
            book=book,
            kinds=reading.kinds,
            said=said[:MOST_SAID],
            values=reading.values,
            doubts=reading.doubts,
        )

    def resting(self) -> "Draft":
        """Nothing is being told; the place in the books stays."""
        return Draft(self.commune, self.book, self.year, self.page, self.line)

    def knowing(self, values: Mapping[str, Value]) -> "Draft":
        left = {key: may_be for key, may_be in self.asked.items() if key not in values}
        return replace(self, values={**self.known, **values}, doubts=left)

    def doubting(self, doubts: Mapping[str, tuple[str, ...]]) -> "Draft":
        known = {key: value for key, value in self.known.items() if key not in doubts}
        return replace(self, values=known, doubts={**self.asked, **doubts})

    def without(self, column: str) -> "Draft":
        """As if this column had not been told."""
        known = {key: value for key, value in self.known.items() if key != column}
        left = {key: may_be for key, may_be in self.asked.items() if key != column}
        sure = tuple(one for one in self.sure if one != column)
        return replace(self, values=known, doubts=left, sure=sure)

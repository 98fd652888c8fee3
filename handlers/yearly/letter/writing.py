"""The commune's report being written down: what is known of the period, and the words for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from handlers.documents.letter_contents import Line
from handlers.office.owing import Obligation
from handlers.registers.figures import RegisterFigures
from handlers.reporting.form import Kind
from handlers.reporting.letter.writing import PLACES, one_line
from handlers.texts import Texts
from handlers.yearly.gathering import Gathered
from handlers.yearly.letter.framing import everywhere, framed
from handlers.yearly.reasons import why_silent
from handlers.yearly.totals import Total
from storage.points import PointInfo

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_LAST_OF_PHASE_1: Final = 2027  # plan.md §6


@dataclass(frozen=True, slots=True)
class Known:
    """All figures and words that the letter is made of."""

    gathered: Gathered
    totals: Sequence[Total]
    registers: RegisterFigures
    points: Sequence[PointInfo]
    own: Mapping[str, str]
    """The commune's own sentences by key (`storage.frames`)."""


class Writing:
    def __init__(self, texts: Texts, known: Known, *, annexes: int) -> None:
        """`annexes`: how many stand before the one with the lists that are too long."""
        self.known = known
        self._texts = texts
        self._framed = framed(texts, known.own)
        self._everywhere = everywhere(texts, known.gathered.settings, known.gathered.period)
        number = {"number": ROMAN[annexes]} if annexes else {}
        self.annex = self.say("annex_numbered" if annexes else "annex", **number)
        """What that one is called."""

    def say(self, key: str, /, **values: object) -> str:
        """A text of this letter; commune, province and years are known to each."""
        return self._framed.say(f"commune_letter.{key}", **{**self._everywhere, **values})

    def has(self, key: str) -> bool:
        return f"commune_letter.{key}" in self._framed

    def house(self, key: str) -> str:
        """What this letter and a unit's have in common, as NĐ 30 words it."""
        return self._texts[f"letter.{key}"]

    def heading(self, section: str) -> str:
        """What a section is called; not in capitals."""
        return self._texts.say(f"letter.section_{section}", next=self._everywhere["nam_sau"])

    def why_silent(self, one: Obligation) -> str:
        """In the words of the annex."""
        return why_silent(self._texts, one)

    # --- who and when ----------------------------------------------------------------------------

    @property
    def gathered(self) -> Gathered:
        return self.known.gathered

    def setting(self, key: str) -> str:
        return one_line(str(self.gathered.settings.get(key) or ""))

    @property
    def next_year(self) -> int:
        return self.gathered.period.year + 1

    @property
    def direction(self) -> str:
        """What comes after this report: "phase_1", "phase_2", "after" the plan."""
        occasion = self.gathered.period.occasion
        if occasion == "tong_ket":
            return "after"
        is_first = self.next_year <= _LAST_OF_PHASE_1 and occasion == "annual"
        return "phase_1" if is_first else "phase_2"

    def say_day(self, day: date) -> str:
        # As NĐ 30 writes days: of the months only the first two get a nought.
        month = f"{day.month:02}" if day.month < 3 else day.month
        return self.say("day", day=f"{day.day:02}", month=month, year=day.year)

    # --- figures ---------------------------------------------------------------------------------

    def totals_of(self, section: str) -> list[Total]:
        """In the order of reading; what has no place in it comes last, as the forms have it."""
        mine = (total for total in self.known.totals if total.field.section == section)
        return sorted(mine, key=lambda total: PLACES.get(total.field.key, len(PLACES)))

    def total(self, key: str) -> Total | None:
        return next((total for total in self.known.totals if total.field.key == key), None)

    def records(self) -> Iterator[Total]:
        return (total for total in self.known.totals if total.field.kind is Kind.RECORDS)

    def listed(self, key: str) -> int:
        """How many units told words under this key, how many records there are."""
        total = self.total(key)
        return total.listed if total else 0

    def points(self, kind: str) -> list[Line]:
        """What the officer picked, each as an item."""
        picked = (one.text for one in self.known.points if one.kind == kind)
        return [Line(self.item(text), "item") for text in map(one_line, picked) if text]

    def item(self, text: str) -> str:
        return self.say("item", what=text.rstrip(" .;"))

"""Which unit a sentence is about: who issued, who was looked at, who gave an award. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.activities.sentence import Sentence, taken_apart
from handlers.activities.unit_names import Mention, mentions_in
from handlers.registers.dates_said import Span
from handlers.registers.kinds import KINDS
from handlers.words.text import fold
from storage.units import UnitInfo

_GIVEN_TO: Final = re.compile(r"\b(?:cho|toi|den|danh cho|ve|cua)(?: \S+)? $")
_VISITING: Final = re.compile(r"\b(?:kiem tra|giam sat|lam viec|phuc tra|tham dinh|ktra|kt)\b")
_FOUND: Final = re.compile(r":|\b(?:thay|phat hien|ket qua|ghi nhan|nhan thay|ket luan)\b")
_HIGHER: Final = re.compile(r" (?:tinh|huyen|trung uong)\b")


@dataclass(frozen=True, slots=True)
class Named:
    codes: tuple[str, ...]
    is_given_to: bool
    """"khen thưởng cho xóm 5": it is not the one that did it."""
    is_first: bool
    """The sentence begins with it."""
    is_looked_at: bool
    """It stands behind "kiểm tra", and before what was found there."""


@dataclass(frozen=True, slots=True)
class Units:
    named: tuple[Named, ...]

    def of(self, kinds: Sequence[str]) -> tuple[str, ...]:
        """Codes of the unit the line belongs to: one is certain, several are asked."""
        meant = self._meant(kinds)
        return tuple(dict.fromkeys(code for one in meant for code in one.codes))

    def _meant(self, kinds: Sequence[str]) -> list[Named]:
        if "visit" in kinds:
            looked_at = [one for one in self.named if one.is_looked_at]
            return looked_at or list(self.named)
        if not any(KINDS[kind].owned for kind in kinds):
            return [one for one in self.named[:1] if one.is_first]
        doing = [one for one in self.named if not one.is_given_to]
        return doing if "award" in kinds else doing or list(self.named)


def read_units(shown: str, known: Sequence[UnitInfo]) -> tuple[Units, list[Span]]:
    """The units named in `shown`, and where they stand in it."""
    sentence = taken_apart(shown)
    mentions = sorted(mentions_in(sentence.said, known), key=lambda one: one.start)
    named, spans, place = [], [], 0
    for one in mentions:
        quote = sentence.quote(one.start, one.end)
        start = shown.find(quote, place)
        is_higher = _HIGHER.match(f" {fold(sentence.said[one.end :])}")
        if not quote or start < 0 or is_higher:
            continue
        place = start + len(quote)
        named.append(_named(sentence, one))
        spans.append((start, place))
    return Units(tuple(named)), spans


def _named(sentence: Sentence, one: Mention) -> Named:
    before = fold(sentence.said[: one.start]) + " "
    visiting = _VISITING.search(before)
    return Named(
        one.codes,
        is_given_to=bool(_GIVEN_TO.search(before)),
        is_first=not before.strip(),
        is_looked_at=visiting is not None and not _FOUND.search(before, visiting.end()),
    )

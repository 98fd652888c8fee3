"""Reading "xóm 5 420 người lớn 185 hộ", and which figures are asked once more (T20). Pure."""

import re
from dataclasses import dataclass
from typing import Final

from handlers import words
from handlers.words.text import listed

FIELDS: Final = ("adults", "households")
MOST: Final = 99_999
_FAR: Final = 5  # a fifth of the last figure
_NUMBER: Final = r"(?<![\d.,])\d{1,6}(?:\.\d{3})*(?![\d.,]*\d)"
_LABELS: Final = {
    "adults": r"(?:nguoi (?:lon|truong thanh|tu (?:du )?18(?: tuoi)?(?: tro len)?))",
    "households": r"(?:ho (?:gia dinh|dan)|gia dinh|ho)",
}
_BETWEEN: Final = r"[ :=]*(?:(?:la|co|moi|hien|nay) )*"
_FILLERS: Final = listed("cua co la va gom mau so moi hien nay a nhe nha thi sua ghi")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sentence tells; `unit` are the folded words that are left."""

    adults: int | None
    households: int | None
    unit: str

    @property
    def figures(self) -> tuple[int | None, int | None]:
        return self.adults, self.households


def read_sentence(text: str) -> Asked | None:
    """Both figures or one of them, each beside its own word; None if it is no such sentence.

    The word stands behind its number ("420 người lớn"), or before each ("người lớn: 420").
    """
    rest = words.fold(text)
    if len(rest) > _LONGEST:
        return None
    pattern = _BEFORE if _ENDS_IN_NUMBER.search(rest) else _BEHIND
    found: dict[str, int] = {}
    for field in FIELDS:
        hits = list(pattern[field].finditer(rest))
        if len(hits) > 1 or (hits and not _is_sure(hits[0]["n"])):
            return None
        if hits:
            found[field] = int(hits[0]["n"].replace(".", ""))
            rest = f"{rest[: hits[0].start()]} , {rest[hits[0].end() :]}"
    left = [word for word in re.findall(r"[^\s,.;:!?]+", rest) if word not in _FILLERS]
    unit = " ".join(left)
    if not found or re.fullmatch(r"[\d ]+", unit):  # "5 420 người lớn": Xóm 5, or 5.420?
        return None
    return Asked(found.get("adults"), found.get("households"), unit)


_LONGEST: Final = 120
_ENDS_IN_NUMBER: Final = re.compile(r"\d[ .!]*$")
_BEHIND: Final = {
    field: re.compile(rf"(?P<n>{_NUMBER}) ?{label}\b") for field, label in _LABELS.items()
}
_BEFORE: Final = {
    field: re.compile(rf"\b(?:so )?{label}\b{_BETWEEN}(?P<n>{_NUMBER})")
    for field, label in _LABELS.items()
}


def _is_sure(typed: str) -> bool:
    match words.read_count(typed):
        case words.Count(value=value):
            return value <= MOST
        case _:
            return False


def why_unsure(figure: int, last: int | None, *, adults: int | None = None) -> str:
    """Why a figure is asked once more: "zero", "far", "more"; "" = it is not.

    `adults`: of the same unit, where the figure is its households.
    """
    if figure == 0:
        return "zero"
    if last is not None and abs(figure - last) * _FAR > last:
        return "far"
    return "more" if adults is not None and figure > adults else ""

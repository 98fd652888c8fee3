"""What units and residents told in words, for one period: each a remark that may be picked.

A remark is known by its report, its field and its own words: where a unit corrects the words, the
old remark is gone and a new one is there; where it corrects a figure, nothing changes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.reporting.answers import Answer
from handlers.reporting.letter.writing import capital, one_line
from handlers.yearly.gathering import Told
from storage.points import PointInfo
from storage.tables import Json
from storage.tickets import TicketInfo

DIFFICULTY: Final = "difficulty"
PROPOSAL: Final = "proposal"
EXAMPLE: Final = "example"
KINDS: Final = (DIFFICULTY, PROPOSAL, EXAMPLE)
FOR_COUNCIL: Final = (DIFFICULTY, PROPOSAL)
"""What is put before UBND xã; examples only stand in the report."""
_FIELDS: Final[Mapping[str, str]] = {
    "difficulties": DIFFICULTY,
    "proposals": PROPOSAL,
    "models": EXAMPLE,
    "exemplars": EXAMPLE,
    "initiatives": EXAMPLE,
}
_PARTS: Final = ("name", "what")


@dataclass(frozen=True, slots=True)
class Remark:
    kind: str
    whose: str
    """"Xóm 5"; of a resident's ticket "Người dân Xóm 5", never a name (P7)."""
    text: str
    """On one line."""
    unit_id: int | None
    """None: a resident's own."""
    report: tuple[int, int] = (0, 0)
    """Id and version; (0, 0) = a ticket's."""
    field: str = ""
    ticket: int = 0

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    @property
    def key(self) -> str:
        """What a draft remembers it by."""
        return f"t{self.ticket}" if self.ticket else f"r{self.report[0]}.{self.field}.{self.digest}"


def of_reports(told: Iterable[Told]) -> Iterator[Remark]:
    """In the order of the units, each remark once."""
    for one in told:
        seen: set[str] = set()
        for field, kind in _FIELDS.items():
            for text in _texts(one.answers.get(field)):
                at = (one.report.id, one.version.number)
                remark = Remark(kind, one.name, text, one.unit.id, at, field)
                if remark.key not in seen:
                    seen.add(remark.key)
                    yield remark


def _texts(answer: Answer | None) -> list[str]:
    """The words of an answer: a note is one remark, each record is one; "không có" is none."""
    match answer.value if answer is not None and not answer.unknown else None:
        case str(note):
            told = [note]
        case list(records):
            told = [_record(one) for one in records if isinstance(one, dict)]
        case _:
            told = []
    return [said for one in told if (said := one_line(one))]


def _record(record: Mapping[str, object]) -> str:
    said = (one_line(str(record.get(part) or "")) for part in _PARTS)
    return ": ".join(one for one in said if one)


def of_tickets(tickets: Iterable[TicketInfo], whose: Mapping[int, str]) -> Iterator[Remark]:
    """`whose`: id of each ticket -> who told it, in words."""
    for one in tickets:
        text = one_line(one.question)
        yield Remark(DIFFICULTY, whose[one.id], text, one.unit_id, ticket=one.id)


# --- remarks and points --------------------------------------------------------------------------


def joined(remarks: Sequence[Remark]) -> str:
    """Several remarks as one text, each unit's words as they are; an example says whose it is."""
    if len(remarks) == 1:
        return _as_point(remarks[0])
    return ". ".join(dict.fromkeys(_as_point(one).rstrip(" .;") for one in remarks))


def _as_point(remark: Remark) -> str:
    if remark.kind == EXAMPLE:
        return f"{remark.whose}: {remark.text}"
    return capital(remark.text)


def sources_of(remarks: Sequence[Remark]) -> Json:
    """As `storage.points` keeps it."""
    reports = dict.fromkeys(one.report for one in remarks if not one.ticket)
    units = dict.fromkeys(one.unit_id for one in remarks if one.unit_id is not None)
    return {
        "reports": [list(one) for one in reports],
        "tickets": [one.ticket for one in remarks if one.ticket],
        "units": list(units),
        "words": [[one.report[0], one.field, one.digest] for one in remarks if not one.ticket],
    }


def keys_of(point: PointInfo) -> set[str]:
    """Keys of the remarks that a point was made of."""
    told = point.sources.get("words", ())
    words = {f"r{number}.{field}.{digest}" for number, field, digest in told}
    return words | {f"t{number}" for number in point.sources.get("tickets", ())}


def unpicked(remarks: Iterable[Remark], points: Iterable[PointInfo], kind: str) -> list[Remark]:
    """What no point of this kind was made of yet."""
    taken: set[str] = set()
    for point in points:
        taken |= keys_of(point) if point.kind == kind else set()
    return [one for one in remarks if one.kind == kind and one.key not in taken]

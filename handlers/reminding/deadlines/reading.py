"""Reading one sentence that sets a deadline: what, whose, until when, when to remind. Pure.

"han nop so ket 20/6/2027, nhac 30-14-7-3-1": what is certain is taken, the rest is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers import words
from handlers.reminding.deadlines import subjects
from handlers.reminding.deadlines.days_said import Day, cut_day, in_year
from handlers.reminding.deadlines.line import CUT, Line
from handlers.reminding.deadlines.rungs_said import cut_rungs
from handlers.reminding.deadlines.subjects import Meant, is_upward, read_meant
from handlers.reminding.deadlines.whom_said import NOBODY, Asked, cut_asked
from storage.units import UnitInfo

LONGEST: Final = 300  # letters
MOST_LETTERS: Final = 120
"""Of the name of what is handed in."""
_POLITE: Final = r"^(?:(?:da|a|vang|thua|xin|nho|em|toi|minh|hay|giup|de nghi|tro ly|bot)[ ,]+)*"
_HAN: Final = (
    rf"{_POLITE}(?:(?:dat|sua|doi|thay|lui|gian|keo dai|day|chuyen|ghi|them|lap|tao|chot)"
    r"(?: lai)? )?(?:thoi )?han\b(?! (?:han|che|muc|hep|ngach|dien|man|chan|su dung))"
    r"(?: (?:chot|cuoi|cuoi cung))?"
)
_LEAD: Final = re.compile(rf"{_HAN}(?: (?:la|cua))? ?")
_VERB: Final = re.compile(
    r"^[\s;,:]*(?:(?:phai|can|la|ve|nop|gui|tra|hoan thanh|xa|lai|thu)\b[\s:]*)+"
)
_SAID: Final = re.compile(
    rf"{_HAN} (?:chot |cuoi |cuoi cung )?(?:viec )?(?:nop|gui|tra|hoan thanh|bao cao|so ket|"
    r"tong ket|ke hoach|dang ky|xa|cho|cua|thu)\b"
)
_SETS: Final = re.compile(rf"{_HAN}\b")
_UPWARD: Final = re.compile(
    rf"{_POLITE}(?:han )?xa (?:phai |can )?(?:nop |gui )?(?:bao cao|so ket)\b"
)
_WISH: Final = re.compile(
    rf"{_POLITE}(?:nhac|bao|yeu cau|cho|giao)(?: nho| lai| giup)? "
    r"(?=(?!truoc\b|\d)\D{2}(?:(?!\b(?:han|lui)\b).)*? (?:nop|gui|hoan thanh)\b)"
)
"""Before whom: "nhắc các xóm nộp ảnh trước 10/12"."""
_HANDS_IN: Final = re.compile(
    r"nop\b|(?:cac|tat ca|moi|toan bo|xom|thon|truong|hoi|doan|tram|phong|don vi|noi)\b"
    r"(?:(?!\b(?:han|lui)\b).)*? "
    r"(?:phai |can )?(?:nop|gui|hoan thanh)\b"
)
_DONE: Final = re.compile(r"\b(?:da|vua|hom qua|hom kia|xong)\b|\broi$")
_LIMIT: Final = re.compile(r"\b(?:truoc|han|cham nhat|muon nhat|den het)\b")
_NOT: Final = re.compile(rf"{_POLITE}(?:khong|dung|bo|huy|xoa|thoi)\b")
_QUESTION: Final = re.compile(
    r"\?|\b(?:khi nao|ngay nao|bao gio|luc nao|hom nao|may gio|bao lau|bao nhieu|la gi|ai|"
    r"chua|con may|con khong|duoc khong)\b"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence said for certain, and what it left open."""

    meant: Meant
    title: str
    """What is handed in, as typed."""
    asked: Asked
    day: Day
    due: date | None
    """The last day on time."""
    possible: tuple[date, ...]
    """To choose from, where the day is not certain."""
    before: tuple[int, ...] | None
    """When to remind; None: as usual, unless it cannot be read."""
    is_rungs_unread: bool

    @property
    def asks(self) -> list[str]:
        """What has to be asked: what, title, whom, due, rungs."""
        is_own = self.meant.kind == "own"
        needs = {
            "what": not self.meant.kind,
            "title": is_own and not self.title,
            "whom": is_own and (not self.asked.is_known or bool(self.asked.doubts)),
            "due": self.due is None,
            "rungs": self.is_rungs_unread,
        }
        return [need for need, is_open in needs.items() if is_open]


def takes_back(text: str) -> bool:
    """Whether it says that there is to be no deadline."""
    return _NOT.match(Line.of(text).plain) is not None


def is_said(text: str, *, sent_at: datetime) -> bool:
    """Whether a sentence sets a deadline, where nobody asked for one."""
    line = _told(text)
    if len(line.plain) > LONGEST or _QUESTION.search(line.plain):
        return False
    if (said := _SAID.match(line.plain)) and line.plain[said.end() :].strip(" ."):
        return True
    rungs = cut_rungs(line)
    day = cut_day(rungs.rest, sent_at=sent_at)
    if _SETS.match(line.plain):
        return day.is_said
    if not day.is_said or not _LIMIT.search(line.plain):
        return False
    if _UPWARD.match(line.plain) and is_upward(line):
        return True
    is_handed_in = _HANDS_IN.match(line.plain) and not _DONE.search(line.plain)
    return rungs.before is not None or bool(is_handed_in)


def _told(text: str) -> Line:
    """The sentence without "nhắc" before whom it asks."""
    line = Line.of(text)
    wish = _WISH.match(line.plain)
    start = wish.end() if wish else 0
    return Line(line.typed[start:], line.plain[start:])


def read(text: str, known: Sequence[UnitInfo], *, sent_at: datetime) -> Said:
    """Read a sentence; `known` are the units that can be asked."""
    rungs = cut_rungs(_told(text))
    day = cut_day(rungs.rest, sent_at=sent_at)
    line = _without_lead(day.rest)
    asked, line = (NOBODY, line) if is_upward(line) else cut_asked(line, known)
    line = _without_lead(line)
    today = sent_at.date()
    group = "" if not asked.is_known else asked.group or "named"
    meant = read_meant(line, group, _named(day), today=today)
    due, possible = due_of(meant.kind, meant.period, day, today=today)
    return Said(
        meant=meant,
        title=_title(line) if meant.kind in ("own", "") else "",
        asked=asked if meant.kind in ("own", "") else NOBODY,
        day=day,
        due=due,
        possible=possible,
        before=rungs.before,
        is_rungs_unread=rungs.is_said and rungs.before is None,
    )


def _without_lead(line: Line) -> Line:
    """Without "đặt hạn nộp" at its beginning."""
    found = _LEAD.match(line.plain.lstrip(f"{CUT} "))
    start = len(line.plain) - len(line.plain.lstrip(f"{CUT} "))
    if found and found.end():
        start += found.end()
    return Line(line.typed[start:], line.plain[start:])


def _named(day: Day) -> date | None:
    """The day, if only its year may be another."""
    return day.on or (day.possible[0] if len(day.possible) == 1 else None)


def due_of(
    kind: str, period: str, day: Day, *, today: date
) -> tuple[date | None, tuple[date, ...]]:
    """The last day on time if it is certain, else what to choose from."""
    due = _due(kind, period, day, today)
    if due is not None and subjects.fits(kind, period, due):
        return due, ()
    return None, tuple(subjects.fitting(kind, period, day.possible))


def _due(kind: str, period: str, day: Day, today: date) -> date | None:
    """The period tells the year of a day that has none."""
    if day.figures is None or not period or kind in ("own", ""):
        return day.on
    if kind == "plans" and not day.on:
        return None  # its year was told by that very day
    year = int(period[-4:])
    days = [in_year(day.figures, one, day.back) for one in (year, year + 1)]
    found = subjects.fitting(kind, period, days)
    return found[0] if len(found) == 1 and found[0] >= today else None


def _title(line: Line) -> str:
    """The words that are left, without the verb before them."""
    verb = _VERB.match(line.plain)
    start = verb.end() if verb else 0
    pieces, at = [], start
    for piece in line.plain[start:].split(CUT):
        said = line.between(at, at + len(piece))
        if re.search(r"\w", said) and not _is_joint(said):
            pieces.append(said)
        at += len(piece) + 1
    return words.cut(", ".join(pieces), MOST_LETTERS)


def _is_joint(said: str) -> bool:
    return words.fold(said) in (
        "la",
        "vao",
        "den",
        "ngay",
        "va",
        "thanh",
        "o",
        "tai",
        "han",
        "chot",
    )

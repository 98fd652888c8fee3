"""The short way to a quick form: question, whom and until when in one line. Pure.

"Bao nhieu ho da cai VNeID? xom 1-5, truoc thu Sau": what is certain is taken, the rest is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from handlers import words
from handlers.quick_forms.form import MOST_QUESTIONS, QUESTION_LETTERS, Kind
from handlers.quick_forms.whom import Whom, read_whom
from storage.units import UnitInfo

FARTHEST: Final = timedelta(days=90)
_BEFORE: Final = re.compile(r"\btruoc(?: ngay)?\b")
_LEAD: Final = re.compile(
    r"^(?:(?:han|chot|nop|gui|tra loi|la|vao|xong|cham nhat|muon nhat|trong|den|toi|het|ngay)"
    r"(?: |$))+"
)
_COUNTED: Final = re.compile(r"\bbao nhieu\b|\bso (?:luong|ho|nguoi|buoi|luot|may)\b")
_YES_NO: Final = re.compile(r"(?:khong|chua)$")


@dataclass(frozen=True, slots=True)
class Brief:
    question: str = ""
    kind: Kind | None = None
    whom: Whom | None = None
    due: date | None = None
    more: tuple[str, ...] = ()
    """Questions behind the first one."""


def read_brief(text: str, known: Sequence[UnitInfo], *, sent_at: datetime) -> Brief:
    """Without a question mark only what is asked is known: perhaps the title of several."""
    *asked, rest = words.clean(text).split("?")
    questions = [said for one in asked or [rest] if (said := " ".join(one.split()).strip(",;. "))]
    is_short = all(len(one) < QUESTION_LETTERS for one in questions)
    if not questions or not is_short or len(questions) > MOST_QUESTIONS:
        return Brief()
    question, *more = questions
    if not asked:
        return Brief(question)
    brief = Brief(f"{question}?", guess_kind(question), more=tuple(f"{one}?" for one in more))
    pieces = [piece.strip(" .\n") for piece in re.split(r"[,;\n]", rest)]
    dues = {at: due for at, piece in enumerate(pieces) if (due := _sure(piece, sent_at))}
    if len(dues) == 1:
        brief = replace(brief, due=next(iter(dues.values())))
    whom = read_whom(", ".join(p for at, p in enumerate(pieces) if at not in dues), known)
    is_read = bool(whom.units or whom.doubts) and not whom.unread
    return replace(brief, whom=whom) if is_read else brief


def guess_kind(question: str) -> Kind | None:
    """The kind that a question's own words leave no doubt of."""
    folded = words.fold(question).strip(" ?.")
    is_count, is_yes_no = _COUNTED.search(folded), _YES_NO.search(folded)
    if bool(is_count) == bool(is_yes_no):
        return None
    return Kind.NUMBER if is_count else Kind.YES_NO


def _sure(piece: str, sent_at: datetime) -> date | None:
    if not piece:
        return None
    found = read_due(piece, sent_at=sent_at)
    today = sent_at.date()
    is_good = isinstance(found, date) and today <= found <= today + FARTHEST
    return found if is_good and isinstance(found, date) else None


def read_due(text: str, *, sent_at: datetime) -> date | words.DateDoubt | words.DateRefused | None:
    """Read the last day on time: "trước thứ Sáu" ends with Thursday (R19)."""
    folded = words.fold(text).strip(" .!")
    before = _BEFORE.search(folded)
    rest = _BEFORE.sub(" ", folded)
    rest = _LEAD.sub("", " ".join(rest.split()))
    found = words.read_date(rest, sent_at=sent_at, expects="future")
    if found is None:  # with its tones: "một" is no "mốt"
        found = words.read_date(text, sent_at=sent_at, expects="future")
    if not before:
        return found
    if isinstance(found, date):
        return found - timedelta(days=1)
    if isinstance(found, words.DateDoubt):
        days = tuple(day - timedelta(days=1) for day in found.candidates)
        return words.DateDoubt(found.reason, days)
    return found

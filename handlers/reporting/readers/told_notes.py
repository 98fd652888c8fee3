"""Notes and models: from behind their label to where the next field begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from handlers.reporting.form import MOST_LETTERS, Field, Form, Kind
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.pieces import STRONG, Piece
from handlers.reporting.readers.told import Said, Unread
from handlers.reporting.readers.told_records import TRAILING, records_in
from handlers.reporting.readers.told_words import (
    NEEDS_COLON,
    is_courtesy,
    is_signature,
    key_of,
    label_at,
    plan_told,
    says_none,
    says_unknown,
    text_at,
)
from handlers.reporting.readers.words_around import KNOWN
from handlers.words.text import listed

Begins = Callable[[Clause], bool]
"""Whether a clause is a field of its own, said in figures."""
_QUOTES: Final = ('"', "“", "«")
"""A name may begin with one of them."""
_NOT_ENDING: Final = ("AHEAD",)
_STRICT: Final = ("ASKS", "AHEAD", "OVERSEE")
_ALONE: Final = listed("OVERSEE COOP SAFETY DIGITAL BUSINESS")


@dataclass
class Notes:
    """What was found, and which clauses it took."""

    said: list[Said] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Label:
    meaning: str
    text_from: int
    """Place in the clause where its text begins."""
    is_denied: bool
    has_colon: bool


def read_notes(clauses: Sequence[Clause], text: str, form: Form, begins: Begins) -> Notes:
    notes = Notes()
    bare: list[tuple[int, str]] = []
    at = 0
    while at < len(clauses):
        label = _label(clauses[at], form)
        if label is None or clauses[at].is_past:
            bare = []
            at += 1
            continue
        if _is_bare(clauses, at, label, form):
            bare.append((at, label.meaning))
            notes.taken.add(at)
            at += 1
            continue
        end = _end(clauses, at, label, form, begins)
        _take(notes, clauses[at:end], label, text, form)
        notes.taken.update(range(at, end))
        at = _also_none(notes, clauses, end, bare, form)
        bare = []
    return notes


def _label(clause: Clause, form: Form) -> _Label | None:
    meaning, behind, is_denied = label_at(clause.pieces, form)
    if not meaning:
        return None
    start, has_colon = text_at(clause.pieces, behind, meaning)
    is_record = form[key_of(meaning, form)].kind is Kind.RECORDS
    rest = clause.pieces[start:]
    if has_colon or is_denied or says_none(rest) or says_unknown(rest) or not rest:
        return _Label(meaning, start, is_denied, has_colon)
    is_told = meaning == "COOP" and clause.before == STRONG
    if meaning[:1] == "@" or (meaning in NEEDS_COLON and clause.figures and not is_told):
        return None
    if meaning in _ALONE and clause.forms[behind : behind + 1] not in (
        ("thi",),
        ("voi",),
        ("với",),
    ):
        return _Label(meaning, behind - 1, is_denied, has_colon)
    if is_record and clause.is_open:
        return None
    return _Label(meaning, start, is_denied, has_colon)


def _end(clauses: Sequence[Clause], at: int, label: _Label, form: Form, begins: Begins) -> int:
    """Index of the first clause behind `at` that is no more of this note."""
    own = clauses[at].pieces[label.text_from :]
    is_done = says_none(own) or says_unknown(own) or label.is_denied
    end = at + 1
    follows = end < len(clauses) and clauses[end].is_item
    is_list = not own and follows and not clauses[at].is_item
    while end < len(clauses):
        clause = clauses[end]
        is_weak = clause.before in (",", "(", ")")
        if is_done or _is_other(clause, label, form, is_weak=is_weak):
            return end
        if is_list and (clause.is_item or is_weak):
            pass
        elif not own and not is_weak:
            is_first = clause.before == STRONG
            if is_first and _begins_field(clause, begins, is_weak=False):
                return end
        elif _is_over(clause, label, begins, is_weak=is_weak):
            return end
        own = own or clause.pieces
        is_done = end == at + 1 and not clauses[at].pieces[label.text_from :] and says_none(own)
        end += 1
    return end


def _is_over(clause: Clause, label: _Label, begins: Begins, *, is_weak: bool) -> bool:
    """Whether a note that has begun ends before this clause."""
    if is_weak:
        return _is_told_aside(clause, label, begins)
    is_signed = clause.before == STRONG and is_signature(clause.pieces)
    return is_signed or _begins_field(clause, begins, is_weak=False)


def _is_other(clause: Clause, label: _Label, form: Form, *, is_weak: bool) -> bool:
    """Whether another label begins here."""
    found = _label(clause, form)
    if found is None:
        return False
    if found.meaning == label.meaning:
        return found.has_colon and not is_weak
    if label.meaning == "HERO" and found.meaning == "ASKS" and "PRAISE" in clause.forms:
        return clause.before == STRONG and found.has_colon
    is_first = clause.forms[0] == found.meaning or clause.forms[0] == "co"
    if is_first and found.meaning == "MODEL" and label.meaning not in _STRICT[:2]:
        return True
    if is_weak and found.meaning in (*NEEDS_COLON, "OVERSEE", "HERO", "IDEA", "MODEL"):
        rest = clause.pieces[found.text_from :]
        return not rest or found.has_colon or says_none(rest) or found.is_denied
    return True


def _begins_field(clause: Clause, begins: Begins, *, is_weak: bool) -> bool:
    if is_courtesy(clause.pieces) or "NOW" in clause.forms[:2]:
        return True
    if plan_told(clause.pieces) and not clause.is_open:
        return not is_weak
    if clause.forms[0] in ("PLANDAY", "PLANNUMBER") and clause.figures:
        return not is_weak
    if "UNKNOWN" in clause.forms:
        return True
    return begins(clause) or _is_labelled(clause)


def _is_labelled(clause: Clause) -> bool:
    """True for "Sản lượng: cao": something with a name of its own."""
    return ":" in clause.forms[1:5] and clause.before == STRONG


def _is_told_aside(clause: Clause, label: _Label, begins: Begins) -> bool:
    """Whether a figure behind a comma is no more of the note: "khó khăn không, lượt 120"."""
    is_plain = all(
        p.figure is not None or p.form in KNOWN or p.form.isupper() for p in clause.pieces
    )
    if label.meaning in _NOT_ENDING or not is_plain or not begins(clause):
        return False
    forms = clause.forms
    is_labelled = ":" in forms
    if label.meaning in _STRICT:
        return is_labelled or (clause.pieces[0].figure is None and len(forms) <= 5)
    return is_labelled or len(forms) <= 7


# --- what is in it -------------------------------------------------------------------------------


def _take(notes: Notes, clauses: Sequence[Clause], label: _Label, text: str, form: Form) -> None:
    key = key_of(label.meaning, form)
    first = clauses[0].pieces
    body = [*first[label.text_from :], *(p for one in clauses[1:] for p in one.pieces)]
    start, end = first[0].start, clauses[-1].pieces[-1].end
    values = form[key].kind is Kind.RECORDS
    none: Any = [] if values else ""
    if says_unknown(body):
        notes.said.append(Said((key,), (None,), start, end, is_unknown=True))
    elif says_none(body) or (label.is_denied and not _real(body)):
        notes.said.append(Said((key,), (none,), start, end))
    elif _real(body):
        _text(notes, form[key], body, label, clauses, text)
    elif "MODEL" in label.meaning and any(p.figure for p in first):
        notes.unread.append(Unread(start, end))


def _real(body: Sequence[Piece]) -> list[Piece]:
    """The body without words that tell nothing."""
    idle = listed(
        "' : | a ạ nhe gi nao het ca roi co cuoc em dang ke lon thi la dau day khac them đó nha"
    )
    return [piece for piece in body if piece.form not in idle]


def _is_bare(clauses: Sequence[Clause], at: int, label: _Label, form: Form) -> bool:
    """True for the first label of "khó khăn, kiến nghị: không"."""
    if label.is_denied or clauses[at].pieces[label.text_from :] or at + 1 >= len(clauses):
        return False
    return clauses[at + 1].before == "," and _label(clauses[at + 1], form) is not None


def _also_none(
    notes: Notes,
    clauses: Sequence[Clause],
    at: int,
    bare: Sequence[tuple[int, str]],
    form: Form,
) -> int:
    """Answer the labels around one that was answered with "không"; the place behind them."""
    last = notes.said[-1] if notes.said else None
    if last is None or last.values not in (("",), ([],)):
        return at
    meanings = [meaning for _, meaning in bare]
    while at < len(clauses) and clauses[at].before == ",":
        label = _label(clauses[at], form)
        if label is None or label.is_denied or _real(clauses[at].pieces[label.text_from :]):
            break
        meanings.append(label.meaning)
        notes.taken.add(at)
        at += 1
    for meaning in meanings:
        key = key_of(meaning, form)
        none: Any = [] if form[key].kind is Kind.RECORDS else ""
        if key not in last.keys:
            notes.said.append(Said((key,), (none,), last.start, last.end))
    return at


def _text(
    notes: Notes,
    asked: Field,
    body: Sequence[Piece],
    label: _Label,
    clauses: Sequence[Clause],
    text: str,
) -> None:
    start = body[0].start
    while body[0].form in ("'", ":", "|") and body[0].raw not in _QUOTES and len(body) > 1:
        body = body[1:]
        start = body[0].start
    end = body[-1].end
    if text[end : end + 1] == ")" and "(" in text[start:end]:
        end += 1
    written = " ".join(text[start:end].split("\n")).strip(
        TRAILING if ")" not in text[end - 1 : end] else " ."
    )
    whole = (clauses[0].pieces[0].start, end)
    is_denied = label.is_denied and asked.kind is Kind.RECORDS
    if not written or len(written) > MOST_LETTERS or is_denied:
        notes.unread.append(Unread(*whole))
    elif asked.kind is Kind.RECORDS:
        _record(notes, asked, written, whole, first=clauses[0])
    else:
        notes.said.append(Said((asked.key,), (written,), *whole))


def _record(
    notes: Notes, asked: Field, written: str, whole: tuple[int, int], *, first: Clause
) -> None:
    """One model with its name and what it is; several are listed by hand."""
    head = first.pieces[:4]
    several = [
        one.figure
        for one, after in pairwise(head)
        if one.figure is not None and one.figure.values and after.form in ("MODEL", "IDEA", "HERO")
    ]
    told = [one.values[0] for one in several]
    records = records_in(written, asked, told=told)
    if records is None:
        notes.unread.append(Unread(*whole))
        return
    notes.said.append(Said((asked.key,), (records,), *whole))

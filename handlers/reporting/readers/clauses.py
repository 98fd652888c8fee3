"""The clauses of a message, in the order they were told, and the time each speaks of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Final

from handlers.reporting.readers.pieces import STRONG, Figure, Piece, Shape
from handlers.words.spelling import word_part
from handlers.words.text import listed

_ENDS: Final = (STRONG, ",", "/", "(", ")")
_HEADINGS: Final = listed("i ii iii iv v vi vii a c d e g h")
_BULLETS: Final = ("-", "+", "–", "*", "•")
_JOINTS: Final = listed("va con với voi nhung ngoai kem")
LABELS: Final = listed(
    "HARD ASKS AHEAD MODEL IDEA HERO COOP SAFETY DIGITAL BUSINESS OVERSEE PREPARER PLAN"
)
_WISHES: Final = ("kiến", "kien", "kn", "đề", "de", "đx", "dx")
_ANSWERS: Final = listed("khong chua kh co roi gi nao")
_NO_ASIDE: Final = ("(", STRONG, "UNKNOWN", "PAST", "SUM", "UNIT")
_SAID_TWICE: Final = listed("OVER60 WOMEN DISTINCT")
"""Brackets with nothing else explain the label before them: "người cao tuổi (trên 60) 41"."""
_FRESH: Final = ("WRONG", "OFTHEM")
_ASKING: Final = (
    "bao nhieu", "the nao", "o dau", "bao gio", "khi nao", "gi vay", "la gi", "can gi", "lam sao",
    "tai sao", "vi sao", "ngay may", "may gio", "cho hoi", "xin hoi", "gi nhi", "sao vay",
    "ngay nao", "co can", "giay to gi", "khac gi", "duoc khong", "phai khong", "dung khong",
    "dung khong", "the a", "co phai", "hay sao", "hoi la", "hoi ti", "em hoi", "muon "
    "hoi", "toi hoi",
)  # fmt: skip
_AHEAD: Final = (
    "se", "du kien", "dinh mo", "dinh to chuc", "dinh lam", "thang sau", "thang toi", "tuan sau",
    "tuan toi", "ngay mai", "toi mai", "sang mai", "chieu mai", "sap mo", "sap toi", "sap to chuc",
    "dang dinh", "chuan bi mo", "se mo", "dinh ~organise", "sap ~organise", "thang tới", "tuan tới",
    "du tinh", "dang chuan bi", "dinh TRAIN", "tới day", "~plan", "sap tới",
)  # fmt: skip
_DONE: Final = listed("da chi thuc")
_BEGUN: Final = listed("mo duoc lam co ~organise TRAIN")
"""What was done of what was planned: "dự kiến 5 buổi nhưng mới mở được 3"."""
MOST: Final = 250
"""Clauses of a message that are read; who tells more sends a file (T29)."""
_NEAR_YEARS: Final = range(2020, 2036)
_COUNTING: Final = listed("luot ALL nguoi PEOPLE ATTEND du : so SUM co la FILE FILES")
_YEARS: Final = range(2000, 2100)


@dataclass(frozen=True)
class Clause:
    """`before`: the sign that ended the one before it; `head`: what stood before the colon."""

    pieces: tuple[Piece, ...]
    before: str
    head: tuple[str, ...] = ()
    is_past: bool = False
    is_open: bool = False
    """A question or something yet to come: nothing of it is told."""
    sentence: int = 0
    is_item: bool = False
    """It stands behind a bullet."""

    @cached_property
    def forms(self) -> tuple[str, ...]:
        return tuple(piece.form for piece in self.pieces)

    @cached_property
    def figures(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.figure is not None]


def clauses_of(pieces: Sequence[Piece], *, year: int) -> list[Clause]:
    dated = list(_with_years(pieces, year))
    cut = _judged(list(islice(_cut(_without_asides(dated)), MOST)))
    return [one for one in cut if _has_words(one)]


def _has_words(clause: Clause) -> bool:
    """False for signs alone, and for the "II" or "a" of a heading."""
    said = [piece for piece in clause.pieces if not piece.is_sign]
    is_heading = len(said) == 1 and said[0].raw in _HEADINGS and clause.before == STRONG
    return bool(said) and not is_heading


def _with_years(pieces: Sequence[Piece], year: int) -> Iterator[Piece]:
    """Years as what they are: "năm 2025" is the past, "năm 2026" is this year."""
    for place, piece in enumerate(pieces):
        before = pieces[place - 1].form if place else ""
        told = _year_of(piece)
        if told is not None and before in ("tu", "từ", "vao", "den", "cuoi", "dau", "bc"):
            yield Piece("~year", piece.start, piece.end, piece.raw)
            continue
        behind = pieces[place + 1].form if place + 1 < len(pieces) else ""
        if told in _NEAR_YEARS and piece.raw.isdecimal() and behind in ("co", ":", "thi"):
            before = before if before in _COUNTING else "nam"
        if told is None or (before not in ("nam", "hoc", "NOW") and piece.raw.isdecimal()):
            yield piece
            continue
        form = "PAST" if told < year else "NOW" if told == year else "AHEAD"
        yield Piece(form, piece.start, piece.end, piece.raw)


def _year_of(piece: Piece) -> int | None:
    if piece.figure is None or piece.figure.shape in (Shape.DAY, Shape.CODE, Shape.SHARE):
        return None
    last = piece.form.replace("–", "-").rpartition("-")[2]
    if not last.isdecimal() or len(last) != 4 or int(last) not in _YEARS:
        return None
    return int(last)


def _without_asides(pieces: Sequence[Piece]) -> list[Piece]:
    """Brackets behind a figure that only say what it counts: "61 người (không tính trùng)"."""
    kept: list[Piece] = []
    place = 0
    while place < len(pieces):
        end = _aside_end(pieces, place) if pieces[place].form == "(" else 0
        again = _said_again(kept, pieces, place)
        if again:
            place = again
            continue
        is_named = all(one.form in _SAID_TWICE for one in pieces[place + 1 : end])
        if end and (is_named or any(one.figure is not None for one in kept[-4:])):
            kept += pieces[place + 1 : end]
            place = end + 1
            continue
        kept.append(pieces[place])
        place += 1
    return kept


def _said_again(kept: list[Piece], pieces: Sequence[Piece], place: int) -> int:
    """Where to go on behind "3 (ba)" and, with the share in its place, "95% (5130/5400)"."""
    if pieces[place].form != "(" or not kept:
        return 0
    end = next(
        (at for at in range(place, min(place + 8, len(pieces))) if pieces[at].form == ")"), 0
    )
    inside = pieces[place + 1 : end]
    figure = next((one.figure for one in reversed(kept[-2:]) if one.figure is not None), None)
    if not inside or figure is None:
        return 0
    if len(inside) == 1 and kept[-1].raw.endswith("%") and inside[0].figure is not None:
        kept[-1] = inside[0]
        return end + 1
    is_word = all(one.form.islower() and word_part(one.raw) is not None for one in inside)
    is_same = len(inside) == 1 and inside[0].figure is not None and inside[0].figure == figure
    return end + 1 if is_word or is_same else 0


def _aside_end(pieces: Sequence[Piece], place: int) -> int:
    for at in range(place + 1, min(place + 12, len(pieces))):
        piece = pieces[at]
        if piece.form == ")":
            return at
        if piece.figure is not None or piece.form in _NO_ASIDE:
            return 0
    return 0


def _cut(pieces: Sequence[Piece]) -> Iterator[Clause]:
    row: list[Piece] = []
    before, sentence, is_item = STRONG, 0, False
    for place, piece in enumerate(pieces):
        is_joint = piece.form in _JOINTS and _is_joint(row, piece)
        is_end = piece.form in _ENDS or is_joint
        behind = pieces[place + 1] if place + 1 < len(pieces) else None
        if is_end or (row and (_is_fresh(piece, behind) or _is_label(row, piece, behind))):
            if row:
                yield Clause(tuple(row), before, sentence=sentence, is_item=is_item)
                is_item = False
                before = "," if is_joint or not is_end else piece.form
            elif not is_joint and (is_end and (before != STRONG or piece.form == STRONG)):
                before = piece.form
            row = []
            sentence += piece.form == STRONG
            is_item = is_end and (piece.raw in _BULLETS or (is_item and piece.raw == " "))
            if is_end:
                if piece.raw == "?":
                    yield Clause((Piece("?", piece.start, piece.end, "?"),), "?", sentence=sentence)
                continue
        row.append(piece)
    if row:
        yield Clause(tuple(row), before, sentence=sentence, is_item=is_item)


def _is_fresh(piece: Piece, behind: Piece | None) -> bool:
    """Whether something else is told from here: "à nhầm", "3 buổi mỗi buổi 30"."""
    is_rate = piece.form == "EACH" and behind is not None and behind.figure is not None
    return is_rate or piece.form in _FRESH


def _is_label(row: Sequence[Piece], piece: Piece, behind: Piece | None) -> bool:
    """Whether a note begins in the middle: "khó khăn không kiến nghị không"."""
    if piece.form not in LABELS:
        return False
    forms = [one.form for one in row]
    is_wish = piece.form == "ASKS" and piece.raw in _WISHES and "HARD" in forms[:4]
    if is_wish and row[-1].form not in LABELS:
        return True
    is_answered = bool(LABELS & set(forms)) and forms[-1] in _ANSWERS
    is_new = len(row) > 1 and row[-1].form not in LABELS and row[-1].figure is None
    return is_answered or (behind is not None and behind.form == ":" and is_new)


def _is_joint(row: Sequence[Piece], piece: Piece) -> bool:
    if piece.form in ("ngoai", "kem"):
        return False
    if row and row[-1].form == "COOP":
        return False
    if row and (row[-1].form == ":" or (row[-1].form in LABELS and row[-1].form != "PLAN")):
        return False  # the first word of a note: "khó khăn: còn ít máy"
    if not row or piece.form != "con":
        return True
    return row[-1].form not in ("ba", "bà", "co", "nguoi", "dong")


def _judged(cut: Sequence[Clause]) -> list[Clause]:
    """Each with its head and its time; question marks taken out."""
    asked = {one.sentence - 1 for one in cut if one.before == "?"}
    found: list[Clause] = []
    head: tuple[str, ...] = ()
    last = _Time()
    for clause in cut:
        if clause.before == "?":
            continue
        if clause.before == STRONG:
            head = ()
        now = last.at(clause)
        is_asked = clause.sentence in asked or _is_asking(clause)
        found.append(
            replace(clause, head=head, is_past=now.is_past, is_open=now.is_ahead or is_asked)
        )
        forms = clause.forms
        if ":" in forms:
            head = forms[: forms.index(":")][-8:]
        last = replace(now, was_bare=not clause.figures and clause.forms[-1] in (":", "PAST"))
    return found


def _is_asking(clause: Clause) -> bool:
    said = f" {' '.join(piece.form for piece in clause.pieces)} "
    if "UNKNOWN" in clause.forms:
        return False
    return any(f" {one} " in said for one in _ASKING) or any(
        piece.raw == "hả" for piece in clause.pieces
    )


@dataclass(frozen=True, slots=True)
class _Time:
    is_past: bool = False
    is_ahead: bool = False
    was_bare: bool = False
    forms: tuple[str, ...] = field(default=())

    def at(self, clause: Clause) -> "_Time":
        forms = clause.forms
        begins = clause.before == STRONG and not self.was_bare
        is_past = self.is_past and not begins and clause.before != ")"
        if "NOW" in forms:
            is_past = False
        if "PAST" in forms:
            now_at = forms.index("NOW") if "NOW" in forms else -1
            is_past = now_at < forms.index("PAST")
        said = f" {' '.join(forms)} "
        goes_on = self.is_ahead and clause.before not in (STRONG, "/") and "NOW" not in forms
        goes_on = goes_on and not _is_done(forms)
        is_ahead = goes_on or any(f" {one} " in said for one in _AHEAD)
        return _Time(is_past, is_ahead)


def _is_done(forms: Sequence[str]) -> bool:
    """True for "mới mở được 3 buổi": of what was planned, that was done."""
    return bool(_DONE & set(forms[:3])) or (forms[0] == "moi" and bool(_BEGUN & set(forms[1:2])))


def is_count(figure: Figure | None) -> bool:
    return figure is not None and figure.shape is Shape.COUNT


def is_share(figure: Figure | None) -> bool:
    return figure is not None and figure.shape is Shape.SHARE

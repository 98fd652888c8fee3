"""The figures of a clause, each with the field its words give it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from handlers.reporting.answers import Value
from handlers.reporting.form import Form, Kind
from handlers.reporting.readers.around import (
    BARE,
    SILENT,
    TURNS,
    Around,
    Meant,
)
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.meant import meant
from handlers.reporting.readers.other_numbers import (
    holds_meetings,
    is_calendar,
    is_ordinal,
    names_a_line,
)
from handlers.reporting.readers.pieces import Figure, Piece, Shape
from handlers.reporting.readers.shares_meant import share_meant
from handlers.reporting.readers.told import Said, Unread
from handlers.reporting.readers.told_unsure import is_unsure
from handlers.reporting.readers.words_around import NEUTRAL, TOPICS, UNITS, counted_at, right_end
from handlers.words.text import listed

_MOST_FIGURES: Final = 24
"""Nobody tells more in one clause (T29)."""
_LEARNING: Final = listed("ATTEND TRAIN LEARNER SPREAD TEAM HELP FRAUD hoc du")
_COUNTED_ON: Final = listed("lan tin bai cuoc")
_GROUPS: Final = listed("STAFF PUPIL HOUSES FILE PEOPLE MEMBERS")
_NUMBERED: Final = listed("thang ngay quy thu t so nq dieu khu ngo doi khoi hom khoa doc tuan")
_NAMED: Final = listed("so khoa doi dieu doc")
"""Ends of words, too: "ngoại khóa 2 buổi"."""
_SUNDAY: Final = 8
_DAYS_OF_MONTH: Final = 31
_ENDS: Final = (("cuoi",), ("dau",))
"""Of several meetings these are some: "2 buổi cuối"."""
_DAYS: Final = listed("ngay hom toi sang tu từ")
_PARTED: Final = listed("thang quy dot lop khoi")


@dataclass(frozen=True, slots=True)
class Scene:
    """What was told before the clause."""

    form: Form
    has_sessions: bool = False
    has_team: bool = False
    was_day: bool = False
    last: Said | None = None
    """What was told last: a correction is of it."""


def told_in(clause: Clause, scene: Scene) -> tuple[list[Said], list[Unread]]:
    """What the clause tells in figures, and the figures that are of no field of the form."""
    said: list[Said] = []
    unread: list[Unread] = []
    if len(clause.figures) > _MOST_FIGURES or names_a_line(clause.pieces):
        return [], [Unread(clause.pieces[0].start, clause.pieces[-1].end)]
    spots = _spots(clause, scene)
    for spot in spots:
        found = spot.said(clause, scene)
        if isinstance(found, Said):
            said.append(found)
            scene = replace(scene, last=found)
        elif found is not None:
            unread.append(found)
    return said, unread


@dataclass(frozen=True, slots=True)
class _Spot:
    piece: Piece
    around: Around
    end: int
    is_part: bool = False

    def said(self, clause: Clause, scene: Scene) -> Said | Unread | None:
        figure = self.piece.figure
        if figure is None or figure.shape is Shape.NONE or self._is_silent(scene):
            return None
        found = self._slip(clause, scene) or self.meant(scene.form)
        found = found or self._like_last(clause, scene)
        if found is None or figure.shape not in (Shape.COUNT, Shape.SHARE):
            return self._unread(clause)
        if self._is_group("SUM") and not found.is_sure:
            return self._unread(clause)
        if self._is_of_team(found, clause, scene):
            return self._unread(clause)
        if self._is_loose_turn(clause, scene):
            found = Meant((*found.keys, *(scene.last.keys if scene.last else ())), is_sure=False)
        return _said(self, found, figure, scene, clause)

    def meant(self, form: Form) -> Meant | None:
        figure = self.piece.figure
        found = meant(self.around, form)
        if figure is not None and figure.shape is Shape.SHARE:
            return share_meant(self.around, form)
        return found

    def _is_silent(self, scene: Scene) -> bool:
        figure, around = self.piece.figure, self.around
        if figure is None:
            return True
        if figure.shape is Shape.DAY or (len(self.piece.raw) > 8 and self.piece.raw.isdecimal()):
            return True
        last = around.left[-1] if around.left else ""
        if figure.shape is Shape.SHARE:
            is_day = figure.values[0] <= 31 and figure.values[1] <= 12
            is_said = share_meant(around, scene.form) is not None and "ngay" not in around.left
            return is_day and not is_said and (last in _DAYS or scene.was_day)
        if last in ("khoi", "quy", "tuan", "hom") and figure.values[0] > _DAYS_OF_MONTH:
            return False
        if last in ("thu", "t") and figure.values[0] > _SUNDAY:
            return False
        if last in _NUMBERED and not (last in _NAMED and around.unit in UNITS - SILENT):
            return last != "so" or around.unit == BARE
        if last == "lop" and "PUPIL" in around.left:
            return True
        return around.unit in SILENT or (last == "mat" and around.unit in ("trieu", "nghin"))

    def _slip(self, clause: Clause, scene: Scene) -> Meant | None:
        """Which field "à 15 lượt" is of behind "tuyên truyền 12 lượt"."""
        last = scene.last
        is_slip = clause.forms[0] == "WRONG" and last is not None and not self.around.left[1:]
        if not is_slip or last is None or last.unit != self.around.unit:
            return None
        is_other = bool(self.around.near & (TOPICS - TURNS))
        return None if is_other else Meant(last.keys, is_sure=len(last.keys) == 1)

    def _like_last(self, clause: Clause, scene: Scene) -> Meant | None:
        """What "10 lần ở xóm dưới" or a bare number behind "à nhầm" goes on with."""
        last = scene.last
        if last is not None and last.unit in _COUNTED_ON and last.unit == self.around.unit:
            is_near = clause.before in (",", "/") and not self.around.near & TOPICS
            if is_near and len(last.keys) == 1:
                return Meant(last.keys)
        if last is not None and last.keys == ("publicity",) and self.around.unit in _COUNTED_ON:
            return Meant(last.keys, is_sure=False) if clause.before in (",", "/", "(") else None
        around = self.around
        idle = NEUTRAL | {"WRONG", "la", "phai", "moi"}
        is_bare = around.unit == BARE and not {*around.left, *around.right} - idle
        if "WRONG" not in clause.forms or not is_bare or scene.last is None:
            return None
        return Meant(scene.last.keys, is_sure=len(scene.last.keys) == 1)

    def _is_loose_turn(self, clause: Clause, scene: Scene) -> bool:
        """Whether it may be those who heard of what was told just before: "2 buổi, 90 lượt"."""
        around = self.around
        is_bare = around.unit in TURNS and not set(around.near) & _LEARNING
        before = scene.last.keys[0] if scene.last else ""
        is_same = scene.last is not None and scene.last.start >= clause.pieces[0].start
        is_behind = before in ("fraud_talks", "publicity") and (
            is_same or clause.before in (",", "/", "(")
        )
        is_heard = "nghe" in around.right[:3] and around.unit in TURNS
        return (is_bare and is_behind and not around.left) or is_heard

    def _is_of_team(self, found: Meant, clause: Clause, scene: Scene) -> bool:
        """True for the 3 of "tổ có 7 thành viên (3 nữ)"."""
        is_behind = scene.last is not None and scene.last.keys == ("team_members",)
        is_inside = clause.before == "(" or "OFTHEM" in clause.forms
        return is_behind and is_inside and found.keys in (("women",), ("over_60",))

    def _is_group(self, word: str) -> bool:
        return word in self.around.left and self.around.unit in _GROUPS

    def _unread(self, clause: Clause) -> Unread:
        value = self.piece.figure.values[0] if self.piece.figure and self.piece.figure.values else 0
        is_group = self.around.unit in _GROUPS or "SUM" in self.around.left
        is_named = self.around.unit == BARE and bool(_GROUPS & set(self.around.left[-2:]))
        first = clause.pieces[0] if len(clause.figures) == 1 else self.piece
        total = value if is_group or is_named else 0
        return Unread(first.start, self.end, total, is_sum="SUM" in self.around.left)


def _said(spot: _Spot, found: Meant, figure: Figure, scene: Scene, clause: Clause) -> Said:
    form = scene.form
    values = tuple(_value(figure, value, found, form) for value in figure.values)
    is_sure = found.is_sure and not figure.is_loose
    if figure.shape is Shape.SHARE:
        part, whole = figure.values
        values = ([part, whole],) if part <= whole else ([whole, part],)
        is_sure = is_sure and part <= whole
    is_sure = is_sure and "khoi" not in clause.forms
    is_further = spot.around.unit in _COUNTED_ON and not spot.around.near & TOPICS
    is_sure = is_sure and not is_unsure(
        spot.around, found.keys, clause, is_alone=not scene.has_sessions, is_about=figure.is_about
    )
    is_each = "EACH" in (*spot.around.left, *spot.around.right)
    return Said(
        found.keys,
        values,
        min(spot.piece.start, spot.end),
        spot.end,
        is_sure=is_sure and not is_each,
        is_about=figure.is_about,
        is_part=spot.is_part or bool(_PARTED & set(spot.around.left)) or is_further,
        is_correction="WRONG" in clause.forms,
        is_each=is_each,
        unit=spot.around.unit,
        is_of_them="OFTHEM" in clause.forms or spot.around.right[:1] in _ENDS,
        quote_from=_label_start(spot, clause),
    )


def _label_start(spot: _Spot, clause: Clause) -> int:
    """Where the words of a bare figure begin: "buổi học là 3"."""
    if spot.around.unit != BARE or not spot.around.left:
        return -1
    starts = [one.start for one in clause.pieces if one.end <= spot.piece.start]
    return starts[max(-len(starts), -len(spot.around.left))] if starts else -1


def _value(figure: Figure, value: int, found: Meant, form: Form) -> Value:
    is_share = len(found.keys) == 1 and form[found.keys[0]].kind is Kind.SHARE
    return [value, None] if is_share and figure.shape is Shape.COUNT else value


# --- where each figure's words are ---------------------------------------------------------------


def _spots(clause: Clause, scene: Scene) -> list[_Spot]:
    pieces = clause.pieces
    at = [
        place
        for place, piece in enumerate(pieces)
        if piece.figure is not None and not is_calendar(pieces, place)
    ]
    chain = _chain(clause, at, scene)
    if chain:
        return chain
    spots: list[_Spot] = []
    begin, is_part = 0, False
    for number, place in enumerate(at):
        if holds_meetings(pieces, place, at[number + 1 :]):
            begin = place + 2
            continue
        after = at[number + 1] if number + 1 < len(at) else len(pieces)
        left = tuple(piece.form for piece in pieces[begin:place])
        if is_ordinal(pieces, place, left, after):
            begin, is_part = place + 1, True
            continue
        unit_at = place + 1
        unit = counted_at(pieces, unit_at, after)
        stop = unit_at + (unit != BARE)
        end = right_end(pieces, stop, after, left, unit) if after < len(pieces) else after
        right = tuple(piece.form for piece in pieces[stop:end])
        is_alone = not scene.has_sessions and "buoi" not in clause.forms
        if "HELP" in left[:2] and "TEAM" in clause.forms[:begin]:
            left = ("TEAM", *left)
        around = Around(left, unit, right, _head(clause, scene), is_alone)
        last = pieces[max(end - 1, place)] if end <= after else pieces[place]
        is_parted = is_part or bool(_PARTED & {piece.form for piece in pieces[:place]})
        spots.append(_Spot(pieces[place], around, last.end, is_parted))
        begin = end
    return spots


def _head(clause: Clause, scene: Scene) -> tuple[str, ...]:
    if "HELP" in clause.forms and scene.has_team and "TEAM" not in clause.head:
        return (*clause.head, "TEAM")
    return clause.head


def _chain(clause: Clause, at: Sequence[int], scene: Scene) -> list[_Spot]:
    """Labels before figures in one row: "buổi 3 lượt 95 loa 20 tổ 6"; [] if it is no such row."""
    pieces = clause.pieces
    if len(at) < 2 or not at[0] or any(p.form not in NEUTRAL for p in pieces[at[-1] + 1 :]):
        return []
    spots: list[_Spot] = []
    begin = 0
    for place in at:
        left = tuple(piece.form for piece in pieces[begin:place])
        around = Around(left, BARE, (), clause.head, is_alone=False)
        spots.append(_Spot(pieces[place], around, pieces[place].end))
        begin = place + 1
    found = [spot.meant(scene.form) for spot in spots]
    keys = [one.keys for one in found if one is not None and one.is_sure]
    return spots if len(keys) == len(set(keys)) == len(at) else []

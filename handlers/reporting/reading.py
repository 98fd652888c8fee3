"""Reading a report told in one message (N14, U8): what is certain, what must be asked, what is not.

Pure: no clock, no database. Never more than was said, and nothing ambiguous is decided here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Final

from handlers import words
from handlers.reporting.answers import Answer
from handlers.reporting.form import Form
from handlers.reporting.readers.clauses import LABELS, MOST, Clause, clauses_of, is_share
from handlers.reporting.readers.gathered import gathered
from handlers.reporting.readers.headings import without_numbers
from handlers.reporting.readers.multiplied import with_multiplied
from handlers.reporting.readers.numbered import items_in, read_in_order
from handlers.reporting.readers.numerals import with_numbers
from handlers.reporting.readers.pieces import Piece, cut
from handlers.reporting.readers.reports import tells_figures, tells_one_activity
from handlers.reporting.readers.told import Doubt, Reading, Said, Unread, words_up_to
from handlers.reporting.readers.told_beside import with_asides
from handlers.reporting.readers.told_figures import Scene, told_in
from handlers.reporting.readers.told_for import parts_of
from handlers.reporting.readers.told_hamlets import KEY, told_by_hamlet
from handlers.reporting.readers.told_none import told_without_figure
from handlers.reporting.readers.told_notes import read_notes
from handlers.reporting.readers.told_plan import read_plan
from handlers.reporting.readers.told_scope import in_scope, scopes_of, with_learners
from handlers.reporting.readers.told_shares import with_shares
from handlers.reporting.readers.told_together import (
    with_groups,
    with_products,
    with_totals,
    without_parts,
)
from handlers.reporting.readers.told_units import UNIT, WHOLE, Named, own_unit, with_units
from handlers.reporting.readers.told_unsure import with_neighbours
from handlers.reporting.readers.vocabulary import in_meanings, phrases_of
from handlers.words.text import listed
from storage.units import UnitInfo

__all__ = ["Doubt", "Reading", "Told", "read"]


@dataclass(frozen=True, slots=True)
class Told:
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Field key -> what is certain."""
    doubts: tuple[Doubt, ...] = ()
    """In the order of the message."""
    unread: tuple[str, ...] = ()
    """Pieces, as typed, that were not understood: listed, never dropped."""
    unit: str = ""
    """Code of the unit that the message names as its own; "" = none."""


_KEYCAP: Final = re.compile("\ufe0f?\u20e3")
_LEADERS: Final = re.compile(r"(?:\.{2,}|…+|→|[=-]>)(?=[ \t]*\d)")
"""What leads from a label to its figure: "Buổi tập huấn....3"."""
_LEARNT: Final = listed("buoi TRAIN luot ALL LEARNER ATTEND")
_SEVERAL: Final = 3
_OTHER_SHARES: Final = listed("PAY HOUSES FILES FILE SKILL PUPIL STAFF ATTEND TRAIN PAST")
_CARRIED: Final = listed("SPREAD FRAUD TEAM LEVEL2 PAY PUPIL STAFF SKILL")
_STOPPED: Final = listed("dung ngung hong hoan nghi")
_MOST_PIECES: Final = 1500
"""Words and signs of a message that are read: as many as fit in one that means something (T29)."""
_LISTED: Final = 60
"""Characters of a piece that is listed as not understood."""
_VALUE_BELOW: Final = re.compile(r"(?m)^([^\d\n:]{2,60}[^\d\n:.,;!?])\n(?=[ \t]*\d[\d./,]*[ \t]*$)")
"""A line with a label only, over a line with a figure only."""


def read(
    text: str, *, form: Form, today: date, known: Sequence[UnitInfo], speaker: str = ""
) -> Told | None:
    """What the message tells for this form (of the year `today` is in).

    `speaker`: code of the unit it is told for; what it tells for another one is listed as unread.
    None if it tells nothing of it: then it is no report. Raises nothing, in linear time (T29).
    """
    text = _KEYCAP.sub("", words.clean(text))
    items, plain = items_in(text)
    plain = without_numbers(_with_values_beside(plain))
    pieces = cut(plain)
    named = with_units(with_multiplied(with_numbers(pieces[:_MOST_PIECES])), known)
    meant = with_asides(with_shares(in_meanings(named.pieces, phrases_of(form))))
    parts = parts_of(
        clauses_of(meant, year=today.year), named, form, known, speaker=speaker, text=text
    )
    clauses = parts.own
    message = _Message(text, form, today, named)
    message.unread += [Unread(one.pieces[0].start, one.pieces[-1].end) for one in parts.others]
    if len(pieces) > _MOST_PIECES:
        message.unread.append(Unread(pieces[_MOST_PIECES].start, len(text)))
    if len(clauses) >= MOST:
        message.unread.append(Unread(clauses[-1].pieces[-1].end, len(text)))
    ordered = read_in_order(text, items, form, today=today)
    if ordered is None:
        message.read(clauses)
    else:
        message.said += ordered
        clauses = [one for one in clauses if one.pieces[0].start < items[0].start]
    unit = parts.unit or own_unit(message.heard(clauses), named, form, known, text)
    told = message.told(unit)
    if tells_one_activity(clauses, message.said, text):
        return None
    is_report = told.answers or told.doubts or tells_figures(clauses, text, told.unread)
    return told if is_report else None


def _with_values_beside(text: str) -> str:
    text = _LEADERS.sub(lambda found: ":" + " " * (len(found[0]) - 1), text)
    return _VALUE_BELOW.sub(lambda found: f"{found[1]}:", text)


@dataclass
class _Message:
    """What has been found so far."""

    text: str
    form: Form
    today: date
    named: Named
    said: list[Said] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    apart: Piece | None = None
    """A hamlet whose figure stands behind a dash: "Xóm 1 - 300/385"."""

    def heard(self, clauses: Sequence[Clause]) -> list[Piece]:
        heard: list[Piece] = []
        for place, clause in enumerate(clauses):
            at = next((n for n, form in enumerate(clause.forms) if form in LABELS), 0)
            heard += clause.pieces if place not in self.taken else clause.pieces[:at]
        return heard

    def read(self, clauses: Sequence[Clause]) -> None:
        notes = read_notes(clauses, self.text, self.form, self._begins)
        self.taken = notes.taken
        self.said += notes.said
        self.unread += notes.unread
        said, unread, clauses = read_plan(
            clauses, self.text, self.form, today=self.today, taken=self.taken
        )
        self.said += said
        self.unread += unread
        self._read_figures(clauses)

    def _begins(self, clause: Clause) -> bool:
        """Whether a clause tells a figure of the form: a note before it ends there."""
        if clause.is_open or not clause.pieces:
            return False
        said, _ = told_in(clause, Scene(self.form))
        return any(one.is_sure for one in said) or (
            not clause.figures and bool(told_without_figure(clause, self.form))
        )

    def _read_figures(self, clauses: Sequence[Clause]) -> None:
        is_topic = any({"LEVEL2", "VNEID"} & set(one.forms) for one in clauses)
        is_topic = is_topic and "lan luot" not in words.fold(self.text)
        is_topic = is_topic or _is_list_of_hamlets(clauses)
        scene = Scene(self.form, has_sessions=any(_LEARNT & set(one.forms) for one in clauses))
        scopes = scopes_of(clauses, self.form, self.text, taken=self.taken)
        for place, clause in enumerate(clauses):
            if place in self.taken or not clause.pieces:
                continue
            if clause.is_past or clause.is_open:
                self._list(clause)
                continue
            if self.form.get(KEY) is not None:
                clause = self._read_hamlets(clause, is_topic=is_topic)
            clause = self._with_topic(clauses, place, clause)
            said, unread = told_in(clause, scene)
            if clause.pieces and not clause.figures:
                said = told_without_figure(clause, self.form)
            self.said += in_scope(said, scopes[place])
            self.unread += unread
            scene = _after(scene, clause, said)

    def _with_topic(self, clauses: Sequence[Clause], place: int, clause: Clause) -> Clause:
        """What "được 24 lượt" speaks of behind "loa vẫn phát": what was named and not told."""
        before = clauses[place - 1] if place else None
        if before is None or clause.head or clause.before not in (",", "("):
            return clause
        is_open = before.is_past or before.is_open or before.figures or place - 1 in self.taken
        is_told = not is_open and bool(told_without_figure(before, self.form))
        topics = tuple(one for one in before.forms if one in _CARRIED)
        is_stopped = bool(_STOPPED & set(before.forms))
        return (
            clause
            if is_open or is_told or is_stopped or not topics
            else replace(clause, head=topics)
        )

    def _read_hamlets(self, clause: Clause, *, is_topic: bool) -> Clause:
        if self.apart is not None:
            clause = replace(clause, pieces=(self.apart, *clause.pieces))
        self.apart = clause.pieces[-1] if clause.pieces[-1].form in (UNIT, WHOLE) else None
        said, unread, taken = told_by_hamlet(
            clause, self.named.codes, is_topic=is_topic, is_whole=self.named.is_whole
        )
        self.said += said
        self.unread += unread
        kept = tuple(piece for piece in clause.pieces if piece not in taken)
        return replace(clause, pieces=kept)

    def _list(self, clause: Clause) -> None:
        """List what is of another year, or asked, or yet to come."""
        if clause.figures:
            self.unread.append(Unread(clause.pieces[0].start, clause.pieces[-1].end))

    def told(self, unit: str) -> Told:
        said, parts = without_parts(with_groups(with_products(self.said)))
        said, unread = with_totals(said, [*self.unread, *parts])
        said, unread = with_neighbours(with_learners(said, self.text), unread, self.text)
        answers, doubts = gathered(said, self.form, self.text)
        typed = (" ".join(self.text[one.start : one.end].split()) for one in unread)
        pieces = [words_up_to(one, _LISTED) for one in typed]
        return Told(answers, tuple(doubts), tuple(dict.fromkeys(filter(None, pieces))), unit)


def _is_list_of_hamlets(clauses: Sequence[Clause]) -> bool:
    """Whether shares of several hamlets are all that is told."""
    pieces = [piece for one in clauses for piece in one.pieces]
    pieces = [one for one in pieces if one.form != ":"]
    told = sum(one.form == UNIT and is_share(after.figure) for one, after in pairwise(pieces))
    return told >= _SEVERAL and not any(one.form in _OTHER_SHARES for one in pieces)


def _after(scene: Scene, clause: Clause, said: Sequence[Said]) -> Scene:
    keys = {key for one in said for key in one.keys}
    is_team = bool(keys & {"team_members", "team_helped"})
    last = said[-1] if said else scene.last
    return replace(
        scene,
        last=last,
        has_sessions=scene.has_sessions or bool(keys & {"sessions", "attendances"}),
        has_team=is_team or (scene.has_team and not said),
        was_day="ngay" in clause.forms or (scene.was_day and not said),
    )

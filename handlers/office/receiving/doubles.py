"""What several units may have told twice, as plain sentences. Pure; no figure is ever changed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, NamedTuple

from rapidfuzz.distance import OSA

from handlers.reporting.answers import FROM_HOLDER, Answer
from handlers.reporting.form import Field, Kind
from handlers.texts import Texts
from handlers.words import fold, say_number
from handlers.yearly.gathering import Told
from storage.report_totals import SharedActivity
from storage.units import UnitInfo

_LONG: Final = 5
"""Letters from which on one slip in a word leaves it the same word."""
_LEAD: Final = re.compile(r"(?:(?:mo hinh|cach lam|cach lam hay|sang kien|diem|ong|ba|anh|chi) )+")
_OWN: Final = re.compile(r".*\bcua (?:xom|thon|truong|don vi|co quan|hoi|doan|to)")
"""A name that says no more than "of the hamlet" is another thing at every teller."""
_NAMED: Final = 4
"""So many units are named in one sentence."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that may be in the commune's total twice."""

    units: tuple[int, ...]
    """Ids of the units it is about, two or more."""
    names: tuple[str, ...]
    text_id: str
    values: Mapping[str, Any]

    def say(self, texts: Texts) -> str:
        """One plain sentence that names them: "Xóm 5, Xóm 6 và 3 nơi khác"."""
        shown = self.names if len(self.names) <= _NAMED else self.names[: _NAMED - 1]
        last = shown[-1]
        if shown != self.names:
            last = texts.say("review.others", count=len(self.names) - len(shown))
            shown = (*shown, last)
        units = texts.say("review.both", first=", ".join(shown[:-1]), last=last)
        return texts.say(self.text_id, units=units, **self.values)


class Ended(NamedTuple):
    """A unit that is no more, and one that goes on in its place."""

    before: int
    after: int


def suspicions(
    told: Sequence[Told],
    *,
    held: Iterable[SharedActivity],
    ended: Iterable[Ended],
    holders: Mapping[str, str],
) -> list[Suspicion]:
    """All of them, the surest first. `holders`: whose figure -> code of the unit that enters it."""
    return [
        *_of_ended(told, ended),
        *_of_sessions(told, held),
        *_of_holders(told, holders),
        *_of_records(told),
    ]


# --- a unit that ended, and the one after it -----------------------------------------------------


def successors(
    gone: Iterable[UnitInfo], there: Iterable[UnitInfo], begun: Iterable[UnitInfo]
) -> list[Ended]:
    """Which unit goes on in place of one that ended: it has its name, or is the only new one.

    `gone`: existed when the period began and does not now; `begun`: the other way round.
    """
    there, begun, found = list(there), list(begun), []
    for one in gone:
        alike = [unit for unit in there if unit.kind == one.kind]
        named = [unit for unit in alike if fold(one.name) in map(fold, (unit.name, *unit.aliases))]
        new = [unit for unit in begun if unit.kind == one.kind]
        found += [Ended(one.id, unit.id) for unit in named or (new if len(new) == 1 else [])]
    return found


def _of_ended(told: Sequence[Told], ended: Iterable[Ended]) -> list[Suspicion]:
    by_id = {one.unit.id: one for one in told}
    return [
        _suspicion("review.double_ended", by_id[pair.before], by_id[pair.after])
        for pair in ended
        if pair.before in by_id and pair.after in by_id
    ]


# --- sessions that were held together ------------------------------------------------------------


def _of_sessions(told: Sequence[Told], held: Iterable[SharedActivity]) -> list[Suspicion]:
    """Pairs whose shared sessions are in what both typed themselves, not filled in by the book."""
    typed = {one.unit.id: one for one in told if _typed(one)}
    together: dict[tuple[int, int], int] = defaultdict(int)
    for one in held:
        if one.until is None and one.sessions:
            for pair in combinations(sorted(one.units & typed.keys()), 2):
                together[pair] += one.sessions
    return [
        _suspicion("review.double_sessions", typed[a], typed[b], count=say_number(count))
        for (a, b), count in together.items()
    ]


def _typed(told: Told) -> bool:
    """Whether sessions or attendances are a figure that this unit told itself."""
    fields = [one for one in told.form.fields if one.filled_by in ("sessions", "heads")]
    return any(_is_own_figure(told.answers.get(one.key)) for one in fields)


def _is_own_figure(answer: Answer | None) -> bool:
    return answer is not None and not answer.source and not answer.unknown and bool(answer.value)


# --- figures that belong to one holder -----------------------------------------------------------


def _of_holders(told: Sequence[Told], holders: Mapping[str, str]) -> list[Suspicion]:
    """Who told a figure itself that its holder told as well."""
    by_code = {one.unit.code: one for one in told}
    found = []
    for one in told:
        for field in one.form.fields:
            holder = by_code.get(holders.get(field.holder, "")) if field.taken_from else None
            if holder is None or holder.unit.id == one.unit.id or not _has_own(one, field):
                continue
            if _covers(holder, field, one.unit.code):
                found.append(_suspicion("review.double_holder", one, holder, label=field.label))
    return found


def _has_own(told: Told, field: Field) -> bool:
    answer = told.answers.get(field.key)
    return answer is not None and answer.source != FROM_HOLDER and bool(answer.value)


def _covers(holder: Told, field: Field, code: str) -> bool:
    """Whether the holder's rows have this unit, or the whole commune at once."""
    answer = holder.answers.get(field.taken_from)
    rows = answer.value if answer and isinstance(answer.value, dict) else {}
    return code in rows or "" in rows


# --- the same model, person or initiative --------------------------------------------------------


class _Record(NamedTuple):
    told: Told
    field: Field
    name: str
    words: tuple[str, ...]


def _of_records(told: Sequence[Told]) -> list[Suspicion]:
    by_field: dict[str, list[_Record]] = defaultdict(list)
    for record in _records(told):
        by_field[record.field.key].append(record)
    found = []
    for records in by_field.values():
        for group in _groups(records):
            units = list({one.told.unit.id: one.told for one in group}.values())
            if len(units) > 1:
                first = group[0]
                values = {"label": first.field.label, "what": first.name}
                found.append(_suspicion("review.double_record", *units, **values))
    return found


def _records(told: Sequence[Told]) -> Iterable[_Record]:
    for one in told:
        for field in one.form.fields:
            answer = one.answers.get(field.key)
            if field.kind is not Kind.RECORDS or answer is None:
                continue
            listed = answer.value if isinstance(answer.value, list) else []
            for record in listed:
                name = record.get(field.parts[0].key) if isinstance(record, dict) else None
                if isinstance(name, str) and (words := _words(name)):
                    yield _Record(one, field, name, words)


def _words(name: str) -> tuple[str, ...]:
    """What the name says, folded, without "mô hình"; () if it is a name of one's own only."""
    plain = " ".join(re.findall(r"[a-z0-9]+", fold(name)))
    if _OWN.fullmatch(plain):
        return ()
    lead = _LEAD.match(f"{plain} ")
    return tuple(f"{plain} "[lead.end() if lead else 0 :].split())


def _groups(records: Sequence[_Record]) -> list[list[_Record]]:
    """Records whose names say the same; the length of names and their first letters decide fast."""
    alike: dict[tuple[int, str], list[list[_Record]]] = defaultdict(list)
    for record in records:
        there = alike[len(record.words), "".join(word[0] for word in record.words)]
        group = next((one for one in there if _is_same(one[0].words, record.words)), None)
        if group is None:
            there.append([record])
        else:
            group.append(record)
    return [group for found in alike.values() for group in found if len(group) > 1]


def _is_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Word for word equal, but for one slip in a long word; figures must be equal."""
    slips = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(slips) <= 1 and all(
        min(len(a), len(b)) >= _LONG and a.isalpha() and b.isalpha() and OSA.distance(a, b) <= 1
        for a, b in slips
    )


def _suspicion(text_id: str, *told: Told, **values: Any) -> Suspicion:
    units, names = tuple(one.unit.id for one in told), tuple(one.name for one in told)
    return Suspicion(units, names, text_id, values)

"""For which unit each part of a message is told: what is another one's is never mixed in (T01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from handlers.reporting.form import Form
from handlers.reporting.readers.clauses import Clause
from handlers.reporting.readers.pieces import STRONG
from handlers.reporting.readers.told_units import UNIT, Named, is_beside
from handlers.words.text import listed
from storage.units import UnitInfo

_BEFORE: Final = listed(
    "con ben phia rieng em toi minh o tai xin da bao cao bc so lieu cua ket qua kq ve va thi la ' "
    ": ban don vi nha nay den gui bo sung NOW tong hop"
)
_MOST_BEFORE: Final = 6


@dataclass
class Parts:
    """The clauses told for the unit itself, and the rest."""

    own: list[Clause] = field(default_factory=list)
    others: list[Clause] = field(default_factory=list)
    unit: str = ""
    """The unit they are told for, if the message tells for more than one."""


def parts_of(
    clauses: Sequence[Clause],
    named: Named,
    form: Form,
    known: Sequence[UnitInfo],
    *,
    speaker: str,
    text: str,
) -> Parts:
    """The clauses for `speaker`; without one, or without a word of it, for the first one named."""
    kinds = {unit.code: unit.kind for unit in known}
    told = [_subject(clause, named, form, kinds, text) for clause in clauses]
    if speaker and _tells_before(clauses, told):
        told = [speaker, *told[1:]]
    subjects = list(dict.fromkeys(code for code in told if code))
    if len(subjects) < 2:
        return Parts(list(clauses))
    unit = speaker if speaker in subjects else subjects[0]
    found = Parts(unit=unit)
    now = unit
    for clause, code in zip(clauses, told, strict=True):
        now = code or now
        (found.own if now == unit else found.others).append(clause)
    return found


def _tells_before(clauses: Sequence[Clause], told: Sequence[str]) -> bool:
    """Whether figures stand before the first unit that is named."""
    first = next((place for place, code in enumerate(told) if code), 0)
    return any(one.figures and not one.is_past for one in clauses[:first])


def _subject(clause: Clause, named: Named, form: Form, kinds: Mapping[str, str], text: str) -> str:
    """Code of the unit a clause begins to tell of; "" = of the same one as before."""
    at = next((n for n, one in enumerate(clause.forms[:_MOST_BEFORE]) if one == UNIT), -1)
    if at < 0 or any(one not in _BEFORE for one in clause.forms[:at]):
        return ""
    if is_beside(text, clause.pieces[at]):
        return ""
    codes = [one for one in named.codes[clause.pieces[at].start] if kinds.get(one) in form.kinds]
    behind = clause.forms[at + 1 :]
    is_heading = not behind and clause.before == STRONG
    tells = bool(clause.figures) or behind[:1] == (":",) or is_heading
    return codes[0] if len(codes) == 1 and tells else ""

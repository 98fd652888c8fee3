"""What all reports of a commune come to, figure by figure; pure.

A figure, "chưa nắm được" and blank stay three different things. A figure that belongs to one
holder counts once, in the holder's own report (design §5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from handlers.reporting import rules
from handlers.reporting.answers import FROM_HOLDER, Answer
from handlers.reporting.form import Field, Kind
from handlers.reporting.forms import NAMES, built_in, labels
from handlers.reporting.letter.figures import shares_in
from handlers.reporting.letter.figures import together as added
from handlers.yearly.gathering import Gathered, Told
from handlers.yearly.together import Together


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit's contribution to a total: what a total opens to."""

    told: Told
    answer: Answer


@dataclass(frozen=True, slots=True)
class Total:
    field: Field
    """Label, kind, counts, section and plan of the form's field."""
    pieces: tuple[Piece, ...]
    """Every told unit that was asked and answered, also "chưa nắm được"."""
    blank: tuple[Told, ...]
    """Told units whose form asks it and that left it blank."""
    count: int | None
    """COUNT: the sum of what is known, shared sessions once; None when nobody told a figure."""
    share: tuple[int, int] | None
    """SHARE, BY_HAMLET: sum of parts, sum of wholes, of those that have both."""
    chosen: Mapping[str, int]
    """ONE_OF, MANY_OF: key of an option -> number of units."""
    listed: int
    """RECORDS, EVIDENCE: number of them; NOTE, DATE: how many units told one."""
    unknown: tuple[Told, ...]
    """"chưa nắm được"."""
    about: bool
    """Whether any "khoảng" is in it."""
    shared: int
    """What several units held together and was taken out of `count`."""

    @property
    def known(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if not piece.answer.unknown)


def totals(gathered: Gathered, *, together: Together) -> list[Total]:
    """Of all units, in the order of the forms; of what nobody was asked there is none."""
    found = (_total(key, told, gathered, together) for key, told in _asked(gathered.told).items())
    return [one for one in found if one.pieces or one.blank]


def by_kind(gathered: Gathered, *, together: Together) -> Mapping[str, list[Total]]:
    """Kind of units -> what they alone come to; kinds in the order of the forms."""
    found: dict[str, list[Told]] = {}
    for told in sorted(gathered.told, key=_place):
        found.setdefault(told.unit.kind, []).append(told)
    return {
        kind: totals(replace(gathered, told=tuple(told)), together=together)
        for kind, told in found.items()
    }


_Key = tuple[str, Kind]


def _asked(told: Sequence[Told]) -> Mapping[_Key, list[Told]]:
    """Each field, in the order of the forms -> whose form has it, in the order of `told`."""
    keys = dict.fromkeys(
        (field.key, field.kind) for one in sorted(told, key=_place) for field in one.form.fields
    )
    return {(key, kind): [one for one in told if _is_in(one, key, kind)] for key, kind in keys}


def _place(told: Told) -> int:
    return NAMES.index(told.form.key) if told.form.key in NAMES else len(NAMES)


def _is_in(told: Told, key: str, kind: Kind) -> bool:
    field = told.form.get(key)
    return field is not None and field.kind is kind


def _total(key: _Key, told: Sequence[Told], gathered: Gathered, together: Together) -> Total:
    holders = gathered.settings.get("holders") or {}
    field = _common([one.form[key[0]] for one in told])
    pieces = _pieces(field, told, holders)
    answered = {piece.told.unit.id for piece in pieces}
    known = [piece for piece in pieces if not piece.answer.unknown]
    counts = list(_counts(known)) if field.kind is Kind.COUNT else []
    shared = together.taken_out(field, known) if counts else 0
    return Total(
        field=field,
        pieces=tuple(pieces),
        blank=tuple(_blank(field, told, answered, holders)),
        count=sum(counts) - shared if counts else None,
        share=_share(field, known),
        chosen=_chosen(field, known),
        listed=_listed(field, known),
        unknown=tuple(piece.told for piece in pieces if piece.answer.unknown),
        about=any(piece.answer.about for piece in known),
        shared=shared,
    )


def _pieces(field: Field, told: Sequence[Told], holders: Mapping[str, str]) -> list[Piece]:
    """Not what a unit took over from its holder; of a holder's figure the holder's alone."""
    found = [
        Piece(one, answer)
        for one in told
        if (answer := one.answers.get(field.key)) is not None
        and answer.source != FROM_HOLDER
        and rules.applies(one.form[field.key], one.answers)
    ]
    if not field.holder:
        return found
    own = [piece for piece in found if piece.told.unit.code == holders.get(field.holder)]
    return own or found[:1]


def _blank(
    field: Field, told: Sequence[Told], answered: set[int], holders: Mapping[str, str]
) -> Iterator[Told]:
    for one in told:
        own = one.form[field.key]
        if one.unit.id not in answered and rules.applies(own, one.answers):
            asked = rules.asked_of(one.form, one.unit.code, holders)
            if any(each.key == field.key for each in asked):
                yield one


# --- what the pieces come to ---------------------------------------------------------------------


def _counts(known: Iterable[Piece]) -> Iterator[int]:
    for piece in known:
        if isinstance(piece.answer.value, int):
            yield piece.answer.value


def _share(field: Field, known: Iterable[Piece]) -> tuple[int, int] | None:
    pairs = [pair for piece in known if (pair := share_of(field, piece.answer))]
    return (sum(one[0] for one in pairs), sum(one[1] for one in pairs)) if pairs else None


def share_of(field: Field, answer: Answer) -> tuple[int, int] | None:
    """Part and whole of one answer; of figures by hamlet those of the whole commune."""
    match field.kind, answer.value:
        case Kind.SHARE, [int(part), int(whole)]:
            return part, whole
        case Kind.BY_HAMLET, dict(rows):
            shares = shares_in(rows)
            together = shares.get("") or (added(shares) if shares else None)
            return (together.part, together.whole) if together else None
    return None


def _chosen(field: Field, known: Iterable[Piece]) -> Mapping[str, int]:
    if field.kind not in (Kind.ONE_OF, Kind.MANY_OF):
        return {}
    counts = {option.key: 0 for option in field.options}
    for piece in known:
        value = piece.answer.value
        for key in dict.fromkeys(map(str, value if isinstance(value, list) else [value])):
            counts[key] = counts.get(key, 0) + 1
    return counts


def _listed(field: Field, known: Iterable[Piece]) -> int:
    if field.kind in (Kind.RECORDS, Kind.EVIDENCE):
        values = (piece.answer.value for piece in known)
        return sum(len(value) for value in values if isinstance(value, list))
    if field.kind in (Kind.NOTE, Kind.DATE):
        return sum(bool(piece.answer.value) for piece in known)
    return 0


# --- one field of several forms ------------------------------------------------------------------


def _common(fields: Sequence[Field]) -> Field:
    """As the first form has it, with every option of all, in the words for all kinds of units."""
    first = fields[0]
    options = {option.key: option for field in fields for option in field.options}
    label = first.label
    if label in _labels().get(first.key, ()):  # not an officer's own words
        label = _labels()[first.key][0]
    if (label, len(options)) == (first.label, len(first.options)):
        return first
    return first.model_copy(update={"label": label, "options": tuple(options.values())})


@cache
def _labels() -> Mapping[str, Sequence[str]]:
    """Key of each field we bring -> its labels, the one for all kinds of units first."""
    found = {key: [label] for key, label in labels().items()}
    for form in built_in().values():
        for field in form.fields:
            found[field.key].append(field.label)
    return found

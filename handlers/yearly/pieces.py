"""One total, opened: the units it is made of, and those that are not in it."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.flow import Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.owing import Obligation, Standing
from handlers.reporting import saying as reporting
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER
from handlers.reporting.form import Field
from handlers.reporting.forms import built_in
from handlers.reporting.place import form_key
from handlers.reporting.saying import Names
from handlers.words import say_number
from handlers.yearly import saying
from handlers.yearly.gathering import Gathered, Told
from handlers.yearly.looking import Look
from handlers.yearly.rows import Row
from handlers.yearly.totals import Piece


def of(row: Row) -> list[Piece]:
    """The units behind the figure; of a choice those that chose it."""
    _, _, option = row.key.partition("=")
    return [piece for piece in row.total.known if not option or _chose(piece, option)]


def _chose(piece: Piece, option: str) -> bool:
    value = piece.answer.value
    return option in value if isinstance(value, list) else value == option


# --- what is said of the whole -------------------------------------------------------------------


def opened(turn: Turn, look: Look, row: Row) -> list[Outgoing]:
    """The figure, what was counted once, and by name who is not in it."""
    first = [f"{row.label}: {saying.figure(turn, row)}."]
    if row.told:
        first.append(turn.text_of("yearly.row_told", told=row.told))
    if row.total.field.holder:
        first.append(turn.text_of("yearly.explain_holder"))
    for key, n in (("shared", row.total.shared), ("apart", row.apart)):
        if n:
            amount = say_number(n)
            first.append(turn.text_of(f"yearly.explain_{key}", n=amount, counts=row.counts))
    missing = _missing(turn, look, row)
    return in_messages([" ".join(first), *missing])


def _missing(turn: Turn, look: Look, row: Row) -> list[str]:
    """Unknown, blank and silent are three different things (design §5)."""
    groups = {
        "unknown": [one.name for one in row.total.unknown],
        "blank": [one.name for one in row.total.blank],
        "silent": [one.name for one in silent(look.gathered, row.total.field)],
    }
    return [
        turn.text_of(f"yearly.names_{key}", n=len(names), names=saying.names(turn, names))
        for key, names in groups.items()
        if names
    ]


def silent(gathered: Gathered, field: Field) -> list[Obligation]:
    """Who is asked this and has no figures here: whoever is exempt is not asked."""
    holder = (gathered.settings.get("holders") or {}).get(field.holder)
    return [
        one
        for one in gathered.silent
        if one.standing is not Standing.EXEMPT
        and _asks(one, field)
        and (not field.holder or holder == one.unit.code)
    ]


def _asks(one: Obligation, field: Field) -> bool:
    """By the form we bring: an officer's own field is asked of whoever told it."""
    form = built_in().get(form_key(one.unit) or "")
    return form is not None and (form.get(field.key) is not None)


# --- one unit in it ------------------------------------------------------------------------------


class Said(NamedTuple):
    """One unit behind a figure, in words."""

    name: str
    answer: str
    about: tuple[str, ...]
    """The code of its receipt, and where it is from."""


def said(turn: Turn, look: Look, row: Row, piece: Piece) -> Said:
    told = piece.told
    field = told.form[row.total.field.key]
    answer = reporting.say(turn.house.texts, field, piece.answer, names_in(look.gathered))
    return Said(told.name, answer, (told.code, *_source(turn, piece)))


def line(turn: Turn, look: Look, row: Row, piece: Piece) -> str:
    one = said(turn, look, row, piece)
    return f"{one.name}: {one.answer} ({', '.join(one.about)})"


def _source(turn: Turn, piece: Piece) -> list[str]:
    own = {FROM_BOOK: "reporting.from_book", FROM_HOLDER: "reporting.from_holder"}
    found = [own[piece.answer.source]] if piece.answer.source in own else []
    return [turn.text_of(key) for key in (*found, *marks(piece.told))]


def marks(told: Told) -> Sequence[str]:
    """Text ids: entered by somebody else, sent late."""
    version = told.version
    found = [f"yearly.source_{version.source}"] if version.source != "unit" else []
    return [*found, "yearly.late"] if version.is_late else found


def names_in(gathered: Gathered) -> Names:
    return Names(gathered.names)

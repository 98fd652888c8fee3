"""All versions that one unit ever sent, and what each changed (A6)."""

from collections.abc import Sequence
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing, in_messages
from handlers.reporting import saying as reporting
from handlers.reporting.answers import Answer, Answers, loaded
from handlers.reporting.form import Field
from handlers.roles import role_name
from handlers.words import say_number
from handlers.yearly import saying
from handlers.yearly.looking import Look
from handlers.yearly.pieces import names_in
from handlers.yearly.rows import Row
from handlers.yearly.totals import Piece
from storage import reports
from storage.reports import VersionInfo

_MOST_CHANGES: Final = 6
_MOST_SHOWN: Final = 5  # versions, the newest


async def messages(turn: Turn, look: Look, row: Row, piece: Piece) -> list[Outgoing]:
    """Each version: when, by whom, from where; and what it says otherwise than the one before."""
    sent = await reports.versions(turn.tx, piece.told.report.id)
    shown = sent[-_MOST_SHOWN:]
    before = [None, *shown] if len(sent) == len(shown) else sent[-_MOST_SHOWN - 1 :]
    found = []
    for one, older in zip(shown, before, strict=False):
        parts = [_version(turn, look, row, piece, one)]
        if older is not None:
            parts.append(_changes(turn, look, piece, older, one))
        found += in_messages(filter(None, parts))
    return found


def _version(turn: Turn, look: Look, row: Row, piece: Piece, one: VersionInfo) -> str:
    field = piece.told.form[row.total.field.key]
    said = _say(turn, look, field, loaded(one.answers).get(field.key))
    about = ", ".join(_about(turn, piece, one))
    return turn.text_of(
        "yearly.version",
        unit=piece.told.name,
        number=one.number,
        about=about,
        label=field.label,
        n=said,
    )


def _about(turn: Turn, piece: Piece, one: VersionInfo) -> Sequence[str]:
    said = [saying.at(one.sent_at.astimezone(turn.house.timezone))]
    if one.sent_as:
        role = role_name(turn, one.sent_as, piece.told.unit.kind)
        said.append(turn.text_of("yearly.sent_by", role=role[:1].lower() + role[1:]))
    keys = [f"via_{one.via}"] + ([f"source_{one.source}"] if one.source != "unit" else [])
    marks = {
        "late": one.is_late,
        "withdrawn": one.withdrawn_at is not None,
        "counts_now": one.number == piece.told.version.number,
    }
    keys += [key for key, is_so in marks.items() if is_so]
    return [*said, *(turn.text_of(f"yearly.{key}") for key in keys)]


def _say(turn: Turn, look: Look, field: Field, answer: Answer | None) -> str:
    if answer is None:
        return turn.text_of("yearly.left_blank")
    return reporting.say(turn.house.texts, field, answer, names_in(look.gathered))


def _changes(turn: Turn, look: Look, piece: Piece, older: VersionInfo, one: VersionInfo) -> str:
    """By the form of the version that counts: lines that read otherwise."""
    left, right = (_told(turn, look, piece, loaded(each.answers)) for each in (older, one))
    changed = [
        turn.text_of("yearly.change", label=field.label, before=left[key], after=right[key])
        for key, field in ((field.key, field) for field in piece.told.form.fields)
        if left[key] != right[key]
    ]
    if not changed:
        return ""
    kept = changed[:_MOST_CHANGES]
    if len(changed) > len(kept):
        kept.append(turn.text_of("yearly.change_more", n=say_number(len(changed) - len(kept))))
    return turn.text_of(
        "yearly.changed", number=one.number, before=older.number, changes="; ".join(kept)
    )


def _told(turn: Turn, look: Look, piece: Piece, answers: Answers) -> dict[str, str]:
    fields = piece.told.form.fields
    return {field.key: _say(turn, look, field, answers.get(field.key)) for field in fields}

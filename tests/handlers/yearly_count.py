"""What a year's reports come to, by plain loops over stored rows; it knows no `handlers/yearly`.

A second way to the same figures, for the proof that chat, annex and workbook agree.
"""

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from handlers.reporting.form import Field, Kind
from handlers.reporting.forms import FOLDER, built_in
from storage.tables import Activity, ActivityUnit, Report, ReportVersion, Unit
from tests.handlers.yearly_random import HOLDERS, meets
from tests.talk import House


@dataclass
class Counted:
    """One figure: its sum, of what, and how many units are behind it."""

    value: int | None = None
    whole: int | None = None
    is_about: bool = False
    told: int = 0
    unknown: int = 0
    blank: int = 0
    by_kind: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, value: int, whole: int | None, kind: str) -> None:
        self.value = (self.value or 0) + value
        if whole is not None:
            self.whole = (self.whole or 0) + whole
        self.by_kind[kind] += value


async def count(house: House, year: int) -> dict[str, Counted]:
    """Label of a row, in small letters -> what it comes to."""
    stored_rows = await house.rows(
        Unit.code,
        Unit.kind,
        Unit.id,
        ReportVersion.answers,
        ReportVersion.sent_at,
        where=(Unit.id == Report.unit_id)
        & (ReportVersion.report_id == Report.id)
        & (ReportVersion.number == Report.version)
        & (Report.period == str(year))
        & Report.state.in_(["submitted", "accepted"]),
    )
    found: dict[str, Counted] = defaultdict(Counted)
    for code, kind, _, answers, _ in stored_rows:
        forms = [form for form in built_in().values() if kind in form.kinds]
        for one in forms[0].fields:
            if "annual" in one.occasions and _is_asked(one, code, answers):
                _count_one(found, one, answers.get(one.key), kind)
    for key, name in (("sessions", "sessions"), ("attendances", "heads")):
        await _once(house, year, found, stored_rows, key, name)
    return dict(found)


def _is_asked(one: Field, code: str, answers: Any) -> bool:
    if one.only_if and not meets(one, answers):
        return False
    if not one.asked:
        return one.key in answers
    return not one.holder or HOLDERS[one.holder] == code


def _count_one(found: dict[str, Counted], one: Field, answer: Any, kind: str) -> None:
    row = found[one.key]
    if answer is None:
        row.blank += 1
        return
    if answer.get("unknown"):
        row.unknown += 1
        return
    row.told += 1
    row.is_about = row.is_about or bool(answer.get("about"))
    value = answer["value"]
    for option in one.options:
        found[f"{one.key}={option.key}"].add(int(option.key == value), None, kind)
    if one.kind is not Kind.ONE_OF:
        row.add(*_figure(one, value), kind)


def _figure(one: Field, value: Any) -> tuple[int, int | None]:
    match one.kind:
        case Kind.COUNT:
            return value, None
        case Kind.SHARE:
            return value[0], value[1]
        case Kind.BY_HAMLET:
            pairs = [value[""]] if "" in value else list(value.values())
            return sum(part for part, _ in pairs), sum(whole for _, whole in pairs)
        case Kind.RECORDS | Kind.EVIDENCE:
            return len(value), None
    return int(bool(value)), None


async def _once(
    house: House, year: int, found: dict[str, Counted], told: Any, key: str, name: str
) -> None:
    """What several units held and the book told for each of them, counted once."""
    pairs = await house.rows(
        Activity.id,
        Activity.kind,
        Activity.sessions,
        Activity.heads,
        Activity.closed_at,
        Activity.undone_at,
        ActivityUnit.unit_id,
        where=(Activity.id == ActivityUnit.activity_id)
        & Activity.held_on.between(date(year - 1, 12, 15), date(year, 12, 14)),
    )
    held: dict[int, list[Any]] = defaultdict(list)
    for pair in pairs:
        held[pair[0]].append(pair)
    for several in held.values():
        if len(several) < 2:
            continue
        _, kind, sessions, heads, since, until, _ = several[0]
        amount = heads if name == "heads" else (sessions if kind == "class" else 0)
        there = {pair[-1] for pair in several}
        book = [
            unit_kind
            for _, unit_kind, unit_id, answers, sent_at in told
            if unit_id in there
            and answers.get(key, {}).get("source") == "book"
            and since <= sent_at
            and (until is None or until > sent_at)
        ]
        if len(book) > 1:
            found[key].value = (found[key].value or 0) - amount * (len(book) - 1)
            for unit_kind in set(book):
                found[key].by_kind[unit_kind] -= amount * (book.count(unit_kind) - 1)


def labels(key: str) -> str:
    """The words all kinds of units share, as the file of fields has them."""
    name, _, option = key.partition("=")
    fields = tomllib.loads((FOLDER / "fields.toml").read_text("utf-8"))["field"]
    one = next(each for each in fields if each["key"] == name)
    if not option:
        return str(one["label"])
    chosen = next(each["label"] for each in one["options"] if each["key"] == option)
    return f"{one['label']} - {chosen[0].lower()}{chosen[1:]}"


LABELS: Final = {
    key: labels(key)
    for key in dict.fromkeys(
        key
        for form in built_in().values()
        for one in form.fields
        for key in (one.key, *(f"{one.key}={option.key}" for option in one.options))
    )
}

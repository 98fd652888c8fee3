"""A commune of many units with what they reported, as its BÁO CÁO is made of it."""

import dataclasses
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from handlers import texts
from handlers.documents.letter_contents import LetterContents, Section
from handlers.office.owing import Obligation, Standing
from handlers.registers.figures import RegisterFigures
from handlers.reporting import periods
from handlers.reporting.answers import FROM_BOOK, UNKNOWN, Answer, Answers
from handlers.reporting.form import Field, Form, Kind
from handlers.reporting.forms import built_in
from handlers.reporting.periods import ReportPeriod
from handlers.yearly.gathering import Gathered, Told
from handlers.yearly.letter import Known, contents_of
from handlers.yearly.rows import rows
from handlers.yearly.together import Together
from handlers.yearly.totals import totals
from storage.duty_marks import MarkInfo
from storage.points import PointInfo
from storage.reports import ReportInfo, VersionInfo
from storage.units import UnitInfo
from tests.handlers.letter_examples import FULL

TEXTS: Final = texts.load()
NOW: Final = datetime(2026, 12, 16, 2, tzinfo=UTC)
TODAY: Final = date(2026, 12, 16)
SETTINGS: Final[dict[str, Any]] = {
    "name": "xã Giao Minh",
    "province": "tỉnh Ninh Bình",
    "office": "Phòng Văn hóa - Xã hội",
    "holders": {"vneid": "cong-an-xa", "online": "tt-pvhcc"},
    "deadlines": {"so_ket": "2027-07-01", "tong_ket": "2030-10-01"},
}
COMMUNE: Final = UnitInfo(1, "xa-giao-minh", "UBND xã Giao Minh", "ubnd_xa", "none", 1)
KINDS: Final = {
    "xom": ("Xóm", "required"),
    "co_quan": ("Phòng", "required"),
    "truong_hoc": ("Trường Tiểu học", "required"),
    "luc_luong_vu_trang": ("Công an", "required"),
    "mttq_ctxh": ("Hội", "requested"),
    "doanh_nghiep": ("Công ty", "encouraged"),
}
NOTHING: Final = RegisterFigures(
    **dict.fromkeys(RegisterFigures.__dataclass_fields__, 0)
    | {
        **dict.fromkeys(
            (
                *("units_without_plan", "units_with_older_plan"),
                *("units_without_programme", "units_without_launch"),
            ),
            (),
        ),
        "awarded_told": None,
        "publicity_told": None,
    }  # type: ignore[arg-type]
)


def a_unit(number: int, kind: str) -> UnitInfo:
    name, duty = KINDS[kind]
    code = "cong-an-xa" if kind == "luc_luong_vu_trang" else f"{kind}-{number}".replace("_", "-")
    return UnitInfo(100 + number, code, f"{name} {number}", kind, duty, 1)


def told(
    unit: UnitInfo, answers: Answers, *, period: ReportPeriod, form: Form | None = None
) -> Told:
    form = form or built_in()[unit.kind]
    report = ReportInfo(
        id=unit.id,
        commune_id=1,
        unit_id=unit.id,
        form=form.key,
        period=period.key,
        state="submitted",
        version=1,
        first_sent_at=NOW,
        changed_at=NOW,
    )
    version = VersionInfo(
        report_id=unit.id,
        number=1,
        form_version=form.version,
        answers={},
        via="chat",
        source="unit",
        sent_by=None,
        sent_as="head",
        sent_at=NOW,
        is_late=False,
        withdrawn_at=None,
    )
    on = form.on(year=period.year, occasion=period.occasion)
    return Told(unit, unit.name, on, report, version, dict(answers))


def owes(unit: UnitInfo, standing: Standing = Standing.OWES, *marks: str) -> Obligation:
    made = tuple(MarkInfo(1, unit.id, "2026", kind, None, "", None, NOW) for kind in marks)
    return Obligation(unit, unit.name, standing, date(2026, 12, 14), None, made)


def period_of(key: str = "2026") -> ReportPeriod:
    found = periods.by_key(key, SETTINGS)
    assert found is not None
    return found


def gathered(
    reports: Sequence[Told],
    silent: Sequence[Obligation] = (),
    *,
    period: ReportPeriod | None = None,
    settings: Mapping[str, Any] = SETTINGS,
    frozen_at: datetime | None = None,
) -> Gathered:
    sent = [owes(one.unit, Standing.SENT) for one in reports]
    everybody = [*sent, *silent]
    return Gathered(
        commune=COMMUNE,
        settings=settings,
        period=period or period_of(),
        told=tuple(reports),
        obligations=tuple(everybody),
        names={one.unit.code: one.name for one in everybody},
        frozen_at=frozen_at,
    )


def known(
    found: Gathered,
    *,
    registers: RegisterFigures = NOTHING,
    points: Sequence[PointInfo] = (),
    own: Mapping[str, str] | None = None,
) -> Known:
    listed = totals(found, together=Together())
    return Known(found, listed, registers, points, own or {})


def written(what: Known, *, is_sample: bool = False) -> LetterContents:
    listed = rows(TEXTS, what.gathered, together=Together())
    return contents_of(TEXTS, what, rows=listed, today=TODAY, is_sample=is_sample)


def point(kind: str, text: str) -> PointInfo:
    return PointInfo(1, 1, "2026", kind, text, {}, None, "", None)


def section(letter: LetterContents, number: str) -> Section:
    return next(one for one in letter.sections if one.number == number)


def said(letter: LetterContents, number: str) -> str:
    return "\n".join(line.text for line in section(letter, number).lines)


def body(letter: LetterContents) -> str:
    return "\n".join(said(letter, one.number) for one in letter.sections)


REGISTERS = dataclasses.replace(
    NOTHING,
    required=34, plans=31, plans_of_others=4, programmes=22, launches=19,
    visits=12, units_visited=9, open_follow_ups=3, awards=7, awarded=37,
    broadcasts=124, minutes=1_860, articles=48, campaigns=13,
)  # fmt: skip


def xom(number: int, **answers: Answer) -> Told:
    return told(a_unit(number, "xom"), answers, period=period_of())


# --- many of them --------------------------------------------------------------------------------


def a_commune(
    seed: int,
    *,
    units: int = 40,
    silent: int = 5,
    period: ReportPeriod | None = None,
    frozen_at: datetime | None = None,
) -> Gathered:
    """Every kind of unit, with every kind of answer and of none."""
    chance = random.Random(seed)
    period = period or period_of()
    kinds = ["luc_luong_vu_trang", *chance.choices(list(KINDS)[:3], k=units)]
    kinds += ["mttq_ctxh"] * (units // 8) + ["doanh_nghiep"] * (units // 12)
    made = [a_unit(number, kind) for number, kind in enumerate(kinds, start=1)]
    reports = [
        told(one, _answers(chance, built_in()[one.kind]), period=period) for one in made[silent:]
    ]
    standings = chance.choices([Standing.OWES, Standing.PAPER, Standing.EXEMPT], k=silent)
    quiet = [owes(*pair) for pair in zip(made[:silent], standings, strict=True)]
    return gathered(reports, quiet, period=period, frozen_at=frozen_at)


def _answers(chance: random.Random, form: Form) -> dict[str, Answer]:
    found = {field.key: _answer(chance, form, field) for field in form.fields}
    return {key: answer for key, answer in found.items() if answer is not None}


def _answer(chance: random.Random, form: Form, field: Field) -> Answer | None:
    if chance.random() < 0.15:
        return None
    if chance.random() < 0.1:
        return UNKNOWN
    about, book = chance.random() < 0.1, FROM_BOOK if field.filled_by else ""
    match field.kind:
        case Kind.COUNT:
            most = 5 if field.key == "fraud_cases" else 400
            return Answer(chance.choice([0, chance.randint(1, most)]), about=about, source=book)
        case Kind.SHARE:
            whole = chance.randint(1, 900)
            return Answer([chance.randint(0, whole), whole])
        case Kind.ONE_OF:
            return Answer(chance.choice(field.options).key)
    return FULL[form.key].get(field.key)

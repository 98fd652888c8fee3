"""The settings that seed a commune."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic import Field as ModelField

from handlers.units.broadcasts import BroadcastRules
from handlers.units.checks import check
from handlers.units.delivery import DeliveryRules
from handlers.units.model import CODE, Problem, UnitRow
from handlers.units.records import clean, quoted, read_text, toml, units_of
from handlers.units.reminders import ReminderRules


class CommuneFileRefused(Exception):
    """A commune file cannot be used; `problems` names every mistake at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def _phone(text: str) -> str:
    """Loose on purpose: an office may give two numbers or an extension."""
    if text and not re.fullmatch(r"(?=(?:[^0-9]*[0-9]){3,30}[^0-9]*$)[0-9 ().+/;,-]+", text):
        raise ValueError(f"{quoted(text)} không giống số điện thoại. Chưa có thì để trống.")
    return text


def _commune_code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError("Mã chỉ được có chữ thường không dấu, số và dấu gạch nối, tối đa 40.")
    return text


Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(clean)]
Required = Annotated[Text, StringConstraints(min_length=1)]
Phone = Annotated[Text, AfterValidator(_phone)]
_STRICT: Final = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class YearlyDay(BaseModel):
    """A day of every year; a report is due *before* it."""

    model_config = _STRICT
    month: Annotated[int, ModelField(ge=1, le=12)] = 12
    day: Annotated[int, ModelField(ge=1, le=31)] = 15

    @model_validator(mode="after")
    def _exists_every_year(self) -> Self:
        try:
            date(2001, self.month, self.day)
        except ValueError:
            raise ValueError(f"Không có ngày {self.day}/{self.month} hằng năm.") from None
        return self


def _day_of(year: int) -> AfterValidator:
    def check_year(day: date | None) -> date | None:
        if day and day.year != year:
            raise ValueError(f"Phải là một ngày của năm {year}. Chưa biết ngày thì bỏ dòng này.")
        return day

    return AfterValidator(check_year)


class Deadlines(BaseModel):
    """Each report is due *before* its day. The plan gives no day for the last two."""

    model_config = _STRICT
    annual: YearlyDay = YearlyDay()
    onward: YearlyDay | None = None
    """The commune's own report to those above it; without it nobody is reminded of that."""
    so_ket: Annotated[date | None, _day_of(2027)] = None
    tong_ket: Annotated[date | None, _day_of(2030)] = None


class Holders(BaseModel):
    """Codes of the units that enter one figure for all the others (design §5); "" = nobody."""

    model_config = _STRICT
    vneid: Text = ""
    online: Text = ""


class Letterhead(BaseModel):
    """What the clerk fills in: empty prints dots."""

    model_config = _STRICT
    so: Text = ""
    ngay: Text = ""
    nguoi_ky: Text = ""


class Commune(BaseModel):
    """What a commune file seeds. Empty means unknown: the sentence that needs it is left out."""

    model_config = _STRICT
    code: Annotated[str, AfterValidator(_commune_code)]
    name: Required
    province: Text = ""
    office: Text = "Phòng Văn hóa - Xã hội"
    office_phone: Phone = ""
    phong_vhxh_phone: Phone = ""
    cong_an_xa_phone: Phone = ""
    trung_tam_phone: Phone = ""
    trung_tam_address: Text = ""
    deadlines: Deadlines = Deadlines()
    reminders: ReminderRules = ReminderRules()
    broadcasts: BroadcastRules = BroadcastRules()
    holders: Holders = Holders()
    letterhead: Letterhead = Letterhead()
    delivery: DeliveryRules = DeliveryRules()
    sample: bool = False
    """Every output of a sample commune says "DỮ LIỆU MẪU"."""
    units: tuple[UnitRow, ...] = ()


_SETTING_PROBLEMS: Final = {
    "missing": "Thiếu mục này.",
    "extra_forbidden": "Không có mục nào tên như vậy.",
    "string_type": "Phải là chữ trong ngoặc kép.",
    "string_too_long": "Quá dài (tối đa 200 ký tự).",
    "string_too_short": "Không được để trống.",
    "int_type": "Phải là một số.",
    "bool_type": "Phải là true hoặc false.",
    "date_type": "Phải là một ngày, không có ngoặc kép, ví dụ: 2027-07-01.",
}


def _setting_problem(detail: Mapping[str, Any], text: str) -> Problem:
    names = [str(name)[:40] for name in detail["loc"]]
    line = _line_of(names[-1], text)
    what = _SETTING_PROBLEMS.get(detail["type"], "Giá trị không dùng được.")
    if detail["type"] == "value_error":
        what = str(detail["ctx"]["error"])
    return Problem(line, ".".join(names), what)


def _line_of(name: str, text: str) -> int:
    """The first line that sets `name`, 0 if none does."""
    own = re.search(rf"^[ \t]*{re.escape(name)}[ \t]*=", text, re.MULTILINE)
    return text.count("\n", 0, own.end()) + 1 if own else 0


def _about_units(commune: Commune, text: str) -> list[Problem]:
    """What does not fit the units of the file; nothing if it lists none."""
    units = commune.units
    if not units:
        return []
    problems: list[Problem] = []
    if all(unit.code != commune.code for unit in units if unit.parent is None):
        what = f"Danh sách đơn vị không có xã mang mã {quoted(commune.code)}."
        problems.append(Problem(0, "units", what))
    codes = {unit.code for unit in units}
    for name, code in commune.holders:
        if code and code not in codes:
            what = f"Danh sách đơn vị không có mã {quoted(code)}."
            problems.append(Problem(_line_of(name, text), f"holders.{name}", what))
    return problems


def read_commune(path: Path) -> Commune:
    """A commune's settings and, if it lists any, units.

    Raises CommuneFileRefused with every mistake.
    """
    problems: list[Problem] = []
    text = read_text(path, problems)
    document = {} if problems else toml(text, problems)
    if problems:
        raise CommuneFileRefused(problems)
    records = units_of(document, text, problems)
    units = check(records, problems, {}).rows if records else ()
    settings = {key: value for key, value in document.items() if key != "units"}
    try:
        commune = Commune(**settings, units=units)
    except ValidationError as error:
        told = [_setting_problem(dict(detail), text) for detail in error.errors()]
        raise CommuneFileRefused([*told, *problems]) from error
    problems += _about_units(commune, text)
    if problems:
        raise CommuneFileRefused(problems)
    return commune

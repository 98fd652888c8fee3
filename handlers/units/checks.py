"""From records to units: every rule of a units file, all mistakes at once."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from handlers.units.model import (
    CODE,
    MAX_NAME,
    Duty,
    Import,
    Problem,
    UnitKind,
    UnitRow,
    default_duty,
    fold,
    namesakes_of,
    own_aliases,
)
from handlers.units.records import HIDDEN, MAX_COUNT, Record, clean, quoted

_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:[ ,][0-9]{3})+")
YEARS: Final = range(1900, 2201)
MAX_ALIASES: Final = 20
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LOCAL_DATE: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")

_DUTY_WORDS: Final = {
    "bat_buoc": Duty.REQUIRED,
    "de_nghi": Duty.REQUESTED,
    "khuyen_khich": Duty.ENCOURAGED,
    "khong": Duty.NONE,
}


def check(
    records: Sequence[Record], problems: list[Problem], known: Mapping[str, str | None]
) -> Import:
    rows: list[tuple[int, UnitRow]] = []
    for record in records:
        cells = _Cells(record, problems)
        rows.append((record.line, cells.unit()))
    if not rows and not problems:
        problems.append(Problem(0, "", "Tệp không có đơn vị nào."))
    if rows:
        problems.extend(_code_problems(rows))
        problems.extend(_tree_problems(rows, known))
        problems.extend(_name_problems(rows))
    problems.sort(key=lambda problem: problem.line)
    return Import(tuple(unit for _, unit in rows), tuple(problems))


class _Cells:
    """One record on its way to a unit: every reading gives a value and may add a problem."""

    def __init__(self, record: Record, problems: list[Problem]) -> None:
        self._record = record
        self._problems = problems

    def unit(self) -> UnitRow:
        kind = self._kind()
        since, until = self._date("from"), self._date("until")
        if since and until and until <= since:
            self._say("until", "Ngày kết thúc phải sau ngày bắt đầu.")
        return UnitRow(
            code=self._code(),
            name=self._name(),
            kind=kind,
            parent=self._text("parent") or None,
            duty=self._duty(kind),
            adults=self._count("adults"),
            households=self._count("households"),
            aliases=self._aliases(),
            since=since,
            until=until,
        )

    def _text(self, column: str) -> str:
        return self._record.cells.get(column, "")

    def _say(self, column: str, what: str) -> None:
        self._problems.append(Problem(self._record.line, column, what))

    def _code(self) -> str:
        code = self._text("code")
        if not code:
            self._say("code", "Thiếu mã đơn vị, ví dụ: xom-05.")
        elif not CODE.fullmatch(code):
            what = "chỉ được có chữ thường không dấu, số và dấu gạch nối, tối đa 40 ký tự."
            self._say("code", f"Mã {quoted(code)} {what}")
        return code

    def _name(self) -> str:
        name = self._text("name")
        if not name:
            self._say("name", "Thiếu tên đơn vị.")
        self._check_name("name", name)
        return name

    def _check_name(self, column: str, name: str) -> None:
        if len(name) > MAX_NAME:
            self._say(column, f"Tên {quoted(name)} quá dài (tối đa {MAX_NAME} ký tự).")
        if HIDDEN.search(name):
            self._say(column, f"Tên {quoted(name)} có ký tự ẩn. Xin gõ lại tên.")

    def _aliases(self) -> tuple[str, ...]:
        aliases = tuple(dict.fromkeys(filter(None, map(clean, self._text("aliases").split("|")))))
        if len(aliases) > MAX_ALIASES:
            self._say("aliases", f"Quá nhiều tên gọi khác (tối đa {MAX_ALIASES}).")
        for alias in aliases[:MAX_ALIASES]:
            self._check_name("aliases", alias)
        return aliases

    def _kind(self) -> UnitKind:
        written = self._text("kind")
        key = _key(written)
        if key in set(UnitKind):
            return UnitKind(key)
        wrong = f"Không có loại {quoted(written)}" if written else "Thiếu loại đơn vị"
        self._say("kind", f"{wrong}. Các loại dùng được: {', '.join(UnitKind)}.")
        return UnitKind.OFFICE

    def _duty(self, kind: UnitKind) -> Duty:
        written = self._text("duty")
        key = _key(written)
        if not written:
            return default_duty(kind)
        if key in _DUTY_WORDS:
            return _DUTY_WORDS[key]
        if key in set(Duty):
            return Duty(key)
        told = "required (bắt buộc), requested (đề nghị), encouraged (khuyến khích), none (không)"
        self._say("duty", f"Không có nghĩa vụ {quoted(written)}. Xin dùng: {told}.")
        return default_duty(kind)

    def _count(self, column: str) -> int | None:
        written = self._text(column)
        if not written:
            return None
        digits = re.sub(r"[ .,]", "", written) if _GROUPED.fullmatch(written) else written
        if not re.fullmatch(r"[0-9]{1,8}", digits) or int(digits) > MAX_COUNT:
            what = f"{quoted(written)} không phải số người hay số hộ. Chưa biết thì để trống."
            self._say(column, what)
            return None
        return int(digits)

    def _date(self, column: str) -> date | None:
        written = self._text(column)
        if not written:
            return None
        try:
            if iso := _ISO_DATE.fullmatch(written):
                found = date(int(iso[1]), int(iso[2]), int(iso[3]))
            elif local := _LOCAL_DATE.fullmatch(written):
                found = date(int(local[3]), int(local[2]), int(local[1]))
            else:
                found = date.min
        except ValueError:
            found = date.min
        if found.year in YEARS:
            return found
        self._say(column, f"{quoted(written)} không phải ngày. Xin viết như 01/07/2025.")
        return None


def _code_problems(rows: Sequence[tuple[int, UnitRow]]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, unit in rows:
        if not unit.code:
            continue
        if unit.code in first:
            where = f" (dòng {first[unit.code]})" if first[unit.code] else ""
            yield Problem(line, "code", f"Mã {quoted(unit.code)} đã có ở trên{where}.")
        first.setdefault(unit.code, line)


def _tree_problems(
    rows: Sequence[tuple[int, UnitRow]], known: Mapping[str, str | None]
) -> Iterator[Problem]:
    # Of a code that is written twice the first row counts; the second has its own problem.
    parents = {**known, **{unit.code: unit.parent for _, unit in reversed(rows)}}
    looping = _looping(parents)
    communes = 0
    for line, unit in rows:
        communes += unit.kind is UnitKind.COMMUNE
        what = _place_problem(unit, parents, looping)
        if what:
            yield Problem(line, "parent", what)
        elif unit.kind is UnitKind.COMMUNE and communes > 1:
            yield Problem(line, "kind", "Một tệp chỉ có một xã (loại ubnd_xa).")
    if not communes and not known:
        yield Problem(0, "", "Thiếu dòng của xã: loại ubnd_xa, không có đơn vị cấp trên.")


def _place_problem(
    unit: UnitRow, parents: Mapping[str, str | None], looping: Collection[str]
) -> str | None:
    """What is wrong with the place of one unit in the tree."""
    if unit.kind is UnitKind.COMMUNE:
        return "Xã (loại ubnd_xa) đứng đầu, để trống đơn vị cấp trên." if unit.parent else None
    if unit.parent is None:
        return "Thiếu mã đơn vị cấp trên; chỉ xã (loại ubnd_xa) được để trống."
    if unit.parent not in parents:
        return f"Không có đơn vị nào mã {quoted(unit.parent)}."
    if unit.code in looping:
        return f"Đơn vị cấp trên {quoted(unit.parent)} lại thuộc chính đơn vị này (vòng tròn)."
    return None


def _looping(parents: Mapping[str, str | None]) -> set[str]:
    """The codes that are, step by step, their own parents."""
    settled: set[str] = set()
    loops: set[str] = set()
    for start in parents:
        path: list[str] = []
        walked: set[str] = set()
        code: str | None = start
        while code is not None and code in parents and code not in settled and code not in walked:
            path.append(code)
            walked.add(code)
            code = parents[code]
        if code in walked:
            loops.update(path[path.index(code) :])
        settled |= walked
    return loops


def _name_problems(rows: Sequence[tuple[int, UnitRow]]) -> Iterator[Problem]:
    lines = {unit.code: line for line, unit in rows}
    for namesakes in namesakes_of(unit for _, unit in rows if unit.name):
        own = own_aliases(namesakes)
        for unit in _at_once(namesakes):
            if own[unit.code] is None:
                example = f"{unit.name[:40]} - xã cũ A"
                what = f"Có đơn vị khác cũng tên {quoted(unit.name)}. Xin thêm một tên gọi riêng"
                yield Problem(lines[unit.code], "aliases", f"{what}, ví dụ: {example}.")


def _at_once(namesakes: Sequence[UnitRow]) -> list[UnitRow]:
    """Those that exist on the same day as another: a unit that ended leaves its name free."""
    ordered = sorted(namesakes, key=lambda unit: unit.since or date.min)
    found: list[UnitRow] = []
    latest = date.min  # the last day that any earlier one reaches
    for unit, following in zip(ordered, [*ordered[1:], None], strict=True):
        begins, ends = unit.since or date.min, unit.until or date.max
        meets_next = following is not None and (following.since or date.min) < ends
        if begins < latest or meets_next:
            found.append(unit)
        latest = max(latest, ends)
    return found


def _key(written: str) -> str:
    """How a kind or duty is matched: "Trường học" is truong_hoc."""
    return re.sub(r"[\s_-]+", "_", fold(written[:MAX_NAME]))

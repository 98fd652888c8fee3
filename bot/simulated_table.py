"""Who got what when, day by day: the table of a simulated season, for an officer to read."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from bot.simulated_fate import Player, Trouble
from bot.simulated_season import Season
from handlers import texts
from handlers.messages import Why
from storage.reminder_log import Entry

HEADS: Final = ("Giờ", "Nơi", "Người nhận", "Việc", "Mốc nhắc", "Kết quả")
_WIDTHS: Final = (5, 36, 22, 20, 11, 24)
_LATE: Final = timedelta(minutes=30)
_WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_TROUBLES: Final = {
    Trouble.POWER: "mất điện",
    Trouble.CHANNEL: "Zalo không nhận tin",
    Trouble.RESTART: "khởi động lại",
}
_ABOUT: Final = {
    "report": "báo cáo",
    "names": "danh sách thiếu",
    "plans": "kế hoạch",
    "onward": "báo cáo cấp trên",
    "quick": "phiếu hỏi",
    "own": "việc khác",
}
_WITHOUT_MESSAGE: Final = {
    "superseded": "lỡ mốc, mốc sau nhắc thay",
    "dropped": "đã nộp, khỏi nhắc",
    "due": "đang chờ",
    "told": "đã nhắc",
}
_ENDED: Final = {
    "uncertain": "không rõ tới chưa, không gửi lại",
    "expired": "hết ngày, không gửi muộn",
    "cancelled": "đã dừng nhắc, không gửi",
}
_FELL: Final = {"not due": "vừa nộp xong, không gửi nữa", "hours": "hết giờ làm việc, để hôm sau"}


class Line(NamedTuple):
    """One line: something that was due, and one person."""

    at: datetime
    """Local."""
    unit: str
    who: str
    what: str
    stage: str
    result: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (f"{self.at:%H:%M}", self.unit, self.who, self.what, self.stage, self.result)


def is_made_up(season: Season, entry: Entry) -> bool:
    """Whether it went so long after its stage that something was in the way."""
    stage = stage_at(season, entry)
    return bool(stage and entry.settled_at and entry.settled_at - stage > _LATE)


def stage_at(season: Season, entry: Entry) -> datetime | None:
    """None for what an officer asked for."""
    try:
        return datetime.fromisoformat(entry.stage).replace(tzinfo=season.zone)
    except ValueError:
        return None


def lines(season: Season) -> list[Line]:
    """All of them by time, at one time in the order of the units."""
    said = _Words(season)
    order = {name: number for number, name in enumerate(season.names.values())}
    found = [said.line(entry) for entry in season.entries]
    return sorted(found, key=lambda line: (line.at, order.get(line.unit, 0), line))


class _Words:
    """What things are called in this season."""

    def __init__(self, season: Season) -> None:
        self._season = season
        self._players = {player.account: player for player in season.fate.players}
        self._codes = {unit.id: unit.code for unit in season.asked}
        self._texts = texts.load()

    def line(self, entry: Entry) -> Line:
        player = self._players.get(entry.user_id or "")
        at = entry.settled_at if entry.key and entry.settled_at else entry.made_at
        stage = stage_at(self._season, entry)
        return Line(
            at=at.astimezone(self._season.zone),
            unit=self._season.names.get(entry.unit_id, str(entry.unit_id)),
            who=self._who(player, entry) if player else "-",
            what=about(entry.about),
            stage=f"{stage:%d/%m %H:%M}" if stage else "cán bộ nhắc",
            result=self._result(entry),
        )

    def _who(self, player: Player, entry: Entry) -> str:
        """Only what somebody is, where the unit beside it says the rest."""
        is_only = player.units == (self._codes.get(entry.unit_id),)
        return player.title if is_only else player.name

    def _result(self, entry: Entry) -> str:
        match entry.sent:
            case None:
                return self._unsaid(entry)
            case "sent" if entry.state == "dropped":
                return "đã nộp, bỏ khỏi tin"
            case "sent":
                return "đã gửi bù" if is_made_up(self._season, entry) else "đã gửi"
            case "failed":
                return f"không gửi được: {self._why(entry.reason or '')}"
            case "superseded":
                reason = entry.reason or ""
                return _FELL.get(reason, f"không gửi: {reason}")
        return _ENDED.get(entry.sent, "đang chờ gửi")

    def _unsaid(self, entry: Entry) -> str:
        if entry.state != "lost":
            return _WITHOUT_MESSAGE[entry.state]
        why = self._season.lost.get(self._codes.get(entry.unit_id, ""), "")
        return f"không nhắn được: {why}" if why else "không nhắn được"

    def _why(self, reason: str) -> str:
        try:
            return self._texts.say(f"call.{Why(reason).name.lower()}")
        except ValueError:
            return reason


def about(what: str) -> str:
    """What a reminder is about, as an officer says it: "báo cáo 2026"."""
    kind, _, period = what.partition(":")
    return f"{_ABOUT.get(kind, kind)} {period}"


# --- as text -------------------------------------------------------------------------------------


def table(season: Season) -> Iterator[str]:
    """Line by line, aligned; each day says first who reported on it and what broke."""
    yield "DỮ LIỆU MẪU. Ai nhận tin gì, khi nào (giờ của xã; không có tin nào được gửi thật)"
    yield ""
    yield row(HEADS)
    yield row(tuple("-" * width for width in _WIDTHS))
    by_day: dict[date, list[Line]] = defaultdict(list)
    for line in lines(season):
        by_day[line.at.date()].append(line)
    events = _events(season)
    for day in sorted({*by_day, *events}):
        yield ""
        yield f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"
        yield from (f"      * {event}" for event in events.get(day, ()))
        yield from (row(line.cells) for line in by_day.get(day, ()))


def row(cells: Iterable[str]) -> str:
    *columns, last = cells
    padded = (_fit(cell, width) for cell, width in zip(columns, _WIDTHS, strict=False))
    return "  ".join((*padded, last))


def _fit(cell: str, width: int) -> str:
    short = cell if len(cell) <= width else cell[: width - 1] + "…"
    return short.ljust(width)


def _events(season: Season) -> Mapping[date, list[str]]:
    """What happened on each day besides messages, by time."""
    names = {unit.code: season.names[unit.id] for unit in season.asked}
    found: list[tuple[datetime, str]] = []
    for one in season.fate.outages:
        until = f" đến {one.until:%d/%m %H:%M}" if one.until > one.since else ""
        found.append((one.since, f"{one.since:%H:%M} {_TROUBLES[one.kind]}{until}"))
    for done in season.done:
        at = done.at.astimezone(season.zone)
        how = "nộp bản giấy" if done.on_paper else "nộp báo cáo"
        found.append((at, f"{at:%H:%M} {names[done.unit]} {how} {done.period}"))
    by_day: dict[date, list[str]] = defaultdict(list)
    for at, said in sorted(found):
        by_day[at.date()].append(said)
    return by_day


def write_csv(season: Season, file: Path) -> None:
    """The same lines for Excel. Raises `OSError`."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("Ngày", *HEADS))
        writer.writerows((f"{line.at:%d/%m/%Y}", *line.cells) for line in lines(season))

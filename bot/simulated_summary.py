"""What a simulated season comes to: who reported after how much, what broke, what must not be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

from bot.simulated_fate import Outage, Trouble
from bot.simulated_season import Season
from bot.simulated_table import is_made_up, stage_at
from storage.reminder_log import Entry

_OPENS, _CLOSES = time(7, 0), time(20, 30)  # U11
_LINE: Final = 116
"""Letters of one line of names."""
_DUTIES: Final = {"required": "bắt buộc", "requested": "đề nghị", "encouraged": "doanh nghiệp"}


def summary(season: Season) -> Iterator[str]:
    yield f"TỔNG KẾT (hạt giống {season.fate.seed}: chạy lại cùng số này sẽ y như vậy)"
    if not season.periods:
        yield "Những ngày này không có báo cáo nào đến hạn."
    for period in season.periods:
        yield ""
        yield from _of_period(season, period)
    yield ""
    yield from _lost(season)
    yield from _lists(season)
    yield ""
    yield from _troubles(season)
    yield ""
    yield from _checks(season)


# --- who reported after how much -----------------------------------------------------------------


def _of_period(season: Season, period: str) -> Iterator[str]:
    done = {one.unit: one for one in season.done if one.period == period}
    duties = Counter(unit.duty for unit in season.asked)
    counted = ", ".join(f"{_DUTIES[duty]} {duties[duty]}" for duty in _DUTIES)
    yield f"Báo cáo {period}: {len(season.asked)} nơi được hỏi ({counted}); đã nộp {len(done)}."
    after: dict[int, list[str]] = defaultdict(list)
    still: dict[int, list[str]] = defaultdict(list)
    for unit in season.asked:
        name = season.names[unit.id]
        if unit.code in done:
            after[done[unit.code].heard].append(name)
        else:
            still[season.heard[unit.code, period]].append(name)
    for times in sorted(after):
        head = f"Nộp sau {times} lần nhắc" if times else "Tự nộp, chưa nhận lời nhắc nào"
        yield from _named(head, after[times])
    for times in sorted(still):
        head = (
            f"Chưa nộp, đã nhận {times} lời nhắc" if times else "Chưa nộp, chưa nhận lời nhắc nào"
        )
        yield from _named(head, still[times])


def _named(head: str, names: Sequence[str]) -> Iterator[str]:
    """So many places and their names, broken into lines."""
    line = f"  {head}: {len(names)} nơi:"
    for number, name in enumerate(names):
        word = f" {name}" + ("," if number < len(names) - 1 else "")
        if len(line) + len(word) > _LINE:
            yield line
            line = "     "
        line += word
    yield line


def _lost(season: Season) -> Iterator[str]:
    lost = [unit for unit in season.asked if unit.code in season.lost]
    yield f"Không nhắn tới được (cán bộ gọi điện): {len(lost)} nơi"
    for unit in lost:
        yield f"  {season.names[unit.id]}: {season.lost[unit.code]}"


def _lists(season: Season) -> Iterator[str]:
    sent = {entry.settled_at for entry in _sent(season) if entry.about.startswith("names:")}
    moments = [_local(season, at) for at in sorted(filter(None, sent))]
    yield f"Danh sách nơi còn thiếu gửi cán bộ: {len(moments)} lần: {', '.join(moments) or '-'}"


def _local(season: Season, at: datetime) -> str:
    return f"{at.astimezone(season.zone):%d/%m %H:%M}"


# --- what broke ----------------------------------------------------------------------------------


def _troubles(season: Season) -> Iterator[str]:
    yield f"Sự cố: {len(season.fate.outages)} lần"
    for one in season.fate.outages:
        since, until = _local(season, one.since), _local(season, one.until)
        match one.kind:
            case Trouble.RESTART:
                yield f"  Khởi động lại {since}: không mất tin, không gửi lặp"
            case Trouble.POWER:
                yield f"  Mất điện {since} - {until}: {_made_up(season, one)}"
            case Trouble.CHANNEL:
                yield f"  Zalo không nhận tin {since} - {until}: {_made_up(season, one)}"


def _made_up(season: Season, outage: Outage) -> str:
    """What of the stages that fell into it went later, and what was let go."""
    hit = [entry for entry in season.entries if _is_hit(season, entry, outage)]
    late = [entry for entry in hit if entry.sent == "sent" and is_made_up(season, entry)]
    if not hit:
        return "không có mốc nào rơi vào lúc này"
    moments = sorted(entry.settled_at for entry in late if entry.settled_at)
    said = f"gửi bù {len({(entry.key, entry.user_id) for entry in late})} tin"
    if moments:
        first, last = _local(season, moments[0]), _local(season, moments[-1])
        said += f", {first}" + (f" - {last}" if last != first else "")
    over = sum(entry.key is None and entry.state == "superseded" for entry in hit)
    fell = sum(entry.sent == "superseded" or entry.state == "dropped" for entry in hit)
    said += f"; {over} mốc lỡ đã có mốc sau thay" if over else ""
    return said + (f"; {fell} nơi vừa nộp nên thôi" if fell else "")


def _is_hit(season: Season, entry: Entry, outage: Outage) -> bool:
    stage = stage_at(season, entry)
    return stage is not None and outage.covers(stage)


# --- what must not be ----------------------------------------------------------------------------


def _sent(season: Season) -> list[Entry]:
    return [entry for entry in season.entries if entry.sent == "sent"]


def faults(season: Season) -> Mapping[str, int]:
    """What no season may have, in words, and how often it was: all 0."""
    sent = _sent(season)
    return {
        "tin gửi lặp": _doubled(sent),
        "tin tới nơi đã nộp": _needless(season, sent),
        "tin ngoài 07:00-20:30": sum(not _is_day(season, entry) for entry in sent),
        "lần quá số tin một người một ngày": _too_many(season, sent),
    }


def _doubled(sent: Iterable[Entry]) -> int:
    told = Counter((one.unit_id, one.about, one.stage, one.user_id) for one in sent)
    return sum(times - 1 for times in told.values())


def _needless(season: Season, sent: Iterable[Entry]) -> int:
    """Messages of which nothing was due any more."""
    codes = {unit.id: unit.code for unit in season.asked}
    done = {(one.unit, f"report:{one.period}"): one.at for one in season.done}
    by_message: dict[tuple[str | None, str | None], list[bool]] = defaultdict(list)
    for one in sent:
        reported = done.get((codes.get(one.unit_id, ""), one.about))
        over = reported is not None and one.settled_at is not None and reported < one.settled_at
        by_message[one.key, one.user_id].append(over)
    return sum(all(over) for over in by_message.values())


def _is_day(season: Season, entry: Entry) -> bool:
    at = entry.settled_at
    return at is not None and _OPENS <= at.astimezone(season.zone).time() < _CLOSES


def _too_many(season: Season, sent: Iterable[Entry]) -> int:
    """U11: one a person and day, two on the last day on time."""
    keys: dict[tuple[str | None, date], set[str | None]] = defaultdict(set)
    for one in sent:
        if one.settled_at is not None:
            day = one.settled_at.astimezone(season.zone).date()
            keys[one.user_id, day].add(one.key)
    last_days = set(season.last_days)
    return sum(len(told) > (2 if day in last_days else 1) for (_, day), told in keys.items())


def _checks(season: Season) -> Iterator[str]:
    messages = len({(entry.key, entry.user_id) for entry in _sent(season)})
    said = ", ".join(f"{count} {what}" for what, count in faults(season).items())
    yield f"Tự kiểm: {messages} tin đã gửi; {said}."

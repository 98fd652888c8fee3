"""`simulate`: what was asked for, read in Vietnamese; then a season is played and printed."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console
from rich.progress import Progress

from bot.seeding import Impossible
from bot.simulated_fate import Span
from bot.simulated_season import Season, simulate
from bot.simulated_summary import faults, summary
from bot.simulated_table import table, write_csv

MOST_DAYS: Final = 400
SEED: Final = 1
_YEARS: Final = range(2025, 2101)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXAMPLES: Final = {"--from": "2026-11-10", "--to": "2026-12-31"}


class WrongWish(Exception):
    """What cannot be simulated: every mistake in Vietnamese, one a line, with the next step."""


class Wish(NamedTuple):
    span: Span
    seed: int
    csv: Path | None


def read(first: str, last: str, *, seed: str = "", csv: Path | None = None) -> Wish:
    """Read what was typed. Raises `WrongWish`."""
    mistakes = [*_of_days(first, last), *_of_seed(seed), *_of_file(csv)]
    if mistakes:
        raise WrongWish("\n".join(mistakes))
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    return Wish(span, int(seed or SEED), csv)


def _of_days(first: str, last: str) -> Iterator[str]:
    found = [said for name, day in (("--from", first), ("--to", last)) if (said := _of(name, day))]
    yield from found
    if found:
        return
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    if span.days < 1:
        yield f"--to {last} đứng trước --from {first}. Xin đổi chỗ: --from {last} --to {first}"
    if span.days > MOST_DAYS:
        until = span.first + timedelta(days=MOST_DAYS - 1)
        yield (
            f"Từ {first} đến {last} là {span.days} ngày, nhiều nhất được {MOST_DAYS} ngày."
            f" Xin chọn ngắn hơn, ví dụ: --from {first} --to {until}"
        )


def _of(name: str, day: str) -> str:
    """What is wrong with one of the days; "" if nothing is."""
    example = f"Xin ghi năm-tháng-ngày, ví dụ: {name} {_EXAMPLES[name]}"
    if not day:
        return f"Thiếu {name}. {example}"
    try:
        year = date.fromisoformat(day).year if _DAY.fullmatch(day) else 0
    except ValueError:
        year = 0
    if not year:
        return f"{name} {day}: không phải một ngày. {example}"
    if year not in _YEARS:
        return f"{name} {day}: xin chọn năm từ {_YEARS[0]} đến {_YEARS[-1]}. {example}"
    return ""


def _of_seed(seed: str) -> Iterator[str]:
    if seed and not re.fullmatch(r"[0-9]{1,18}", seed):
        yield f"--seed {seed}: không phải một số. Xin ghi một số, ví dụ: --seed {SEED}"


def _of_file(csv: Path | None) -> Iterator[str]:
    if csv is not None and (csv.is_dir() or not csv.parent.is_dir()):
        yield f"--csv {csv}: không ghi được vào đó. Xin ghi tên tệp, ví dụ: --csv mua.csv"


async def play(wish: Wish) -> None:
    """Play the season and print it. Raises `Impossible` if anything went as it must not."""
    terminal = Console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        days = progress.add_task("Mùa báo cáo", total=wish.span.days)
        season = await simulate(wish.span, wish.seed, day_passed=lambda: progress.advance(days))
    _print(table(season))
    _print(("", *summary(season)))
    if wish.csv is not None:
        _write(season, wish.csv)
    if any(faults(season).values()):
        raise Impossible("Tự kiểm thấy điều không được phép: xin xem dòng cuối của tổng kết.")


def _print(lines: Iterable[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


def _write(season: Season, file: Path) -> None:
    try:
        write_csv(season, file)
    except OSError as error:
        raise Impossible(f"--csv {file}: không ghi được ({error.strerror}).") from error

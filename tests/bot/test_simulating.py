"""`simulate`: the sample commune through a season, one for each seed (R15-R18, R21, U11)."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import simulating
from bot.simulated_fate import NEVER, Fate, Lot, Outage, Span, Trouble, decide
from bot.simulated_season import Season, simulate
from bot.simulated_summary import faults, summary
from bot.simulated_table import HEADS, lines, row, table, write_csv
from bot.simulating import WrongWish, read
from storage.units import UnitInfo
from tests.bot.test_cli import command, in_this_process
from tests.handlers.reminding import ZONE, local

__all__ = ["in_this_process"]

SPAN = read("2026-12-06", "2026-12-13").span
"""Two stages for hamlets, one for offices on the Friday before, two lists for the officer."""


@pytest.fixture(scope="session")
async def season() -> Season:
    return await simulate(SPAN, 7, day_passed=lambda: None)


def sent_to(season: Season, unit: str) -> list[datetime]:
    return [one.at for one in lines(season) if one.unit == unit and one.result.startswith("đã gửi")]


# --- what it shows -------------------------------------------------------------------------------


async def test_the_same_seed_is_the_same_season(season: Season) -> None:
    again = await simulate(SPAN, 7, day_passed=lambda: None)
    assert list(table(again)) == list(table(season))
    assert list(summary(again)) == list(summary(season))


def test_another_seed_is_another_season(season: Season) -> None:
    units = [(unit, unit.name) for unit in season.asked]
    one, other = (decide(seed, SPAN, units, stage_days=[], zone=ZONE) for seed in (1, 2))
    assert one.habits != other.habits


def test_whoever_has_reported_gets_nothing_after(season: Season) -> None:
    """R17."""
    assert season.done
    names = {unit.code: season.names[unit.id] for unit in season.asked}
    for done in season.done:
        later = [at for at in sent_to(season, names[done.unit]) if at > done.at]
        assert later == [], names[done.unit]


def test_units_that_owe_are_reminded_at_their_stages(season: Season) -> None:
    stages = {one.stage for one in lines(season) if one.unit.startswith("Xóm")}
    assert stages == {"08/12 08:00", "12/12 08:00"}
    schools = {one.stage for one in lines(season) if one.unit.startswith("Trường")}
    assert schools <= {"08/12 08:00", "11/12 08:00"}


def test_the_officer_gets_the_names(season: Season) -> None:
    told = [one for one in lines(season) if one.what == "danh sách thiếu 2026"]
    assert {one.stage for one in told} == {"08/12 08:00", "11/12 08:00"}
    assert {one.who for one in told} == {"Cán bộ Phòng VH-XH"}


def test_whom_nobody_reaches_is_named_with_the_reason(season: Season) -> None:
    said = "\n".join(summary(season))
    for why in ("chưa có người báo cáo", "kênh người này dùng đang tắt", "đã tắt tin nhắc"):
        assert f": {why}" in said, why
    lots = {player.lot: player.units[0] for player in season.fate.players if player.lot}
    names = {unit.code: season.names[unit.id] for unit in season.asked}
    for lot in (Lot.OFF, Lot.MUTED, Lot.BLOCKED):
        assert sent_to(season, names[lots[lot]]) == []


def test_it_proves_itself(season: Season) -> None:
    """Nothing doubled, needless, at night, or more than a day's share (R15-R18, U11)."""
    assert set(faults(season).values()) == {0}
    assert season.written >= len({(one.at, one.who) for one in lines(season) if one.who != "-"}) / 2


async def test_what_was_missed_is_made_up_once(season: Season) -> None:
    """R16, R21: after a power cut over a stage one message each, over half an hour."""
    [cut] = [one for one in season.fate.outages if one.kind is Trouble.POWER]
    assert any(cut.covers(local(f"2026-12-{day} 08:00")) for day in ("08", "11", "12"))
    made_up = [one for one in lines(season) if one.result == "đã gửi bù"]
    assert made_up
    late = [one.at for one in made_up if cut.until <= one.at]
    assert max(late) - min(late) <= timedelta(minutes=32)
    assert "Mất điện" in "\n".join(summary(season))


# --- how it looks --------------------------------------------------------------------------------


def test_the_table_is_aligned(season: Season) -> None:
    said = list(table(season))
    assert said[0].startswith("DỮ LIỆU MẪU")
    heads = row(HEADS)
    assert heads in said
    starts = [heads.index(head) for head in HEADS]
    shown = [row(one.cells) for one in lines(season)]
    assert shown
    for line in shown:
        assert line in said
        assert all(line[start - 2 : start] == "  " for start in starts[1:]), line
        assert len(line) < 160, line


def test_the_table_for_excel_has_the_same_lines(season: Season, tmp_path: Path) -> None:
    file = tmp_path / "season.csv"
    write_csv(season, file)
    with file.open(encoding="utf-8-sig", newline="") as out:
        heads, *rows = list(csv.reader(out))
    assert heads == ["Ngày", *HEADS]
    assert [tuple(one[1:]) for one in rows] == [one.cells for one in lines(season)]


def test_the_command_prints_it(tmp_path: Path, in_this_process: None) -> None:
    """Also where a channel is set, on a database of its own: nothing is written beside it."""
    file = tmp_path / "season.csv"
    words = ("--from", "2026-11-15", "--to", "2026-11-16", "--csv", str(file))
    code, out, _ = command(tmp_path, "simulate", *words, TELEGRAM_TOKEN="12345:abcdef")
    assert code == 0
    assert "Chủ nhật 15/11/2026" in out
    assert "TỔNG KẾT" in out
    assert [one.name for one in tmp_path.iterdir()] == ["season.csv"]


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("", ""), ("Thiếu --from", "Thiếu --to", "ví dụ: --from 2026-11-10")),
        (("2026-11-10", ""), ("Thiếu --to",)),
        (("2026-12-31", "2026-11-10"), ("Xin đổi chỗ: --from 2026-11-10 --to 2026-12-31",)),
        (("2026-13-01", "31/12/2026"), ("--from 2026-13-01: không phải", "--to 31/12/2026: không")),
        (("2026-W46-2", "20261231"), ("--from 2026-W46-2: không phải", "--to 20261231: không")),
        (("1999-01-01", "9999-12-31"), ("từ 2025 đến 2100", "--to 9999-12-31: xin chọn năm")),
        (("2026-01-01", "2027-02-05"), ("là 401 ngày", "--to 2027-02-04")),
        (("2026-01-01", "2026-01-02", "x1"), ("--seed x1: không phải một số",)),
        (("hôm nay", "", "-1"), ("--from hôm nay", "Thiếu --to", "--seed -1")),
    ],
)
def test_every_mistake_is_named_with_the_next_step(
    words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    first, last, *seed = words
    with pytest.raises(WrongWish) as wrong:
        read(first, last, seed="".join(seed))
    assert all(one in str(wrong.value) for one in said), str(wrong.value)


def test_a_place_that_cannot_be_written_is_named_before_anything_is_played(tmp_path: Path) -> None:
    with pytest.raises(WrongWish, match="không ghi được"):
        read("2026-11-10", "2026-11-11", csv=tmp_path / "no" / "season.csv")


def test_400_days_are_possible() -> None:
    assert read("2026-01-01", "2027-02-04").span.days == simulating.MOST_DAYS


def test_bad_input_is_exit_code_2(tmp_path: Path, in_this_process: None) -> None:
    code, out, said = command(tmp_path, "simulate", "--from", "2026-12-31", "--to", "2026-12-01")
    assert (code, out) == (2, "")
    assert "Xin đổi chỗ" in said


# --- what happens in it --------------------------------------------------------------------------


def fates(span: Span) -> list[Fate]:
    hamlets = [
        (UnitInfo(n, f"xom-{n:02}", f"Xóm {n}", "xom", "required", 1), f"Xóm {n}")
        for n in range(1, 14)
    ]
    days = [local("2026-12-08 08:00").date(), local("2026-12-12 08:00").date()]
    return [decide(seed, span, hamlets, stage_days=days, zone=ZONE) for seed in range(60)]


def test_outages_lie_in_the_span_and_apart() -> None:
    span = read("2026-11-10", "2026-12-31").span
    kinds: set[Trouble] = set()
    for fate in fates(span):
        before: Outage | None = None
        for one in fate.outages:
            assert span.first <= one.since.date() <= one.until.date() <= span.last
            assert before is None or before.until < one.since
            kinds.add(one.kind)
            before = one
    assert kinds == set(Trouble)


def test_most_units_have_somebody_and_a_few_have_not() -> None:
    for fate in fates(SPAN):
        spoken_for = {code for player in fate.players for code in player.units if code}
        assert len(fate.habits) - len(spoken_for) == 3
        assert {player.lot for player in fate.players} == set(Lot)
        assert any(len(player.units) == 2 for player in fate.players)
    assert any(habit.after == NEVER for fate in fates(SPAN) for habit in fate.habits.values())

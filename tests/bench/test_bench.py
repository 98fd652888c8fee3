"""The bench itself, small: it loses and doubles nothing, and sees it when somebody does."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.bench import profiling
from tests.bench.__main__ import asked_for, planned
from tests.bench.api import read
from tests.bench.measuring import REPEATS, measure
from tests.bench.report import AIMS, TARGETS, report
from tests.bench.rounds import Outcome, Plan, run
from tests.bench.shape import write
from tests.bench.targets import Cores, Target, floor

SMALL: Final = Plan(parts=("4", REPEATS), rounds=1, seconds=0.25, warm=0.05, tries=1, pinned=False)
_KEYS: Final = b"&reply_markup=%7B%22callback_data%22%3A+%22Zk3x9Qw21%22%7D"


def a_shape(folder: Path) -> Path:
    """A dialogue of one message and one call beside, nine times."""
    steps = [
        [(b"answerCallbackQuery", b"a=1"), (b"sendMessage", b"chat_id=@chat@&text=%d" % n + _KEYS)]
        for n in range(9)
    ]
    file = folder / "shape.json"
    write(steps, file)
    return file


def a_floor(folder: Path, *more: str) -> Target:
    target = floor(folder / "floor", Cores(pinned=False), a_shape(folder), *more)
    target.whole = [1] * 9
    return target


async def test_nothing_is_lost_or_doubled_and_every_line_is_reported(tmp_path: Path) -> None:
    outcome = await run(SMALL, tmp_path)
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert {target for level, target in outcome.figures if level == "4"} == set(TARGETS)
    assert all(figures.done > 0 for figures in outcome.figures.values())
    assert outcome.figures[REPEATS, "product"].repeated > 0
    told = report(outcome)
    for line in (*TARGETS, *(aim.what for aim in AIMS), "machine:", "fdatasync", "idle MiB"):
        assert line in told
    assert "API calls per update" in told


async def test_a_swallowed_reply_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.crowd.PATIENCE", 0.3)
    async with a_floor(tmp_path, "--drop", "0.05") as target:
        figures = await measure(target, "4", warm=0.0, seconds=0.3)
    assert figures.done > 0
    assert figures.lost > 0
    assert figures.doubled == 0


async def test_a_repeated_update_answered_twice_is_doubled(tmp_path: Path) -> None:
    async with a_floor(tmp_path, "--commits") as target:
        figures = await measure(target, REPEATS, warm=0.0, seconds=0.2)
    assert figures.repeated > 0
    assert figures.doubled > 0
    assert figures.lost == 0


async def test_a_reply_cut_short_is_lost(tmp_path: Path) -> None:
    async with a_floor(tmp_path) as target:
        target.whole = [2] * 9
        figures = await measure(target, "4", warm=0.0, seconds=0.1)
    assert figures.lost > 0


def test_a_message_is_read_in_every_form_it_may_come_in() -> None:
    form = b"chat_id=7&text=Xin+ch%C3%A0o" + _KEYS
    whole = b'{"chat_id": 7, "text": "Xin", "reply_markup": {"callback_data": "Zk3x9Qw21"}}'
    parts = (
        b'--x\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name="chat_id"\r\n'
        b'\r\n7\r\n--x\r\nContent-Disposition: form-data; name="caption"\r\n\r\nXin\r\n--x\r\n'
        b'Content-Disposition: form-data; name="reply_markup"\r\n\r\n'
        b'{"inline_keyboard": [[{"callback_data": "Zk3x9Qw21"}]]}\r\n--x--'
    )
    for body in (form, whole, parts):
        heard = read(body, 1)
        assert (heard.chat, heard.token) == (7, b"Zk3x9Qw21")
        assert heard.text[:3] == b"Xin"


def test_an_aim_is_missed_met_or_met_in_part() -> None:
    rate = AIMS[0]
    assert [rate.reached(share) for share in (25, 15, 5)] == ["yes", "floor only", "no"]
    memory = next(aim for aim in AIMS if aim.what == "idle memory")
    assert [memory.reached(mib) for mib in (100, 130, 200)] == ["yes", "floor only", "no"]


def test_nothing_measured_is_said(tmp_path: Path) -> None:
    outcome = Outcome({}, replace(SMALL, parts=()), calls=[["sendMessage"]])
    assert report(outcome).count("not measured") >= 8


def test_parts_and_times_can_be_chosen() -> None:
    plan = planned(asked_for(["--quick", "--only", "start,64", "--seconds", "2"]))
    assert (plan.parts, plan.rounds, plan.seconds) == (["64", "start"], 1, 2.0)
    with pytest.raises(SystemExit):
        asked_for(["--only", "65"])


def test_a_profile_is_summed_by_function_without_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pool.py").write_text("order = orders.get()\n")
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "profile.txt"
    file.write_text(
        "main (c.py:1);Runner.run (d.py:1);main (a.py:1);work (b.py:2) 30\n"
        "main (a.py:1);work (b.py:9) 10\nmain (a.py:3) 60\npool (pool.py:1) 500\n"
    )
    told = profiling.summary(file)
    assert "60.0 %  main (a.py)" in told
    assert "40.0 %  work (b.py)" in told
    assert "c.py" not in told

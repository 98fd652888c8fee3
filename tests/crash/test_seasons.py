"""A small share of the proof of reminders; the whole is `make proof PART=seasons N=1000`."""

from datetime import datetime

import pytest

from tests.crash.seasons import season
from tests.crash.seasons_facts import DUE, NAMES, REPORT, Call, World
from tests.crash.seasons_mutants import MUTANTS, Mutant
from tests.crash.seasons_oracle import FAULTS, tally
from tests.crash.seasons_reading import Said, items, wrongs

SEEDS = (3, 17, 28, 35, 41, 56, 57, 59, 61, 64, 65, 67)


@pytest.mark.parametrize("seed", SEEDS)
async def test_everybody_hears_what_is_theirs_and_nothing_else(seed: int) -> None:
    """R15-R21, T58-T60, U11: nothing doubled, stale, at night or forgotten."""
    _, wrong = await season(seed, engine="sqlite")
    assert wrong == []


async def test_so_on_postgresql() -> None:
    _, wrong = await season(55, engine="postgresql")
    assert wrong == []


@pytest.mark.parametrize(
    ("mutant", "seed"), [(MUTANTS[0], 28), (MUTANTS[8], 65)], ids=["asks nobody", "keeps none out"]
)
async def test_a_planted_bug_is_found(mutant: Mutant, seed: int) -> None:
    """R17, R26: whoever has reported is reminded; two processes send the same message."""
    with mutant.plant():
        _, wrong = await season(seed, engine="sqlite")
    assert any(line.startswith(mutant.shows) for line in wrong)


@pytest.mark.parametrize(
    ("required", "is_true"),
    [
        ("còn 5: Trạm Y tế xã, Trường Tiểu học Thử, Xóm 1, Xóm 2, Xóm 3.", True),
        ("còn 5: Trạm Y tế xã, Trường Tiểu học Thử và 3 nơi nữa.", True),
        ("còn 5: Trạm Y tế xã, Trường Tiểu học Thử và 2 nơi nữa.", False),
        ("còn 4: Trạm Y tế xã, Trường Tiểu học Thử và 3 nơi nữa.", False),
        ("còn 5: Trạm Y tế xã, Công an xã và 3 nơi nữa.", False),
    ],
)
def test_a_list_that_is_cut_is_counted(required: str, is_true: bool) -> None:
    """R18: what is left out of a long list of names is in its count, each duty apart."""
    kindly = "Đề nghị, chưa gửi 2: Công an xã, Ủy ban MTTQ Việt Nam xã."
    said = Said(
        "", NAMES, f"Báo cáo năm 2026, đến lúc này còn thiếu:\nBắt buộc, {required}\n{kindly}"
    )
    assert (not list(wrongs(said, World(), DUE))) is is_true


def test_every_fault_is_counted_by_its_kind() -> None:
    found = ["quiet hours <- 14/12 21:00:00 p01", "forgotten: names  14/12 15:30 on 14/12"]
    assert tally(found) == {**dict.fromkeys(FAULTS, 0), "quiet hours": 1, "forgotten": 1}


def test_what_a_line_leaves_out_is_read_from_its_buttons() -> None:
    """R17: each unit that a cut line stands for is judged like one that it names."""
    line = "- Xóm 1 và 2 nơi nữa, báo cáo năm 2026: đã qua hạn, xin gửi sớm."
    buttons = ("Báo cáo Xóm 1", "Báo cáo Trường Tiểu học ", "Báo cáo Xóm 3", "Để sau")
    at = datetime(2026, 12, 15, 8)  # noqa: DTZ001 - local
    text = f"Kính gửi người phụ trách: xin gửi 3 việc sau về UBND xã.\n{line}"
    said = items(Call(1, 2, 3, at, "life-1", "p01", text, buttons, arrived=True), {})
    assert said == [Said(unit, REPORT, line) for unit in ("xom-01", "truong", "xom-03")]

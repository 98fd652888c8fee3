"""A small share of Zalo's proofs; the whole is `make proof PART=zalo N=100`, and PART=hostile."""

from pathlib import Path

from tests.crash.hostile import GROWTH, siege
from tests.crash.zalo import disorder


async def test_repeats_and_disorder_on_zalo_change_nothing(
    commune_url: str, engine: str, tmp_path: Path
) -> None:
    """R2, R4, T08: every screen is as if each event had come once, in the order it came first."""
    count = 2 if engine == "postgresql" else 1  # SQLite has one program (T60)
    figures = await disorder(commune_url, tmp_path, seed=3, number=9, count=count)
    assert figures["deliveries"] > figures["events"] >= 9 * 17
    assert figures["finished"] == 9
    assert figures["echoes"] == figures["told"]


async def test_hostile_calls_have_no_effect(tmp_path: Path) -> None:
    """T07, T36: only 200 and 413, no row, nobody else's answer lost, and bounded memory."""
    seen = await siege(tmp_path, seed=0, count=600, others=4, length=10, pause=0)
    assert sum(seen.answers.values()) == 600
    assert 0 < seen.aside <= 20
    assert seen.rss[1] - seen.rss[0] <= GROWTH

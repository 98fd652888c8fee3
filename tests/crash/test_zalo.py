"""A small share of Zalo's proofs; the whole is `make proof PART=zalo`, PART=hostile, PART=storm."""

from pathlib import Path

from handlers.messages import Kind
from tests.crash.hostile import GROWTH, siege
from tests.crash.storm import storm
from tests.crash.zalo import disorder
from tests.talk import Talk


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


async def test_a_storm_is_answered_whole(tmp_path: Path) -> None:
    """R1, R2: events that wait for nobody, with echoes; how fast is for `PART=storm` to say."""
    seen = await storm(tmp_path, seed=0, seconds=1, rate=60, echoes=True)
    assert (seen.lost, seen.doubled) == (0, 0)
    assert seen.echoes > len(seen.calls["the program"]) > 20


async def test_whoever_begins_by_following_is_welcomed(talk: Talk) -> None:
    """Design §1: on Zalo most begin so, and hear first who speaks and what is kept."""
    await talk.does(Kind.JOINED)
    assert talk.heard[0].startswith("Kính chào bà con")

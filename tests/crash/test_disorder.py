"""A small share of the disorder proof; the whole is `make proof PART=disorder N=100`."""

from pathlib import Path

from tests.crash.disorder import disorder


async def test_disorder_and_repetition_change_nothing(
    commune_url: str, engine: str, tmp_path: Path
) -> None:
    """R2, R4: every screen is as if each event had come once, in the order of first arrival."""
    count = 2 if engine == "postgresql" else 1  # SQLite has one program (T60)
    figures = await disorder(commune_url, tmp_path, seed=3, number=10, count=count)
    assert figures["deliveries"] > figures["events"] == 175
    assert figures["finished"] == 10

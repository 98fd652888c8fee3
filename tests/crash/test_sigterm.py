"""A small share of the SIGTERM proof; the whole is `make proof PART=sigterm N=100`."""

from pathlib import Path

from tests.crash.sigterm import sigterm


async def test_sigterm_in_mid_work_loses_and_doubles_nothing(
    commune_url: str, engine: str, tmp_path: Path
) -> None:
    """R31: it ends in time with exit code 0; by webhook on one engine, by polling on the other."""
    seed = {"sqlite": 0, "postgresql": 3}[engine]
    figures = await sigterm(tmp_path, commune_url, seed=seed, count=6)
    assert figures["events"] == 6 * 17

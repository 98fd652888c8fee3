"""A short flood; the measured one is `make proof PART=flood N=1`."""

from pathlib import Path

from tests.crash.flood import flood


async def test_a_flood_costs_nobody_else_anything(tmp_path: Path) -> None:
    """T35: the others have all their answers, the flooder is told once and answered afterwards."""
    seen = await flood(tmp_path, seed=0, others=5, length=12, seconds=1, pause=0)
    assert seen.counted["events"] == 5 * 12
    assert set(seen.poured) <= {"sent", "200", "503"}
    assert seen.poured["200"] > seen.answers

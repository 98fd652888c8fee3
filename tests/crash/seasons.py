"""A thousand Decembers: random seasons of reminders on the real database and the real code.

Two processes plan, claim and deliver; they are killed, stopped for a minute or three days, the
wall's clock jumps, platforms fail, and people report at the worst moment. An oracle that reads the
design a second time says whether everybody was told exactly what they were to hear.

Every eighth season is on PostgreSQL.
"""

from typing import Any

from tests.crash.seasons_commune import a_small_commune
from tests.crash.seasons_oracle import findings, tally
from tests.crash.seasons_running import Season


async def season(seed: int, *, engine: str = "") -> tuple[dict[str, Any], list[str]]:
    """What one season counted, and what was wrong in it."""
    engine = engine or ("postgresql" if seed % 8 == 7 else "sqlite")
    one = Season(seed)
    async with a_small_commune(engine) as url:
        await one.run(url)
    return {engine: 1, **one.figures()}, findings(one.record)


async def trial(seed: int) -> dict[str, Any]:
    figures, wrong = await season(seed)
    broken = "".join(f"{one}\n" for one in wrong)
    return {**figures, **tally(wrong), "broken": broken}

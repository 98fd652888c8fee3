"""`make proof PART=kill N=300`: the long proofs, one trial after another, resumable.

A part is a module with `async def trial(seed: int) -> dict[str, Any]`: it does one whole trial and
returns what it counted. When a promise is broken it raises `AssertionError`, or says so in
"broken" among what it counted. Trial k always has the seed k. Every result is appended to
`var/proofs/PART.jsonl`; a second call goes on where the first one ended. `REDO=1` begins again,
`SEED=7` does one trial alone and prints its failure.
"""

import argparse
import asyncio
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

PARTS: Final = {
    "kill": "SIGKILL at random moments and at named points, restart, compare",
    "disorder": "1,000 deliveries with 30 % repeated and out of order",
    "trouble": "disk full, locked database, PostgreSQL restarted, poison message",
    "sigterm": "SIGTERM in the middle of work",
    "flood": "one person at 10,000 a second",
    "tokens": "SIGKILL around the renewal of Zalo's single-use tokens",
    "zalo": "1,000 calls of Zalo's webhook, repeated, out of order, after an outage",
    "hostile": "10,000 hostile calls of Zalo's webhook while residents talk",
    "seasons": "1,000 seasons of reminders, with outages, kills, clock jumps",
    "seasons_planted": "planted bugs, each found by a few seasons",
    "storm": "200 signed events a second at Zalo's webhook, beside a bare server",
}
RESULTS: Final = Path("var/proofs")

Trial = Callable[[int], Awaitable[dict[str, Any]]]


def done(results: Path) -> dict[int, dict[str, Any]]:
    """The results so far, by seed; a line cut short by a kill is as if it were not there."""
    found = {}
    for line in results.read_text().splitlines() if results.exists() else ():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[row["seed"]] = row
    return found


async def one(trial: Trial, seed: int) -> dict[str, Any]:
    started = time.monotonic()
    try:
        counted = await trial(seed)
        broken = counted.pop("broken", "")
    except AssertionError:
        counted, broken = {}, traceback.format_exc()
    seconds = round(time.monotonic() - started, 2)
    return {"seed": seed, "ok": not broken, "seconds": seconds, **counted, "broken": broken}


def summary(rows: list[dict[str, Any]]) -> str:
    """How many held, and the sum of everything counted."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(
            {k: v for k, v in row.items() if type(v) in (int, float) and k != "seed"},
        )
    broken = [row["seed"] for row in rows if not row["ok"]]
    figures = ", ".join(f"{name} {value:,.10g}" for name, value in total.items())
    return f"{len(rows)} trials, {len(broken)} broken {broken or ''}: {figures}"


async def prove(part: str, number: int, *, redo: bool) -> bool:
    trial: Trial = import_module(f"tests.crash.{part}").trial
    results = RESULTS / f"{part}.jsonl"
    results.parent.mkdir(parents=True, exist_ok=True)
    if redo:
        results.unlink(missing_ok=True)
    rows = done(results)
    for seed in range(number):
        if seed in rows:
            continue
        rows[seed] = await one(trial, seed)
        with results.open("a") as out:
            out.write(json.dumps(rows[seed], ensure_ascii=False) + "\n")
        sys.stdout.write(f"{part} {seed + 1}/{number} {'ok' if rows[seed]['ok'] else 'BROKEN'}\n")
    chosen = [rows[seed] for seed in sorted(rows) if seed < number]
    sys.stdout.write(f"{part}: {summary(chosen)}\n")
    return all(row["ok"] for row in chosen)


def main() -> int:
    read = argparse.ArgumentParser(prog="make proof", description=__doc__)
    read.add_argument("part", choices=PARTS, help=str(PARTS))
    read.add_argument("-n", type=int, default=10, help="trials in all, earlier ones counted")
    read.add_argument("--redo", action="store_true", help="forget the earlier results")
    read.add_argument("--seed", type=int, help="one trial alone")
    asked = read.parse_args()
    if asked.seed is not None:
        trial: Trial = import_module(f"tests.crash.{asked.part}").trial
        row = asyncio.run(one(trial, asked.seed))
        sys.stdout.write(row.pop("broken") + json.dumps(row, ensure_ascii=False) + "\n")
        return 0 if row["ok"] else 1
    return 0 if asyncio.run(prove(asked.part, asked.n, redo=asked.redo)) else 1


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: speed and loss under load, beside the floor, in one run.

Parts (for --only): 1, 16, 64, 256 = users who wait for their answers; open = 200 updates/s;
repeats = 64 users, 5 % of the updates twice; start = from the process to the first reply.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import uvloop

from tests.bench import profiling
from tests.bench.report import report
from tests.bench.rounds import PARTS, Outcome, Plan, run

_QUICK = Plan(rounds=1, seconds=3.0, warm=1.0, starts=2, tries=2)


def parts(text: str) -> Sequence[str]:
    asked = text.split(",")
    if unknown := [part for part in asked if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"{unknown}: there are {', '.join(PARTS)}")
    return [part for part in PARTS if part in asked]


def asked_for(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    read = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    read.add_argument("--quick", action="store_true", help="one round of 3 s: for a first look")
    read.add_argument("--only", type=parts, default=PARTS, metavar="PART,PART")
    read.add_argument("--rounds", type=int)
    read.add_argument("--seconds", type=float, help="measured time of one level")
    read.add_argument("--json", type=Path, metavar="FILE", help="the raw figures")
    read.add_argument("--profile", action="store_true", help="py-spy at 64 users -> var/")
    asked = read.parse_args(arguments)
    if asked.profile and profiling.LEVEL not in asked.only:
        read.error(f"--profile is taken at {profiling.LEVEL} users: not in --only")
    return asked


def planned(asked: argparse.Namespace) -> Plan:
    plan = replace(_QUICK if asked.quick else Plan(), parts=asked.only, told=_tell)
    if asked.profile:
        plan = replace(plan, during=profiling.during, tries=1)
    more = {name: getattr(asked, name) for name in ("rounds", "seconds") if getattr(asked, name)}
    return replace(plan, **more)


def _tell(what: str) -> None:
    sys.stderr.write(f"\r\x1b[K{what}")
    sys.stderr.flush()


def raw(outcome: Outcome) -> str:
    whole = {
        "machine": outcome.machine,
        "figures": [asdict(each) for each in outcome.figures.values()],
        "rounds": [asdict(each) for each in outcome.rounds],
        "idle": outcome.idle,
        "starts": outcome.starts,
        "calls": outcome.calls,
        "lost": outcome.lost,
        "doubled": outcome.doubled,
    }
    return json.dumps(whole, indent=1) + "\n"


def main() -> int:
    asked = asked_for()
    with (
        tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        outcome = runner.run(run(planned(asked), Path(folder)))
    sys.stderr.write("\n")
    sys.stdout.write(report(outcome))
    if asked.profile:
        sys.stdout.write(profiling.summary())
    if asked.json:
        asked.json.write_text(raw(outcome))
    return 1 if outcome.lost or outcome.doubled else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())

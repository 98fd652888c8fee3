"""`--profile`: where the program spends its time at 64 users, by py-spy."""

import asyncio
import contextlib
import linecache
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from tests.bench.targets import Target

LEVEL: Final = "64"
FILE: Final = Path("var/profile-64.txt")
"""Collapsed stacks: speedscope.app and flamegraph.pl read them."""
_SHOWN: Final = 15
_FRAME: Final = re.compile(r".* \((.+):(\d+)\)")


@contextlib.asynccontextmanager
async def during(target: Target, level: str) -> AsyncIterator[None]:
    """Record while the program is measured at 64 users (warm-up and drain included)."""
    if level != LEVEL or target.name != "product":
        yield
        return
    FILE.parent.mkdir(exist_ok=True)
    spy = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("py-spy"),
        *("record", "--pid", str(target.pid), "--rate", "200", "--threads"),
        *("--format", "raw", "--output", FILE),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            spy.send_signal(signal.SIGINT)
        await spy.wait()


def _stacks(text: str) -> Iterator[tuple[list[str], int]]:
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if not _waits(frames[-1]):
            yield _inside(frames), int(count)


def _inside(frames: list[str]) -> list[str]:
    """Without the road to the event loop, which every stack of it shares."""
    loop = [n for n, frame in enumerate(frames) if frame.startswith("Runner.run (")]
    return (frames[loop[-1] + 1 :] or ["event loop, system calls"]) if loop else frames


def _waits(frame: str) -> bool:
    """A thread that waits for its next order, which py-spy takes for work."""
    found = _FRAME.fullmatch(frame)
    if found is None:
        return False
    places = (Path(folder) / found[1] for folder in sys.path)
    file = next((str(place) for place in places if place.is_file()), "")
    return ".get(" in linecache.getline(file, int(found[2]))


def summary(file: Path = FILE) -> str:
    """The functions with most time of their own, and with most time in all."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for stack, count in _stacks(file.read_text()):
        functions = [_function(frame) for frame in stack]
        own[functions[-1]] += count
        whole.update(dict.fromkeys(functions, count))
    samples = max(1, sum(own.values()))
    lines = [
        f"\nprofile of {samples} samples, waiting threads left out: {file}",
        "py-spy stops the program for every sample: the speed measured meanwhile is too low",
    ]
    for title, counted in (("own time", own), ("with what they call", whole)):
        lines.append(title)
        lines += [f"  {100 * n / samples:5.1f} %  {f}" for f, n in counted.most_common(_SHOWN)]
    return "\n".join(lines) + "\n"


def _function(frame: str) -> str:
    """Without the line: `function (file:12)` -> `function (file)`."""
    name, _, _ = frame.rpartition(":")
    return f"{name})" if name else frame

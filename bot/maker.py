"""`python -m bot.maker`: makes one thing and ends. Started by bot/making.py, never by people.

Reads one JSON object {"kind": "module:function", "body": {…}} and writes the bytes that the
function returns. It knows no settings, no database and no secret, and gets only so much of the
machine: what goes wrong in here cannot take the house with it.
"""

import importlib
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, Final

SECONDS: Final = 60
MEMORY: Final = 1536 * 1024 * 1024  # bytes of address space
_ORPHAN: Final = SECONDS + 5  # nobody is left to kill us


def make(by: str, body: dict[str, Any]) -> bytes:
    """Import the one module that is needed and call its function."""
    module, _, function = by.partition(":")
    made = getattr(importlib.import_module(module), function)(body)
    if not isinstance(made, bytes):
        raise TypeError(f"{by} makes no bytes")
    return made


def main() -> int:
    _limit()
    _bare("handlers")
    order = json.load(sys.stdin)
    try:
        made = make(order["kind"], order["body"])
    except BaseException as error:  # noqa: BLE001 - the whole of this process is one attempt
        sys.stderr.write(_where(error))
        return 1
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


def _limit() -> None:
    os.nice(5)  # turns go first
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(_ORPHAN)


def _bare(package: str) -> None:
    """Have the package's modules without its list of conversations, which imports the house."""
    module = ModuleType(package)
    module.__path__ = [str(Path(__file__).parents[1] / package)]
    sys.modules[package] = module


def _where(error: BaseException) -> str:
    """Kind and place of an exception, never its words: they may be a person's (P9)."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in frames if f.filename[0] != "<"]
    return " ".join([type(error).__name__, *reversed(places[-3:])])


if __name__ == "__main__":
    sys.exit(main())

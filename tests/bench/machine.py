"""What the figures depend on: cores, versions, and how fast the disk says "written"."""

import os
import platform
import sqlite3
import statistics
import time
from pathlib import Path


def sync_ms(folder: Path, times: int = 200) -> float:
    """Median milliseconds of writing 4 KiB and fdatasync, where the database lies."""
    taken = []
    file = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for number in range(times):
            began = time.perf_counter()
            os.pwrite(file, b"x" * 4096, 4096 * number)
            os.fdatasync(file)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(file)
    return 1000 * statistics.median(taken)


def described(folder: Path, *, pinned: bool) -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "pinned": pinned,
        "cpu": _cpu(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "kernel": platform.release(),
        "fdatasync 4 KiB, ms": round(sync_ms(folder), 3),
    }


def busy() -> float:
    """Seconds of all cores spent on anything so far, and by whoever shares the machine."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _waiting, *interrupts = map(int, fields)
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()

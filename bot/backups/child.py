"""`python -m bot.backups.child`: makes one backup and ends. Started by rounds.py, never by people.

A process of its own: gigabytes are copied without a thread of the service, and it can be killed at
any line. Reads one line of JSON and writes the manifest; when its stdin ends, the service is gone,
and so is this.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.backups.making import Job, make


def main() -> int:
    os.nice(10)  # turns go first
    said: dict[str, Any] = json.loads(sys.stdin.readline())
    now = datetime.fromisoformat(said.pop("now"))
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    try:
        made = make(_job(said), now=now)
    except Exception as error:  # noqa: BLE001 - the whole of this process is one attempt
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return 1
    sys.stdout.write(made.json())
    return 0


def order(job: Job, *, now: datetime) -> bytes:
    """What `main` reads."""
    said = json.dumps({**asdict(job), "now": now.isoformat()}, default=str)
    return said.encode() + b"\n"


def _job(said: dict[str, Any]) -> Job:
    paths = {name: Path(said[name]) for name in ("data_dir", "folder", "key_file")}
    return Job(**{**said, **paths})


def _end_with_the_service() -> None:
    sys.stdin.read()
    os._exit(2)


if __name__ == "__main__":
    sys.exit(main())

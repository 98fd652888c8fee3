"""Another wall clock for a real process: libfaketime of Debian, or `python -m tests.faketime`.

`make test` runs this once before pytest, so that workers side by side never install together.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests import debian

PACKAGE: Final = "libfaketime"
MISSING: Final = (
    "The tests of the real process on another day need libfaketime. Please run: "
    f"{debian.command(PACKAGE)}\n(or set LIBFAKETIME to the libfaketimeMT.so.1 that is there)"
)


def find() -> str | None:
    """The library to load first: `LIBFAKETIME` if it is set, else Debian's; None without one."""
    given = os.environ.get("LIBFAKETIME")
    return next((str(file) for file in _places(given) if file.is_file()), None)


def _places(given: str | None) -> Iterator[Path]:
    if given is not None:
        yield Path(given)
        return
    yield from sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def main() -> None:
    if find() is not None:
        return
    sys.stderr.write("Installing libfaketime for the tests ...\n")
    if "LIBFAKETIME" not in os.environ:
        debian.install(PACKAGE)
    if find() is None:
        raise SystemExit(MISSING)


class Wall:
    """The wall clock of every process that was started with its `environment`.

    Only the wall: what waits goes by the monotonic clock, which stays the real one
    (DONT_FAKE_MONOTONIC). It stands still first, so that a slow start costs none of its time.
    """

    def __init__(self, folder: Path, *, stands: datetime) -> None:
        """`stands`: the moment that it shows until `goes`."""
        self._file = folder / "wall"
        self._write(_said(stands))

    @property
    def environment(self) -> dict[str, str]:
        library = find()
        assert library is not None, MISSING
        return {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",  # real seconds until a process sees another content
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # the same, as newer releases call it
            "NO_FAKE_STAT": "1",  # or every module would look changed, and be compiled anew
            "TZ": "UTC",  # in which the file is read
        }

    def goes(self, since: datetime) -> None:
        """It is that moment now, and from now on it goes as fast as every clock."""
        self._write(f"{(since - datetime.now(UTC)).total_seconds():+.3f}")

    def _write(self, content: str) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(content + "\n")
        draft.replace(self._file)  # never half of it


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    main()

"""BACKUP_DIR: what lies there, under which name, for how long (R29).

A backup is one sealed file; beside it lies what may be read without the key: when, which schema,
sizes, counts, sha256. The list of deletions (hashes only, P5) lies there for a restore after which
the database itself is gone.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from storage.backups import Backup

QUARTER, DAILY, MANUAL = "quarter", "daily", "manual"
_LIVES: Final = {
    QUARTER: timedelta(days=1),
    DAILY: timedelta(days=30),
    MANUAL: timedelta(days=30),
}
_NAME: Final = re.compile(r"hoc-vu-so-(\d{8}T\d{6}Z)-(quarter|daily|manual)\.backup")
_WHEN: Final = "%Y%m%dT%H%M%SZ"
_DRAFT: Final = ".part"
_DELETIONS: Final = "deletions.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is; the same inside its seal and, with size and sha256, beside it."""

    kind: str
    made_at: datetime
    engine: str
    schema: str
    rows: Mapping[str, int]
    newest: str
    """When the newest event or message in it was written."""
    bytes: int
    """Of the database, as it lies inside."""
    size: int = 0
    sha256: str = ""
    checked_at: datetime | None = None

    def json(self) -> str:
        return json.dumps(asdict(self), default=datetime.isoformat, indent=2) + "\n"

    @property
    def name(self) -> str:
        return f"hoc-vu-so-{self.made_at.astimezone(UTC):{_WHEN}}-{self.kind}.backup"

    def told(self) -> Backup:
        """What the house remembers of it."""
        return Backup(self.name, self.kind, self.made_at, self.size, self.checked_at)


def manifest_of(written: str | bytes) -> Manifest:
    """Raises `ValueError` if it is none."""
    try:
        found: dict[str, Any] = json.loads(written)
        checked = found["checked_at"]
        return Manifest(
            **{
                **found,
                "made_at": datetime.fromisoformat(found["made_at"]),
                "checked_at": datetime.fromisoformat(checked) if checked else None,
            }
        )
    except (KeyError, TypeError) as error:
        raise ValueError("no manifest of ours") from error


@dataclass(frozen=True, slots=True)
class Lying:
    """One backup in the folder, by its name alone."""

    file: Path
    made_at: datetime
    kind: str


# --- putting there -------------------------------------------------------------------------------


def draft_of(folder: Path) -> Path:
    """Where a backup is written before it is one; what an earlier one left there goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"*{_DRAFT}"):
        left.unlink(missing_ok=True)
    draft = folder / f"new{_DRAFT}"
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return draft


def put(draft: Path, manifest: Manifest) -> tuple[Path, Manifest]:
    """Give a finished draft its name: from now on it is there, whole."""
    whole = replace(manifest, size=draft.stat().st_size, sha256=sha256_of(draft))
    file = draft.with_name(manifest.name)
    draft.replace(file)
    _flush(file.parent)
    describe(file, whole)
    return file, whole


def describe(file: Path, manifest: Manifest) -> None:
    """Write what may be read without the key."""
    write_whole(file.with_suffix(".json"), manifest.json())


def write_whole(file: Path, text: str) -> None:
    """0600, whole or not at all."""
    draft = file.with_name(f".{file.name}{_DRAFT}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    draft.replace(file)
    _flush(file.parent)


def _flush(folder: Path) -> None:
    """Make a change of names outlive a power cut, where the file system knows how."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256_of(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


# --- what lies there -----------------------------------------------------------------------------


def lying(folder: Path) -> list[Lying]:
    """All backups, the newest first. Raises `OSError` if the folder cannot be read."""
    found = []
    for file in folder.iterdir():
        if match := _NAME.fullmatch(file.name):
            at = datetime.strptime(match[1], _WHEN).replace(tzinfo=UTC)
            found.append(Lying(file, at, match[2]))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def described(file: Path) -> Manifest | None:
    """What lies beside a backup; None if it is missing or cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        return manifest_of(file.with_suffix(".json").read_text())
    return None


def prune(folder: Path, *, now: datetime) -> int:
    """Drop what is older than its kind is kept; the newest stays whatever the clock says (R20)."""
    old = [one for one in lying(folder)[1:] if now - one.made_at > _LIVES[one.kind]]
    for one in old:
        one.file.unlink(missing_ok=True)
        one.file.with_suffix(".json").unlink(missing_ok=True)
    return len(old)


# --- deletions -----------------------------------------------------------------------------------


def deletions(folder: Path) -> dict[str, str]:
    """The list beside the backups; {} if there is none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((folder / _DELETIONS).read_text())
        if isinstance(found, dict):
            return {str(listed): str(at) for listed, at in found.items()}
    return {}


def merged(*lists: Mapping[str, str]) -> dict[str, str]:
    """All that were ever deleted, with the latest time."""
    found: dict[str, str] = {}
    for listed, at in _pairs(lists):
        found[listed] = max(at, found.get(listed, ""))
    return found


def _pairs(lists: Iterable[Mapping[str, str]]) -> Iterable[tuple[str, str]]:
    return (pair for one in lists for pair in one.items())


def note_deletions(folder: Path, listed: Mapping[str, str]) -> bool:
    """Add to the list beside the backups; True if it has changed. Raises `OSError`."""
    known = deletions(folder)
    all_of_them = merged(known, listed)
    if all_of_them == known:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / _DELETIONS, json.dumps(all_of_them, indent=1, sort_keys=True) + "\n")
    return True

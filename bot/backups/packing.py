"""What lies inside a seal: a small manifest, the house's secret, and the database."""

import gzip
import io
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from bot.backups.sealing import Broken, Opener, Sealer
from bot.backups.shelf import Manifest, manifest_of

_MANIFEST, _SECRET, _DATABASE = "manifest.json", "secret", "database"
_SMALL: Final = 1 << 20
_FAST: Final = 1  # gzip's level: a third of the size for a tenth of the time
_NOT_WHOLE: Final = (tarfile.TarError, gzip.BadGzipFile, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup in a folder of ours; the database is not looked at yet."""

    manifest: Manifest
    secret: bytes
    database: Path


def pack(to: IO[bytes], key: bytes, manifest: Manifest, secret: bytes, database: Path) -> None:
    """Seal all three, piece by piece. Raises `OSError`."""
    sealed = Sealer(to, key)
    with gzip.GzipFile("", "wb", _FAST, sealed, mtime=0) as pressed:
        tar = tarfile.open(fileobj=pressed, mode="w|")  # noqa: SIM115 - closing it comes first
        for name, content in ((_MANIFEST, manifest.json().encode()), (_SECRET, secret)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        member = tarfile.TarInfo(_DATABASE)
        member.size = database.stat().st_size
        with database.open("rb") as source:
            tar.addfile(member, source)
        tar.close()
    sealed.seal()


def unpack(file: Path, key: bytes, room: Path) -> Unpacked:
    """Open the seal and put the database into `room`. Raises `Broken`, `OSError`."""
    database = room / "restored.db"
    small: dict[str, bytes] = {}
    with file.open("rb") as source:
        opened = Opener(source, key)
        try:
            with (
                gzip.GzipFile("", "rb", fileobj=io.BufferedReader(opened)) as pressed,
                tarfile.open(fileobj=pressed, mode="r|") as tar,
            ):
                for member in tar:
                    _take(tar, member, small, database)
            manifest = manifest_of(small.get(_MANIFEST, b""))
        except _NOT_WHOLE as error:
            raise Broken("this backup cannot be read") from error
        opened.finish()
    if not database.exists() or not small.get(_SECRET):
        raise Broken("this backup lacks a part")
    return Unpacked(manifest, small[_SECRET], database)


def _take(
    tar: tarfile.TarFile, member: tarfile.TarInfo, small: dict[str, bytes], database: Path
) -> None:
    """Members are known by name; none is ever a path."""
    content = tar.extractfile(member)
    if content is None:
        return
    if member.name == _DATABASE:
        with database.open("wb") as target:
            shutil.copyfileobj(content, target, _SMALL)
    elif member.size <= _SMALL:
        small[member.name] = content.read()

"""Files on their way to Zalo (zalo.md 3.5): checked by content, good for seven days."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from tests.zalo_oa_rules import Wrong, invalid, over

LIFE: Final = 7 * 86_400
MONTHLY: Final = 5_000
_MB: Final = 1024 * 1024
_MONTH: Final = 30 * 86_400

Kind = Literal["image", "gif", "file"]
_LIMITS: Final[dict[Kind, int]] = {"image": _MB, "gif": 5 * _MB, "file": 5 * _MB}
_TAKEN: Final[dict[Kind, tuple[str, ...]]] = {
    "image": ("jpg", "png"),
    "gif": ("gif",),
    "file": ("pdf", "doc", "docx", "csv"),
}


class Upload(NamedTuple):
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asset:
    id: str
    kind: Kind
    filename: str
    content: bytes
    made: float


class Uploads:
    """What was uploaded. `assets` is the oracle: content by attachment id or file token."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self.now = now
        self.assets: dict[str, Asset] = {}
        self.monthly = MONTHLY
        self._made: list[float] = []

    def store(self, kind: Kind, file: object) -> Asset:
        if not isinstance(file, Upload) or not file.content:
            raise invalid("file")
        if len(file.content) > _LIMITS[kind]:
            raise over("file", _LIMITS[kind])
        if _type_of(file) not in _TAKEN[kind]:
            raise Wrong(-233, "file type is not supported")
        self._made = [at for at in self._made if self.now() - at < _MONTH]
        if len(self._made) >= self.monthly:
            raise Wrong(-211, "out of quota of uploads")
        self._made.append(self.now())
        asset = Asset(
            f"{kind}-{len(self.assets):08d}", kind, file.filename, file.content, self.now()
        )
        self.assets[asset.id] = asset
        return asset

    def used(self, given: str, kind: Kind, *, where: str) -> Asset:
        asset = self.assets.get(given)
        if asset is None or asset.kind != kind:
            raise invalid(where)
        if self.now() - asset.made >= LIFE:
            raise Wrong(-100, "attachment is expired")
        return asset


def _type_of(file: Upload) -> str:
    for start, kind in _MAGIC:
        if file.content.startswith(start):
            return kind
    ending = file.filename.rpartition(".")[2].lower()
    if ending == "doc" and file.content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "doc"
    if ending == "docx" and _is_word(file.content):
        return "docx"
    return "csv" if ending == "csv" and _is_text(file.content) else ""


_MAGIC: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
)


def _is_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "word/document.xml" in package.namelist()
    except zipfile.BadZipFile:
        return False


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False

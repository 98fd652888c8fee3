"""One small file out of a form: bounded in size and time, its kind looked at twice (T30, T32)."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import aiohttp
from aiohttp import http_exceptions, web

from bot import sounds
from bot.filing import PICTURES
from bot.pictures import NoPhoto, bare
from handlers import evidence, words
from storage.files import MAX, MAX_NAME

FIELD: Final = "file"
_AROUND: Final = 16 * 1024  # bytes of a form around its one file
_PIECE: Final = 64 * 1024
_BROKEN: Final = (
    ValueError,
    AssertionError,  # aiohttp's own way of refusing odd forms
    RuntimeError,
    OSError,
    aiohttp.ClientError,
    web.RequestPayloadError,
    web.HTTPException,
    http_exceptions.HttpProcessingError,
)


class Patience(NamedTuple):
    """How long a slow line is waited for, in seconds."""

    piece: float = 20.0
    whole: float = 180.0  # 5 MB at a quarter of a megabit a second


PATIENT: Final = Patience()


class Upload(NamedTuple):
    name: str
    media_type: str
    body: bytes


class Taken(NamedTuple):
    """What a link takes in."""

    named: str
    """As people read it."""
    said: str
    """Id of the sentence that names it."""
    kinds: Mapping[str, tuple[str, Callable[[bytes], bool]]]
    """Ending -> media type, and whether the content is of it."""

    @property
    def accept(self) -> str:
        """For a form's field."""
        of_phones = {kind for kind, _ in self.kinds.values() if kind.startswith(("image", "audio"))}
        return ",".join([*(f".{ending}" for ending in self.kinds), *sorted(of_phones)])

    def media_type_of(self, name: str, body: bytes) -> str | None:
        """What it is if ending and content agree; None for all we do not take."""
        media_type, fits = self.kinds.get(name.rpartition(".")[2].lower(), ("", None))
        return media_type if fits is not None and fits(body) else None


class NotTaken(Exception):
    """The file was not taken; `said` is the id of the sentence that tells why."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.said = said
        self.status = status


async def read(request: web.Request, patience: Patience, taken: Taken) -> Upload:
    """The one file of a posted form. Raises `NotTaken`; nothing of it is in any message or log."""
    if (request.content_length or 0) > MAX + _AROUND:  # before a single byte is read
        raise NotTaken("files.page_too_big", 413)
    if request.content_type != "multipart/form-data":
        raise NotTaken("files.page_none", 400)
    try:
        async with asyncio.timeout(patience.whole):
            given, body = await _read(request, patience)
    except TimeoutError:
        raise NotTaken("files.page_too_slow", 408) from None
    except _BROKEN:
        raise NotTaken("files.page_broken", 400) from None
    name = clean_name(given)
    media_type = taken.media_type_of(name, body)
    if media_type is None:
        raise NotTaken("files.page_wrong_kind", 415)
    return Upload(name, media_type, _without_place(media_type, body))


def _without_place(media_type: str, body: bytes) -> bytes:
    """A photo keeps nothing of where and when it was taken, as in the chat (P1, P10)."""
    if media_type not in PICTURES:
        return body
    try:
        return bare(body).body
    except NoPhoto:
        raise NotTaken("files.page_broken", 415) from None


async def _read(request: web.Request, patience: Patience) -> tuple[str, bytes]:
    """Only the first part is looked at: the form has no other."""
    async with asyncio.timeout(patience.piece):
        parts = await request.multipart()
        part = await parts.next()
    if not isinstance(part, aiohttp.BodyPartReader) or part.name != FIELD or not part.filename:
        raise NotTaken("files.page_none", 400)
    if "Content-Length" in part.headers:  # no browser says it, and aiohttp believes a negative one
        raise NotTaken("files.page_broken", 400)
    body = bytearray()
    while True:
        async with asyncio.timeout(patience.piece):
            piece = await part.read_chunk(_PIECE)
        if not piece:
            break
        body += piece
        if len(body) > MAX:  # the declaration lied
            raise NotTaken("files.page_too_big", 413)
    async with asyncio.timeout(patience.piece):
        await parts.next()  # the form's own end: without it something is missing
    if not body:
        raise NotTaken("files.page_none", 400)
    return part.filename, bytes(body)


# --- the name: shown and sent back, never a path -------------------------------------------------

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f"*:<>?|]')
_FOLDERS: Final = re.compile(r".*[/\\]", re.DOTALL)


def clean_name(given: str) -> str:
    """The name as it may be stored and shown: no folders, nothing invisible, ≤ 120 (T23, T32)."""
    bare = _FOLDERS.sub("", given.encode("utf-8", "replace").decode())
    one_line = " ".join(words.clean(bare).split())
    stem, _, ending = _FORBIDDEN.sub("_", one_line).lstrip(". ").rpartition(".")
    return f"{stem[: MAX_NAME - 10].rstrip('. ') or 'tep'}.{ending[:9]}"


# --- the kind: by its ending and by its first bytes ----------------------------------------------


def _is_xlsx(body: bytes) -> bool:
    """A zip with the names that only a workbook has; opened elsewhere, under T31's rules."""
    return body.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in body and b"xl/" in body


def _is_text(body: bytes) -> bool:
    """Text of any of the codings that a spreadsheet program writes, and no other thing's start."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(body, "utf-16")
    has_controls = re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x19\x1b-\x1f\x7f]", body) is not None
    return not has_controls and not body.startswith((b"%PDF", b"PK\x03\x04", b"\xff\xd8"))


def _decodes(body: bytes, coding: str) -> bool:
    try:
        return "\0" not in body.decode(coding)
    except UnicodeDecodeError:
        return False


def _begins_with(magic: bytes) -> Callable[[bytes], bool]:
    return lambda body: body.startswith(magic)


def _sounds(ending: str) -> Callable[[bytes], bool]:
    return lambda body: (sound := sounds.known(body)) is not None and sound.ending == ending


_JPEG: Final = ("image/jpeg", _begins_with(b"\xff\xd8\xff"))
PAPERS: Final = Taken(
    "JPG, PNG, PDF, Excel (.xlsx), CSV",
    "files.page_kinds",
    {
        "jpg": _JPEG,
        "jpeg": _JPEG,
        "png": ("image/png", _begins_with(b"\x89PNG\r\n\x1a\n")),
        "pdf": ("application/pdf", _begins_with(b"%PDF-")),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _is_xlsx),
        "csv": ("text/csv", _is_text),
    },
)
VOICES: Final = Taken(
    evidence.VOICES,
    "files.page_voices",
    {
        "ogg": ("audio/ogg", _sounds("ogg")),
        "oga": ("audio/ogg", _sounds("ogg")),
        "mp3": ("audio/mpeg", _sounds("mp3")),
        "m4a": ("audio/mp4", _sounds("m4a")),
    },
)


def taken_for(purpose: str) -> Taken:
    """What may be handed in for a purpose, "reading:dan5-1"."""
    return VOICES if purpose.partition(":")[0] == evidence.READING else PAPERS

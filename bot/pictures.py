"""A photo without what its camera wrote into it: place, time, device (T33, P10).

Nothing is decoded: the pieces of the file are copied or left out, so neither a bomb nor a loss of
sharpness is possible. How the photo is to be turned is kept.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

_EOI, _SOS, _EXIF = 0xD9, 0xDA, 0xE1
_KEPT_APPLICATIONS: Final = (0xE0, 0xE2, 0xEE)  # JFIF, colour profile, Adobe's colour transform
_COMMENT: Final = 0xFE
_MPF: Final = b"MPF\x00"  # other photos behind this one, each with its own place
_ALONE: Final = (0x01, *range(0xD0, 0xDA))  # markers without a length
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ORIENTATION: Final = 0x0112
_TIFFS: Final = {b"II*\x00": "<", b"MM\x00*": ">"}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_TOLD_BY_PNG: Final = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")


class Photo(NamedTuple):
    ending: str
    media_type: str
    body: bytes


class NoPhoto(Exception):
    """It is no JPEG and no PNG, or a broken one; the reason is fit for a log."""


def bare(body: bytes) -> Photo:
    """The picture and nothing else. Raises `NoPhoto`."""
    try:
        if body.startswith(b"\xff\xd8\xff"):
            return Photo("jpg", "image/jpeg", b"".join(_jpeg(body)))
        if body.startswith(_PNG):
            return Photo("png", "image/png", b"".join(_png(body)))
    except (struct.error, IndexError):
        raise NoPhoto("broken picture") from None
    raise NoPhoto("no jpeg and no png")


# --- JPEG ----------------------------------------------------------------------------------------


def _jpeg(body: bytes) -> Iterator[bytes]:
    turned = 0
    yield body[:2]
    for marker, piece in _pieces(body):
        if marker == _EXIF and not turned and (turned := _orientation(piece[4:])):
            yield _only_turned(turned)
        elif not _tells(marker, piece):
            yield piece


def _pieces(body: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, piece) up to the end of the picture: what stands behind it is no part of it."""
    at = 2
    while at < len(body):
        if body[at] != 0xFF:
            raise NoPhoto("broken picture")
        marker = body[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        end = _end(body, at + 2, marker)
        yield marker, body[at:end]
        if marker == _EOI:
            return
        at = end


def _end(body: bytes, at: int, marker: int) -> int:
    if marker in _ALONE:
        return at
    end = at + _length(body, at)
    if end > len(body):
        raise NoPhoto("broken picture")
    if marker != _SOS:
        return end
    after = _NEXT_MARKER.search(body, end)
    return after.start() if after else len(body)


def _length(body: bytes, at: int) -> int:
    (length,) = struct.unpack_from(">H", body, at)
    if length < 2:
        raise NoPhoto("broken picture")
    return int(length)


def _tells(marker: int, piece: bytes) -> bool:
    """True for what may say where, when or by whom."""
    if marker == _COMMENT:
        return True
    is_application = 0xE0 <= marker <= 0xEF
    return is_application and (marker not in _KEPT_APPLICATIONS or piece[4:].startswith(_MPF))


def _orientation(exif: bytes) -> int:
    """How the photo is to be turned, 1 to 8; 0 if it does not say."""
    if not exif.startswith(b"Exif\x00\x00"):
        return 0
    tiff = exif[6:]
    order = _TIFFS.get(tiff[:4])
    if order is None:
        return 0
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(entries):
            at = first + 2 + 12 * number
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if tag == _ORIENTATION and kind == 3:
                return int(value) if 1 <= value <= 8 else 0
    except struct.error:
        pass
    return 0


def _only_turned(how: int) -> bytes:
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, how, 0)
    tiff = b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    said = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said


# --- PNG -----------------------------------------------------------------------------------------


def _png(body: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        end = at + 12 + length
        if end > len(body):
            raise NoPhoto("broken picture")
        if kind not in _TOLD_BY_PNG:
            yield body[at:end]
        if kind == b"IEND":
            return
        at = end
    raise NoPhoto("broken picture")

"""The seal of a backup: AES-256-GCM over pieces of a stream, never all of it in memory (P14).

    magic | salt (16 bytes) | piece | piece | … | last piece

Each file has a key of its own (HKDF of the key file and the salt), so that a counter is a good
nonce. The nonce also says which piece is the last: a file that was cut off, or whose pieces were
changed or exchanged, is refused.
"""

import base64
import binascii
import io
import os
import secrets
import struct
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"hoc-vu-so backup 1\n"
_SALT: Final = 16
_KEY: Final = 32
_PIECE: Final = 1 << 20
_TAG: Final = 16


class WrongKey(Exception):
    """The key file holds no key of ours; the message says what to do."""


class Broken(Exception):
    """Another key, or not what was written: cut off, changed, no backup at all."""


# --- the key -------------------------------------------------------------------------------------


def key_of(file: Path) -> bytes:
    """The key in the file. Raises `WrongKey`, `OSError`."""
    try:
        key = base64.b64decode(file.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY:
        raise WrongKey(f"{file} holds no backup key: put back the copy you keep elsewhere.")
    return key


def make_key(file: Path) -> None:
    """A new key, whole or not at all, for nobody else to read (0600). Raises `OSError`.

    Who comes second leaves the first one's key alone.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(base64.b64encode(secrets.token_bytes(_KEY)) + b"\n")
            new.flush()
            os.fsync(new.fileno())
        file.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY, salt, MAGIC).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return struct.pack(">xxxQ?", number, is_last)


# --- the streams ---------------------------------------------------------------------------------


class Sealer(io.RawIOBase):
    """What is written here arrives sealed in `to`; it is whole only after `seal()`."""

    def __init__(self, to: IO[bytes], key: bytes) -> None:
        salt = secrets.token_bytes(_SALT)
        to.write(MAGIC + salt)
        self._to, self._cipher = to, _cipher(key, salt)
        self._rest, self._number = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        self._rest += piece
        while len(self._rest) > _PIECE:
            self._put(bytes(self._rest[:_PIECE]), is_last=False)
            del self._rest[:_PIECE]
        return len(piece)

    def seal(self) -> None:
        """The last piece: without it nothing of this file is believed."""
        self._put(bytes(self._rest), is_last=True)
        self._rest.clear()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._to.write(self._cipher.encrypt(nonce, plain, MAGIC))
        self._number += 1


class Opener(io.RawIOBase):
    """The other way round. Raises `Broken` where something was changed or is missing."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        head = source.read(len(MAGIC) + _SALT)
        if len(head) < len(MAGIC) + _SALT or not head.startswith(MAGIC):
            raise Broken("this is no backup of ours, or not all of it")
        self._from, self._cipher = source, _cipher(key, head[len(MAGIC) :])
        self._sealed = source.read(_PIECE + _TAG)
        self._plain, self._number, self._is_over = b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, room: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        while not self._plain and not self._is_over:
            self._plain = self._next()
        taken = self._plain[: len(room)]
        room[: len(taken)] = taken
        self._plain = self._plain[len(taken) :]
        return len(taken)

    def finish(self) -> None:
        """Read what is left: only a file that was opened to its end is whole."""
        while self.read(_PIECE):
            pass

    def _next(self) -> bytes:
        sealed, self._sealed = self._sealed, self._from.read(_PIECE + _TAG)
        self._is_over = not self._sealed
        try:
            nonce = _nonce(self._number, is_last=self._is_over)
            plain = self._cipher.decrypt(nonce, sealed, MAGIC)
        except InvalidTag:
            raise Broken("the key is another one, or the file was cut off or changed") from None
        self._number += 1
        return plain

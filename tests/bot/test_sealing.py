"""The seal of a backup: what was changed, cut off or written with another key is refused (P14)."""

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.backups import sealing
from bot.backups.sealing import Broken, Opener, Sealer, WrongKey

PIECE = 1 << 20
SEALED = PIECE + 16
HEAD = len(sealing.MAGIC) + 16
KEY = bytes(range(32))


def sealed(plain: bytes, key: bytes = KEY) -> bytes:
    there = io.BytesIO()
    sealer = Sealer(there, key)
    for start in range(0, len(plain), 300_000):
        sealer.write(plain[start : start + 300_000])
    sealer.seal()
    return there.getvalue()


def opened(stream: bytes, key: bytes = KEY) -> bytes:
    return io.BufferedReader(Opener(io.BytesIO(stream), key)).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_comes_out_again(size: int) -> None:
    plain = os.urandom(size)
    stream = sealed(plain)
    assert opened(stream) == plain
    assert sealed(plain) != stream  # each file has a key of its own


def _exchanged(stream: bytes) -> bytes:
    one, two = stream[HEAD : HEAD + SEALED], stream[HEAD + SEALED : HEAD + 2 * SEALED]
    return stream[:HEAD] + two + one + stream[HEAD + 2 * SEALED :]


def _flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda s: s[:at] + bytes([s[at] ^ 1]) + s[at + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda s: s[:-1], id="the last byte is missing"),
        pytest.param(lambda s: s[: HEAD + 2 * SEALED], id="cut off between two pieces"),
        pytest.param(lambda s: s[:HEAD], id="only the head is there"),
        pytest.param(lambda s: s[:10], id="half a head"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda s: s + s[-SEALED:], id="a piece too many"),
        pytest.param(_exchanged, id="two pieces exchanged"),
        pytest.param(_flipped(0), id="another beginning"),
        pytest.param(_flipped(HEAD - 1), id="another salt"),
        pytest.param(_flipped(HEAD + 5), id="a bit of the first piece"),
        pytest.param(_flipped(-3 % (HEAD + 2 * SEALED)), id="a bit of a later piece"),
    ],
)
def test_what_was_spoiled_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    stream = sealed(os.urandom(2 * PIECE + 1000))
    with pytest.raises(Broken):
        opened(spoil(stream))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Broken, match="key"):
        opened(sealed(b"so lieu"), key=bytes(32))


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """S2."""
    file = tmp_path / "kept" / "key"
    sealing.make_key(file)
    key = sealing.key_of(file)
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    sealing.make_key(file)
    assert sealing.key_of(file) == key
    assert [one.name for one in file.parent.iterdir()] == ["key"]


@pytest.mark.parametrize("content", ["", "mat khau 123", "QUJD", "é" * 44])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(WrongKey, match="key"):
        sealing.key_of(file)

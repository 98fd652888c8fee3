"""The text of a PDF that Typst made, and how large it is: no library of ours reads PDF."""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\nendobj", re.S)
_DRAWN = re.compile(
    rb"/(f\d+) ([\d.]+) Tf"
    rb"|\[([-\d. ]*\(.*?)\]TJ"
    rb"|(\((?:\\[0-7]{1,3}|\\.|[^\\]){2}\))Tj"  # one letter alone
    rb"|(?<=\s)(q|Q)(?=\s)",
    re.S,
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Shown(NamedTuple):
    """A piece of a line, as it is drawn."""

    text: str
    points: float


def pages_of(pdf: bytes) -> list[list[Shown]]:
    """What stands on each page, in the order in which it is drawn."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type/Page\b(?!s)", body)]
    return [_page(objects, body) for body in pages]


def words_on(page: list[Shown]) -> str:
    return " ".join("".join(f"{piece.text} " for piece in page).split()).replace("\u200b", "")


def _page(objects: dict[int, bytes], page: bytes) -> list[Shown]:
    fonts = {
        name.decode(): _letters(objects, _number(objects[int(font)], rb"/ToUnicode"))
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", objects[_number(page, rb"/Resources")])
    }
    return list(_pieces(_stream(objects[_number(page, rb"/Contents")]), fonts))


def _pieces(drawn: bytes, fonts: dict[str, dict[int, str]]) -> Iterator[Shown]:
    """Each piece with the font that is set where it is drawn: it lasts until `Q` goes back."""
    font, points = "", 0.0
    before: list[tuple[str, float]] = []
    for name, size, several, one, act in _DRAWN.findall(drawn):
        if act == b"q":
            before.append((font, points))
        elif act == b"Q":
            font, points = before.pop() if before else ("", 0.0)
        elif name:
            font, points = name.decode(), float(size)
        else:
            yield Shown(_read(several or one, fonts[font]), points)


def _number(body: bytes, key: bytes) -> int:
    found = re.search(key + rb" (\d+) 0 R", body)
    assert found is not None, key
    return int(found[1])


def _stream(body: bytes) -> bytes:
    return zlib.decompress(body.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])


def _letters(objects: dict[int, bytes], number: int) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", _stream(objects[number]))
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
    }


def _read(strings: bytes, letters: dict[int, str]) -> str:
    raw = b"".join(_ESCAPED.sub(_plain, one) for one in _strings(strings))
    glyphs = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    return "".join(letters.get(glyph, "") for glyph in glyphs)


def _strings(drawn: bytes) -> Iterator[bytes]:
    """What stands in brackets; inside a string brackets in pairs are letters like any other."""
    depth = begins = at = 0
    while at < len(drawn):
        char = drawn[at : at + 1]
        if char == b"(":
            begins = at + 1 if depth == 0 else begins
            depth += 1
        elif char == b")":
            depth -= 1
            if depth == 0:
                yield drawn[begins:at]
        at += 2 if char == b"\\" else 1


def _plain(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if code.isdigit() else _LETTERS.get(code, code)

"""Typst templates to pages: the data goes in as JSON, so `#`, `$` and `*` from people stay text."""

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, cast

import typst

_HERE: Final = Path(__file__).parent
FONTS: Final = _HERE / "fonts"
_LONG_WORD: Final = 20
_ZERO_WIDTH_SPACE: Final = "\u200b"


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of handlers/documents/<template>.typ. Equal data give equal bytes."""
    return cast("bytes", _compile(template, data, "pdf", None))


def pictures(template: str, data: Mapping[str, Any], *, ppi: int) -> list[bytes]:
    """The same pages as PNG, one each."""
    pages = _compile(template, data, "png", ppi)
    return pages if isinstance(pages, list) else [pages]


def _compile(
    template: str, data: Mapping[str, Any], kind: Literal["pdf", "png"], ppi: int | None
) -> bytes | list[bytes]:
    # The stubs promise one `bytes`; several PNG pages come as a list.
    made: object = typst.compile(
        _HERE / f"{template}.typ",
        root=_HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format=kind,
        ppi=ppi,
        sys_inputs={"data": json.dumps(data)},
    )
    return cast("bytes | list[bytes]", made)


def printable(text: str, *, at_most: int) -> str:
    """Text for paper: no emoji (our font has none), no control characters, breakable everywhere.

    A word of more than 20 letters gets invisible places to break, so nothing leaves its box.
    """
    composed = " ".join(unicodedata.normalize("NFC", text[: 4 * at_most]).split())
    kept = " ".join("".join(filter(_is_printable, composed)).split())
    if len(kept) > at_most:
        kept = kept[: at_most - 1].rstrip() + "…"
    return " ".join(_breakable(word) if len(word) > _LONG_WORD else word for word in kept.split())


def _is_printable(char: str) -> bool:
    if 0xFE00 <= ord(char) <= 0xFE0F:  # says how the emoji before it should look
        return False
    kind = unicodedata.category(char)
    if kind in {"Sk", "So"}:  # emoji, but also the plain ^ and °
        return ord(char) < 0x2000
    return kind not in {"Cc", "Cf", "Cn", "Co", "Cs", "Me"}


def _breakable(word: str) -> str:
    return "".join(
        char if unicodedata.combining(char) else _ZERO_WIDTH_SPACE + char for char in word
    ).lstrip(_ZERO_WIDTH_SPACE)

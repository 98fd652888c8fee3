"""The options of a field as an officer writes them in one cell, and keys made of words."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from handlers.reporting.form import Kind, Option
from handlers.words import fold

_CHOICES: Final = (Kind.ONE_OF, Kind.MANY_OF)
_MOST_OPTIONS: Final = 8
_MOST_LETTERS: Final = 80
_LONGEST_KEY: Final = 36
_OPTION: Final = re.compile(r"(?P<label>[^\[\]]*?)\s*\[\s*(?P<key>[^\[\]]*?)\s*\]")


class Faulty(Exception):
    """`what` is the last part of the id of a sentence in form_edit.toml."""

    def __init__(self, what: str, /, **values: object) -> None:
        super().__init__(what)
        self.what = what
        self.values = values


def key_from(label: str, used: Collection[str]) -> str:
    """A key that nobody has: "Số buổi phát loa" gives "so_buoi_phat_loa"."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:_LONGEST_KEY].rstrip("_")
    stem = plain if re.match(r"[a-z].", plain) else f"m_{plain}".rstrip("_")
    stem = stem if len(stem) > 1 else "muc"
    numbered = (f"{stem}_{number}" for number in range(2, 1_000))
    return next(key for key in (stem, *numbered) if key not in used)


def pieces(text: str) -> list[str]:
    return [piece for one in text.split(";") if (piece := one.strip())]


def options_of(text: str, kind: Kind | None, known: Sequence[Option]) -> tuple[Option, ...]:
    """Read "Đã có [yes]; Chưa có": each with the key it has had. Raises `Faulty`."""
    typed = pieces(text)
    if kind not in _CHOICES:
        if typed:
            raise Faulty("options_stray")
        return ()
    if len(typed) < 2:
        raise Faulty("options_missing")
    if len(typed) > _MOST_OPTIONS:
        raise Faulty("options_many", count=len(typed))
    found: list[Option] = []
    for piece in typed:
        found.append(_option(piece, known, found))
    return tuple(found)


def _option(piece: str, known: Sequence[Option], before: Sequence[Option]) -> Option:
    match = _OPTION.fullmatch(piece)
    label = match["label"] if match else piece
    same = [one.key for one in known if fold(one.label) == fold(label)]
    if match:
        key = match["key"]
        if key not in {one.key for one in known}:
            raise Faulty("option_key", typed=piece)
    else:
        key = same[0] if same else key_from(label, {one.key for one in (*known, *before)})
    if not label or len(label) > _MOST_LETTERS:
        raise Faulty("too_long", column="options", count=len(label), most=_MOST_LETTERS)
    if any(one.key == key or fold(one.label) == fold(label) for one in before):
        raise Faulty("option_twice", typed=label)
    return Option(key=key, label=label)

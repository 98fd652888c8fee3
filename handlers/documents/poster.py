"""Posters for hamlets and places, A4 or A3, and the sheet of a session: read from three metres."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from handlers.documents import pages, qr
from handlers.documents.joining import Code, Poster, Posters, SessionSheet
from handlers.documents.pages import printable

_POSTERS: Final = "poster"
_SESSION: Final = "session_sheet"
_NAME: Final = 120
_LINE: Final = 90
_SENTENCE: Final = 200


def posters(data: Mapping[str, Any]) -> bytes:
    """Make the PDF, one page each. Equal data give equal bytes."""
    return pages.pdf(_POSTERS, _of_posters(data))


def poster_pictures(data: Mapping[str, Any], *, ppi: int = 90) -> list[bytes]:
    """Draw the same pages as PNG."""
    return pages.pictures(_POSTERS, _of_posters(data), ppi=ppi)


def session_sheet(data: Mapping[str, Any]) -> bytes:
    """Make the PDF (A4, one page)."""
    return pages.pdf(_SESSION, _of_session(data))


def session_pictures(data: Mapping[str, Any], *, ppi: int = 90) -> list[bytes]:
    """Draw the same page as PNG."""
    return pages.pictures(_SESSION, _of_session(data), ppi=ppi)


def _of_posters(data: Mapping[str, Any]) -> dict[str, Any]:
    made = Posters.from_json(data)
    return {
        "paper": made.paper,
        "sample": printable(made.sample, at_most=_NAME),
        "words": _words(made.words),
        "posters": [_poster(one) for one in made.posters],
    }


def _poster(one: Poster) -> dict[str, Any]:
    return {
        "place": printable(one.place, at_most=_NAME),
        "typed": printable(one.typed, at_most=_NAME),
        **_ways(one.codes, one.steps),
    }


def _of_session(data: Mapping[str, Any]) -> dict[str, Any]:
    made = SessionSheet.from_json(data)
    return {
        "sample": printable(made.sample, at_most=_NAME),
        "words": _words(made.words),
        "typed": printable(made.typed, at_most=_NAME),
        **_ways(made.codes, made.steps),
    }


def _ways(codes: Iterable[Code], steps: Iterable[str]) -> dict[str, Any]:
    return {
        "codes": [
            {
                "qr": qr.svg(code.link),
                "name": printable(code.name, at_most=_NAME),
                "then": printable(code.then, at_most=_LINE),
            }
            for code in codes
        ],
        "steps": [printable(step, at_most=_LINE) for step in steps],
    }


def _words(words: Mapping[str, str]) -> dict[str, str]:
    long = {"what": _SENTENCE}
    return {key: printable(text, at_most=long.get(key, _LINE)) for key, text in words.items()}

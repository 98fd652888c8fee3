"""What paper shows by which people come in: posters of places, the sheet of a session.

Plain data; nothing here imports a drawing library, so a turn may use it. Every text is ready to
be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from handlers.documents.contents import Content

PAPERS: Final = ("a4", "a3")


@dataclass(frozen=True, slots=True)
class Code(Content):
    """One channel: the link of its QR, its name, and what is done after scanning."""

    link: str
    name: str
    then: str


Codes = Annotated[tuple[Code, ...], Field(max_length=3)]
Steps = Annotated[tuple[str, ...], Field(max_length=3)]


@dataclass(frozen=True, slots=True)
class Poster(Content):
    """One page for a hamlet or a place."""

    place: str
    """A name nobody else has: "Xóm 3 - xã cũ A"."""
    typed: str
    """What is typed on every channel: "X5"."""
    codes: Codes
    steps: Steps


@dataclass(frozen=True, slots=True)
class Posters(Content):
    """The pages of one file."""

    paper: Literal["a4", "a3"]
    sample: str
    """"DỮ LIỆU MẪU", or ""."""
    words: Mapping[str, str]
    """movement, commune, title, what, say, safe, office ("" where nothing is known)."""
    posters: tuple[Poster, ...]


@dataclass(frozen=True, slots=True)
class SessionSheet(Content):
    """One page on the door of a session (A4)."""

    sample: str
    words: Mapping[str, str]
    """movement, commune, title, say, safe, heads, heads_how, lesson, where, when ("" = unsaid)."""
    typed: str
    """ "B4821" """
    codes: Codes
    steps: Steps

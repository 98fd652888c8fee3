"""Sounds that phones record and browsers play, known by their first bytes (T30)."""

from typing import Final, NamedTuple

_MP3_FRAMES: Final = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


class Sound(NamedTuple):
    ending: str
    media_type: str


def known(body: bytes) -> Sound | None:
    """Which of the three it is; None for anything else."""
    if body.startswith(b"OggS"):
        return Sound("ogg", "audio/ogg")
    if body.startswith((b"ID3", *_MP3_FRAMES)):
        return Sound("mp3", "audio/mpeg")
    if body[4:11] in (b"ftypM4A", b"ftypmp4", b"ftypiso"):
        return Sound("m4a", "audio/mp4")
    return None

"""What a photo tells beside itself is left out; a broken one is refused (T32, T33, P10)."""

import contextlib
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.pictures import NoPhoto, bare
from tests.fake_pictures import JPEG, a_jpeg, a_png


def test_where_it_was_taken_is_left_out_and_how_it_is_turned_is_kept() -> None:
    photo = bare(a_jpeg(turned=6, behind=a_jpeg()))
    assert photo.media_type == "image/jpeg"
    assert b"20.2506N" not in photo.body
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in photo.body
    assert b"ICC_PROFILE" in photo.body
    assert photo.body.endswith(b"\xff\xd9")
    assert bare(photo.body) == photo


def test_a_png_tells_nothing_either() -> None:
    photo = bare(a_png())
    assert (photo.ending, photo.media_type) == ("png", "image/png")
    assert b"20.2506N" not in photo.body
    assert bare(photo.body) == photo


@pytest.mark.parametrize("make", [a_jpeg, a_png])
def test_a_broken_picture_is_refused_and_never_more_than_that(make: Callable[[], bytes]) -> None:
    whole = make()
    for length in range(len(whole)):
        for body in (whole[:length], whole[:length] + b"\xff" + whole[length + 1 :]):
            with contextlib.suppress(NoPhoto):
                assert len(bare(body).body) <= len(body) + 40


def test_it_is_quick_with_the_largest() -> None:
    began = datetime.now(UTC)
    noise = hashlib.shake_256(b"photo").digest(5_000_000).replace(b"\xff", b"\xff\x00")
    bare(JPEG[:-2] + noise[:5_000_000] + b"\xff\xd9")
    assert (datetime.now(UTC) - began).total_seconds() < 2

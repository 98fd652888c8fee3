"""Every conversation here is held on both engines, and once more on a channel that people use.

Which one turns with the test: a stable hash of its name, so that each run holds each conversation
on one of the real channels, and all tests together hold about as many on each. `VOICES=all` holds
every conversation on every channel, `VOICES=telegram,console` on those.
"""

import os
import zlib
from collections.abc import AsyncIterator, Sequence

import pytest

from tests.conftest import ENGINES, MakeHouse
from tests.fakes import NUMBERS_ONLY
from tests.handlers.differences import NATURE
from tests.talk import Talk
from tests.voices import PLAIN, REAL, Platforms, Voice
from tests.voices.fake import FakeVoice

_WANTED = os.environ.get("VOICES", "")


@pytest.fixture(params=(*ENGINES, *REAL))
def engine(request: pytest.FixtureRequest) -> str:
    """A database engine, or a real channel: then people talk through that one, on SQLite."""
    return str(request.param) if request.param in ENGINES else "sqlite"


@pytest.fixture
async def voice(request: pytest.FixtureRequest, platforms: Platforms) -> AsyncIterator[Voice]:
    yield await platforms.voice(_voice_of(request.node) or "fake")
    platforms.forget()


@pytest.fixture
async def plain(
    request: pytest.FixtureRequest, a_house: MakeHouse, platforms: Platforms
) -> AsyncIterator[Talk]:
    """Somebody nobody knows yet, whose channel has no buttons."""
    name = _voice_of(request.node)
    voice = await platforms.voice(name) if name else FakeVoice(NUMBERS_ONLY)
    yield Talk(await a_house(voice), "u-plain", name="Bác Năm")
    platforms.forget()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    elsewhere = [item for item in items if (name := _voice_of(item)) and not _is_held(item, name)]
    config.hook.pytest_deselected(items=elsewhere)
    gone = set(elsewhere)
    items[:] = [item for item in items if item not in gone]


def _voice_of(item: pytest.Item) -> str:
    """The real channel that this test is for; "" if it is for an engine, or for neither."""
    callspec = getattr(item, "callspec", None)
    name = str(callspec.params.get("engine", "")) if callspec else ""
    return name if name in REAL else ""


def _function(item: pytest.Item) -> str:
    return item.name.partition("[")[0]


def _is_held(item: pytest.Item, name: str) -> bool:
    possible = [one for one in _possible(item) if one not in NATURE.get(_function(item), {})]
    if not possible:
        return False
    if _WANTED:
        return name in possible and (_WANTED == "all" or name in _WANTED.split(","))
    return name == possible[_number(item) % len(possible)]


def _possible(item: pytest.Item) -> Sequence[str]:
    used = getattr(item, "fixturenames", ())
    if "plain" in used:
        return PLAIN
    return REAL if "voice" in used else ()


def _number(item: pytest.Item) -> int:
    """A number that stays with the test, whatever else there is and in whichever process."""
    indices: dict[str, int] = vars(item)["callspec"].indices
    cases = (f"{name}={index}" for name, index in sorted(indices.items()) if name != "engine")
    return zlib.crc32("|".join([item.nodeid.partition("[")[0], *cases]).encode())

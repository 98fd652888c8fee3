"""One script, five channels: whatever people talk through, the same is stored (issue 4, item 7).

Each script is played on the real channel against its fake platform, and on the fake channel;
then every row of people's affairs must be the same, and all that was said must be on a screen.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from bot.channels.base import Raw
from tests.conftest import MakeHouse
from tests.handlers.scripts import SCRIPTS, Hand, Play
from tests.handlers.small_catalogue import small_catalogue  # noqa: F401 - a fixture
from tests.handlers.states import State, stored, unheard
from tests.talk import House, Talk
from tests.voices import PLAIN, REAL, Act, Platforms, Voice
from tests.voices.fake import FakeVoice

RESIDENT: Final = "resident"
_ONLY_LINES: Final = "it carries texts and nothing else"
_NO_BUTTONS: Final = "there are no buttons, so none can be old"
_NOT_TOLD: Final = "it does not tell who comes or leaves"
NATURE: Final[Mapping[str, Mapping[str, str]]] = {
    "old_buttons": {"zalo_bot": _NO_BUTTONS, "console": _NO_BUTTONS},
    "what_is_no_text": {"web_chat": _ONLY_LINES, "console": _ONLY_LINES},
    "leaving_and_coming_back": {
        "zalo_bot": _NOT_TOLD,
        "web_chat": _NOT_TOLD,
        "console": _NOT_TOLD,
    },
}
"""Script -> channel where it cannot be played -> why."""
NAMES: Final[Mapping[str, str]] = {
    "telegram": "all",  # every update has the sender's name
    "zalo_oa": "none",  # an event has an id only; a name comes by a form, if somebody fills it in
    "zalo_bot": "all",  # `display_name`
    "web_chat": "none",  # a browser has no name
    "console": "others",  # the terminal neither; all but the resident are on the fake channel
}
"""Whose names the platform tells. The oracle hears the same names, and no more."""


class Oracle(FakeVoice):
    """The fake channel, told as many names as the channel that is compared with it."""

    def __init__(self, names: str) -> None:
        super().__init__()
        self._names = names

    def tells_name(self, account: str) -> bool:
        return self._names == "all" or (self._names == "others" and account != RESIDENT)

    def event(self, act: Act) -> Raw | None:
        return super().event(act if self.tells_name(act.account) else replace(act, name=""))


_expected: dict[tuple[str, str], State] = {}
"""What the oracle has stored after a script, by the names it was told: played once a process."""


class Chance:
    """The dispatcher's entropy, the same from the beginning of every script."""

    def __init__(self) -> None:
        self.drawn = 0

    def token_bytes(self, size: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_128(str(self.drawn).encode()).digest(size)


@pytest.fixture(autouse=True)
def chance(monkeypatch: pytest.MonkeyPatch) -> Chance:
    chance = Chance()
    monkeypatch.setattr("bot.dispatcher.secrets", chance)
    return chance


async def played(house: House, script: str, hand: Hand) -> State:
    resident = Talk(house, RESIDENT, name="Bác Năm")
    await SCRIPTS[script](Play(house, hand, resident))
    return await stored(house)


def ways() -> Iterator[Any]:
    for script in SCRIPTS:
        for channel in REAL:
            if channel in NATURE.get(script, {}):
                continue
            hands = (Hand.DIGITS,) if channel in PLAIN else tuple(Hand)
            for hand in hands:
                name = f"{script}-{channel}-{hand.value}"
                yield pytest.param(script, channel, hand, id=name)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("script", "channel", "hand"), list(ways()))
async def test_the_same_is_stored_whatever_people_talk_through(
    a_house: MakeHouse,
    platforms: Platforms,
    another_commune_url: str,
    chance: Chance,
    script: str,
    channel: str,
    hand: Hand,
) -> None:
    voice: Voice = await platforms.voice(channel)
    house: House = await a_house(voice)
    found = await played(house, script, hand)
    key = script, NAMES[channel]
    if key not in _expected:
        chance.drawn = 0
        oracle: House = await a_house(Oracle(NAMES[channel]), another_commune_url)
        _expected[key] = await played(oracle, script, Hand.BUTTONS)
        assert not await unheard(oracle)
    for table, rows in _expected[key].items():
        assert found[table] == rows, table
    assert not await unheard(house)


def test_every_script_is_played_on_at_least_two_channels() -> None:
    """And a difference that is not of this world is not written down."""
    assert set(NATURE) <= set(SCRIPTS)
    for script, channels in NATURE.items():
        assert len(set(REAL) - set(channels)) >= 2, script


def test_the_channels_are_those_that_people_use() -> None:
    assert set(NAMES) == set(REAL)

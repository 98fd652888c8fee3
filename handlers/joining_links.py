"""How people come in from paper: for each channel that is on its QR, or the words to type.

Pure. A start payload (`h_xom-05`, `p_cho-con`, `b_4821`) travels in the links that can carry one;
Zalo's cannot, so there the words are typed after its QR has been scanned (design §4).
"""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Doors:
    """What the link of each channel begins with; "" where the channel is off."""

    zalo_oa: str = ""
    zalo_bot: str = ""
    telegram: str = ""
    web_chat: str = ""

    def __bool__(self) -> bool:
        return any((self.zalo_oa, self.zalo_bot, self.telegram, self.web_chat))


class Way(NamedTuple):
    """One channel by which a place, a hamlet or a session is joined."""

    channel: str
    link: str
    """What its QR says."""
    carries: bool
    """Whether the link itself says where from; else `Entrance.typed` has to be typed."""


class Entrance(NamedTuple):
    payload: str
    typed: str
    """What is typed to the same effect, on any channel: "X5", "P7", "B4821"."""


def ways(doors: Doors, entrance: Entrance) -> list[Way]:
    """Every channel that is on. Zalo Bot takes fifty people: beside an OA it is not for paper."""
    zalo = ("zalo_oa", doors.zalo_oa) if doors.zalo_oa else ("zalo_bot", doors.zalo_bot)
    known = (
        (*zalo, False),
        ("telegram", doors.telegram, True),
        ("web_chat", doors.web_chat, True),
    )
    return [
        Way(channel, f"{begins}{entrance.payload}" if carries else begins, carries)
        for channel, begins, carries in known
        if begins
    ]


def to_session(code: str) -> Entrance:
    """`code`: its four digits."""
    return Entrance(f"b_{code}", f"B{code}")


def to_place(code: str, number: int) -> Entrance:
    return Entrance(f"p_{code}", f"P{number}")

"""Anybody can ask whether a message is really the commune's: "TB4821" (design §9)."""

import re
from typing import Final

from handlers import places, words
from handlers.broadcasts import saying
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.words import cut
from storage import broadcast_people, broadcasts
from storage.broadcasts import BroadcastInfo

flow: Final = Flow("broadcast_check", allow=EVERYONE, words=("hỏi mã tin", "tin thật hay giả"))
_CODE: Final = re.compile(r"\btb[ ._:-]*(\d{4,6})\b")
_ASKED: Final = re.compile(
    r"\b(?:tin|thong bao)(?: (?:nhan|nay|do|kia|ay|vua roi|o tren|tren))* (?:co )?"
    r"(?:dung|phai|that|la that|do)\b.{0,40}\b(?:khong|hay gia|k|ko|kg|hong|chua)\b"
    r"|^kiem tra (?:ma )?tin(?: nay| nhan)*$"
    r"|\bco (?:dung|phai) (?:la )?(?:tin|thong bao)\b.{0,40}\b(?:khong|k|ko|kg|hong|chua)\b"
)
_EXAMPLE: Final = "TB4821"
_LONGEST_QUESTION: Final = 120  # letters
_FIRST_WORDS: Final = 200
_A_COPY: Final = 12
"""So many words beside the code: the message itself was sent on."""
_WENT: Final = ("sending", "sent", "stopped")


@flow.claim
async def is_question(turn: Turn) -> bool:
    folded = words.fold(turn.text)
    return bool(_CODE.search(folded)) or _asks(folded)


def _asks(folded: str) -> bool:
    return len(folded) <= _LONGEST_QUESTION and _ASKED.search(folded) is not None


@flow.entry
async def begin(turn: Turn) -> Outcome:
    text = words.clean(turn.event.text)
    found = _CODE.search(words.fold(text))
    if found is None:
        return turn.aside("broadcast_check.which", example=_EXAMPLE)
    code = f"TB{found[1]}"
    info = await _that_went(turn, code)
    if info is None:
        return turn.aside("broadcast_check.unknown", code=code)
    return await _known(turn, info, text)


async def _that_went(turn: Turn, code: str) -> BroadcastInfo | None:
    """Never one that nobody got: its words may still be wrong (T52)."""
    info = await broadcasts.by_code(turn.tx, code)
    if info is None or info.state not in _WENT:
        return None
    if info.state != "stopped":
        return info
    tally = await broadcast_people.tally(turn.tx, info.id)
    return info if tally.sent or tally.unsure else None


async def _known(turn: Turn, info: BroadcastInfo, text: str) -> Outcome:
    name = await places.commune_name(turn.tx, info.commune_id, on=turn.today)
    said = {
        "code": info.code,
        "commune": name,
        "day": words.say_date((info.starts_at or info.made_at).astimezone(turn.house.timezone)),
        "words": cut(" ".join(info.text.split()), _FIRST_WORDS),
    }
    if info.state == "stopped":
        return turn.aside("broadcast_check.stopped", **said)
    if not _is_copy(text):
        return turn.aside("broadcast_check.yes", **said)
    is_same = _plain(info.text) in _plain(text) and not saying.has_link(_rest(info, text))
    return turn.aside("broadcast_check.same" if is_same else "broadcast_check.differs", **said)


def _is_copy(text: str) -> bool:
    return len(text.split()) > _A_COPY


def _plain(text: str) -> str:
    return " ".join(words.fold(text).split())


def _rest(info: BroadcastInfo, text: str) -> str:
    """What somebody put around the true words."""
    return _plain(text).replace(_plain(info.text), " ")

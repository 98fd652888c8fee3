"""Anybody can ask whether a message is really the commune's: "TB4821" (design §9)."""

import re
from typing import Final

from handlers import places, words
from handlers.broadcasts import saying, service
from handlers.broadcasts.audience import Audience
from handlers.broadcasts.copies import Copy, compare
from handlers.broadcasts.reckoning import known_units
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.words import cut
from storage import broadcast_people, broadcasts
from storage.broadcasts import BroadcastInfo
from storage.units import HAMLET

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
_WENT: Final = ("sending", "sent")
_SAID: Final = {
    Copy.NONE: "broadcast_check.yes",
    Copy.WHOLE: "broadcast_check.same",
    Copy.ADDED: "broadcast_check.added",
    Copy.CHANGED: "broadcast_check.differs",
}


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
    info = await broadcasts.by_code(turn.tx, code)
    if info is None or info.state not in (*_WENT, "stopped"):  # its words may still be wrong (T52)
        return turn.aside("broadcast_check.unknown", code=code)
    return await _known(turn, info, text)


async def _known(turn: Turn, info: BroadcastInfo, text: str) -> Outcome:
    name = await places.commune_name(turn.tx, info.commune_id, on=turn.today)
    at = info.ended_at if info.state == "stopped" else info.starts_at
    day = words.say_date((at or info.made_at).astimezone(turn.house.timezone))
    if info.state == "stopped":
        return turn.aside("broadcast_check.stopped", code=info.code, commune=name, day=day)
    true = await saying.letter(turn, info.commune_id, info.text, info.code)
    around = (true.heading, *saying.below(turn, info.code))
    copy = compare(text, info.text, around=around, code=info.code)
    if copy is Copy.WHOLE or await _may_read(turn, info):
        first = cut(" ".join(info.text.split()), _FIRST_WORDS)
        return turn.aside(_SAID[copy], code=info.code, commune=name, day=day, words=first)
    said = "broadcast_check.closed" if copy is Copy.NONE else "broadcast_check.closed_differs"
    return turn.aside(said, code=info.code, commune=name, day=day)


async def _may_read(turn: Turn, info: BroadcastInfo) -> bool:
    """What went to whole hamlets, or to learners, is open; else those who got it, and the desk."""
    audience = Audience.load(info.audience)
    known = await known_units(turn, info.commune_id)
    hamlets = {one.id for one in known if one.kind == HAMLET}
    if audience.modules or hamlets & set(audience.units):
        return True
    if info.commune_id in await service.desks(turn.tx, turn.actor):
        return True
    human = turn.actor.canonical_id
    return human in await broadcast_people.have_got(turn.tx, info.id, [human])

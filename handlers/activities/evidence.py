"""The photo of a sign-in sheet, sent in the chat: taken where it was asked for, nowhere else (T34).

Whoever presses "Gửi ảnh danh sách ký" gets a link, and where the channel carries pictures the very
next one of that person in that chat is fetched; what comes of it is the event of a handed-in file.
"""

from datetime import timedelta
from typing import Final

from handlers import files
from handlers.activities.flow import WHO
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from storage import evidence
from storage.evidence import Awaited
from storage.roles import persons_of

SHEET: Final = "sheet"
"""First word of the purpose; the activity's number is the second."""
FETCH: Final = "fetch"
"""The kind of order that `bot/fetching.py` carries out; its message is said if nothing comes."""
WITHIN: Final = timedelta(minutes=30)
_CLOCKS_DIFFER: Final = timedelta(minutes=1)
_ALBUM: Final = timedelta(minutes=1)
_KINDS: Final = "JPG, PNG"
_MOST: Final = "5 MB"
_NO_PICTURES: Final = frozenset({"web_chat", "console"})


async def asking(turn: Turn, number: int) -> tuple[Outgoing, ...]:
    """The words that ask for the sheet of an activity; from now on its photo is awaited here."""
    purpose = f"{SHEET}:{number}"
    if turn.actor.channel in _NO_PICTURES:
        return (await files.asking(turn, purpose=purpose),)
    if turn.house.file_address:
        here = turn.message("activities.sheet_here_or_link", number=number)
        return (here, await files.asking(turn, purpose=purpose))
    await files.request(turn, purpose=purpose)  # nobody is told an address of it
    return (turn.message("activities.sheet_here", number=number),)


async def pictured(turn: Turn) -> Outcome | None:
    """What a picture in the chat comes to; None if none was asked for."""
    awaited = await _awaited(turn)
    if awaited is None:
        return None
    if awaited.used_at is not None:
        is_one_of_many = turn.now - awaited.used_at < _ALBUM
        return turn.aside("activities.sheet_one") if is_one_of_many else None
    if not turn.event.media:  # too big as it declares itself, or of no kind that is known (T30)
        return turn.aside("activities.sheet_unfit", kinds=_KINDS, most=_MOST)
    if not await evidence.use(turn.tx, awaited.link, now=turn.now):
        return None
    _order(turn, awaited)
    return Outcome(keeps=True)


async def _awaited(turn: Turn) -> Awaited | None:
    """The request that a picture sent at this moment answers."""
    if not turn.actor.has_role(*WHO):
        return None
    found = await evidence.newest(
        turn.tx,
        await persons_of(turn.tx, turn.actor.canonical_id),
        account_id=turn.actor.account_id,
        chat=turn.state.chat,
        purpose=SHEET,
    )
    if found is None:
        return None
    sent_after = turn.event.at - found.asked_at
    return found if -_CLOCKS_DIFFER <= sent_after < WITHIN else None


def _order(turn: Turn, awaited: Awaited) -> None:
    number = awaited.purpose.partition(":")[2]
    has_page = bool(turn.house.file_address)
    way_out = "activities.sheet_failed_link" if has_page else "activities.sheet_failed"
    turn.order(
        FETCH,
        {"link": awaited.link, "media": turn.event.media},
        name=f"danh-sach-ky-{number}",
        message=turn.message(way_out, number=number, kinds=_KINDS, most=_MOST),
    )

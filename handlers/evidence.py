"""Photos and voices sent in the chat: taken where they were asked for, nowhere else (T34).

Whoever is asked gets a link, and where the channel carries the like the very next ones of that
person in that chat are fetched; what comes of each is the event of a handed-in file, heard by the
flow that receives its purpose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from handlers import files
from handlers.flow import Outcome, Turn
from handlers.messages import Kind, Outgoing
from storage import evidence
from storage.evidence import Awaited
from storage.roles import persons_of

SHEET: Final = "sheet"
"""The sign-in sheet of an activity: "sheet:<its number>"."""
PROOF: Final = "proof"
"""A field of a report, or its signed scan: "proof:<unit>:<period>:<field>"."""
SCAN: Final = "scan"
"""In place of a field: the report as it was signed and stamped."""
READING: Final = "reading"
"""A lesson read aloud: "reading:<lesson>"."""
FETCH: Final = "fetch"
"""The kind of order that `bot/fetching.py` carries out; its message is said if nothing comes."""
WITHIN: Final = timedelta(minutes=30)
_CLOCKS_DIFFER: Final = timedelta(minutes=1)
_ALBUM: Final = timedelta(minutes=1)
_KINDS: Final = "JPG, PNG"
VOICES: Final = "OGG, MP3, M4A"
PAPER: Final = "PDF"
_LARGEST: Final = "5 MB"
_NO_PICTURES: Final = frozenset({"web_chat", "console"})
_NO_VOICES: Final = _NO_PICTURES | {"zalo_oa", "zalo_bot"}
"""Zalo's come as .amr, which no browser plays."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """How photos, or voices, of one purpose are spoken of."""

    texts: str
    """What the ids of its sentences begin with: `<texts>_here`, `_enough`, `_unfit`, `_failed`…"""
    named: str
    """Id of the words for what is to be on them."""
    file: str
    """What the photos' files are called."""
    most: int = 1
    """How many photos one asking takes."""
    kind: Kind = Kind.PICTURE
    not_on: frozenset[str] = _NO_PICTURES
    """Channels where only the link is open."""
    kinds: str = _KINDS
    no_file: str = "evidence.no_file"
    """Said to a file in the chat; `<no_file>_link` where there is a link."""


PURPOSES: Final[Mapping[str, Purpose]] = {
    SHEET: Purpose("activities.sheet", "evidence.named_sheet", "danh-sach-ky"),
    PROOF: Purpose("evidence.proof", "evidence.named_proof", "minh-chung", most=5),
    READING: Purpose(
        "recordings.voice",
        "recordings.named",
        "bai-doc",
        kind=Kind.VOICE,
        not_on=_NO_VOICES,
        kinds=VOICES,
        no_file="recordings.no_file",
    ),
}
"""By the first word of what the request is for. Who may send them, the receiving flow says."""


async def asking(turn: Turn, purpose: str) -> tuple[Outgoing, ...]:
    """The words that ask for what `purpose` needs; from now on it is awaited here."""
    if turn.actor.channel in _known(purpose).not_on:
        return (await files.asking(turn, purpose=purpose),)
    if turn.house.file_address:
        here = _said(turn, purpose, "here_or_link")
        return (here, await files.asking(turn, purpose=purpose))
    await files.request(turn, purpose=purpose)  # nobody is told an address of it
    return (_said(turn, purpose, "here"),)


async def sent(turn: Turn) -> Outcome | None:
    """What a picture or a voice in the chat comes to; None if none was asked for."""
    awaited = await _awaited(turn)
    if awaited is None or _known(awaited.purpose).kind is not turn.event.kind:
        return None
    if awaited.taken >= _known(awaited.purpose).most:
        is_one_of_many = turn.now - awaited.last_at < _ALBUM
        enough = Outcome((_said(turn, awaited.purpose, "enough"),), aside=True)
        return enough if is_one_of_many else None
    if not turn.event.media:  # too big as it declares itself, or of no kind that is known (T30)
        return Outcome((_said(turn, awaited.purpose, "unfit"),), aside=True)
    link = await evidence.use(turn.tx, awaited, now=turn.now)
    if link is None:
        return None
    _order(turn, awaited, link)
    return Outcome(keeps=True)


async def filed(turn: Turn) -> Outcome | None:
    """A file in the chat is not fetched: the other way, where evidence was asked for; else None."""
    awaited = await _awaited(turn)
    if awaited is None:
        return None
    what, said = named(turn, awaited.purpose), _known(awaited.purpose).no_file
    if not turn.house.file_address:
        return turn.aside(said, what=what)
    instead = turn.message(f"{said}_link", what=what, paper=PAPER)
    return Outcome((instead, await files.asking(turn, purpose=awaited.purpose)), aside=True)


async def _awaited(turn: Turn) -> Awaited | None:
    """The request that something sent at this moment answers."""
    mine = [word for word in PURPOSES if _is_received(turn, word)]
    if not mine:
        return None
    found = await evidence.newest(
        turn.tx,
        await persons_of(turn.tx, turn.actor.canonical_id),
        account_id=turn.actor.account_id,
        chat=turn.state.chat,
        purposes=mine,
    )
    if found is None:
        return None
    sent_after = turn.event.at - found.asked_at
    return found if -_CLOCKS_DIFFER <= sent_after < WITHIN else None


def _is_received(turn: Turn, word: str) -> bool:
    """Whether a flow that this person may enter now hears of such files (A3)."""
    return any(word in flow.receivers for flow in turn.house.flows.open_to(turn.actor))


def _known(purpose: str) -> Purpose:
    return PURPOSES[purpose.partition(":")[0]]


def named(turn: Turn, purpose: str) -> str:
    """What is to be on photos of this purpose: "ảnh minh chứng"."""
    is_scan = purpose.endswith(f":{SCAN}")
    return turn.text_of("evidence.named_scan" if is_scan else _known(purpose).named)


def _said(turn: Turn, purpose: str, what: str) -> Outgoing:
    known = _known(purpose)
    return turn.message(
        f"{known.texts}_{what}",
        number=purpose.partition(":")[2],
        what=named(turn, purpose),
        count=known.most,
        kinds=known.kinds,
        most=_LARGEST,
        paper=PAPER,
    )


def _order(turn: Turn, awaited: Awaited, link: int) -> None:
    known, number = _known(awaited.purpose), awaited.purpose.partition(":")[2]
    way_out = "failed_link" if turn.house.file_address else "failed"
    turn.order(
        FETCH,
        {"link": link, "media": turn.event.media},
        name=f"{known.file}-{number.replace(':', '-')}",
        message=_said(turn, awaited.purpose, way_out),
    )

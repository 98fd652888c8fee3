"""Files by one-time link: a fresh one when ten minutes are over, and asking for a file (T46).

Where a channel carries the file itself no link is made, and nothing here is needed.
"""

from datetime import timedelta
from typing import Final

from handlers.detours import between, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice, Notice, Outgoing
from storage import file_links
from storage.file_links import Offered
from storage.roles import persons_of

_SHOWN: Final = 5
_HAND_IN_AGAIN: Final = timedelta(days=1)

flow = Flow(
    "files",
    allow=EVERYONE,
    words=("xin lai lien ket", "lay lien ket moi", "lien ket moi", "tai lai tep", "gui lai tep"),
)


def carrying(turn: Turn, text_id: str, /, *, file_id: int, **values: object) -> Outgoing:
    """A message with a file; its one button gets a fresh link, where the file goes as a link."""
    fresh = Choice("again", turn.text_of("files.again"))
    return Outgoing(
        turn.text_of(text_id, **values),
        choices=(fresh,),
        notice=Notice(flow.name, "again", str(file_id)),
        document=file_id,
    )


async def asking(turn: Turn, *, purpose: str) -> Outgoing:
    """A message with an address to hand one file in; without `PUBLIC_URL` another way.

    What comes is an event of this account, `purpose` among it.
    """
    address = turn.house.file_address
    if not address:
        return turn.message("files.no_upload")
    return turn.message("files.hand_in", url=address + await request(turn, purpose=purpose))


async def request(turn: Turn, *, purpose: str) -> str:
    """Await one file of this person here; the token of its address, told only by `asking`."""
    return await file_links.offer(
        turn.tx,
        way="hand_in",
        purpose=purpose,
        person_id=turn.actor.person_id,
        account_id=turn.actor.account_id,
        chat=turn.state.chat,
        file_id=None,
        now=turn.now,
        entropy=turn.entropy,
        keyed_hash=turn.keyed_hash,
    )


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """A fresh link for what this person was given one to, whatever else is being asked."""
    offered = await _offered(turn)
    if offered and _still_waits(offered[0], turn):
        return Outcome((await asking(turn, purpose=offered[0].purpose),), aside=True)
    names = _names(offered)
    if not names:
        return turn.aside("files.nothing")
    if len(names) == 1:
        return Outcome((_sent(turn, *names.popitem()),), aside=True)
    choices = [Choice(str(file_id), name) for file_id, name in names.items()]
    return between(turn.ask("files.which", hear=pick, choices=choices[:_SHOWN]))


@flow.step()
async def pick(turn: Turn) -> Outcome:
    return resume(turn, flow.name, await _fresh(turn, turn.choice))


@flow.step()
async def again(turn: Turn) -> Outcome:
    """The button under a file's message."""
    return Outcome((await _fresh(turn, turn.about),), aside=True)


async def _fresh(turn: Turn, file_id: str) -> Outgoing:
    """The file once more, if this very person was given it and keeps the right (T13, T14)."""
    names = _names(await _offered(turn))
    known = int(file_id) if file_id.isdecimal() else 0
    if known not in names:
        return turn.message("files.gone")
    return _sent(turn, known, names[known])


def _sent(turn: Turn, file_id: int, name: str) -> Outgoing:
    return carrying(turn, "files.here", file_id=file_id, name=name)


async def _offered(turn: Turn) -> list[Offered]:
    persons = await persons_of(turn.tx, turn.actor.canonical_id)
    return await file_links.offered_to(turn.tx, persons, now=turn.now)


def _still_waits(last: Offered, turn: Turn) -> bool:
    """The newest link was to hand something in, and nothing has come by it."""
    is_unfilled = last.way == "hand_in" and last.file_id is None
    return is_unfilled and turn.now - last.at < _HAND_IN_AGAIN


def _names(offered: list[Offered]) -> dict[int, str]:
    """Files that were to be fetched, newest first, each once."""
    return {
        one.file_id: one.file_name
        for one in offered
        if one.way == "fetch" and one.file_id is not None
    }

"""The way to the admin page: a one-time link, "was that you?", and what is confirmed here (W2, W5).

Whoever has a desk in the commune may ask; the page itself shows each only what the chat would.
"""

from typing import Final

from handlers import page_acts
from handlers.flow import Flow, Outcome, Scene, Turn
from handlers.messages import Choice, Notice, Outgoing
from storage import memory, page
from storage.page import Session
from storage.roles import persons_of

READERS: Final = frozenset({"officer", "leader", "admin"})

flow = Flow(
    "page",
    allow=READERS,
    words=("trang quan tri", "mo trang quan tri", "vao trang quan tri", "dang nhap trang quan tri"),
    menu="page.menu",
    offered_to={"officer", "leader"},
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """A one-time address, or the way that works where the page cannot be reached."""
    address = turn.house.page_address
    if not address:
        return turn.aside("page.no_address")
    token = await page.offer(
        turn.tx,
        person_id=turn.actor.person_id,
        account_id=turn.actor.account_id,
        chat=turn.state.chat,
        now=turn.now - await memory.clock_offset(turn.tx),
        entropy=turn.entropy,
        keyed_hash=turn.keyed_hash,
    )
    if token is None:
        return turn.aside("page.too_often")
    return turn.aside("page.link", url=address + token)


# --- was that you? -------------------------------------------------------------------------------


def logged_in(scene: Scene, session: Session, *, at: str) -> Outgoing:
    """What the requesting chat hears of every login (T46)."""
    said = scene.message("page.logged_in", browser=session.browser, at=at)
    choices = tuple(Choice(key, scene.text_of(f"page.{key}")) for key in ("was_me", "was_not_me"))
    return Outgoing(said.text, choices=choices, notice=Notice(flow.name, "judge", str(session.id)))


@flow.step(exact=("was_not_me",))
async def judge(turn: Turn) -> Outcome:
    """The answer to "was that you?"."""
    if turn.choice != "was_not_me":
        return turn.aside("page.was_right")
    persons = await persons_of(turn.tx, turn.actor.canonical_id)
    wall = turn.now - await memory.clock_offset(turn.tx)
    await page.shut_out(turn.tx, persons, now=wall)
    return turn.aside("page.closed")


# --- what was begun on the page is done here -----------------------------------------------------


def asked(scene: Scene, act_id: int, question: str) -> Outgoing:
    """The question that goes to the chat; the safe answer first (U18)."""
    choices = tuple(Choice(key, scene.text_of(f"page.{key}")) for key in ("leave", "do"))
    return Outgoing(question, choices=choices, notice=Notice(flow.name, "confirm", str(act_id)))


@flow.step(exact=("do",))
async def confirm(turn: Turn) -> Outcome:
    """Do it now, with the rights of this moment (A3); once, and within ten minutes."""
    persons = await persons_of(turn.tx, turn.actor.canonical_id)
    wall = turn.now - await memory.clock_offset(turn.tx)
    state = "done" if turn.choice == "do" else "refused"
    act = await page.settle(turn.tx, int(turn.about), persons, state=state, now=wall)
    if act is None:
        return turn.aside("page.act_over")
    if state == "refused":
        return turn.aside("page.act_left")
    return Outcome(tuple(await page_acts.do(turn, act)), aside=True)

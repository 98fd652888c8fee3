"""A phone number the platform itself confirmed: kept only for office holders who say so (T17, P1).

It is for approved templates that go by number where a chat refuses free words (zalo.md 3.8).
"""

from handlers import words
from handlers.detours import between, resume
from handlers.flow import Flow, Outcome, Turn
from storage import people

flow = Flow(
    "phone",
    allow={"helper", "reporter", "head", "officer", "leader", "admin"},
    words=("bo so dien thoai", "xoa so dien thoai"),
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """Either a number has just been shared, or its owner wants it gone."""
    if not turn.event.phone:
        await people.keep_phone(turn.tx, turn.actor.account_id, phone="")
        return turn.aside("phone.dropped")
    choices = ("phone.leave", "phone.keep")
    asked = turn.ask(
        "phone.offer",
        hear=decide,
        choices=choices,
        draft={"phone": turn.event.phone},
        ending=words.clean(turn.event.phone)[-3:],
    )
    return between(asked)


@flow.step(exact=("keep",))
async def decide(turn: Turn) -> Outcome:
    if turn.choice != "keep":
        return resume(turn, flow.name, turn.message("phone.left"))
    await people.keep_phone(turn.tx, turn.actor.account_id, phone=str(turn.draft["phone"]))
    return resume(turn, flow.name, turn.message("phone.kept"))

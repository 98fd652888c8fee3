"""What was sent: the last days message by message, earlier ones as figures."""

from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import in_messages
from handlers.reminding.desk import front, tallying
from handlers.reminding.desk.scope import after_of, commune_of, denied, flow

_PAGE: Final = 10


async def show(turn: Turn, commune: int) -> Outcome:
    said = in_messages(await tallying.lines(turn, commune))
    has_more = bool(await tallying.older(turn, commune))
    return turn.ask(
        "reminder_desk.ask_sent",
        hear=flow.steps["sent"],
        choices=_choices(has_more=has_more),
        draft={"commune": commune, "after": 0},
        before=said,
    )


def _choices(*, has_more: bool) -> list[str]:
    return [*(["reminder_desk.older"] if has_more else []), "reminder_desk.back"]


@flow.step(yes="older")
async def sent(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice != "older":
        return await front.home(turn, commune)
    turn.state.offered = {}  # "quay lại" leads to the first page (U6)
    after = after_of(turn)
    found = await tallying.older(turn, commune)
    left = found[after:] or found
    after = after if found[after:] else 0
    return turn.ask(
        "reminder_desk.ask_sent",
        hear=flow.steps["sent"],
        choices=_choices(has_more=len(left) > _PAGE),
        draft={"commune": commune, "after": after + _PAGE},
        before=in_messages(left[:_PAGE]),
    )

"""What was read back is set, changed once more, or dropped (A3, T19, T41)."""

from dataclasses import replace

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.reminding.deadlines import asking, desk, naming, service
from handlers.reminding.deadlines.flow import flow, gone
from handlers.reminding.deadlines.reading_back import show
from handlers.reminding.deadlines.wish import Wish
from handlers.roles import Denied


@flow.step(exact=("set",), yes="set", no="drop", says={"đặt": ("set",), "đặt hạn": ("set",)})
async def check(turn: Turn) -> Outcome:
    wish = Wish.load(turn.draft)
    match turn.choice:
        case "other_day":
            return asking.ask_due(turn, replace(wish, due=None, possible=()))
        case "other_rungs":
            return asking.ask_rungs(turn, wish)
        case "drop":
            return turn.say("deadlines.dropped").then("menu")
    return await _set(turn, wish)


async def _set(turn: Turn, wish: Wish) -> Outcome:
    """Rights, day and what stands are looked at again (A3, T41)."""
    try:
        await service.put(turn.tx, wish, by=turn.actor, now=turn.now, today=turn.today)
    except (Denied, service.Gone):
        return gone(turn)
    except service.Overtaken:
        return await show(turn, wish, turn.message("deadlines.overtaken"))
    except service.WrongDay:
        return asking.ask_due(turn, replace(wish, due=None, possible=()))
    except service.NobodyAsked:
        return turn.say("deadlines.nobody_asked").then("menu")
    except service.Frozen:
        return await desk.home(turn, wish.commune, turn.message("deadlines.frozen"))
    what = naming.capital(naming.say_what(turn, wish.kind, wish.period, wish.title))
    said = turn.message(
        "deadlines.was_set", what=what, day=words.say_date(wish.due) if wish.due else ""
    )
    return await desk.home(turn, wish.commune, said)

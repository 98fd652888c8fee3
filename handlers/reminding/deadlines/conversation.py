"""An officer sets a deadline in one sentence, or looks at those that stand (/nhac)."""

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice
from handlers.reminding.deadlines import asking, desk, service
from handlers.reminding.deadlines.ending import ended
from handlers.reminding.deadlines.flow import desks, flow, gone
from handlers.reminding.deadlines.reading import is_said, read, takes_back
from handlers.reminding.deadlines.wish import Wish
from storage import units


@flow.claim
async def sets_deadline(turn: Turn) -> bool:
    """A sentence that sets one, "hạn nộp sơ kết 20/6/2027, nhắc 30-14-7-3-1", or ends one."""
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    return is_said(turn.text, sent_at=sent_at) or ended(turn.text) is not None


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """A sentence sets one; anything else, as a choice of /nhac, leads to the list."""
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    typed = (words.clean(turn.event.text), turn.text)
    text = next((one for one in typed if is_said(one, sent_at=sent_at)), "")
    text = text or next((one for one in typed if ended(one) is not None), "")
    communes = await desks(turn)
    if not communes:
        return gone(turn)
    if len(communes) == 1:
        return await _with(turn, communes[0], text)
    known = {one.id: one.name for one in await units.communes(turn.tx, on=turn.today)}
    choices = [Choice(str(one), known.get(one, str(one))) for one in communes[:MAX_CHOICES]]
    draft = {"text": text}
    return turn.ask("deadlines.which_commune", hear=commune, choices=choices, draft=draft)


@flow.step()
async def commune(turn: Turn) -> Outcome:
    if not turn.choice.isdecimal() or int(turn.choice) not in await desks(turn):
        return gone(turn)
    return await _with(turn, int(turn.choice), str(turn.draft.get("text", "")))


async def _with(turn: Turn, commune_id: int, text: str) -> Outcome:
    if not text:
        return await desk.home(turn, commune_id)
    if (said := ended(text)) is not None:
        return await desk.end_named(turn, commune_id, said)
    known = await service.askable(turn.tx, commune_id, on=turn.today)
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    return await asking.go_on(turn, Wish.of(commune_id, read(text, known, sent_at=sent_at)))


@flow.step(reads="text")
async def tell(turn: Turn) -> Outcome:
    """One sentence; of it at least what, or until when, must be there."""
    commune_id = int(turn.draft.get("commune", 0))
    if commune_id not in await desks(turn):
        return gone(turn)
    known = await service.askable(turn.tx, commune_id, on=turn.today)
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    said = read(turn.text, known, sent_at=sent_at)
    is_odd = "?" in turn.text or takes_back(turn.text) or words.looks_secret(turn.text)
    is_told = said.day.is_said or said.meant.kind in ("report", "plans", "onward")
    if not is_told or is_odd:
        return turn.ask_again("deadlines.sentence_unclear")
    return await asking.go_on(turn, Wish.of(commune_id, said))

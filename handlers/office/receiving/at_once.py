"""Receiving at once all reports that need no officer's eye, after their names were shown (U18)."""

from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.office.receiving import completeness, judging, looking, overview, telling, verdicts
from handlers.office.receiving.review import Where, flow, may, title
from handlers.office.receiving.surveying import survey
from handlers.office.receiving.verdicts import Shown

_LETTERS: Final = 900


async def preview(turn: Turn, where: Where) -> Outcome:
    """How many, and whose; the safe choice is the first."""
    found = await survey(turn.tx, where, today=turn.today) if may(turn, where) else None
    plain = found.plain if found and found.gathered.frozen_at is None else []
    if not plain:
        return await overview.show(turn, where, turn.message("review.none_plain"))
    names = completeness.listed(turn.house.texts, [one.name for one in plain], letters=_LETTERS)
    return turn.ask(
        "review.at_once_sure",
        hear=at_once_sure,
        choices=("review.one_by_one", "review.accept_all"),
        draft={"key": where.key, "shown": [looking.code_of(one) for one in plain]},
        before=(Outgoing(turn.text_of("review.plain_ones", names=names)),),
        count=len(plain),
        period=await title(turn, where),
    )


@flow.step(exact=("accept_all",), no="one_by_one")
async def at_once_sure(turn: Turn) -> Outcome:
    """Only those that were shown, as far as they are still as they were (T42)."""
    where = Where.of(turn.draft.get("key"))
    if turn.choice != "accept_all":
        return await judging.begin(turn, where)
    found = await survey(turn.tx, where, today=turn.today) if may(turn, where) else None
    if found is None:
        return turn.say("review.denied").then("menu")
    shown = [str(one) for one in turn.draft.get("shown", [])]
    by_code = {looking.code_of(one): one for one in found.plain}
    asked = [
        Shown(where.commune, where.period, told.report.id, told.version.number)
        for code in shown
        if (told := by_code.get(code))
    ]
    try:
        done = await verdicts.accept_all(turn.tx, asked, by=turn.actor, now=turn.now)
    except verdicts.Denied:
        return turn.say("review.denied").then("menu")
    except verdicts.Frozen:
        return await overview.show(turn, where, turn.message("review.frozen_now"))
    accepted = [(by_code[f"{one.report_id}.{one.number}"], review) for one, review in done]
    await telling.tell_accepted(turn, where, accepted)
    return await overview.show(turn, where, _said(turn, len(done), len(shown) - len(done)))


def _said(turn: Turn, count: int, left: int) -> Outgoing:
    said = "review.accepted_some" if left else "review.accepted_all"
    return turn.message(said, count=count, left=left)

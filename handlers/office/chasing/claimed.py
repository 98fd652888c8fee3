"""Paper that units say they have handed in: the officers are asked, and look one by one."""

from dataclasses import replace
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Notice, Outgoing
from handlers.office import claims
from handlers.office.chasing import front, handed_in, hearing, marking
from handlers.office.chasing.marks import Wish
from handlers.office.chasing.owed import Owed, Spot, at_unit, flow, look
from handlers.office.owing import Obligation
from handlers.reporting import periods
from handlers.reporting.periods import ReportPeriod
from handlers.roles import DESK, Denied, once_each
from handlers.words import cut, say_date
from storage import roles, units

_NOTE: Final = 100  # letters
_PAGE: Final = 7  # and "more", and the way back: never above nine (U3)


# --- asked as soon as a unit says so -------------------------------------------------------------


async def ask_desk(turn: Turn, one: Obligation, period: ReportPeriod, claim_id: int) -> None:
    """Officers say whether they have it; admins where there is no officer."""
    commune = one.unit.commune_id
    held = await roles.holding(turn.tx, commune, ("officer",))
    held = held or await roles.holding(turn.tx, commune, tuple(DESK))
    asked = turn.message(
        "chasing.letter_ask" if one.duty == "requested" else "chasing.paper_ask",
        choices=("chasing.seen", "chasing.unseen"),
        unit=one.name,
        period=periods.say_title(turn.house.texts, period),
    )
    about = f"{one.unit.id}:{period.key}:{claim_id}"
    if handed_in.is_said(turn.text):
        note = turn.text_of("chasing.paper_note", words=cut(turn.text, _NOTE))
        asked = replace(asked, text=f"{asked.text}\n{note}")
    notice = replace(asked, notice=Notice(flow.name, "paper_seen", about))
    for person in once_each(held):
        turn.tell(person, notice, key=f"claim:{claim_id}:{person}")


@flow.step()
async def paper_seen(turn: Turn) -> Outcome:
    """`turn.about` is "<unit id>:<period>:<claim>"; all of it is looked up again (T13, T41)."""
    unit_id, period_key, claim_id = (*turn.about.split(":"), "", "")[:3]
    unit = await units.by_id(turn.tx, int(unit_id) if unit_id.isdecimal() else 0, on=turn.today)
    seen = await look(turn, Spot(unit.commune_id, period_key)) if unit else None
    one = seen.one(unit.id) if seen and unit else None
    if seen is None or one is None:
        return turn.aside("menu.old_button")
    if turn.choice != "seen" and not (one.claim and str(one.claim.id) == claim_id):
        key = "claim_answered" if one.is_open else "seen_by_other"
        return turn.aside(f"chasing.{key}", unit=one.name)
    return Outcome(tuple(await _judge(turn, seen, one)), aside=True)


async def _judge(turn: Turn, owed: Owed, one: Obligation) -> list[Outgoing]:
    """What was pressed becomes a mark, or the unit hears that nobody has seen it."""
    if turn.choice == "seen":
        return await marking.mark(turn, owed, one, Wish(one.unit.id, "paper"))
    if owed.is_frozen:
        return [turn.message("chasing.is_frozen", period=owed.title)]
    if not one.is_open or one.claim is None:  # a colleague has it, or figures came (T19)
        return [turn.message("chasing.seen_by_other", unit=one.name)]
    try:
        is_settled = await claims.settle(
            turn.tx, one.unit, owed.spot.about, verdict="unseen", by=turn.actor, now=turn.now
        )
    except Denied:
        return [turn.message("chasing.denied")]
    if not is_settled:
        return [turn.message("chasing.claim_answered", unit=one.name)]
    values = {"unit": one.name, "period": owed.title}
    unheard = await hearing.tell_unit(
        turn,
        one,
        "unseen",
        key=f"claim:{one.claim.id}:unseen",
        values=values,
        period=owed.spot.period,
    )
    return unheard or [turn.message("chasing.unseen_said", unit=one.name)]


# --- looked at one by one ------------------------------------------------------------------------


async def show(turn: Turn, owed: Owed, *before: Outgoing, after: int = 0) -> Outcome:
    """All that wait for a look; a single one is asked about at once."""
    waiting = owed.claimed
    if owed.is_frozen or not waiting:
        said = "is_frozen" if owed.is_frozen else "claims_none"
        refused = turn.message(f"chasing.{said}", period=owed.title)
        return await front.home(turn, owed.spot, *(before or (refused,)))
    if len(waiting) == 1:
        return _ask(turn, owed, waiting[0], *before)
    after = after if after < len(waiting) else 0
    choices = [Choice(str(one.unit.id), one.name) for one in waiting[after : after + _PAGE]]
    if len(waiting) > _PAGE:
        choices.append(Choice("more", turn.text_of("chasing.more")))
    return turn.ask(
        "chasing.claims_which",
        hear=which_claim,
        choices=[*choices, Choice("back", turn.text_of("chasing.back"))],
        draft={**owed.spot.dump(), "after": after},
        before=before,
        period=owed.title,
        count=len(waiting),
    )


@flow.step()
async def which_claim(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    if turn.choice == "back":
        return await front.home(turn, spot)
    if turn.choice == "more":
        return await show(turn, owed, after=int(turn.draft.get("after", 0)) + _PAGE)
    chosen = [one for one in owed.claimed if str(one.unit.id) == turn.choice]
    if not chosen:
        return await show(turn, owed, turn.message("chasing.claim_over"))
    return _ask(turn, owed, chosen[0])


def _ask(turn: Turn, owed: Owed, one: Obligation, *before: Outgoing) -> Outcome:
    said_at = one.claim.said_at if one.claim else turn.now
    kind = "letter" if one.duty == "requested" else "paper"
    draft = {**at_unit(owed.spot, one.unit.id).dump(), "claim": one.claim.id if one.claim else 0}
    return turn.ask(
        f"chasing.{kind}_ask_again",
        hear=judge_claim,
        choices=("chasing.seen", "chasing.unseen", "chasing.back"),
        draft=draft,
        before=before,
        unit=one.name,
        period=owed.title,
        day=say_date(said_at.astimezone(turn.house.timezone).date()),
    )


@flow.step()
async def judge_claim(turn: Turn) -> Outcome:
    """The answer counts for the claim that was asked about, not for a newer one (T41)."""
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    one = owed.one(spot.unit) if owed else None
    if owed is None or one is None:
        return front.denied(turn)
    spot = replace(spot, unit=0)
    if turn.choice == "back":
        return await front.home(turn, spot)
    claim = one.claim if one.is_open else None
    if claim is None or claim.id != turn.draft.get("claim"):
        said = [turn.message("chasing.claim_over")]
    else:
        said = await _judge(turn, owed, one)
    now = await look(turn, spot)
    if now is None:
        return front.denied(turn)
    return await (show(turn, now, *said) if now.claimed else front.home(turn, spot, *said))

"""Nhắc lại: a preview of how many are reminded, then exactly those who owe at that moment."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.office.chasing import front, nudging, standing
from handlers.office.chasing.nudging import Nudged
from handlers.office.chasing.owed import Owed, Spot, flow, look
from handlers.office.owing import Obligation

REQUIRED: Final = "remind_required"
ALL: Final = "remind_all"
_NAMES: Final = 150  # letters of the names that rest


def asked(owed: Owed) -> list[Obligation]:
    """Whom it is about: one unit, if one was named, else all who may be written to."""
    return [one for one in owed.to_remind if owed.spot.unit in (0, one.unit.id)]


async def preview(turn: Turn, owed: Owed) -> Outcome:
    """The safe choice first (U18); nothing is sent at night (U11)."""
    if why := refused(turn, owed):
        return await front.home(turn, owed.spot, why, *_resting(turn, owed))
    foreseen = await foresee(turn, owed, asked(owed))
    if not foreseen.reached:
        return await front.home(turn, owed.spot, *came_of(turn, owed, foreseen))
    required = [one for one in asked(owed) if one.duty == "required"]
    among = len(set(foreseen.reached) & {one.unit.id for one in required})
    return turn.ask(
        "chasing.remind_sure",
        hear=flow.steps["remind"],
        choices=_choices(turn, among, len(foreseen.reached)),
        draft=owed.spot.dump(),
        period=owed.title,
        count=len(foreseen.reached),
        besides="".join(_besides(turn, owed, foreseen)),
    )


def _besides(turn: Turn, owed: Owed, foreseen: Nudged) -> Iterator[str]:
    for key, left_out in (("lost", foreseen.lost), ("already", foreseen.already)):
        if left_out:
            yield " " + turn.text_of(f"chasing.remind_besides_{key}", count=len(left_out))
    for told in _resting(turn, owed):
        yield f" {told.text}"


def _resting(turn: Turn, owed: Owed) -> list[Outgoing]:
    """Who says that paper is there is left out until somebody has looked."""
    names = [one.name for one in owed.claimed if owed.spot.unit in (0, one.unit.id)]
    if not names:
        return []
    listed = standing.listed(turn, names, most=_NAMES)
    return [turn.message("chasing.remind_claimed", count=len(names), names=listed)]


def _choices(turn: Turn, required: int, count: int) -> list[Choice]:
    choices = [Choice("remind_not", turn.text_of("chasing.remind_not"))]
    if 0 < required < count:
        label = turn.text_of("chasing.remind_required", count=required)
        choices.append(Choice(REQUIRED, label))
    return [*choices, Choice(ALL, turn.text_of("chasing.remind_all", count=count))]


def refused(turn: Turn, owed: Owed) -> Outgoing | None:
    """Why nobody may be reminded of it now; None: they may."""
    if owed.is_frozen:
        return turn.message("chasing.is_frozen", period=owed.title)
    if not asked(owed):
        return turn.message("chasing.remind_none")
    return turn.message("chasing.quiet") if nudging.is_quiet(turn) else None


async def foresee(turn: Turn, owed: Owed, whom: Collection[Obligation]) -> Nudged:
    """Say whom it would reach; nothing is sent."""
    spot = owed.spot
    ids = [one.unit.id for one in whom]
    return await nudging.foresee(turn, about=spot.about, commune_id=spot.commune, unit_ids=ids)


@flow.step(
    exact=(REQUIRED, ALL),
    no="remind_not",
    says=dict.fromkeys(("nhắc", "nhắc ngay", "có nhắc"), (REQUIRED, ALL)),
)
async def remind(turn: Turn) -> Outcome:
    """Who owes is read again: a report may have come since the preview (T41)."""
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    spot = replace(spot, unit=0)
    if turn.choice not in (REQUIRED, ALL):
        return await front.home(turn, spot, turn.message("chasing.nothing_done"))
    if why := refused(turn, owed):
        return await front.home(turn, spot, why)
    nudged = await send(turn, owed, turn.choice)
    return await front.home(turn, spot, *came_of(turn, owed, nudged))


async def send(turn: Turn, owed: Owed, whom: str) -> Nudged:
    """Remind `ALL` of those it is about, or the `REQUIRED` ones alone. Raises `Denied`."""
    chosen = [one for one in asked(owed) if whom == ALL or one.duty == "required"]
    return await nudging.nudge(
        turn,
        about=owed.spot.about,
        commune_id=owed.spot.commune,
        unit_ids=[one.unit.id for one in chosen],
    )


def came_of(turn: Turn, owed: Owed, nudged: Nudged) -> Sequence[Outgoing]:
    """What is said of it: who was reminded, and who was not and why."""
    said = []
    if nudged.reached:
        said.append(turn.text_of("chasing.remind_did", count=len(nudged.reached)))
    if nudged.already:
        said.append(turn.text_of("chasing.remind_already", count=len(nudged.already)))
    if nudged.lost:
        lost = {_name(owed, unit): why for unit, why in nudged.lost.items()}
        names = standing.by_reason(turn, lost)
        said.append(turn.text_of("chasing.remind_lost", count=len(nudged.lost), names=names))
    said += [told.text for told in _resting(turn, owed)]
    return in_messages(said)


def _name(owed: Owed, unit_id: int) -> str:
    one = owed.one(unit_id)
    return one.name if one else ""

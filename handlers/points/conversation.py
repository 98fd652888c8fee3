"""Where the officer starts: which period, what is there, and which list to look at."""

from collections.abc import Sequence

from handlers.flow import Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice, Outgoing
from handlers.points.flow import flow
from handlers.points.remarks import FOR_COUNCIL, KINDS
from handlers.points.sheet import Sheet, Spot, sheet_of
from handlers.reporting import periods
from handlers.roles import DESK, communes_of
from storage import units


@flow.entry
async def begin(turn: Turn) -> Outcome:
    choices = []
    for commune in communes_of(turn.actor.grants, *DESK):
        settings = await units.settings_of(turn.tx, commune)
        for period in periods.open_on(turn.today, settings):
            title = periods.say_title(turn.house.texts, period)
            name = f"{settings.get('name', '')}, {title}".strip(", ")
            choices.append(Choice(f"{commune}:{period.key}", name))
    if len(choices) == 1:
        return await home(turn, _spot(choices[0].key))
    return turn.ask("points.which", hear=which, choices=choices[:MAX_CHOICES], draft={})


def _spot(key: str) -> Spot:
    commune, _, period = key.partition(":")
    return Spot(int(commune), period)


@flow.step()
async def which(turn: Turn) -> Outcome:
    return await home(turn, _spot(turn.choice))


def denied(turn: Turn) -> Outcome:
    return turn.say("points.denied").then("menu")


async def home(turn: Turn, spot: Spot, *before: Outgoing) -> Outcome:
    sheet = await sheet_of(turn, spot)
    return at_home(turn, sheet, *before) if sheet else denied(turn)


def at_home(turn: Turn, sheet: Sheet, *before: Outgoing) -> Outcome:
    """How much there is of each kind; then which list."""
    spot = Spot(sheet.spot.commune, sheet.spot.period)
    counts = [
        turn.text_of(
            "points.count_line",
            kind=turn.text_of(f"points.{kind}"),
            new=len(sheet.unpicked(kind)),
            chosen=len(sheet.of_kind(kind)),
        )
        for kind in KINDS
    ]
    return turn.ask(
        "points.home",
        hear=choose,
        choices=(*(f"points.{kind}" for kind in KINDS), "points.council", "points.front"),
        draft=spot.dump(),
        before=before,
        period=sheet.title,
        counts="\n".join(counts),
        council=council_line(turn, sheet),
    )


def council_line(turn: Turn, sheet: Sheet) -> str:
    """How many were collected, put before UBND xã, and decided."""
    mine = sheet.of_kind(*FOR_COUNCIL)
    return turn.text_of(
        "points.council_line",
        collected=len(mine),
        submitted=sum(one.submitted_on is not None for one in mine),
        decided=sum(bool(one.decision) for one in mine),
    )


@flow.step()
async def choose(turn: Turn) -> Outcome:
    spot = Spot.of(turn.draft)
    if turn.choice == "front":
        return Outcome().then("menu")
    sheet = await sheet_of(turn, Spot(spot.commune, spot.period, turn.choice))
    if sheet is None:
        return denied(turn)
    return at_council(turn, sheet) if turn.choice == "council" else at_kind(turn, sheet)


# --- one kind ------------------------------------------------------------------------------------


def at_kind(turn: Turn, sheet: Sheet, *before: Outgoing) -> Outcome:
    """What can be done with one kind of remark now."""
    kind = sheet.spot.kind
    new, chosen = sheet.unpicked(kind), sheet.of_kind(kind)
    choices = [*_if(new, "points.pick"), *_if(chosen, "points.look"), "points.back"]
    return turn.ask(
        "points.of_kind",
        hear=flow.steps["kind_chosen"],
        choices=choices,
        draft=sheet.spot.dump(),
        before=before,
        kind=turn.text_of(f"points.{kind}"),
        period=sheet.title,
        new=len(new),
        chosen=len(chosen),
    )


def _if(there: Sequence[object], choice: str) -> list[str]:
    return [choice] if there else []


async def kind_again(turn: Turn, spot: Spot, *before: Outgoing) -> Outcome:
    sheet = await sheet_of(turn, spot)
    return at_kind(turn, sheet, *before) if sheet else denied(turn)


# --- what is put before UBND xã ------------------------------------------------------------------


def at_council(turn: Turn, sheet: Sheet, *before: Outgoing) -> Outcome:
    """How far it is, and the two acts there are."""
    mine = sheet.of_kind(*FOR_COUNCIL)
    ready = [one for one in mine if not one.decision]
    put = [one for one in mine if one.submitted_on]
    choices = [*_if(ready, "points.make"), *_if(put, "points.note"), "points.back"]
    return turn.ask(
        "points.at_council" if mine else "points.council_empty",
        hear=flow.steps["council_chosen"],
        choices=choices,
        draft=Spot(sheet.spot.commune, sheet.spot.period).dump(),
        before=before,
        period=sheet.title,
        line=council_line(turn, sheet),
    )


async def council_again(turn: Turn, spot: Spot, *before: Outgoing) -> Outcome:
    sheet = await sheet_of(turn, spot)
    return at_council(turn, sheet, *before) if sheet else denied(turn)

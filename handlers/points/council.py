"""Putting difficulties and proposals before UBND xã: which of them, and the letter to sign."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from handlers import words
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.points import letter, lists, saying, service
from handlers.points.conversation import at_council, council_again, denied, home
from handlers.points.deciding import at_submitted
from handlers.points.flow import flow
from handlers.points.sheet import Sheet, Spot, sheet_of

_LETTER: Final = "unit_report"


@flow.step()
async def council_chosen(turn: Turn) -> Outcome:
    spot = Spot.of(turn.draft)
    if turn.choice == "back":
        return await home(turn, spot)
    sheet = await sheet_of(turn, spot)
    if sheet is None:
        return denied(turn)
    return at_ready(turn, sheet) if turn.choice == "make" else at_submitted(turn, sheet)


def at_ready(turn: Turn, sheet: Sheet, *before: Outgoing, start: int = 0) -> Outcome:
    ready = service.for_council(sheet)
    if not ready:
        return at_council(turn, sheet, *before)
    return lists.ask_numbers(
        turn,
        sheet,
        saying.point_lines(turn, sheet, ready),
        *before,
        keys=[one.id for one in ready],
        start=start,
        question="points.ask_submit",
        hear=which_ones,
    )


@flow.step(reads="text")
async def which_ones(turn: Turn) -> Outcome:
    return await lists.hear_numbers(
        turn,
        show=at_ready,
        leave=at_council,
        then=_ask_whether,
        unclear="points.submit_unclear",
    )


def _ask_whether(turn: Turn, sheet: Sheet, numbers: Sequence[int]) -> Outcome:
    return turn.ask(
        "points.check_submit",
        hear=submit_sure,
        choices=("points.make_it", "points.drop"),
        draft=sheet.spot.dump(picked=sorted(numbers)),
        count=len(numbers),
        day=words.say_short_date(turn.today),
    )


@flow.step(yes="make_it", no="drop")
async def submit_sure(turn: Turn) -> Outcome:
    spot = Spot.of(turn.draft)
    if turn.choice != "make_it":
        return await council_again(turn, spot, turn.message("points.nothing_done"))
    numbers = [int(number) for number in turn.draft.get("picked", [])]
    try:
        sheet = await service.submit(turn, spot, numbers)
    except service.Denied:
        return denied(turn)
    except service.Changed:
        return await council_again(turn, spot, turn.message("points.list_changed"))
    _order(turn, sheet, numbers)
    leave(turn, flow.name)
    return at_council(turn, sheet, turn.message("points.letter_coming"))


def _order(turn: Turn, sheet: Sheet, numbers: Sequence[int]) -> None:
    contents = letter.contents_of(
        turn.house.texts,
        sheet=sheet,
        points=[one for one in service.for_council(sheet) if one.id in numbers],
        year=turn.today.year,
        is_sample=turn.house.sample,
    )
    name = f"trinh-ubnd-xa-{sheet.spot.period.replace('_', '-')}.docx"
    message = turn.message("points.letter_here", count=len(numbers), period=sheet.title)
    turn.order(_LETTER, asdict(contents), name=name, message=message)

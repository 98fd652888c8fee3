"""What UBND xã decided about a point: written down, with its day, and told to who raised it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers import words
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.points import lists, saying, service, telling
from handlers.points.conversation import at_council, council_again, denied
from handlers.points.flow import LIMITS, flow
from handlers.points.remarks import FOR_COUNCIL
from handlers.points.sheet import Sheet, Spot, sheet_of
from storage.points import PointInfo


def submitted(sheet: Sheet) -> Sequence[PointInfo]:
    """What was put before UBND xã, the undecided first."""
    put = [one for one in sheet.of_kind(*FOR_COUNCIL) if one.submitted_on]
    return sorted(put, key=lambda one: (bool(one.decision), one.id))


def at_submitted(turn: Turn, sheet: Sheet, *before: Outgoing, start: int = 0) -> Outcome:
    put = submitted(sheet)
    if not put:
        return at_council(turn, sheet, *before)
    return lists.ask_numbers(
        turn,
        sheet,
        saying.point_lines(turn, sheet, put),
        *before,
        keys=[one.id for one in put],
        start=start,
        question="points.ask_decided",
        hear=which_decided,
    )


@flow.step(reads="text")
async def which_decided(turn: Turn) -> Outcome:
    return await lists.hear_point(turn, show=at_submitted, leave=at_council, then=_ask)


def _ask(turn: Turn, sheet: Sheet, point: PointInfo) -> Outcome:
    before = [turn.message("points.about_point", text=saying.text_of(turn, point))]
    if point.decided_on:
        day = words.say_short_date(point.decided_on)
        said = turn.message("points.decided_before", day=day, decision=point.decision)
        before.append(said)
    draft = sheet.spot.dump(point=point.id, was=point.decision)
    return _ask_decision(turn, draft, *before)


def _ask_decision(turn: Turn, draft: dict[str, Any], *before: Outgoing) -> Outcome:
    return turn.ask("points.ask_decision", hear=decision, draft=draft, before=before, **LIMITS)


@flow.step(reads="text")
async def decision(turn: Turn) -> Outcome:
    if not service.fits(turn.text):
        return turn.ask_again("points.words_unclear", **LIMITS)
    today = Choice("today", turn.text_of("points.today"))
    draft = {**turn.draft, "text": turn.text}
    return turn.ask("points.ask_day", hear=day_decided, choices=[today], draft=draft)


@flow.step(reads="text")
async def day_decided(turn: Turn) -> Outcome:
    """Today, or a day that is over."""
    if turn.choice:
        is_today = turn.choice == "today"
        return await _check(turn, turn.today if is_today else date.fromisoformat(turn.choice))
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    match words.read_date(turn.text, sent_at=sent_at, expects="past"):
        case date() as day if day <= turn.today:
            return await _check(turn, day)
        case words.DateDoubt(candidates=days) if past := [d for d in days if d <= turn.today]:
            choices = [Choice(day.isoformat(), words.say_date(day)) for day in past[:4]]
            return turn.ask("points.which_day", hear=day_decided, choices=choices)
        case date() | words.DateDoubt():
            return turn.ask_again("points.day_ahead")
        case _:
            return turn.ask_again("points.day_unclear")


async def _check(turn: Turn, day: date) -> Outcome:
    """All of it, and who will hear of it."""
    sheet = await sheet_of(turn, Spot.of(turn.draft))
    point = sheet.point(turn.draft.get("point")) if sheet else None
    if sheet is None:
        return denied(turn)
    if point is None:
        return at_council(turn, sheet, turn.message("points.point_gone"))
    return turn.ask(
        "points.check_decision",
        hear=decide_sure,
        choices=("points.write", "points.rewrite", "points.drop"),
        draft={**turn.draft, "day": day.isoformat()},
        day=words.say_date(day),
        decision=str(turn.draft.get("text", "")),
        whose=saying.names(turn, sheet.whose(point)) or turn.text_of("points.nobody_left"),
    )


@flow.step(yes="write", no="drop")
async def decide_sure(turn: Turn) -> Outcome:
    spot = Spot.of(turn.draft)
    if turn.choice == "rewrite":
        return _ask_decision(turn, {**turn.draft, "text": ""})
    if turn.choice != "write":
        return await council_again(turn, spot, turn.message("points.nothing_done"))
    number, day = int(turn.draft["point"]), date.fromisoformat(turn.draft["day"])
    said, was = str(turn.draft["text"]), str(turn.draft.get("was", ""))
    try:
        sheet = await service.decide(turn, spot, number, was=was, decision=said, on=day)
    except service.Denied:
        return denied(turn)
    except (service.Changed, service.TooLong):
        return await council_again(turn, spot, turn.message("points.point_changed"))
    if sheet is None:
        return await council_again(turn, spot, turn.message("points.decided_same"))
    leave(turn, flow.name)
    told = await telling.tell_all(turn, sheet, number, decision=said, on=day)
    return await council_again(turn, spot, turn.message("points.decided"), *told)

"""The points that were collected: looked at, said in other words, taken out."""

from handlers import words
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.points import lists, saying, service
from handlers.points.conversation import at_kind, denied, kind_again
from handlers.points.flow import LIMITS, flow
from handlers.points.sheet import Sheet, Spot, sheet_of
from storage.points import PointInfo


def at_points(turn: Turn, sheet: Sheet, *before: Outgoing, start: int = 0) -> Outcome:
    mine = sheet.of_kind(sheet.spot.kind)
    if not mine:
        return at_kind(turn, sheet, *before)
    return lists.ask_numbers(
        turn,
        sheet,
        saying.point_lines(turn, sheet, mine),
        *before,
        keys=[one.id for one in mine],
        start=start,
        question="points.ask_point",
        hear=which_point,
    )


@flow.step(reads="text")
async def which_point(turn: Turn) -> Outcome:
    return await lists.hear_point(turn, show=at_points, leave=at_kind, then=at_point)


def at_point(turn: Turn, sheet: Sheet, point: PointInfo) -> Outcome:
    """One point with all that is known of it."""
    standing = [turn.text_of("points.full_changed")] if sheet.is_changed(point) else []
    if point.submitted_on:
        day = words.say_short_date(point.submitted_on)
        standing.append(turn.text_of("points.full_submitted", day=day))
    if point.decided_on:
        day = words.say_short_date(point.decided_on)
        standing.append(turn.text_of("points.full_decided", day=day, decision=point.decision))
    acts = () if point.decision else ("points.edit", "points.remove")
    return turn.ask(
        "points.full",
        hear=point_chosen,
        choices=(*acts, "points.back"),
        draft=sheet.spot.dump(point=point.id, was=point.text),
        text=saying.text_of(turn, point),
        whose=saying.names(turn, sheet.whose(point)) or turn.text_of("points.nobody_left"),
        standing="".join(f"\n{one}" for one in standing),
    )


@flow.step(exact=("remove",))
async def point_chosen(turn: Turn) -> Outcome:
    draft = dict(turn.draft)
    if turn.choice == "edit":
        return turn.ask(
            "points.ask_edit",
            hear=edit,
            draft=draft,
            text=str(draft.get("was") or turn.text_of("points.forgotten")),
            **LIMITS,
        )
    if turn.choice == "remove":
        choices = ("points.stay", "points.take_out")
        text = words.cut(str(draft.get("was") or turn.text_of("points.forgotten")), 200)
        return turn.ask(
            "points.remove_sure", hear=remove_sure, choices=choices, draft=draft, text=text
        )
    sheet = await sheet_of(turn, Spot.of(draft))
    return at_points(turn, sheet) if sheet else denied(turn)


@flow.step(reads="text")
async def edit(turn: Turn) -> Outcome:
    if not service.fits(turn.text):
        return turn.ask_again("points.words_unclear", **LIMITS)
    return turn.ask(
        "points.check_edit",
        hear=edit_sure,
        choices=("points.keep", "points.rewrite", "points.drop"),
        draft={**turn.draft, "text": turn.text},
        text=turn.text,
    )


@flow.step(reads="text")
async def edit_sure(turn: Turn) -> Outcome:
    choice = turn.choice or words.plain_choice(turn.text, yes="keep", no="drop")
    if not choice:  # written once more instead of pressed
        return await edit(turn)
    if choice == "rewrite":
        turn.choice = "edit"
        return await point_chosen(turn)
    spot = Spot.of(turn.draft)
    if choice == "drop":
        return await kind_again(turn, spot, turn.message("points.nothing_done"))
    number, was = int(turn.draft.get("point", 0)), str(turn.draft.get("was", ""))
    try:
        text = str(turn.draft.get("text", ""))
        await service.rewrite(turn, spot, number, was=was, text=text)
    except service.Denied:
        return denied(turn)
    except (service.Changed, service.TooLong):
        return await kind_again(turn, spot, turn.message("points.point_changed"))
    leave(turn, flow.name)
    return await kind_again(turn, spot, turn.message("points.edited"))


@flow.step(exact=("take_out",), no="stay")
async def remove_sure(turn: Turn) -> Outcome:
    """The safe choice is the first (U18)."""
    spot = Spot.of(turn.draft)
    if turn.choice != "take_out":
        return await kind_again(turn, spot, turn.message("points.nothing_done"))
    try:
        await service.remove(turn, spot, int(turn.draft.get("point", 0)))
    except service.Denied:
        return denied(turn)
    except service.Changed:
        return await kind_again(turn, spot, turn.message("points.point_changed"))
    leave(turn, flow.name)
    return await kind_again(turn, spot, turn.message("points.removed"))

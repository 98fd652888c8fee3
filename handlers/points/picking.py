"""Picking remarks by their numbers: several become one point, one is taken alone."""

from collections.abc import Sequence
from typing import Any, Final

from handlers import words
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.points import lists, saying, service
from handlers.points.chosen import at_points
from handlers.points.conversation import at_kind, denied, home, kind_again
from handlers.points.flow import LIMITS, flow
from handlers.points.remarks import joined
from handlers.points.sheet import Sheet, Spot, sheet_of

_MOST_SHOWN: Final = 300


@flow.step()
async def kind_chosen(turn: Turn) -> Outcome:
    spot = Spot.of(turn.draft)
    if turn.choice == "back":
        return await home(turn, spot)
    sheet = await sheet_of(turn, spot)
    if sheet is None:
        return denied(turn)
    return at_list(turn, sheet) if turn.choice == "pick" else at_points(turn, sheet)


def at_list(turn: Turn, sheet: Sheet, *before: Outgoing, start: int = 0) -> Outcome:
    """The remarks nobody picked yet, numbered through all pages."""
    left = sheet.unpicked(sheet.spot.kind)[:_MOST_SHOWN]
    if not left:
        return at_kind(turn, sheet, *before)
    return lists.ask_numbers(
        turn,
        sheet,
        saying.remark_lines(left),
        *before,
        keys=[one.key for one in left],
        start=start,
        question="points.ask_pick",
        hear=pick,
        example="1, 3, 4" if len(left) > 3 else "1",
    )


@flow.step(reads="text")
async def pick(turn: Turn) -> Outcome:
    return await lists.hear_numbers(
        turn,
        show=at_list,
        leave=at_kind,
        then=_ask_whether,
        unclear="points.numbers_unclear",
        no_more="points.no_more",
    )


def _ask_whether(turn: Turn, sheet: Sheet, keys: Sequence[str], text: str = "") -> Outcome:
    """Show what would be kept; too much of it has to be said in fewer words first."""
    still = {one.key: one for one in sheet.unpicked(sheet.spot.kind)}
    if not keys or any(key not in still for key in keys):
        return at_list(turn, sheet, turn.message("points.list_changed"))
    remarks = [still[key] for key in keys]
    draft = sheet.spot.dump(picked=[one.key for one in remarks], text=text)
    said = text or joined(remarks)
    if len(remarks) > 1 and not service.fits(said):
        return _ask_words(turn, draft, turn.message("points.joined_long", **LIMITS))
    return turn.ask(
        "points.check_one" if len(remarks) == 1 else "points.check_several",
        hear=confirm,
        choices=("points.keep", "points.rewrite", "points.other"),
        draft=draft,
        count=len(remarks),
        whose=saying.names(turn, [one.whose for one in remarks]),
        text=said,
    )


def _ask_words(turn: Turn, draft: dict[str, Any], *before: Outgoing) -> Outcome:
    return turn.ask("points.ask_words", hear=in_words, draft=draft, before=before, **LIMITS)


@flow.step(reads="text")
async def confirm(turn: Turn) -> Outcome:
    """Kept, said in other words, or picked anew; what is typed instead are the other words."""
    choice = turn.choice or words.plain_choice(turn.text, yes="keep", no="other")
    if not choice:
        return await _with_words(turn)
    if choice == "rewrite":
        return _ask_words(turn, dict(turn.draft))
    if choice == "keep":
        return await _keep(turn)
    sheet = await sheet_of(turn, Spot.of(turn.draft))
    return at_list(turn, sheet) if sheet else denied(turn)


@flow.step(reads="text")
async def in_words(turn: Turn) -> Outcome:
    return await _with_words(turn)


async def _with_words(turn: Turn) -> Outcome:
    if not service.fits(turn.text):
        return turn.ask_again("points.words_unclear", **LIMITS)
    sheet = await sheet_of(turn, Spot.of(turn.draft))
    if sheet is None:
        return denied(turn)
    return _ask_whether(turn, sheet, _picked_keys(turn), turn.text)


def _picked_keys(turn: Turn) -> list[str]:
    return [str(key) for key in turn.draft.get("picked", [])]


async def _keep(turn: Turn) -> Outcome:
    spot = Spot.of(turn.draft)
    text = str(turn.draft.get("text", ""))
    try:
        await service.collect(turn, spot, _picked_keys(turn), text=text)
    except service.Denied:
        return denied(turn)
    except (service.Changed, service.TooLong):
        return await _list_again(turn, spot, turn.message("points.list_changed"))
    leave(turn, flow.name)  # nobody goes back to keeping it a second time
    return await _list_again(turn, spot, turn.message("points.kept"))


async def _list_again(turn: Turn, spot: Spot, said: Outgoing) -> Outcome:
    sheet = await sheet_of(turn, spot)
    return at_list(turn, sheet, said) if sheet else await kind_again(turn, spot, said)

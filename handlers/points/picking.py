"""Picking remarks by their numbers: several become one point, one is taken alone."""

from collections.abc import Sequence
from typing import Any, Final

from handlers import words
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.points import saying, service
from handlers.points.chosen import at_points
from handlers.points.conversation import at_kind, denied, home, kind_again
from handlers.points.flow import LIMITS, flow
from handlers.points.numbers import Beyond, read_lines
from handlers.points.remarks import Remark, joined
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
    shown, after = saying.page(saying.remark_lines(left), start=start if start < len(left) else 0)
    return turn.ask(
        "points.ask_pick_more" if after else "points.ask_pick",
        hear=pick,
        draft=sheet.spot.dump(shown=[one.key for one in left], after=after),
        before=[*before, *shown],
        example="1, 3, 4" if len(left) > 3 else "1",
    )


@flow.step(reads="text")
async def pick(turn: Turn) -> Outcome:
    """The numbers are those of the list that was shown, whatever has come in since."""
    keys = [str(key) for key in turn.draft.get("shown", [])]
    sheet = await sheet_of(turn, Spot.of(turn.draft))
    if sheet is None:
        return denied(turn)
    if saying.wants_more(turn.text):
        start = int(turn.draft.get("after", 0))
        return at_list(turn, sheet, start=start) if start else turn.ask_again("points.no_more")
    if saying.is_done(turn.text):
        return at_kind(turn, sheet)
    match read_lines(turn.text, count=len(keys)):
        case tuple(numbers):
            return _picked(turn, sheet, [keys[number - 1] for number in numbers])
        case Beyond(number):
            return turn.ask_again("points.no_such_line", number=number, last=len(keys))
        case _:
            return turn.ask_again("points.numbers_unclear")


def _picked(turn: Turn, sheet: Sheet, keys: Sequence[str]) -> Outcome:
    still = {one.key: one for one in sheet.unpicked(sheet.spot.kind)}
    if any(key not in still for key in keys):
        return at_list(turn, sheet, turn.message("points.list_changed"))
    return _ask_whether(turn, sheet, [still[key] for key in keys], "")


def _ask_whether(turn: Turn, sheet: Sheet, remarks: Sequence[Remark], text: str) -> Outcome:
    """Show what would be kept; too much of it has to be said in fewer words first."""
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
    said = words.read_yes_no(turn.text) if not turn.choice else None
    choice = turn.choice or ("" if said is None else "keep" if said else "other")
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
    still = {one.key: one for one in sheet.unpicked(sheet.spot.kind)}
    keys = _picked_keys(turn)
    if not keys or any(key not in still for key in keys):
        return at_list(turn, sheet, turn.message("points.list_changed"))
    return _ask_whether(turn, sheet, [still[key] for key in keys], turn.text)


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

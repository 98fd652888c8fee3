"""A numbered list before the officer: shown a page at a time, answered with its numbers."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from handlers.flow import Outcome, Step, Turn
from handlers.messages import Outgoing, in_messages
from handlers.points.conversation import denied
from handlers.points.numbers import Beyond, read_lines
from handlers.points.sheet import Sheet, Spot, sheet_of
from handlers.words import fold
from storage.points import PointInfo

_MORE: Final = frozenset({"xem tiep", "tiep", "tiep theo", "trang sau", "them", "xem them"})
_DONE: Final = frozenset({"xong", "xong roi", "da xong", "het roi", "du roi"})
_PAGE: Final = 1_400
"""Letters of a list that are sent at once."""


class Show(Protocol):
    """Shows the list from the line `start` on."""

    def __call__(self, turn: Turn, sheet: Sheet, *before: Outgoing, start: int = 0) -> Outcome: ...


def ask_numbers(
    turn: Turn,
    sheet: Sheet,
    lines: Sequence[str],
    *before: Outgoing,
    keys: Sequence[object],
    start: int,
    question: str,
    hear: Step,
    **values: Any,
) -> Outcome:
    """So many lines from `start` on; `keys`: what each line is known by, through all pages.

    Where a page follows, the question is `<question>_more`.
    """
    shown, after = _page(lines, start=start if start < len(lines) else 0)
    return turn.ask(
        f"{question}_more" if after else question,
        hear=hear,
        draft=sheet.spot.dump(shown=list(keys), after=after),
        before=[*before, *shown],
        **values,
    )


def _page(lines: Sequence[str], *, start: int) -> tuple[list[Outgoing], int]:
    """One page, and where the next one begins (0 = no more)."""
    shown: list[str] = []
    length = 0
    for line in lines[start:]:
        length += len(line) + 1
        if shown and length > _PAGE:
            break
        shown.append(line)
    after = start + len(shown)
    return in_messages(shown), after if after < len(lines) else 0


async def hear_numbers(
    turn: Turn,
    *,
    show: Show,
    leave: Callable[[Turn, Sheet], Outcome],
    then: Callable[[Turn, Sheet, list[Any]], Outcome],
    unclear: str,
    no_more: str = "",
) -> Outcome:
    """The next page, "xong", or numbers: of the list that was shown, whatever has come since.

    `then` gets the keys of the lines that are meant; `no_more`: said to "xem tiếp" on the last
    page, else that is `unclear` too.
    """
    sheet = await sheet_of(turn, Spot.of(turn.draft))
    if sheet is None:
        return denied(turn)
    if fold(turn.text) in _MORE:
        after = int(turn.draft.get("after", 0))
        return show(turn, sheet, start=after) if after else turn.ask_again(no_more or unclear)
    if fold(turn.text) in _DONE:
        return leave(turn, sheet)
    keys = list(turn.draft.get("shown", []))
    match read_lines(turn.text, count=len(keys)):
        case tuple(numbers):
            return then(turn, sheet, [keys[number - 1] for number in numbers])
        case Beyond(number):
            return turn.ask_again("points.no_such_line", number=number, last=len(keys))
        case _:
            return turn.ask_again(unclear)


async def hear_point(
    turn: Turn,
    *,
    show: Show,
    leave: Callable[[Turn, Sheet], Outcome],
    then: Callable[[Turn, Sheet, PointInfo], Outcome],
) -> Outcome:
    """The same of a list of points of which one is meant."""

    def of_number(turn: Turn, sheet: Sheet, numbers: list[Any]) -> Outcome:
        if len(numbers) != 1:
            return turn.ask_again("points.one_number")
        point = sheet.point(numbers[0])
        gone = turn.message("points.point_gone")
        return then(turn, sheet, point) if point else show(turn, sheet, gone)

    return await hear_numbers(
        turn, show=show, leave=leave, then=of_number, unclear="points.one_number"
    )

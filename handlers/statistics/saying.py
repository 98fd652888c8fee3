"""The figures as chat text: one hamlet a line, no tables, the definitions below (U15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.statistics.figures import say_share
from handlers.statistics.periods import Span
from handlers.words import say_date, say_number
from storage.statistics import Figures, HamletRow, HamletTable

PAGE: Final = 6  # hamlets a message: 500 characters (U1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One table on its way to a reader."""

    table: HamletTable
    span: Span
    names: Mapping[str, str]
    """Code -> a name nobody else in the commune has."""
    is_whole: bool
    """The whole commune, not a choice of hamlets."""

    def name(self, row: HamletRow) -> str:
        return self.names.get(row.code, row.name)


def messages(turn: Turn, shown: Shown, *, start: int) -> tuple[list[Outgoing], int]:
    """What is said from hamlet `start` on, and where the next page begins (0 = all is said)."""
    rows = shown.table.rows
    if len(rows) == 1 and not shown.is_whole:
        return [_one(turn, shown, rows[0]), _notes(turn, shown.span)], 0
    title = turn.text_of("statistics.title", sample=_sample(turn), period=shown.span.name)
    lines = [_line(turn, shown, row) for row in rows[start : start + PAGE]]
    page = [Outgoing("\n".join([title, *lines]))]
    if start == 0:  # first what most people open it for
        page.insert(0, _total(turn, shown))
    following = start + PAGE
    if following < len(rows):
        return page, following
    return [*page, _notes(turn, shown.span)], 0


def _sample(turn: Turn) -> str:
    return f"{turn.text_of('statistics.sample')} " if turn.house.sample else ""


def _line(turn: Turn, shown: Shown, row: HamletRow) -> str:
    """For example "Xóm 5: 12 người học, 30 lượt, 4 xong mô-đun, đúng 82,5%, 2,9% của 420…"."""
    name = shown.name(row) or turn.text_of("statistics.unknown_hamlet")
    figures = row.figures
    if figures.learners == 0:
        return turn.text_of("statistics.nobody", hamlet=name)
    share = _share(turn, figures)
    if row.unit_id is None:
        share = turn.text_of("statistics.no_hamlet_share")
    return turn.text_of(
        "statistics.hamlet",
        hamlet=name,
        learners=say_number(figures.learners),
        lessons=say_number(figures.lessons),
        completers=say_number(figures.completers),
        right=_right(turn, figures),
        share=share,
    )


def _right(turn: Turn, figures: Figures) -> str:
    if figures.right_share is None:
        return turn.text_of("statistics.no_answers")
    return turn.text_of("statistics.right", percent=say_share(figures.right_share))


def _share(turn: Turn, figures: Figures) -> str:
    if figures.share is None or figures.adults is None:
        return turn.text_of("statistics.no_share")
    percent, adults = say_share(figures.share), say_number(figures.adults)
    return turn.text_of("statistics.share", percent=percent, adults=adults)


def _total(turn: Turn, shown: Shown) -> Outgoing:
    """Counted by itself, for who moved is one person; it says its period, to be forwarded."""
    place = "whole_commune" if shown.is_whole else "together"
    title = turn.text_of(
        "statistics.title_one",
        sample=_sample(turn),
        period=shown.span.name,
        hamlet=turn.text_of(f"statistics.{place}"),
    )
    share = _share(turn, shown.table.total)
    if unknown := shown.table.without_adults:
        share = turn.text_of("statistics.no_share_in_some", count=unknown)
    return Outgoing(f"{title}\n{_detail(turn, shown.table.total, share)}")


def _one(turn: Turn, shown: Shown, row: HamletRow) -> Outgoing:
    title = turn.text_of(
        "statistics.title_one",
        sample=_sample(turn),
        period=shown.span.name,
        hamlet=shown.name(row),
    )
    return Outgoing(f"{title}\n{_detail(turn, row.figures, _share(turn, row.figures))}")


def _detail(turn: Turn, figures: Figures, share: str) -> str:
    counts = turn.text_of(
        "statistics.counts",
        learners=say_number(figures.learners),
        lessons=say_number(figures.lessons),
        completers=say_number(figures.completers),
    )
    parts = [counts, turn.text_of("statistics.rate", share=share)]
    if (right := figures.right_share) is not None:
        parts.insert(1, turn.text_of("statistics.right_answers", percent=say_share(right)))
    return " ".join(parts)


def _notes(turn: Turn, span: Span) -> Outgoing:
    """The definitions (design §5), the period and the moment, beside every figure."""
    now = turn.now.astimezone(turn.house.timezone)
    moment = turn.text_of(
        "statistics.moment",
        first=f"{span.first.day}/{span.first.month}/{span.first.year}",
        last=f"{span.last.day}/{span.last.month}/{span.last.year}",
        hour=f"{now.hour}:{now.minute:02}",
        day=say_date(now.date()),
    )
    return Outgoing(f"{turn.text_of('statistics.definitions')}\n{moment}")

"""The figures as chat text: one unit a line, no tables, what they mean below (U1, U15)."""

from collections.abc import Iterable, Sequence
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.statistics import view as views
from handlers.statistics.figures import say_share
from handlers.statistics.indicators import BY_KEY, say
from handlers.statistics.spans import Span
from handlers.statistics.view import Shown
from handlers.words import cut_list, say_date, say_number
from storage.statistics import Figures, UnitRow

PAGE: Final = 6  # units a message: 500 characters (U1)
_OVERVIEW: Final = ("learners", "lessons", "active", "completers", "heads", "share")
_ROOM: Final = 300
_MESSAGE: Final = 480


def messages(turn: Turn, shown: Shown, *, start: int) -> tuple[list[Outgoing], int]:
    """What is said from line `start` on, and where the next page begins (0 = all is said)."""
    if shown.view.trend:
        return [_trend(turn, shown), _means(turn, shown)], 0
    if shown.view.order or shown.view.figure:
        return _of_one_figure(turn, shown, start)
    rows = shown.table.rows
    if shown.place and len(rows) <= 1:
        figures = rows[0].figures if rows else shown.table.total
        rate = _rate(turn, figures)
        return [Outgoing(_detail(turn, shown, shown.place, figures, rate)), _means(turn, shown)], 0
    return _overview(turn, shown, start)


def _overview(turn: Turn, shown: Shown, start: int) -> tuple[list[Outgoing], int]:
    """First what most people open it for: all together; then a line each, the empty ones in one."""
    busy = [row for row in shown.table.rows if _has_figures(row.figures)]
    page = [_total(turn, shown)] if start == 0 else []
    lines = [_line(turn, shown, row) for row in busy[start : start + PAGE]]
    said = "\n".join([_title(turn, shown), *lines]) if lines else ""
    if (following := start + PAGE) < len(busy):
        return [*page, Outgoing(said)], following
    page += [Outgoing(part) for part in _joined(said, _without(turn, shown))]
    return [*page, _means(turn, shown)], 0


def _without(turn: Turn, shown: Shown) -> str:
    empty = [shown.name(row) for row in shown.table.rows if not _has_figures(row.figures)]
    said = cut_list(", ".join(empty), _ROOM)
    return turn.text_of("statistics.nothing_in", units=said) if empty else ""


def _joined(*parts: str) -> list[str]:
    """One message if it stays short enough (U1), else one each."""
    said = [part for part in parts if part]
    return ["\n".join(said)] if said and len("\n".join(said)) <= _MESSAGE else said


def _has_figures(figures: Figures) -> bool:
    return bool(figures.learners or figures.activities)


def _title(turn: Turn, shown: Shown) -> str:
    return turn.text_of("statistics.title", sample=_sample(turn), period=shown.view.span.name)


def _sample(turn: Turn) -> str:
    return f"{turn.text_of('statistics.sample')} " if turn.house.sample else ""


def _line(turn: Turn, shown: Shown, row: UnitRow) -> str:
    """For example "Xóm 5: 12 người học (2,9% của 420 người lớn), 30 lượt học, 3 buổi…"."""
    name = shown.name(row) or turn.text_of("statistics.unknown_hamlet")
    return f"{name}: {', '.join(_parts(turn, row))}"


def _parts(turn: Turn, row: UnitRow) -> Iterable[str]:
    figures = row.figures
    if figures.learners or row.kind == "xom":
        yield turn.text_of(
            "statistics.learners", count=say_number(figures.learners), share=_share(turn, row)
        )
    if figures.lessons:
        yield turn.text_of("statistics.lessons", count=say_number(figures.lessons))
    yield from _held(turn, figures)


def _held(turn: Turn, figures: Figures) -> Iterable[str]:
    if figures.activities:
        yield turn.text_of(
            "statistics.held",
            sessions=say_number(figures.sessions),
            activities=say_number(figures.activities),
            heads=say_number(figures.heads),
        )
    if figures.unknown_heads:
        yield turn.text_of("statistics.uncounted", count=say_number(figures.unknown_heads))


def _share(turn: Turn, row: UnitRow) -> str:
    if row.unit_id is None:
        return turn.text_of("statistics.no_hamlet_share")
    return _rate(turn, row.figures)


def _rate(turn: Turn, figures: Figures) -> str:
    if figures.share is None or figures.adults is None:
        return turn.text_of("statistics.no_share")
    percent, adults = say_share(figures.share), say_number(figures.adults)
    return turn.text_of("statistics.share", percent=percent, adults=adults)


def _total(turn: Turn, shown: Shown) -> Outgoing:
    """Counted by itself, for who moved is one person; it says its period, to be forwarded."""
    share = _rate_of_all(turn, shown)
    return Outgoing(_detail(turn, shown, _place(turn, shown), shown.table.total, share))


def _rate_of_all(turn: Turn, shown: Shown) -> str:
    if unknown := shown.table.without_adults:
        return turn.text_of("statistics.no_share_in_some", count=unknown)
    return _rate(turn, shown.table.total)


def _detail(turn: Turn, shown: Shown, place: str, figures: Figures, share: str) -> str:
    title = turn.text_of(
        "statistics.title_one", sample=_sample(turn), period=shown.view.span.name, hamlet=place
    )
    counts = turn.text_of(
        "statistics.counts",
        learners=say_number(figures.learners),
        lessons=say_number(figures.lessons),
        active=say_number(figures.active),
        completers=say_number(figures.completers),
        basic=say_number(figures.basic),
    )
    parts = [title, counts, turn.text_of("statistics.rate", share=share)]
    if (right := figures.right_share) is not None:
        parts.append(turn.text_of("statistics.right_answers", percent=say_share(right)))
    if held := ", ".join(_held(turn, figures)):
        parts.append(turn.text_of("statistics.held_line", held=held))
    return "\n".join([*parts, moment(turn, shown)])


# --- one figure, an order, a trend ---------------------------------------------------------------


def _of_one_figure(turn: Turn, shown: Shown, start: int) -> tuple[list[Outgoing], int]:
    """The lines of one figure; behind them the same of all together."""
    rows = views.rows(shown)
    title = turn.text_of(
        f"statistics.title_{shown.view.order or 'figure'}",
        sample=_sample(turn),
        figure=turn.text_of(f"statistics.figure_{shown.figure}"),
        period=shown.view.span.name,
        before=shown.before_span.name if shown.before_span else "",
    )
    if not rows:
        return [turn.message("statistics.nothing_to_order"), _means(turn, shown)], 0
    lines = [_figure_line(turn, shown, row) for row in rows[start : start + 2 * PAGE]]
    said = "\n".join([title, *lines])
    if (following := start + 2 * PAGE) < len(rows):
        return [Outgoing(said)], following
    total = ""
    if not shown.view.order and len(rows) > 1:
        total = turn.text_of(
            "statistics.figure_total", value=said_figure(turn, shown, shown.table.total)
        )
    if more := views.left_out(shown):
        total = turn.text_of("statistics.as_much", count=say_number(more))
    page = [Outgoing(part) for part in _joined(said, total, moment(turn, shown))]
    return [*page, _means(turn, shown)], 0


def _figure_line(turn: Turn, shown: Shown, row: UnitRow) -> str:
    name = shown.name(row) or turn.text_of("statistics.unknown_hamlet")
    if shown.view.order != "improved":
        return f"{name}: {said_figure(turn, shown, row.figures)}"
    earlier = (
        next((r for r in shown.before.rows if r.unit_id == row.unit_id), None)
        if (shown.before)
        else None
    )
    return turn.text_of(
        "statistics.improved_line",
        unit=name,
        before=said_figure(turn, shown, earlier.figures) if earlier else "",
        after=said_figure(turn, shown, row.figures),
    )


def said_figure(turn: Turn, shown: Shown, figures: Figures) -> str:
    """The figure in words; unknown is said as what is missing, never as 0."""
    value = BY_KEY[shown.figure].value(figures)
    if value is not None:
        return say(value)
    missing = "no_answers" if shown.figure == "right" else "no_share"
    return turn.text_of(f"statistics.{missing}")


def _trend(turn: Turn, shown: Shown) -> Outgoing:
    place = _place(turn, shown)
    title = turn.text_of(
        "statistics.title_trend", sample=_sample(turn), period=shown.view.span.name, place=place
    )
    lines = [_trend_line(turn, shown, span, figures) for span, figures in shown.trend[-2 * PAGE :]]
    return Outgoing("\n".join([title, *lines, moment(turn, shown)]))


def _trend_line(turn: Turn, shown: Shown, span: Span, figures: Figures) -> str:
    if shown.view.figure:
        return f"{span.name}: {said_figure(turn, shown, figures)}"
    return turn.text_of(
        "statistics.trend_line",
        span=span.name,
        learners=say_number(figures.learners),
        lessons=say_number(figures.lessons),
        heads=say_number(figures.heads),
    )


def _place(turn: Turn, shown: Shown) -> str:
    return shown.place or turn.text_of(
        f"statistics.{'whole_commune' if shown.is_whole else 'together'}"
    )


def together(turn: Turn, shown: Shown) -> str:
    """The drawn figure of all together; beside a rate also the number of people."""
    place, total = _place(turn, shown), shown.table.total
    if shown.figure != "share":
        return turn.text_of("statistics.figure_total", value=said_figure(turn, shown, total))
    return turn.text_of(
        "statistics.chart_total",
        place=place[:1].upper() + place[1:],
        learners=say_number(total.learners),
        share=_rate_of_all(turn, shown),
    )


def meaning(turn: Turn, shown: Shown) -> str:
    """What the drawn figure means; a rate is explained with what it is a rate of."""
    keys = ("share", "learners") if shown.figure == "share" else (shown.figure,)
    return " ".join(turn.text_of(f"statistics.means_{key}") for key in keys)


# --- what it means -------------------------------------------------------------------------------


def _means(turn: Turn, shown: Shown) -> Outgoing:
    """The definitions of what was shown (design §5)."""
    keys: Sequence[str] = (*_OVERVIEW, "twice")
    if shown.view.figure or shown.view.order:
        return Outgoing(meaning(turn, shown))
    if shown.view.trend:
        keys = ("learners", "lessons", "heads")
    return Outgoing(" ".join(turn.text_of(f"statistics.means_{key}") for key in keys))


def moment(turn: Turn, shown: Shown) -> str:
    """Which days, and at what moment they were counted."""
    now, span = turn.now.astimezone(turn.house.timezone), shown.view.span
    return turn.text_of(
        "statistics.moment",
        first=f"{span.first.day}/{span.first.month}/{span.first.year}",
        last=f"{span.last.day}/{span.last.month}/{span.last.year}",
        hour=f"{now.hour}:{now.minute:02}",
        day=say_date(now.date()),
    )

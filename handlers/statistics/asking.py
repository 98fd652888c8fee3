"""Reading what figures are asked for: which units, time and figure, in which order and form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from handlers.statistics import periods
from handlers.statistics.asking_line import Heard, hear
from handlers.statistics.asking_words import GLUED, VOCABULARY
from handlers.statistics.spans import Span
from handlers.statistics.times import Odd
from handlers.statistics.typed import MAX_TYPED, read_line
from handlers.statistics.unit_names import names_of
from handlers.words import clean
from handlers.words.text import listed
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. Empty fields were not said."""

    span: Span | None = None
    units: tuple[str, ...] = ()
    """Codes; () = everything."""
    kind: str = ""
    figure: str = ""
    order: str = ""
    most: int = 0
    as_: str = ""
    """As "" = text, "excel", "chart"."""
    trend: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """Understood but for one thing, which must be asked.

    `what` is "units" (`choices` are the codes that may be meant, perhaps none) or "period";
    `asked` is everything else that was read, with that left empty.
    """

    what: str
    choices: tuple[str, ...]
    asked: Asked


def read(text: str, today: date, known: Sequence[UnitInfo]) -> Asked | Unsure | None:
    """Read a question for figures; None = not understood.

    Every word must be accounted for: one that is unknown could change the meaning (N12).
    """
    text = clean(text)
    if len(text) > MAX_TYPED:
        return None
    names = names_of(tuple(known))
    line = read_line(
        text.removeprefix("/"),
        vocabulary=VOCABULARY | names.vocabulary,
        glued={**names.glued, **GLUED},
    )
    heard = None if line.is_too_long else hear(line, names, today)
    return _concluded(heard, today, {unit.code: unit.kind for unit in known}) if heard else None


_EXACT: Final = ("share", "adults", "active", "completers", "basic", "sessions", "heads", "lessons")
_SAID_OF_ONESELF: Final = frozenset({"active", "completers"})
_AMOUNTS: Final = listed("bao may so nguoi ty phan luot % buoi con dan")
_ASKING: Final = (
    "time",
    "place",
    "kind",
    "all",
    "here",
    "overview",
    "order",
    "as",
    "trend",
    "rank",
)


def _concluded(heard: Heard, today: date, kinds: Mapping[str, str]) -> Asked | Unsure | None:
    """All that was heard as one question."""
    span = Odd.DOUBT if heard.is_time_compared else periods.the_one(heard.said, today)
    order = _order(heard)
    forms = heard.values("as")
    if span is Odd.IMPOSSIBLE or order is None or len(forms) > 1 or not _is_asking(heard):
        return None
    asked = Asked(
        span=span if isinstance(span, Span) else None,
        figure=_figure(heard),
        order=order,
        as_=forms[0] if forms else "",
        trend=heard.has("trend"),
    )
    placed = _placed(heard, asked, kinds)
    if isinstance(placed, Asked) and span is Odd.DOUBT:
        return Unsure("period", (), placed)
    return placed


def _is_asking(heard: Heard) -> bool:
    """Something beside courtesy; "em học xong rồi" asks for nothing."""
    if heard.has("other") or (heard.has("make") and not heard.has("as", "overview")):
        return False
    if heard.has("kind", "all", "overview", "top", "rank", "place", "order", "as", "trend"):
        return True
    if set(heard.values("figure")) & _SAID_OF_ONESELF:
        return any(word.plain in _AMOUNTS for word in heard.line.words)
    return heard.has("figure", *_ASKING)


def _figure(heard: Heard) -> str:
    """The most special figure; two that are equally special are the overview."""
    said = set(heard.values("figure"))
    if "right" in said:
        said -= {"share"}
    if "heads" in said:  # "lượt dự các buổi"
        said -= {"sessions"}
    if "basic" in said:
        said -= {"completers"}
    exact: list[str] = [figure for figure in _EXACT if figure in said]
    if "right" in said:
        exact.append("right")
    if exact:
        return exact[0] if len(exact) == 1 else ""
    weak = heard.values("weak")
    return "learners" if said else (weak[0] if weak else "")


def _order(heard: Heard) -> str | None:
    """As "" if none was said, None if it is not clear."""
    said, degrees = heard.values("order"), heard.values("degree")
    if heard.has("most"):
        said = said or degrees
        if not said:
            return None
    elif degrees and not said:
        if not heard.has("kind", "noun") or heard.has("place") or len(degrees) > 1:
            return None
        said = degrees
    if "improved" in said:
        said = ["improved"]
    if not said and heard.has("rank", "top"):
        return "highest"
    if len(said) > 1:
        return None
    return said[0] if said else ""


def _placed(heard: Heard, asked: Asked, kinds: Mapping[str, str]) -> Asked | Unsure | None:
    """With units, kind and how many of them."""
    sure, doubtful = list(heard.sure), heard.doubtful
    if doubtful and heard.counts == [len(doubtful) + len(sure)] and heard.has("listed"):
        sure, doubtful = [*sure, *doubtful], []  # "cả hai xóm 3"
    said = list(dict.fromkeys(heard.values("kind") + heard.values("noun")))
    if heard.has("noun") and not asked.order:  # bare "xóm" without a number
        return None
    units = tuple(dict.fromkeys(sure))
    most = _most(heard, asked, units)
    if len(said) > 1 or most is None:
        return None
    asked = replace(asked, units=units, kind=said[0] if said else "", most=most)
    if doubtful:
        return Unsure("units", tuple(dict.fromkeys(doubtful)), asked)
    is_mixed = bool(asked.kind) and any(kinds.get(code) != asked.kind for code in units)
    if is_mixed or (units and heard.has("versus") and heard.has("all")):
        return Unsure("units", units, replace(asked, units=()))
    return asked


def _most(heard: Heard, asked: Asked, units: Sequence[str]) -> int | None:
    """How many of them, with an order; else the number must be that of the units said."""
    if not heard.counts:
        return 0
    if len(heard.counts) > 1:
        return None
    if asked.order:
        return heard.counts[0]
    is_all = heard.has("listed") and heard.counts[0] in (len(units), len(heard.doubtful))
    return 0 if is_all else None

"""Figures that belong together: a part and its whole, what was told for each time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.reporting.answers import Value
from handlers.reporting.readers.told import Said, Unread

_NEAR: Final = 40
"""Characters between a group and a part of it."""
_NEXT: Final = 6
"""Characters between "168 hộ thì" and "121 hộ thanh toán số"."""
_MOST_TOTALS: Final = 10


def with_products(said: Sequence[Said]) -> list[Said]:
    """What was told for each time, with all of them together first."""
    found: list[Said] = []
    times = [one.values[0] for one in said if one.keys == ("sessions",) and not one.is_each]
    for one in said:
        if not one.is_each or len(times) != 1 or len(one.values) > 1:
            found.append(one)
            continue
        products = [
            value * times[0]
            for value in one.values
            if isinstance(value, int) and isinstance(times[0], int)
        ]
        found.append(replace(one, values=(*products, *one.values)))
    return found


def with_groups(said: Sequence[Said]) -> list[Said]:
    """What "9 cán bộ, trong đó 8 đạt" may be: 8 of 9."""
    found: list[Said] = []
    for one in said:
        is_of_last = bool(found) and (one.is_of_them or 0 <= one.start - found[-1].end < _NEXT)
        last = found[-1] if is_of_last else None
        pair, group = one.values[0], last.values[0] if last is not None else None
        is_share = isinstance(pair, list) and len(pair) == 2 and pair[1] is None
        is_group = last is not None and not last.is_sure and one.keys[0] in last.keys
        whole = group[0] if isinstance(group, list) and group else group
        part = pair[0] if isinstance(pair, list) and pair else 0
        is_less = isinstance(part, int) and isinstance(whole, int) and part <= whole
        if last is None or not (is_share and is_group and is_less) or one.start - last.end > _NEAR:
            found.append(one)
            continue
        found[-1] = replace(one, values=([part, whole], pair), start=last.start, is_sure=False)
    return found


def without_parts(said: Sequence[Said]) -> tuple[list[Said], list[Unread]]:
    """Set "trong đó 1 buổi phối hợp" apart: it is some of what was told just before."""
    found: list[Said] = []
    parts: list[Unread] = []
    for one in said:
        if one.is_of_them and any(_is_some_of(one, last) for last in found[-3:]):
            parts.append(Unread(one.start, one.end))
        else:
            found.append(one)
    return found, parts


def _is_some_of(one: Said, last: Said) -> bool:
    part, whole = one.values[0], last.values[0]
    is_less = isinstance(part, int) and isinstance(whole, int) and part < whole
    return is_less and one.keys == last.keys == ("sessions",) and one.unit == last.unit


def with_totals(said: Sequence[Said], unread: Sequence[Unread]) -> tuple[list[Said], list[Unread]]:
    """A part told beside a total may be a share of it: both are asked together."""
    kept = sorted(unread, key=lambda one: one.start)
    if sum(bool(one.total) for one in kept) > _MOST_TOTALS:
        return list(said), kept
    found: list[Said] = []
    for one in said:
        total = next((u for u in kept if _is_whole(u, one) and _is_beside(u, one, said)), None)
        pair = one.values[0] if len(one.values) == 1 else None
        if total is None or not isinstance(pair, list) or len(pair) != 2 or pair[1] is not None:
            found.append(one)
            continue
        kept.remove(total)
        start, end = min(one.start, total.start), max(one.end, total.end)
        values: tuple[Value, ...] = ([pair[0], total.total], [pair[0], None])
        if not isinstance(pair[0], int) or pair[0] > total.total:
            values = ([pair[0], None],)
        found.append(replace(one, values=values, start=start, end=end, is_sure=False))
    return found, kept


def _begin(one: Said) -> int:
    return one.quote_from if one.quote_from >= 0 else one.start


def _is_whole(total: Unread, one: Said) -> bool:
    return bool(total.total) and (
        total.is_sum or one.is_of_them or 0 <= _begin(one) - total.end < _NEXT
    )


def _is_beside(total: Unread, one: Said, said: Sequence[Said]) -> bool:
    low, high = min(total.end, one.end), max(total.start, one.start)
    return high - low < 60 and not any(low <= other.start < high for other in said if other != one)

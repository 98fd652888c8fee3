"""Payloads with something else in some of their places: no JSON at all may raise."""

from collections.abc import Callable, Collection
from typing import Any

from hypothesis import strategies as st

from bot.channels.base import Raw

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def odd_json(
    payload: Callable[[str], Raw], names: Collection[str], odd: Collection[str]
) -> st.SearchStrategy[Raw]:
    """Any object with odd keys, or one of the payloads of that name, spoilt."""
    made = st.dictionaries(st.sampled_from(sorted(odd)) | st.text(), JSON, max_size=5)
    return made | _spoilt(payload, sorted(names), sorted(odd))


@st.composite
def _spoilt(
    draw: st.DrawFn, payload: Callable[[str], Raw], names: list[str], odd: list[str]
) -> Raw:
    """A real payload in which one or two values were replaced by something else."""
    raw = payload(draw(st.sampled_from(names)))
    for _ in range(draw(st.integers(1, 2))):
        place: Any = raw
        while True:
            key = draw(st.sampled_from(sorted(place)))
            if not isinstance(place[key], dict) or not place[key] or draw(st.booleans()):
                break
            place = place[key]
        place[key] = draw(JSON)
        if draw(st.booleans()):
            place[draw(st.sampled_from(odd))] = draw(JSON)
    return raw

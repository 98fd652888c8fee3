"""Everything a message said, put together: one answer, or what must be asked (N2, N14)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from handlers.reporting.answers import UNKNOWN, Answer, Value
from handlers.reporting.form import MOST_LETTERS, MOST_RECORDS, Form, Kind
from handlers.reporting.readers.told import Doubt, Reading, Said, words_up_to

_NOTES: Final = frozenset(
    (
        "difficulties",
        "proposals",
        "direction",
        "oversight",
        "cooperation",
        "safety_work",
        "digital_work",
        "business_work",
    )
)
_MOST: Final = 4
_ONE_PIECE: Final = 90
_QUOTED: Final = 300
_LEFT_OUT: Final = Reading("", Answer())


def gathered(said: Sequence[Said], form: Form, text: str) -> tuple[dict[str, Answer], list[Doubt]]:
    """The certain answers, and the doubts in the order of the message."""
    parted = _told_in_parts(said)
    alone: dict[str, list[Said]] = {}
    shared: dict[tuple[str, ...], list[Said]] = {}
    for one in said:
        if len(one.keys) == 1:
            alone.setdefault(one.keys[0], []).append(one)
        else:
            alike = "" if one.keys in parted else str(one.start)
            shared.setdefault((*one.keys, alike), []).append(one)
    answers: dict[str, Answer] = {}
    doubts: list[tuple[int, Doubt]] = []
    for key, told in alone.items():
        if form[key].kind is Kind.BY_HAMLET:
            _by_hamlet(key, told, answers, doubts, text)
        elif (answer := _certain(told)) is not None:
            answers[key] = answer
        else:
            doubts.append(_doubt((key,), told, form, text))
    doubts += [_doubt(keys[:-1], told, form, text) for keys, told in shared.items()]
    return answers, [doubt for _, doubt in sorted(doubts, key=lambda one: one[0])]


def _told_in_parts(said: Sequence[Said]) -> set[tuple[str, ...]]:
    """The keys that are told part by part: the parts are asked together."""
    often = {keys for keys, times in Counter(one.keys for one in said).items() if times > 2}
    return often | {one.keys for one in said if one.is_part or one.is_correction}


def _certain(told: Sequence[Said]) -> Answer | None:
    """The one answer that all of them give; None: they differ, or one must be asked."""
    told = _without_halves(told)
    if len(told) > 1 and _are_notes(told):
        texts = dict.fromkeys(str(one.values[0]) for one in told)
        return Answer("; ".join(filter(None, texts)))
    if len(told) > 1 and _are_records(told):
        lists = [said.values[0] for said in told]
        records = [one for row in lists if isinstance(row, list) for one in row]
        return Answer([one for n, one in enumerate(records) if one not in records[:n]])
    if len(told) > 1 and any(one.is_part for one in told):
        return None
    first = _answer(told[0], told[0].values[0])
    for one in told:
        if (
            not one.is_sure
            or len(one.values) != 1
            or _answer(one, one.values[0]).value != first.value
        ):
            return None
        if one.is_unknown != first.unknown:
            return None
    if first.unknown:
        return UNKNOWN
    return replace(first, about=all(one.is_about for one in told))


def _without_halves(told: Sequence[Said]) -> Sequence[Said]:
    """A part told again with its whole is said once."""
    known = [one for one in told if not one.is_unknown]
    if len(told) > 1 and all(_is_empty(one) for one in told):
        return told[:1]
    return known or told


def _are_notes(told: Sequence[Said]) -> bool:
    """Whether a note was told in two places: both are kept; an empty one only of two duties."""
    written = [one.values[0] for one in told if one.is_sure and isinstance(one.values[0], str)]
    is_note = told[0].keys[0] in _NOTES
    has_none = "" in written and told[0].keys != ("oversight",)
    length = sum(len(str(one)) + 2 for one in written)
    return is_note and len(written) == len(told) and not has_none and length <= MOST_LETTERS


def _are_records(told: Sequence[Said]) -> bool:
    """Whether several models were told one by one."""
    rows = [one.values[0] for one in told]
    is_told = all(one.is_sure and len(one.values) == 1 for one in told)
    lists = [row for row in rows if isinstance(row, list) and row and isinstance(row[0], dict)]
    return is_told and len(lists) == len(rows) and sum(map(len, lists)) <= MOST_RECORDS


def _is_empty(one: Said) -> bool:
    return one.is_sure and one.values in (("",), ([],))


def _answer(one: Said, value: Value) -> Answer:
    if one.is_unknown:
        return UNKNOWN
    return Answer(value, about=one.is_about)


def _doubt(keys: tuple[str, ...], told: Sequence[Said], form: Form, text: str) -> tuple[int, Doubt]:
    values = _values(keys, told)
    readings: list[Reading] = []
    for value, about in values:
        for key in keys:
            answer = UNKNOWN if value is None else Answer(_fitting(value, form, key), about=about)
            readings.append(Reading(key, answer))
    readings = _different(readings)[:_MOST]
    if len(readings) < 2:
        readings.append(_LEFT_OUT)
    return told[0].start, Doubt(_typed(told, text), tuple(readings))


def _typed(told: Sequence[Said], text: str) -> str:
    """What was typed, in one piece where one thing was corrected at once."""
    spans = [(one.quote_from if one.quote_from >= 0 else one.start, one.end) for one in told]
    pieces = [" ".join(text[start:end].split()) for start, end in spans]
    start, end = min(one[0] for one in spans), max(one[1] for one in spans)
    if any(one.is_correction for one in told) and end - start <= _ONE_PIECE:
        pieces = [" ".join(text[start:end].split())]
    return words_up_to(", ".join(dict.fromkeys(pieces)), _QUOTED)


def _fitting(value: Value, form: Form, key: str) -> Value:
    """The value as that field has it: a figure as the part of a share, a share as its part."""
    if form[key].kind is Kind.SHARE and isinstance(value, int):
        return [value, None]
    is_pair = isinstance(value, list) and len(value) == 2 and isinstance(value[0], int)
    if form[key].kind is Kind.COUNT and is_pair and isinstance(value, list):
        return int(value[0])
    return value


def _different(readings: Sequence[Reading]) -> list[Reading]:
    """Different ones, likeliest first."""
    found: list[Reading] = []
    for one in readings:
        if one not in found:
            found.append(one)
    return found


def _values(keys: tuple[str, ...], told: Sequence[Said]) -> list[tuple[Value, bool]]:
    """What may be meant, the sum of parts first."""
    values = [(value, one.is_about) for one in told for value in one.values]
    counts = [one.values[0] for one in told if len(one.values) == 1]
    whole = [count for count in counts if isinstance(count, int)]
    is_corrected = any(one.is_correction or one.is_each for one in told)
    is_sum = len(told) > 1 and len(whole) == len(told) and not is_corrected
    if is_sum and len(told) > 2 and 2 * max(whole) == sum(whole):
        return sorted(values, key=lambda one: one[0] != max(whole))
    if is_sum and (len(told) > 2 or keys == ("publicity",) or any(one.is_part for one in told)):
        return [(sum(whole), False), *values]
    return [*values, (sum(whole), False)] if is_sum and len(set(whole)) > 1 else values


def _by_hamlet(
    key: str,
    told: Iterable[Said],
    answers: dict[str, Answer],
    doubts: list[tuple[int, Doubt]],
    text: str,
) -> None:
    """Each hamlet for itself; a doubtful one is offered together with the sure ones."""
    told = list(told)
    if any(one.is_unknown for one in told):
        answers[key] = UNKNOWN
        return
    by_code: dict[str, list[Value]] = {}
    for one in told:
        for value in one.values if one.is_sure else ():
            for code, pair in value.items() if isinstance(value, dict) else ():
                by_code.setdefault(code, []).append(pair)
    sure = {code: pairs[0] for code, pairs in by_code.items() if all(p == pairs[0] for p in pairs)}
    mixed = "" in sure and len(sure) > 1
    if sure and not mixed:
        answers[key] = Answer(dict(sure), about=any(one.is_about for one in told))
    for one in told:
        codes = [code for value in one.values if isinstance(value, dict) for code in value]
        if one.is_sure and not mixed and all(code in sure for code in codes):
            continue
        readings = [
            Reading(key, Answer({**({} if mixed else sure), **value}))
            for value in one.values
            if isinstance(value, dict)
        ]
        doubts.append((one.start, Doubt(text[one.start : one.end], (*readings[:3], _LEFT_OUT))))

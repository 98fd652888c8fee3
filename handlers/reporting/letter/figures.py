"""Answers of few possible values as sentences of the letter: counts, shares, choices."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from handlers.reporting.answers import Answer
from handlers.reporting.form import Field, Kind
from handlers.reporting.letter.writing import Writing, small
from handlers.statistics.figures import say_share
from handlers.words import say_number


class Share(NamedTuple):
    part: int
    whole: int


def said_of(writing: Writing, field: Field, answer: Answer) -> str:
    """One sentence; "" for what is told in people's own words."""
    match field.kind, answer.value:
        case Kind.COUNT, int(count):
            return _count(writing, field, answer, count)
        case Kind.SHARE, [int(part), int(whole)]:
            return _own(writing, field, share=about(writing, answer, say_part(Share(part, whole))))
        case Kind.BY_HAMLET, dict(hamlets):
            return _hamlets(writing, field, shares_in(hamlets))
        case Kind.ONE_OF, str(key):
            return _choice(writing, field, key)
        case Kind.MANY_OF, list(keys):
            return _choices(writing, field, keys)
    return ""


def _count(writing: Writing, field: Field, answer: Answer, count: int) -> str:
    if count == 0 and writing.has(f"none_{field.key}"):
        return writing.say(f"none_{field.key}")
    return _own(writing, field, n=about(writing, answer, say_number(count)))


def _own(writing: Writing, field: Field, **values: object) -> str:
    """Its own sentence; a field that an officer added has none and is said by its label."""
    for key in (f"said_{writing.form.key}_{field.key}", f"said_{field.key}"):
        if writing.has(key):
            return writing.say(key, **values)
    said = " ".join([*map(str, values.values()), field.counts]).strip()
    return writing.say("said", label=field.label, n=said)


def _hamlets(writing: Writing, field: Field, shares: Mapping[str, Share]) -> str:
    if not shares:
        return ""
    if whole := shares.get(""):
        return _own(writing, field, share=say_part(whole))
    share = say_part(together(shares))
    return writing.say("said_vneid_by_some", share=share, hamlets=say_number(len(shares)))


def shares_in(hamlets: Mapping[str, Any]) -> dict[str, Share]:
    """The shares told by hamlet, "" for the whole commune; anything else is left out."""
    found = {}
    for code, told in hamlets.items():
        match told:
            case [int(part), int(whole)]:
                found[code] = Share(part, whole)
    return found


def together(shares: Mapping[str, Share]) -> Share:
    return Share(sum(one.part for one in shares.values()), sum(s.whole for s in shares.values()))


def _choice(writing: Writing, field: Field, key: str) -> str:
    if writing.has(f"said_{field.key}_{key}"):
        return writing.say(f"said_{field.key}_{key}")
    option = field.option(key)
    return writing.say("said", label=field.label, n=small(option.label)) if option else ""


def _choices(writing: Writing, field: Field, keys: Iterable[object]) -> str:
    chosen = [small(one.label) for key in keys if (one := field.option(str(key)))]
    if not chosen:
        return writing.say("none", label=field.label)
    return writing.say("said", label=field.label, n="; ".join(chosen))


def say_part(share: Share) -> str:
    """For example "300/420 (71,4%)"; of nothing there is no percentage."""
    said = f"{say_number(share.part)}/{say_number(share.whole)}"
    return f"{said} ({percent(share)})" if share.whole else said


def percent(share: Share) -> str:
    return say_share(Fraction(100 * share.part, share.whole)) if share.whole else ""


def about(writing: Writing, answer: Answer, said: str) -> str:
    return writing.say("about", n=said) if answer.about else said

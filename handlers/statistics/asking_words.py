"""What the words of a question for figures mean: phrases by field and meaning, with their tones.

A phrase of one word fits only with its own marks or without any; longer ones whatever the marks.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from handlers.statistics.asking_phrases import (
    ALL,
    ALONE,
    DEGREES,
    FIGURES,
    FILES,
    GLUED_TIMES,
    MAKE,
    NOUNS_OF_KINDS,
    NUMBERS,
    OF_TIMES,
    ORDERS,
    OTHER,
    OVERVIEW,
    PLURALS,
    RANK,
    SILENT,
    TREND,
    UNITS_OF_ANY_KIND,
    VERSUS,
    WEAK,
    XA,
)
from handlers.words.text import Word, may_mean, plain_of, words_of

LONGEST: Final = 6  # words of a phrase


class Meaning(NamedTuple):
    """For example ("figure", "learners"); ("", "") says nothing."""

    field: str
    value: str


def _phrases(text: str) -> Iterator[tuple[Word, ...]]:
    for phrase in text.split(","):
        if found := words_of(phrase):
            yield found


def _entries() -> Iterator[tuple[str, str, str]]:
    """(field, value, phrases); what comes first wins."""
    tables = (("figure", FIGURES), ("order", ORDERS), ("as", FILES), ("weak", WEAK))
    for field, table in (*tables, ("degree", DEGREES)):
        for value, phrases in table.items():
            yield field, value, phrases
    yield from (
        ("other", "", OTHER),
        ("rank", "", RANK),
        ("trend", "", TREND),
        ("overview", "", OVERVIEW),
        ("all", "", ALL),
    )
    yield from (("here", "", XA), ("any", "", UNITS_OF_ANY_KIND), ("versus", "", VERSUS))
    yield from (("most", "", "nhất"), ("top", "", "top"), ("silent", "", SILENT))
    yield from (("make", "", MAKE), ("closing", "", "không, ko, chưa"))


def _kinds() -> Iterator[tuple[tuple[Word, ...], Meaning]]:
    alone = {phrase.strip() for phrase in ALONE.split(",")}
    for kind, nouns in NOUNS_OF_KINDS.items():
        for noun in nouns.split(","):
            meaning = Meaning("kind", kind)
            for plural in PLURALS:
                yield words_of(f"{plural} {noun}"), meaning
            for which in ("nào", "mô"):
                yield words_of(f"{noun} {which}"), meaning
                yield words_of(f"những {noun} {which}"), meaning
            is_kind = noun.strip() in alone
            yield words_of(noun), meaning if is_kind else Meaning("noun", kind)


def _table() -> dict[tuple[str, ...], list[tuple[Word, Meaning]]]:
    """By folded words; beside each meaning the last word as it is written."""
    found: dict[tuple[str, ...], list[tuple[Word, Meaning]]] = {}
    for words, meaning in (*_kinds(), *_told()):
        plains = tuple(word.plain for word in words)
        entries = found.setdefault(plains, [])
        if len(plains) == 1 or not entries:
            entries.append((words[-1], meaning))
    return found


def _told() -> Iterator[tuple[tuple[Word, ...], Meaning]]:
    for field, value, phrases in _entries():
        for words in _phrases(phrases):
            yield words, Meaning(field, value)


_TABLE: Final = _table()
NOUNS: Final[Mapping[tuple[str, ...], str]] = {
    tuple(word.plain for word in words): kind
    for kind, nouns in NOUNS_OF_KINDS.items()
    for words in _phrases(nouns)
}
VOCABULARY: Final = frozenset(
    {word for plains in (*_TABLE, *NOUNS) for word in plains}
    | set(plain_of(f"{NUMBERS} {OF_TIMES}").split())
)
GLUED: Final[Mapping[str, tuple[str, ...]]] = {
    "".join(plains): plains
    for plains in (
        *_TABLE,
        *(tuple(word.plain for word in words) for words in _phrases(GLUED_TIMES)),
    )
    if len(plains) > 1 and len("".join(plains)) > 5
}


def meaning_of(typed: tuple[Word, ...]) -> Meaning | None:
    """What the words mean as a phrase; None if they are none.

    Of a lone word's meanings the one with just its marks, then the silent one.
    """
    entries = _TABLE.get(tuple(word.plain for word in typed), ())
    if len(typed) > 1:
        return entries[0][1] if entries else None
    fitting = [(full, meaning) for full, meaning in entries if may_mean(typed[0], full)]
    for full, meaning in fitting:
        if full.marks == typed[0].marks:
            return meaning
    silent = [meaning for _, meaning in fitting if meaning.field == "silent"]
    return next(iter([*silent, *(meaning for _, meaning in fitting)]), None)

"""Models, ideas and people worth naming: each with its name, what it is, and the award asked."""

import re
from collections.abc import Sequence
from typing import Final

from handlers.reporting.form import MOST_RECORDS, Field, Part
from handlers.words.text import clean_name, fold, listed

TRAILING: Final = " \n\t.,;:-–—!*+()"
_SPLIT: Final = (" - ", " – ", ": ", ", ")
_ROWS: Final = re.compile(r"; |(?:^|[.,]? )\d{1,2}[.)] ")
_COUNT_ONLY: Final = re.compile(r"\d+(?: \w+){0,2}")
_DASHES: Final = re.compile(r" [-–—] |; |, |\. ")
_IDLE: Final = listed("de nghi tang thuong duoc cua xin hinh thuc khen_thuong chi va cho la da")
_SAME: Final = (("uy ban nhan dan", "ubnd"), ("chu tich ubnd", "ubnd"), ("ttg", "thu tuong"))
_QUOTES: Final = (('"', '"'), ("“", "”"), ("«", "»"))


def records_in(written: str, asked: Field, *, told: Sequence[int]) -> list[dict[str, str]] | None:
    """The records of a text; `told`: how many it says there are. None: they must be asked."""
    rows = [row for row in _ROWS.split(written) if row.strip(TRAILING)]
    records = [one for row in rows if (one := _one_record(row, asked)) is not None]
    is_other = bool(told) and len(rows) != told[0]
    if is_other or len(records) != len(rows) or len(rows) > MOST_RECORDS:
        return None
    return records


def _one_record(written: str, asked: Field) -> dict[str, str] | None:
    """The name and, behind a dash, colon or comma, what it is; None if it is no name."""
    written = _with_pairs(written)
    name, what = written.strip(TRAILING if "(" not in written else " .;,"), ""
    for mark in _SPLIT if "(" not in written else _SPLIT[:2]:
        head, found, tail = written.partition(mark)
        if found and head.strip() and tail.strip():
            name, what = head.strip(), tail.strip()
            break
    what, award = _award_in(what, asked)
    limits = {part.key: part.letters for part in asked.parts}
    is_name = clean_name(name) is not None and len(name) <= limits.get("name", 0)
    is_name = is_name and not _COUNT_ONLY.fullmatch(name)
    if not is_name or len(what) > limits.get("what", 0):
        return None
    record = {"name": " ".join(name.split()), "what": what, "award": award}
    return {key: told for key, told in record.items() if told}


def _with_pairs(written: str) -> str:
    """The text without a quotation mark that has no other one."""
    for first, last in _QUOTES:
        is_pair = written.count(first) == 2 if first == last else first in written
        if not is_pair or last not in written:
            written = written.replace(first, "").replace(last, "")
    return written


def _award_in(what: str, asked: Field) -> tuple[str, str]:
    """What came of it, and the key of the award named at its end; "" = none that is offered."""
    part = next((one for one in asked.parts if one.options), None)
    cuts = list(_DASHES.finditer(what))
    if part is None:
        return what, ""
    end = cuts[-1].end() if cuts else 0
    award = _option_of(what[end:], part)
    if not award:
        return what, ""
    return what[: cuts[-1].start()].strip(TRAILING) if cuts else "", award


def _option_of(typed: str, part: Part) -> str:
    said = _award_words(typed)
    found = [one.key for one in part.options if _award_words(one.label) == said]
    return found[0] if said and len(found) == 1 else ""


def _award_words(text: str) -> frozenset[str]:
    plain = " ".join(re.findall(r"\w+", fold(text)))
    for long, short in _SAME:
        plain = plain.replace(long, short)
    return frozenset(plain.split()) - _IDLE

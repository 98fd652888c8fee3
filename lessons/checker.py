"""Judges how the lessons are written: `check(folder, today)` gives every finding.

`catalogue.py` refuses what cannot be taught; here is what should not be taught yet. Severity
`error` stops a release. `warning` is for the calendar and for people: a review date that has
passed must not turn yesterday's good commit red, but the officer should hear of it.
"""

import re
import struct
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from lessons import comparing, prose
from lessons.catalogue import VARIABLE, VARIABLES, Catalogue, Lesson, Question, fill, read
from lessons.comparing import texts
from lessons.draw import is_fresh
from lessons.facts import Fact, load_facts

PAGE = 600  # U13
MESSAGE = 500  # U1: what we say in one message that is no page: a try-it, a question with options
REASON = 300
OPTION = 100  # the title of a button on Zalo OA, the smallest of our platforms
TITLE = 60
MEAN_WORDS = 13
LONG_SENTENCE = 15
ALT = 300
SMALLEST_MESSAGE = 2000  # Zalo Bot and OA; Telegram has more (4,096)
SMALLEST_CAPTION = 1024  # Telegram; Zalo has more (2,000)
PICTURE_WIDTH = 1280
PICTURE_BYTES = 250_000
REVIEW_MONTHS = 6
# The longest values a commune will enter, so that a page still fits when they are filled in.
SAMPLE = dict.fromkeys(VARIABLES, "0229 3 123 456") | {
    "trung_tam_address": "Nhà văn hóa trung tâm, đường Liên xã, xóm 10, xã Giao Minh",
    "commune_name": "xã Giao Minh",
}
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Severity
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Context:
    catalogue: Catalogue
    facts: Mapping[str, Fact]
    today: date


# A rule yields (where inside the lesson, what); the caller adds lesson and severity.
Rule = Callable[[Lesson, Context], Iterator[tuple[str, str]]]


def check(catalogue_path: Path, today: date) -> list[Finding]:
    """Check the folder that holds `content/`, `modules.toml`, `facts.toml` and `pictures/`."""
    catalogue, problems = read(catalogue_path)
    findings = [Finding("error", where, what) for where, what in problems]
    try:
        facts = load_facts(catalogue_path / "facts.toml")
    except (OSError, ValueError, ValidationError) as error:
        return [*findings, Finding("error", "facts.toml", str(error))]
    context = Context(catalogue, facts, today)
    for lesson in catalogue.lessons:
        findings += _apply(ERRORS, "error", lesson, context)
        findings += _apply(WARNINGS, "warning", lesson, context)
    findings += _not_nfc(catalogue_path)
    findings += [Finding("error", where, what) for where, what in comparing.across(catalogue)]
    return findings


def _apply(
    rules: tuple[Rule, ...], severity: Severity, lesson: Lesson, context: Context
) -> list[Finding]:
    return [
        Finding(severity, f"{lesson.id} {where}".strip(), what)
        for rule in rules
        for where, what in rule(lesson, context)
    ]


def _prose(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    for where, text in texts(lesson):
        for what in prose.complaints(text):
            yield where, what


def _ease(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    """Short on the whole, not only each: what tires an unhurried reader is the row of long ones."""
    lengths = [len(prose.words(one)) for page in lesson.pages for one in prose.sentences(page)]
    if sum(lengths) > MEAN_WORDS * len(lengths):
        yield "pages", f"{sum(lengths) / len(lengths):.1f} words a sentence, at most {MEAN_WORDS}"
    long = sum(length > LONG_SENTENCE for length in lengths)
    if long * 3 > len(lengths):
        yield "pages", f"{long} of {len(lengths)} sentences have over {LONG_SENTENCE} words"


def _lengths(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    for where, text in texts(lesson):
        length, most = len(fill(text, SAMPLE)), _most(where)
        if length > most:
            yield where, f"{length} characters, at most {most}"
    tried = f"{fill(lesson.try_it.text, SAMPLE)}\n{fill(lesson.try_it.check, SAMPLE)}"
    if len(tried) > MESSAGE:
        yield "try_it", f"{len(tried)} characters together, at most {MESSAGE}"
    for question in lesson.questions:
        if len(asked := _as_asked(question)) > MESSAGE:
            yield question.id, f"{len(asked)} characters with its options, at most {MESSAGE}"


def _most(where: str) -> int:
    """The limit of a text by its place; each is within what the smallest platform takes."""
    match where.split():
        case ["page", _]:
            return min(PAGE, SMALLEST_CAPTION, SMALLEST_MESSAGE)
        case ["title"]:
            return TITLE
        case ["picture.alt"]:
            return ALT
        case [_, "option", _]:
            return OPTION
        case [_, "reason", _]:
            return REASON
        case _:
            return MESSAGE


def _as_asked(question: Question) -> str:
    options = (f"{number}. {option.text}" for number, option in enumerate(question.options, 1))
    return "\n".join((question.text, *options))


def _counts(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    if not 2 <= len(lesson.pages) <= 3:
        yield "pages", f"{len(lesson.pages)} pages, not 2 or 3"
    if not 2 <= len(lesson.questions) <= 3:
        yield "questions", f"{len(lesson.questions)} questions, not 2 or 3"
    for question in lesson.questions:
        if not 2 <= len(question.options) <= 4:
            yield question.id, f"{len(question.options)} options, not 2 to 4"


def _options(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    for question in lesson.questions:
        shown = [prose.fold(option.text) for option in question.options]
        reasons = [prose.fold(option.reason) for option in question.options]
        if len(set(shown)) < len(shown):
            yield question.id, "two options are the same"
        if len(set(reasons)) < len(reasons):
            yield question.id, "two options have the same reason: each needs its own"
        for number, option in enumerate(question.options, 1):
            if not 1 <= len(prose.sentences(option.reason)) <= 2:
                yield f"{question.id} reason {number}", "a reason is 1 or 2 sentences"


def _similar_options(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    right_is_longest = []
    for question in lesson.questions:
        lengths = [len(option.text) for option in question.options]
        right = lengths.pop(question.answer)
        if not lengths:
            continue
        if right > max(lengths) * 1.25 + 4:
            yield question.id, "the right option is clearly the longest"
        if max(*lengths, right) > min(*lengths, right) * 2 + 10:
            yield question.id, "the options are of very different length"
        right_is_longest.append(right > max(lengths))
    if len(right_is_longest) > 1 and all(right_is_longest):
        yield "questions", "the right option is the longest in every question"


def _answer_places(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    places = {question.answer for question in lesson.questions}
    if len(lesson.questions) > 1 and len(places) == 1:
        yield "questions", f"the right option is always number {places.pop() + 1}"


def _facts(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    for fact_id in lesson.facts:
        fact = context.facts.get(fact_id)
        if fact is None:
            yield "facts", f"{fact_id} is not in facts.toml"
        elif fact.label == "KD":
            yield "facts", f"{fact_id} is KD: never used"
        elif fact.until_confirmed:
            yield "facts", f"{fact_id} waits until the commune confirms"
    if len(set(lesson.facts)) < len(lesson.facts):
        yield "facts", "a fact is listed twice"


def _allowed(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    listed = (context.facts[i] for i in lesson.facts if i in context.facts)
    allowed = {_bare(sign) for fact in listed for sign in fact.allows}
    for where, text in texts(lesson):
        found = (
            ("link", prose.links(text)),
            ("number of a paper", prose.documents(text)),
            ("number", prose.numbers_to_call(text)),
        )
        for kind, signs in found:
            for sign in signs:
                if _bare(sign) not in allowed:
                    yield where, f"{kind} {sign}: no fact of this lesson allows it"


def _bare(sign: str) -> str:
    return re.sub(r"[ .](?=\d)", "", sign).casefold().rstrip("/")


def _dates(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    if lesson.verified > context.today:
        yield "verified", "lies in the future"
    if lesson.review <= lesson.verified:
        yield "review", "must be after `verified`"
    ages = any(context.facts[i].ages for i in lesson.facts if i in context.facts)
    latest = months_after(lesson.verified, REVIEW_MONTHS)
    if ages and lesson.review > latest:
        yield "review", f"uses law or hotline facts: at most 6 months, until {latest}"


def _due(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    if lesson.review < context.today:
        yield "review", f"was due on {lesson.review}: read it against the facts again"
    elif lesson.review < context.today + timedelta(days=14):
        yield "review", f"is due on {lesson.review}"


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _readings(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    if not lesson.reviewed:
        yield "reviewed", "nobody has read it a second time"
    for reading in lesson.reviewed:
        if reading.on > context.today:
            yield "reviewed", f"{reading.on} lies in the future"


def _variables(lesson: Lesson, _: Context) -> Iterator[tuple[str, str]]:
    for where, text in texts(lesson):
        for name in VARIABLE.findall(text):
            if name not in VARIABLES:
                yield where, f"no variable {{{name}}}"
        if re.search(r"[{}]", VARIABLE.sub("", text)):
            yield where, "a stray { or }"
        if not fill(text, {}):
            yield where, "nothing is left when the commune has not filled in its values"


def _module(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    module = context.catalogue.module(lesson.module)
    if module is None:
        return
    if lesson.level != module.level:
        yield "level", f"{lesson.level}, but {module.id} is {module.level}"
    if lesson.order > module.planned:
        yield "id", f"{module.id} is planned with {module.planned} lessons"
    if module.safety and not any(_is_reminder(page) for page in lesson.pages):
        yield "pages", "does not remind that Trợ lý never asks for OTP, password, papers"


def _is_reminder(page: str) -> bool:
    needed = ("Trợ lý không bao giờ hỏi", "OTP", "mật khẩu", "giấy tờ")
    return any(all(part in sentence for part in needed) for sentence in prose.sentences(page))


def _picture(lesson: Lesson, context: Context) -> Iterator[tuple[str, str]]:
    path = context.catalogue.picture_path(lesson)
    if path is None:
        return
    if not path.exists():
        yield "picture", f"{path.name} is missing: python -m lessons.draw"
        return
    if not is_fresh(path.parent, path.stem):
        yield "picture", f"{path.name} is not of the present drawing: python -m lessons.draw"
    png = path.read_bytes()
    if len(png) > PICTURE_BYTES:
        yield "picture", f"{len(png)} bytes, at most {PICTURE_BYTES}"
    if (width := png_width(png)) is None or width > PICTURE_WIDTH:
        yield "picture", f"{width} pixels wide, at most {PICTURE_WIDTH}"


def png_width(png: bytes) -> int | None:
    """Read the width from a PNG's header; None when it is no PNG."""
    if len(png) < 24 or not png.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return int(struct.unpack(">I", png[16:20])[0])


ERRORS: tuple[Rule, ...] = (
    *(_prose, _ease, _lengths, _counts, _options, _similar_options, _answer_places),
    *(_facts, _allowed, _dates, _variables, _module, _picture),
)
WARNINGS: tuple[Rule, ...] = (_due, _readings)


def _not_nfc(folder: Path) -> list[Finding]:
    """Look at the files themselves, comments and ids too: one editor can spoil a whole file."""
    files = [*(folder / "content").glob("*.toml"), folder / "modules.toml"]
    return [
        Finding("error", file.name, "not NFC: save it again with composed letters")
        for file in sorted(files)
        if file.exists() and not unicodedata.is_normalized("NFC", _read(file))
    ]


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")

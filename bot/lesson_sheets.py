"""`python -m bot lessons sheet MODULE`: paper for a village meeting, with the commune's values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.commands import ERRORS, opened, write
from bot.config import Settings
from bot.seeding import Impossible
from handlers.documents import lesson_sheet
from handlers.documents.lesson_sheet import (
    PrintedLesson,
    PrintedModule,
    PrintedOption,
    PrintedQuestion,
)
from lessons import catalogue
from lessons.catalogue import VARIABLES, Catalogue, Lesson, Module, Question, fill
from storage import units

_SHEETS: Final = "{module}-phieu-A5.pdf"
_SCRIPT: Final = "{module}-kich-ban-doc.pdf"


async def make(settings: Settings, wanted: str, folder: Path) -> None:
    """Write both PDFs into the folder. Raises `Impossible` if there is no such module."""
    known = catalogue.load()
    module = known.module(wanted.strip().casefold())
    if module is None or not known.lessons_of(module.id):
        there = ", ".join(one.id for one in known.modules if known.lessons_of(one.id))
        raise Impossible(f"No lessons of a module {wanted!r}. There are: {there}")
    async with opened(settings) as database, database.reading() as tx:
        commune = await units.settings_of(tx, None)
    printed = printed_module(known, module, commune)
    for name, content in (
        (_SHEETS, lesson_sheet.sheets(printed)),
        (_SCRIPT, lesson_sheet.script(printed)),
    ):
        file = folder / name.format(module=module.id)
        write(file, content)
        ERRORS.print(f"{file}: {len(printed.lessons)} lessons")


def printed_module(
    known: Catalogue, module: Module, commune: Mapping[str, object]
) -> PrintedModule:
    """The module as it is printed; a sentence whose value the commune has not given is left out."""
    name = str(commune.get("name") or "")
    values = {key: str(commune.get(key) or "") for key in VARIABLES} | {"commune_name": name}
    return PrintedModule(
        title=module.title,
        commune=name,
        is_sample=bool(commune.get("sample")),
        lessons=tuple(_lesson(known, one, values) for one in known.lessons_of(module.id)),
    )


def _lesson(known: Catalogue, lesson: Lesson, values: Mapping[str, str]) -> PrintedLesson:
    drawing = known.drawing_path(lesson)
    return PrintedLesson(
        number=lesson.order,
        title=lesson.title,
        minutes=lesson.minutes,
        pages=tuple(fill(page, values) for page in lesson.pages),
        try_it=fill(lesson.try_it.text, values),
        try_check=fill(lesson.try_it.check, values),
        questions=tuple(_question(one, values) for one in lesson.questions),
        picture=drawing.read_text(encoding="utf-8") if drawing else "",
        picture_alt=lesson.picture.alt if lesson.picture else "",
        picture_page=lesson.picture.page if lesson.picture else 1,
    )


def _question(question: Question, values: Mapping[str, str]) -> PrintedQuestion:
    options = tuple(
        PrintedOption(fill(one.text, values), fill(one.reason, values), one.right)
        for one in question.options
    )
    return PrintedQuestion(fill(question.text, values), options)

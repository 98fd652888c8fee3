"""All sections, written out; their order is the menu's."""

from typing import Final

from bot.web.admin import (
    hamlets,
    lessons,
    machine,
    overview,
    people,
    posters,
    questions,
    sessions,
    talk,
)
from bot.web.admin.visit import Section

SECTIONS: Final[tuple[Section, ...]] = (
    overview.SECTION,
    hamlets.SECTION,
    questions.SECTION,
    talk.SECTION,
    posters.SECTION,
    people.SECTION,
    lessons.SECTION,
    machine.SECTION,
    sessions.SECTION,
)

"""All sections, written out; their order is the menu's."""

from typing import Final

from bot.web.admin import hamlets, lessons, overview, people, questions, sessions, talk
from bot.web.admin.visit import Section

SECTIONS: Final[tuple[Section, ...]] = (
    overview.SECTION,
    hamlets.SECTION,
    questions.SECTION,
    talk.SECTION,
    people.SECTION,
    lessons.SECTION,
    sessions.SECTION,
)

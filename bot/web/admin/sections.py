"""All sections, written out; their order is the menu's."""

from typing import Final

from bot.web.admin import (
    broadcasts,
    hamlets,
    lessons,
    machine,
    overview,
    owing,
    people,
    posters,
    questions,
    quick_forms,
    registers,
    reminders,
    sessions,
    talk,
    totals,
)
from bot.web.admin.visit import Section

SECTIONS: Final[tuple[Section, ...]] = (
    overview.SECTION,
    hamlets.SECTION,
    owing.SECTION,
    totals.SECTION,
    reminders.SECTION,
    quick_forms.SECTION,
    registers.SECTION,
    broadcasts.SECTION,
    questions.SECTION,
    posters.SECTION,
    talk.SECTION,
    people.SECTION,
    lessons.SECTION,
    machine.SECTION,
    sessions.SECTION,
)

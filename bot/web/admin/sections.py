"""All sections, written out; their order is the menu's."""

from typing import Final

from bot.web.admin import hamlets, overview, reminders, sessions, talk
from bot.web.admin.visit import Section

SECTIONS: Final[tuple[Section, ...]] = (
    overview.SECTION,
    hamlets.SECTION,
    talk.SECTION,
    reminders.SECTION,
    sessions.SECTION,
)

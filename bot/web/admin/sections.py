"""All sections, written out; their order is the menu's."""

from typing import Final

from bot.web.admin import (
    broadcasts,
    hamlets,
    overview,
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
    reminders.SECTION,
    quick_forms.SECTION,
    broadcasts.SECTION,
    registers.SECTION,
    totals.SECTION,
    talk.SECTION,
    sessions.SECTION,
)

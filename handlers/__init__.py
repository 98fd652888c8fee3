"""The conversations. FLOWS is written out here: nothing registers itself by being imported."""

from handlers import menu, people
from handlers.flow import Flow

FLOWS: tuple[Flow, ...] = (
    menu.menu,
    menu.cancel,
    menu.help_,
    menu.stop,
    people.flow,
)

"""The conversations. FLOWS is written out here: nothing registers itself by being imported."""

from handlers import (
    admin,
    contacts,
    danger,
    files,
    household,
    learning,
    linking,
    menu,
    mydata,
    people,
    phone,
    progress,
    roles,
    statistics,
    tickets,
)
from handlers.flow import Flow

FLOWS: tuple[Flow, ...] = (
    menu.menu,
    menu.cancel,
    menu.help_,
    menu.stop,
    people.flow,
    learning.flow,
    progress.flow,
    mydata.flow,
    mydata.withdrawal,
    linking.flow,
    household.flow,
    files.flow,
    tickets.flow,
    danger.flow,
    statistics.flow,
    roles.flow,
    admin.flow,
    contacts.flow,
    phone.flow,
)

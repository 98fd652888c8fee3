"""The conversations. FLOWS is written out here: nothing registers itself by being imported."""

from handlers import (
    activities,
    admin,
    contacts,
    danger,
    denominators,
    files,
    household,
    learning,
    linking,
    menu,
    mydata,
    people,
    phone,
    progress,
    ranking,
    reporting,
    roles,
    sessions,
    statistics,
    tickets,
)
from handlers.flow import Flow
from handlers.roles import handover
from handlers.statistics import news

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
    denominators.flow,  # before: its sentence has counts too, and is whole
    reporting.flow,  # before: a report tells more than one activity
    reporting.review,
    reporting.editing.flow,
    activities.flow,
    activities.book,
    sessions.flow,
    sessions.joining.flow,
    sessions.looking.flow,
    statistics.flow,
    roles.flow,
    handover.flow,
    admin.flow,
    contacts.flow,
    phone.flow,
    ranking.flow,
    news.flow,
)

"""The conversations. FLOWS is written out here: nothing registers itself by being imported."""

from handlers import (
    activities,
    admin,
    contacts,
    danger,
    denominators,
    difficulties,
    files,
    household,
    learning,
    linking,
    menu,
    mydata,
    people,
    phone,
    points,
    progress,
    quick_forms,
    ranking,
    registers,
    reporting,
    roles,
    sessions,
    statistics,
    tickets,
)
from handlers.flow import Flow
from handlers.office.chasing import conversation as chasing
from handlers.office.chasing import reminded
from handlers.office.receiving import conversation as receiving
from handlers.roles import handover
from handlers.statistics import news
from handlers.yearly import conversation as yearly
from handlers.yearly import frames, onward, past

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
    difficulties.flow,
    danger.flow,
    denominators.flow,  # before: its sentence has counts too, and is whole
    yearly.flow,  # before: "báo cáo tổng hợp 2026" begins with "báo cáo"
    reporting.flow,  # before: a report tells more than one activity
    receiving.flow,
    receiving.returned,
    reporting.editing.flow,
    chasing.flow,
    reminded.flow,
    points.flow,
    past.flow,
    registers.flow,  # before: "ghi sổ theo dõi" begins with the words of the book
    quick_forms.answers,  # before: it takes only what answers an open form wholly
    activities.flow,
    activities.book,
    quick_forms.flow,
    sessions.flow,
    sessions.joining.flow,
    sessions.looking.flow,
    statistics.flow,
    frames.flow,
    onward.flow,
    roles.flow,
    handover.flow,
    admin.flow,
    contacts.flow,
    phone.flow,
    ranking.flow,
    news.flow,
)

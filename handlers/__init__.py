"""The conversations. FLOWS is written out here: nothing registers itself by being imported."""

from handlers import (
    activities,
    admin,
    broadcasts,
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
    page,
    people,
    phone,
    points,
    posters,
    progress,
    quick_forms,
    ranking,
    recordings,
    registers,
    reporting,
    roles,
    sessions,
    statistics,
    tickets,
)
from handlers.flow import Flow
from handlers.nudges import conversation as nudges
from handlers.office.chasing import conversation as chasing
from handlers.office.chasing import due as reports_due
from handlers.office.chasing import reminded
from handlers.office.receiving import conversation as receiving
from handlers.quick_forms import due as forms_due
from handlers.reminding import deadlines, pressed
from handlers.reminding.desk import conversation as reminder_desk
from handlers.reminding.due import Kind
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
    deadlines.flow,  # before: its sentence is whole, and begins with its own words
    denominators.flow,  # before: its sentence has counts too, and is whole
    yearly.flow,  # before: "báo cáo tổng hợp 2026" begins with "báo cáo"
    reporting.flow,  # before: a report tells more than one activity
    receiving.flow,
    receiving.returned,
    reporting.editing.flow,
    chasing.flow,
    reminded.flow,
    pressed.flow,
    deadlines.answers,
    reminder_desk.flow,
    points.flow,
    past.flow,
    registers.flow,  # before: "ghi sổ theo dõi" begins with the words of the book
    quick_forms.answers,  # before: it takes only what answers an open form wholly
    activities.flow,
    activities.book,
    quick_forms.flow,
    broadcasts.flow,
    broadcasts.check,
    broadcasts.stopping.stop,
    sessions.flow,
    sessions.joining.flow,
    sessions.looking.flow,
    statistics.flow,
    frames.flow,
    onward.flow,
    roles.flow,
    handover.flow,
    admin.flow,
    recordings.flow,
    page.flow,
    posters.flow,
    contacts.flow,
    phone.flow,
    ranking.flow,
    news.flow,
    nudges.flow,
    nudges.ending,
)

REMINDERS: tuple[Kind, ...] = (
    reports_due.reports,
    forms_due.forms,
    deadlines.kinds.plans,
    deadlines.kinds.own,
    deadlines.kinds.upward,
)

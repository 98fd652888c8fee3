"""What is said of the sendings of a report, and what an officer says when there is none."""

import re
from typing import Final

from handlers import words
from handlers.flow import Turn
from handlers.reporting import periods
from handlers.reporting.periods import ReportPeriod
from storage.onward import OnwardInfo

_SHOWN: Final = 5  # lines of a message
_NOT_YET: Final = re.compile(
    r"(?:chua|khong|ko)(?: (?:co|gui|dau|ca|so|ro|nop|ai|noi nao|gi))*(?: a)?"
)


def listed(turn: Turn, about: ReportPeriod, sent: list[OnwardInfo]) -> str:
    title = periods.say_title(turn.house.texts, about)
    if not sent:
        return turn.text_of("onward.none", period=title)
    lines = [line(turn, one) for one in sent[-_SHOWN:]]
    return "\n".join([turn.text_of("onward.sent", period=title), *lines])


def line(turn: Turn, one: OnwardInfo) -> str:
    return turn.text_of(
        "onward.line",
        addressee=one.addressee,
        number=one.number or turn.text_of("onward.no_number"),
        day=words.say_short_date(one.sent_on),
    )


def is_none(text: str) -> bool:
    """Whether there is no office or no number: "không", "chưa gửi", "chưa có số"."""
    said = words.fold(text).strip(" .")
    return words.read_yes_no(text) is False or bool(_NOT_YET.fullmatch(said))

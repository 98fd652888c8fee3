"""What is said on the way: a plain yes, thanks, a greeting, a hamlet, an age, a cry for help."""

import re
from typing import Final

from handlers import words
from handlers.flow import Outcome, Step, Turn
from handlers.messages import Kind, Outgoing

_HAMLET: Final = re.compile(
    r"(?:(?:a|o|quen|nham|nham roi),? )*(?:(?:toi|em|minh|chau|con|nha (?:toi|em|minh)) )?"
    r"(?:(?:o|thuoc|la) )*(?:x|xom|thon)[ .]?(?:so )?\d{1,3}\w?"
    r"(?: (?:nhe|nha|a|day|co|co ma|moi dung|moi phai|chu))*"
)
_LESSON: Final = re.compile(r"(?:(?:hoc|xem|mo|cho) )*bai (?:so )?\d{1,2}(?: (?:nhe|di|a))?")
_GREETING: Final = re.compile(
    r"(?:a ?lo+|(?:chau|em|co|chu|bac|anh|chi|can bo|tro ly|ai) oi|co ai (?:o day )?khong)\b.{0,12}"
)
_A_NUMBER: Final = re.compile(r"[1-9]\d?")
ASIDE_KINDS: Final = {
    Kind.VOICE: "menu.voice",
    Kind.STICKER: "menu.sticker",
    Kind.PICTURE: "menu.picture",
    Kind.VIDEO: "menu.video",
    Kind.FILE: "menu.file",
    Kind.LOCATION: "menu.location",
    Kind.CONTACT: "menu.contact",
    Kind.EDIT: "menu.edited",
    Kind.SLOW: "menu.slow",
    Kind.UNKNOWN: "menu.unknown_kind",
}


def names_hamlet(folded: str) -> bool:
    """True for "x5" and "a quen, toi o xom 6"."""
    return _HAMLET.fullmatch(folded) is not None


_LINK_CODE: Final = re.compile(r"(?:lien ?ket|ma(?: lien ket| noi)?)?(?: la)?[ :]*\d{3}[ .-]?\d{3}")


def names_link_code(folded: str) -> bool:
    """True for "567419" and "ma la 567 419"."""
    return _LINK_CODE.fullmatch(folded) is not None


_SESSION_CODE: Final = re.compile(
    r"(?:(?:toi|em|chau|con|da|xin|cho|nhan|vao|du|tham gia|hoc) )*(?:ma )?(?:so )?"
    r"(?:(?:lop|buoi)(?: hoc)?(?: so| la| ma)?[ :]+(?:be?[ ._-]*)?(\d{4})|be?[ ._:-]*b?(\d{4}))"
    r"(?: (?:a|nhe|nha))*"
)
_MOST: Final = 60  # characters
_FOUR_DIGITS: Final = re.compile(r"\d{4}")


def session_code(text: str) -> str:
    """The digits of "B4821", "b 4821", "b_4821", "mã buổi 4821"; "" if it is no session's code.

    Four digits alone are a count or a year.
    """
    if len(text) > _MOST or not _FOUR_DIGITS.search(text):
        return ""
    found = _SESSION_CODE.fullmatch(words.fold(text).strip(" .,!;\"'"))
    return (found[1] or found[2]) if found else ""


_PLACE_CODE: Final = re.compile(r"(?:(?:nhan|ma|ma so|cho) )*p[ ._-]?(\d{1,6})(?: (?:a|nhe|nha))*")


def place_code(folded: str) -> str:
    """The number of "p7": where the poster hangs that was read; "" if it is no such code."""
    found = _PLACE_CODE.fullmatch(folded.strip(" .,!;\"'"))
    return found[1] if found else ""


def names_lesson(folded: str) -> bool:
    return _LESSON.fullmatch(folded) is not None


def plain_answer(turn: Turn, step: Step | None) -> str:
    """The key that a plain yes or no means; "" = it is none, or nothing hears one."""
    if step is None or words.read_done(turn.text) is None:
        return ""
    return plain_choice(turn, step)


def flow_named(turn: Turn) -> str:
    """The flow of a hamlet, a lesson or a linking code named in plain words; "" = none."""
    folded = words.fold(turn.text)
    if names_hamlet(folded):
        return _flow_of_hamlet(turn)
    if names_lesson(folded):
        return "learning"
    if place_code(folded):
        return "people"
    return "linking" if names_link_code(folded) else ""


def _flow_of_hamlet(turn: Turn) -> str:
    """Where one lives; to whoever works for the commune and has said that, it is a unit."""
    if not turn.actor.grants or turn.actor.unit_id is None:
        return "people"
    return "owing" if turn.house.flows["owing"].allows(turn.actor) else ""


def plain_choice(turn: Turn, step: Step) -> str:
    """The key that a plain answer means: "rồi", "để sau"; "" = none.

    Where there is one choice only, any number means it: the page above may have had its own list.
    """
    keys = [str(key) for key, _ in turn.state.offered.get("choices", [])]
    answer = words.read_done(turn.text)
    if len(keys) == 1:
        is_number = _A_NUMBER.fullmatch(words.fold(turn.text)) is not None
        return keys[0] if answer or is_number else ""
    meant = step.yes if answer else step.no if answer is False else ""
    return meant if meant in keys else ""


def in_passing(turn: Turn) -> Outcome | None:
    """Thanks, a greeting, a slip, a child's age: answered, and what was asked still stands."""
    if _is_lost_in_a_quiz(turn):
        last = len(turn.state.offered.get("choices", []))
        return Outcome((turn.message("learning.try", last=last),), keeps=True)
    if words.looks_courteous(turn.text):
        said = "menu.thanked"
    elif words.looks_slipped(turn.text):
        said = "menu.slipped"
    elif words.says_under_age(turn.text, year=turn.today.year):
        turn.state.offered["minor"] = True
        said = "people.too_young_kept" if turn.actor.has_consent else "people.too_young"
    elif _GREETING.fullmatch(words.fold(turn.text)):
        said = "menu.here"
    else:
        return None
    return Outcome((turn.message(said),), aside=True, brief=True)


def _is_lost_in_a_quiz(turn: Turn) -> bool:
    step = turn.house.flows.find(turn.state, turn.actor)
    return step is not None and step.letters and words.looks_lost(turn.text)


def first_aid(turn: Turn) -> tuple[Outgoing, ...]:
    """The fixed words for what was just told (T56): life, a lost chat account, a code, money."""
    if words.looks_despairing(turn.event.text):
        return (turn.message("danger.despair"),)
    if words.looks_endangered(turn.event.text):
        return (turn.message("danger.rescue"),)
    if words.looks_taken_over(turn.event.text):
        return turn.message("danger.account"), turn.message("danger.account_then")
    money = turn.message("danger.stop"), turn.message("danger.then")
    is_asked = words.looks_asked_for_code(turn.event.text)
    return (turn.message("danger.otp"), *money) if is_asked else money

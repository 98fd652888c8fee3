"""What an officer asks of the plan of reminders in a sentence of their own. Pure (N12)."""

import re
from typing import Final, Literal, NamedTuple

from handlers import words

_AHEAD: Final = re.compile(
    r"(?:sap|sap toi|mai|ngay mai|tuan (?:nay|toi)|lan toi)?,? ?(?:se )?nhac (?:nhung )?"
    r"(?:ai|noi nao|xom nao)(?: nua| the| vay| day)*"
    r"|(?:nhung )?(?:ai|noi nao|xom nao) (?:sap|se|sap duoc|sap bi)(?: bi| duoc)? nhac\b.*"
    r"|sap (?:gui|nhac) (?:tin )?(?:gi|nao)"
)
_SENT: Final = re.compile(
    r"(?:nhung )?(?:tin|ai|noi nao|xom nao)(?: nhac)?(?: nao)? (?:chua|khong|ko|k)"
    r"(?: gui| di)? (?:toi|den|nhan duoc|nhan|toi noi|den noi)(?: duoc)?(?: tin| nhac)*"
    r"|(?:da )?(?:gui|nhac)(?: tin)?(?: nhac)? (?:cho |toi |den )?(?:nhung )?(?:ai|noi nao) roi"
    r"|(?:da (?:gui|nhac)|gui)(?: tin)?(?: nhac)? (?:cho |toi |den )?(?:nhung )?(?:ai|noi nao)"
    r"|(?:nhung )?(?:ai|noi nao) (?:da )?(?:duoc|bi|nhan)(?: tin)? nhac roi"
)
_NUDGE: Final = re.compile(
    r"(?P<day>(?:sang |chieu |toi )?(?:ngay mai|mai|ngay kia|hom nay|tuan sau|thu \w+|chu nhat)"
    r"(?: tuan sau)?,? )?"
    r"(?:hay |nho |xin |em |giup )*nhac(?: giup| ho| lai| nho)? (?!toi\b|em\b|minh\b)"
    r"(?P<whom>.+?) (?:nop|gui|lam) (?:not |som |ngay )*(?:bao cao|bc)\b.*"
)
_QUESTION: Final = re.compile(r"\?|\b(?:khong|chua|duoc k|khi nao|the nao)\b")
_NOW: Final = "hom nay"


class Asked(NamedTuple):
    about: Literal["ahead", "sent", "nudge"]
    whom: str = ""
    """Of a nudge."""
    is_later: bool = False
    """A day was named on which it shall go."""


def read(text: str) -> Asked | None:
    """None: it is no such sentence."""
    folded = " ".join(words.fold(text).strip(" .!?").split())
    folded = re.sub(r"(?: (?:a|nhe|vay|the|em|di))+$", "", folded)
    if _AHEAD.fullmatch(folded):
        return Asked("ahead")
    if _SENT.fullmatch(folded):
        return Asked("sent")
    found = _NUDGE.fullmatch(folded)
    if found is None or _QUESTION.search(text) or _QUESTION.search(folded):
        return None
    day = (found["day"] or "").strip(" ,")
    return Asked("nudge", found["whom"], bool(day) and _NOW not in day)

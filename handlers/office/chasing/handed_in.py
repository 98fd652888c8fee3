"""Reading "đã nộp giấy rồi", "nộp cho cô Thắm hôm qua rồi": paper was handed in. Pure (N12)."""

import re
from typing import Final

from handlers import words

_MOST: Final = 120  # letters
_WHO: Final = r"(?:co|chu|anh|chi|bac|ong|ba|em|can bo|xa|ubnd|uy ban|van phong|phong|bo phan)\b"
_SAID: Final = re.compile(
    r"(?:(?:da|vua|toi|em|minh|chau|xom|don vi|ben|hom qua|hom kia|sang nay|chieu qua|bao cao|bc)"
    r" )*"
    r"(?:nop|gui|dua|giao)\b(?: (?:roi|bao cao|bc|no))*"
    r"(?: (?:(?:ban |to |bang )?giay|ban cung|van ban|truc tiep|tan tay)\b"
    rf"|(?: cho| toi| len)? {_WHO}).*"
)
_DONE: Final = re.compile(r"\b(?:da|vua|roi|xong|hom qua|hom kia|sang nay|chieu qua|tuan truoc)\b")
_NOT: Final = re.compile(r"\?|\b(?:chua|khong|ko|se|mai|bao gio|dau|the nao|\d{2,})\b")


def is_said(text: str) -> bool:
    folded = words.fold(text).strip(" .!")
    if len(folded) > _MOST or _NOT.search(folded) or _NOT.search(text):
        return False
    return _SAID.fullmatch(folded) is not None and _DONE.search(folded) is not None

"""Small answers that mean the same at every question of a form."""

import re
from typing import Final

from handlers.words.text import fold

_PASS: Final = re.compile(
    r"(?:bo qua|de trong|bo trong|cau sau|cau khac|cau tiep|cau tiep theo|de sau|tinh sau)"
    r"(?: cau nay)?(?: (?:a|nhe|nha|di|da|em|toi))*"
)
_NONE: Final = re.compile(
    r"(?:hien |hien tai |xom |nam nay )*(?:chua|khong|ko|k|kg|khong he)(?: co)?"
    r"(?: (?:gi|ai|mo hinh|cach lam|cach lam hay|sang kien|guong|dien hinh|nao|ca|het|a|nhe|em))*"
)


def says_pass(text: str) -> bool:
    """True for "bỏ qua", "câu sau"."""
    return bool(_PASS.fullmatch(fold(text)))


def says_none(text: str) -> bool:
    """True for "chưa có", "không có mô hình nào"."""
    return bool(_NONE.fullmatch(fold(text)))

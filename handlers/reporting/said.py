"""Small answers that mean the same at every question of a form."""

import re
from dataclasses import replace
from typing import Final

from handlers import words
from handlers.words.text import fold, listed

_PASS: Final = re.compile(
    r"(?:bo qua|de trong|bo trong|cau sau|cau khac|cau tiep|cau tiep theo|de sau|tinh sau)"
    r"(?: cau nay)?(?: (?:a|nhe|nha|di|da|em|toi))*"
)
_NOT: Final = listed("chua khong ko k kg kh hong chang")
_BEFORE_NOT: Final = listed(
    "hien tai nay nam ky tam thoi den da thua thi van cung ve phan ben o trong xom thon toi em "
    "minh chung nha truong hoi don vi dia phuong mo hinh cach lam hay sang kien guong dien tieu "
    "bieu tien tap the ca nhan nguoi khen thuong so gio"
)
_BEHIND_NOT: Final = listed(
    "co thay he gi ai nao ca het a nhe nha em moi khac them hay nua luon dau dang ke dac biet lam "
    "duoc va hoac cho ky nam nay hien thi la roi toi xom minh o mo hinh cach sang kien guong dien "
    "tieu bieu tien tap the nhan nguoi khen thuong truong hop"
)
_ENDS_IN_NOT: Final = re.compile(r".*\b(?:chua|khong|ko) co(?: (?:a|nhe|nha|em|gi|ai|dau|ca))*")
_POLITE: Final = r"(?: (?:a|nhe|nha|em|roi|thoi|ca|day|luon|toi|do))*"
_DONE: Final = re.compile(rf"(?:da )?(?:het|xong|du|vay thoi|the thoi|chi co vay|chi vay){_POLITE}")
_MORE: Final = re.compile(rf"(?:da )?(?:con|con nua|co nua|nua|them|ghi them|tiep){_POLITE}")
_LOOK: Final = re.compile(rf"(?:cho |toi )*xem(?: lai)?(?: bao cao)?(?: di)?{_POLITE}")
_NO_NAME: Final = re.compile(
    r"(?:da )?(?:gui|gui di|gui luon|xong|ok|oke|okie|vang|da|u|uh|duoc|het|roi|dung|tiep|"
    rf"tiep tuc|luu|sua|xem|xem lai|co|cam on|chao|alo|duoc roi|dung roi|ok roi){_POLITE}"
)
_LEAD: Final = re.compile(
    r"(?:chắc|chac|hình như|hinh nhu)(?!\s+(?:chắn|chan)\b)\s+(?:là |la )?", re.I
)
_TAIL: Final = re.compile(
    r"[\s,]+(?:chắc|chac|thì phải|thi phai)(?:\s+(?:vậy|thế|thôi|vay|the|thoi))?[\s.]*$", re.I
)


def says_pass(text: str) -> bool:
    """True for "bỏ qua", "câu sau"."""
    return bool(_PASS.fullmatch(fold(text)))


def says_look(text: str) -> bool:
    """True for "xem lại", "cho xem"."""
    return bool(_LOOK.fullmatch(_bare(text)))


def says_none(text: str) -> bool:
    """True for "chưa có", "không có mô hình nào", "xóm tôi chưa có"."""
    said = _bare(text).split()
    at = next((place for place, word in enumerate(said) if word in _NOT), len(said))
    is_lead = all(word in _BEFORE_NOT for word in said[:at])
    return at < len(said) and is_lead and all(word in _BEHIND_NOT for word in said[at + 1 :])


def says_unknown(text: str) -> bool:
    """True for "chưa nắm được"."""
    return isinstance(words.read_count(text), words.Unknown)


def says_done(text: str) -> bool:
    """True for "hết rồi", "xong"."""
    return bool(_DONE.fullmatch(_bare(text)))


def says_more(text: str) -> bool:
    """True for "còn nữa"."""
    return bool(_MORE.fullmatch(_bare(text)))


def names_something(text: str) -> bool:
    """False for what is typed in passing and names nothing: "ok", "vâng", "gửi", "hết rồi"."""
    is_word = any(letter.isalpha() for letter in text)
    is_answer = words.read_yes_no(text) is not None or says_unknown(text) or says_none(text)
    is_idle = says_pass(text) or says_done(text) or says_more(text)
    is_none = any(one.fullmatch(_bare(text)) for one in (_NO_NAME, _ENDS_IN_NOT))
    return is_word and not is_answer and not is_idle and not is_none


def read_figure(text: str) -> words.Count | words.Doubt | words.Refused | words.Unknown | None:
    """`words.read_count`, and "35 chắc", "chắc là 35": about so many."""
    read = words.read_count(text)
    if read is not None:
        return read
    bare = _TAIL.sub("", text) if _TAIL.search(text) else _LEAD.sub("", text, count=1)
    guessed = words.read_count(bare) if bare != text else None
    return replace(guessed, approximate=True) if isinstance(guessed, words.Count) else guessed


def _bare(text: str) -> str:
    """Folded, without commas and stops."""
    return " ".join(re.sub(r"[.,!;]", " ", fold(text)).split())

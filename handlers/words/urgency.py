"""Hearing that somebody is in danger now (T56): precise rather than broad.

A lesson answer, a question about scams or a report about a training must not trigger. The labelled
corpus in tests/handlers/test_words_safety.py is the specification.
"""

import re

from handlers.words.text import Word, level, may_mean, words_of

_MAX_WORDS = 400

# Other words with the same letters: "chạy", "lựa", "cừu" are no alarm.
_TONED = {word.plain: word for word in words_of("cháy lừa cứu")}

# Said when people learn, ask or report about danger.
_CALM = re.compile(
    r"\b(?:gia danh|la gi|la sao|the nao|neu|khi|cach|dau hieu|nhan biet|"
    r"phong (?:tranh|chong|chay)|"
    r"bai|cau \d|dap an|vi du|tinh huong|tuyen truyen|canh bao|tap huan|lop|so cap cuu|an chay|"
    r"(?:vua|da|toi|em|con|nguoi) hoc|co nen|co duoc|lam sao (?:de|biet)|huong dan|thuong|"
    r"thi (?:lam|phai|bao|goi)|(?:khong|chua|ko) (?:ai|bi|doc|chuyen|bam|dua|gui|cung|nen|co ai)|"
    r"bao gio|so nguoi|\d+ (?:nguoi|ba con|ho)|(?<!dang )co nguoi bi lua)\b"
)
_RESCUE = re.compile(r"\bcuu (?:voi|toi|em|me|con|chau|minh)\b")
_EMERGENCY = re.compile(
    r"\b(?:chay nha|nha (?:toi |em |minh )?(?:dang |bi )+chay|"
    r"(?:goi|can|di) cap cuu (?:gap|giup|ngay|voi)|co trom|"
    r"(?:co nguoi|dang|vua|toi|em) (?:bi )?(?:duoi nuoc|dien giat|tai nan)|ngat(?: xiu)? roi|"
    r"bi (?:duoi nuoc|dien giat|tai nan(?! lao dong)|dot quy)|(?:duoi nuoc|dien giat|tai nan) roi)"
    r"\b|"
    r"^(?:(?:co|vua) )?tai nan(?: giao thong| o to| xe may)?(?: gap| nang)?$"
)
_DESPAIR = re.compile(
    r"\b(?:khong|ko|k|chang|chan) (?:con )?(?:muon|thiet) song(?! (?:o|chung|voi|xa|gan|cung))|"
    r"^(?:(?:toi|em|minh|chau|con|chi) )*muon chet\b|\btu sat\b|\bchet (?:quach )?cho xong\b"
)
_SUICIDE = re.compile(r"\btự (?:tử|vẫn|sát)\b")
"""With its marks only: "tu tu" is mostly "từ từ", slowly."""
_ACT = re.compile(
    r"\b(?:chuyen (?:tien|khoan)|(?:bam|nhan|an)(?: vao)?(?: duong)? link|quet ma|"
    r"(?:chuyen|nap)(?: \S+){0,2}? \d+ ?(?:trieu|tr|nghin|ngan|k|ty)|"
    r"(?:doc|dua|gui|noi|cung cap|cho)(?: \S+){0,2}? (?:otp|mat khau|so the)|"
    r"cai (?:app|ung dung|phan mem))\b"
)
_DONE = re.compile(r"\b(?:vua|moi|lo|trot|da|roi)\b")
_JUST = re.compile(r"\b(?:vua|moi|lo|trot|roi)\b")
_STRANGER = re.compile(
    r"\b(?:cong an|nguoi la|ke (?:gian|lua|xau)|lua dao|chung no|bon no|no|ho|chung)\b"
)
_MINE = re.compile(r"\b(?:toi|em|minh|chau|me|bo|bo me|vo|chong|con)\b")
_LOSS = re.compile(r"\b(?:(?:mat|tru|het)(?: het| sach)? tien|mat \d+ ?(?:trieu|tr|nghin|k))\b")
_PRESSURE = re.compile(r"\b(?:goi|bat|ep|doi|doa|yeu cau)\b")
_TAKEN_OVER = re.compile(r"\bbi (?:hack|chiem|dieu khien)\b")


_SHORT = 15  # words: a cry is short, a report is not
_CRY = re.compile(
    r"\b(?:bi lua|mat (?:het |sach )?tien|bi tru tien|mat (?:zalo|facebook|nick)|"
    r"(?:lo|trot) (?:doc|dua|gui|bam|cho|nhan|cung cap|chuyen|cai)|"
    r"(?:bao|bat|goi|ep|doi|yeu cau) (?:\S+ ){0,3}"
    r"(?:chuyen tien|chuyen khoan|doc (?:ma )?otp|doc ma|nop tien)|"
    r"(?:zalo|facebook|tai khoan|may|dien thoai) (?:\S+ ){0,2}bi (?:hack|chiem|lay)|"
    r"(?:zalo|facebook|nick) (?:\S+ ){0,2}bi mat|"
    r"(?:lay|dung) (?:zalo|facebook|nick) cua (?:toi|em|minh|chau|con|me|bo|vo|chong)"
    r"(?: \S+){0,2} (?:vay|muon|lua)|"
    r"chuyen nham (?:\S+ ){0,2}cho (?:ke (?:lua|gian|xau)|lua dao|bon|chung no|no|nguoi la)|"
    r"(?:bam|an)(?: vao)?(?: \S+)? ?link(?: \S+){0,2} roi|"
    r"bi (?:hack|chiem) (?:zalo|facebook|tai khoan|may|nick))\b"
)
"""What people short of words say when it happens: heard by users of the first release."""

_THEY = r"(?:co (?:nguoi|ke|ai)|nguoi ta|chung no|bon no|ho|no)"
_RECOVERY = re.compile(
    rf"\b{_THEY} (?:\S+ ){{0,3}}(?:doi|bat|bao|thu|xin|yeu cau) (?:\S+ ){{0,3}}"
    r"(?:phi|nop|tra|coc|chuyen|gui|trieu|nghin) (?:\S+ ){0,5}lay lai\b|"
    rf"\b{_THEY} (?:\S+ ){{0,4}}lay lai (?:\S+ ){{0,4}}"
    r"(?:doi|bat|thu|xin|yeu cau) (?:\S+ ){0,2}(?:phi|nop|tra|tien)\b"
)
"""Somebody wants to be paid for getting back what was lost (LD-H18, LD-H21)."""

_CHAT_ACCOUNT = re.compile(r"\b(?:zalo|facebook|nick)\b")
_ROBBED = re.compile(r"\b(?:mat|hack|chiem|lay|cuop)\b")
_GET_IT_BACK = re.compile(r"\blay lai (?:zalo|facebook|nick)\b")
_MONEY = re.compile(
    r"\b(?:(?<!muon )(?<!vay )(?<!xin )tien|ngan hang|otp|chuyen khoan|"
    r"\d+ ?(?:trieu|tr)|link|app)\b"
)

_CODE = r"(?:otp|ma xac (?:nhan|thuc|minh))"
_TO_THEM = r"cho (?!(?:toi|em|minh|chau|con)\b)"
_TELL = rf"(?:doc|dua|noi|khai|cung cap|(?:gui|nhan|bao)(?= (?:\S+ ){{0,4}}{_TO_THEM}))"
_ASKS_ME = (
    rf"(?:co|nen|duoc|phai)(?: (?:nen|can|phai|the))? {_TELL}\b(?: \S+){{0,8}} (?:khong|ko|k|hong)"
)
_IS_IT_RIGHT = r"(?:co )?(?:duoc|sao|an toan|nen)(?: (?:khong|ko|k|hong))"
_CODE_WANTED = re.compile(
    rf"\b(?:{_CODE}\b(?: \S+){{0,5}} {_ASKS_ME}|(?=(?:\S+ ){{1,9}}{_CODE}\b){_ASKS_ME}|"
    rf"{_TELL}(?: \S+){{0,3}} {_CODE}\b(?: \S+){{0,5}} {_IS_IT_RIGHT}|"
    rf"(?:sap|dinh|dang|chuan bi|de) (?:(?:toi|em|minh|chau) )?{_TELL}(?: \S+){{0,3}} {_CODE}|"
    rf"(?:bao|bat|goi|ep|keu|nho|giuc|doi|yeu cau) (?:\S+ ){{0,3}}{_TELL}(?: \S+){{0,3}} {_CODE}|"
    r"(?:ho|no|nguoi ta|nguoi la|co nguoi|co ai|ai do|chung no|bon no|ngan hang|cong an|nhan vien)"
    rf" (?:\S+ ){{0,4}}(?:hoi|xin) (?:(?:toi|em|minh|chau|so|cai) ){{0,2}}(?:ma )?{_CODE})\b"
)
"""Whether to read a code out to somebody: asked before it is too late."""
_LEARNS_CODE = re.compile(
    r"\b(?:bai|cau \d|dap an|vi du|tinh huong|hoc|la gi|la sao|de lam gi|the nao|neu|gia danh|"
    r"tuyen truyen|canh bao|tap huan|thuong|bao gio|thi (?:lam|phai|bao|goi)|"
    r"(?:khong|ko|k|chang|dung|chua|cam) (?:\S+ )?(?:doc|dua|noi|khai|cung cap|hoi|xin))\b"
)


def looks_urgent(text: str) -> bool:
    """True when somebody says to be in danger, or being cheated, right now or just before."""
    said = " ".join(map(_alarming, words_of(text)[:_MAX_WORDS]))
    if _RESCUE.search(said) or looks_despairing(text) or looks_asked_for_code(text):
        return True
    if _CALM.search(said):
        return False
    if _EMERGENCY.search(said) or _is_cheated(said) or _is_pressed(said):
        return True
    is_short = len(said.split()) <= _SHORT
    return is_short and bool(_CRY.search(said) or _RECOVERY.search(said))


def looks_despairing(text: str) -> bool:
    """True when somebody says not to want to live any more."""
    said = " ".join(word.plain for word in words_of(text)[:_MAX_WORDS])
    return bool(_DESPAIR.search(said) or _SUICIDE.search(level(text)))


def looks_asked_for_code(text: str) -> bool:
    """True when somebody wants a one-time code read out, or it is asked whether to do so."""
    said = " ".join(word.plain for word in words_of(text)[:_MAX_WORDS])
    return bool(_CODE_WANTED.search(said)) and not _LEARNS_CODE.search(said)


def looks_endangered(text: str) -> bool:
    """True when it is about life and limb, a fire or a burglar: nothing to do with money."""
    said = " ".join(map(_alarming, words_of(text)[:_MAX_WORDS]))
    return bool(_EMERGENCY.search(said)) and not _CALM.search(said)


def looks_taken_over(text: str) -> bool:
    """True when what was lost is a Zalo or Facebook account, and no money that is spoken of."""
    said = " ".join(map(_alarming, words_of(text)[:_MAX_WORDS]))
    if _GET_IT_BACK.search(said):
        return True
    is_taken = _CHAT_ACCOUNT.search(said) and _ROBBED.search(said)
    return bool(is_taken) and not _MONEY.search(said)


def _alarming(word: Word) -> str:
    full = _TONED.get(word.plain)
    return word.plain if full is None or may_mean(word, full) else "_"


def _is_cheated(said: str) -> bool:
    just, mine, loss = _JUST.search(said), _MINE.search(said), _LOSS.search(said)
    if _DONE.search(said) and _ACT.search(said) and (_STRANGER.search(said) or loss):
        return True
    if "bi lua" in said and (just or (mine and loss)):
        return True
    has_lost = loss and "tai khoan" in said
    return bool((has_lost or _TAKEN_OVER.search(said)) and (just or mine))


def _is_pressed(said: str) -> bool:
    """Somebody is on the line and wants money or a code."""
    if "dang" not in said.split() or not _PRESSURE.search(said) or not _ACT.search(said):
        return False
    return bool(_MINE.search(said) or _STRANGER.search(said))

"""What a report says in words: none, unknown, a plan, notes and models with their beginnings."""

import re
from collections.abc import Sequence
from typing import Final

from handlers.reporting.form import Form, Kind
from handlers.reporting.readers.pieces import Piece
from handlers.reporting.readers.vocabulary import MEANING_OF
from handlers.words.text import listed

_BEFORE_LABEL: Final = listed(
    "da thi con ve muc phan la chi hien hiện em xom xin cung toi mot so cac rieng ' dạ "
    "thua va nhung "
    "bao cao minh chung tai nay van neu ben phia nha truong dia phuong ngoai ra them NOW co duoc "
    "don vi bac chau hoi vien nhat anh ta a tieu gom cua ma ngoai UNIT : kq gap ket qua ~plan"
)
_MOST_BEFORE: Final = 40
NEEDS_COLON: Final = listed("COOP SAFETY DIGITAL BUSINESS PREPARER")
"""They are said in many a sentence: without a colon only where no figure is told."""
_BEHIND_LABEL: Final = listed(
    "thi la : gom nhu hien hiện nay van cung nhat lon chinh ' nhu_sau sau do"
)
NOT: Final = listed("khong chua kh chẳng chang")
_NONE: Final = re.compile(
    r"(?:(?:ban|tam|thoi|thời|nhin|chung|thi|hien|hiện|tai|nay|van|cung|deu|NOW|la|xom|co|"
    r":|den|gio|cho) )*"
    r"(?:khong|chua|kh|chang) (?:(?:co|thay|phat|sinh|gap|he|gi|nao|ai|het|ca|dang|ke|lon|MODEL|"
    r"IDEA|HERO|HARD|ASKS|them|a|ạ|nhe|em|roi|day|chi|nhieu|cuoc|dau|dong|de|ro|ret|luon|bao|cao"
    r"|moi|hay|bac|cuoc|anh|dang|neu|y|kien|khac|hoat|lam|xin|thua|NOW|dac|biet|PAST|ghi|nhan|'|ma|"
    r"nhi|nha|OVERSEE|COOP|AHEAD) )*"
)
_UNKNOWN: Final = re.compile(
    r"(?:\S+ ){0,3}UNKNOWN (?:(?:duoc|ro|het|a|ạ|em|nhe|so|lieu|cu|the|dau|ho|roi|chi|nen|day) )*"
)


def label_at(pieces: Sequence[Piece], form: Form) -> tuple[str, int, bool]:
    """(meaning, place behind it, whether it was denied) of the label a clause begins with.

    ("", 0, False) if it begins with none of a note or record of this form.
    """
    place, is_denied = 0, False
    while place < min(len(pieces), _MOST_BEFORE):
        piece = pieces[place]
        if piece.form in NOT:
            is_denied = True
        elif key_of(piece.form, form):
            return piece.form, place + 1, is_denied
        elif piece.figure is not None and _is_record(pieces, place + 1, form):
            pass
        elif piece.form not in _BEFORE_LABEL and not (is_denied and piece.form in ("gi", "thay")):
            break
        place += 1
    return "", 0, False


def _is_record(pieces: Sequence[Piece], place: int, form: Form) -> bool:
    key = key_of(pieces[place].form, form) if place < len(pieces) else ""
    return bool(key) and form[key].kind is Kind.RECORDS


def key_of(meaning: str, form: Form) -> str:
    """The note or record of the form that goes by that meaning; "" = none."""
    if not meaning[:1].isupper() and meaning[:1] != "@":
        return ""
    for field in form.fields:
        if field.kind not in (Kind.NOTE, Kind.RECORDS) or not field.asked:
            continue
        if MEANING_OF.get(field.key, f"@{field.key}") == meaning and meaning != "PLANNUMBER":
            return field.key
    return ""


def text_at(pieces: Sequence[Piece], place: int, meaning: str) -> tuple[int, bool]:
    """Where the text behind a label begins, and whether a colon or "là" leads to it."""
    at, has_colon = place, False
    for ahead in range(place, min(place + 6, len(pieces))):
        if pieces[ahead].form == ":":
            return ahead + 1, True
        if pieces[ahead].figure is not None and meaning not in ("MODEL", "IDEA", "HERO"):
            break
    while at < len(pieces) and pieces[at].form in (_BEHIND_LABEL | {meaning}):
        has_colon = has_colon or pieces[at].form in (":", "la", "gom")
        if pieces[at].raw in ('"', "“", "«"):
            break
        at += 1
    return at, has_colon


def said_of(pieces: Sequence[Piece]) -> str:
    return "".join(f"{piece.form} " for piece in pieces)


def says_none(pieces: Sequence[Piece]) -> bool:
    """True for "không", "chưa có gì", "ko a"."""
    is_zero = [piece.form for piece in pieces if not piece.is_sign] == ["0"]
    return is_zero or (bool(pieces) and bool(_NONE.fullmatch(said_of(pieces))))


def says_unknown(pieces: Sequence[Piece]) -> bool:
    """True for a text that is nothing but "chưa nắm được"."""
    return bool(pieces) and bool(_UNKNOWN.fullmatch(said_of(pieces)))


# --- courtesy ------------------------------------------------------------------------------------

_COURTESY: Final = re.compile(
    r"(?:'|da|xin|em|toi|chau|xom|tran|trong|rat|minh|bac|truong|hoi|don|vi|kinh|va|chan|thanh)? ?"
    r"(?:(?:xin|tran|trong|chan|thanh|kinh|em|rat|mong|chuc|toi) )*"
    r"(?:cam on|xin het|het|bao cao|kinh bao|kinh gui|gui|chao|thua|chuc|tran trong|nho|nhờ|"
    r"kinh mong|thong cam|"
    r"mong (?:\S+ ){1,3}(?:tiep nhan|tiep ~please|ghi nhan|thong cam|xem giup)|"
    r"PREPARER|than ai|con lai|may cai khac|phan con lai|so con lai|chi cu|"
    r"co gi|can gi|mong chi|mong anh|ky ten|tm|dai dien|nguoi lap)(?= |$)"
)


_SIGNED: Final = re.compile(
    r"(?:truong xom|xom truong|hieu truong|pho hieu truong|chu tich|pho chu tich|giam doc|bi thu|"
    r"truong phong|truong ban|truong tram|chu co so|~organise)(?: \S+){0,5} "
)


def is_signature(pieces: Sequence[Piece]) -> bool:
    """True for the last line "Trưởng xóm Nguyễn Văn A"."""
    return len(pieces) < 7 and bool(_SIGNED.fullmatch(said_of(pieces)))


def is_courtesy(pieces: Sequence[Piece]) -> bool:
    """True for "Xin cảm ơn", "Còn lại chị cứ hỏi em": no more of a note."""
    return bool(_COURTESY.match(said_of(pieces[:8])))


# --- the plan ------------------------------------------------------------------------------------

_YES: Final = re.compile(
    r"(?:da|co|đã) (?:(?:co|ra|ban hanh|xay dung|lap|~organise|NOW|xong|duoc|som|tu|dau|nam|va|"
    r"trien khai|ky|thong qua|phe duyet|hoan thanh|ban|hanh|mot|1) )*PLAN|"
    r"PLAN (?:(?:NOW|lap|thi|la|:|xom|cua|so|rieng|chuyen|doi|BUSINESS|nam|phong|trao|nay|"
    r"em|LAUNCH|'"
    r"|thuc|hien|TRAIN|thi|dua|minh|don|vi|truong|hoi|cung|van|chung|hang|da|đã) )*"
    r"(?:da|co|roi|xong|ok|yes|day du|day đủ|duoc|x|v|ban hanh|đã|du)(?= )|"
    r"^(?:(?:da|xom|em|thua) )*(?:ban hanh|xay dung|lap|ra) (?:(?:xong|duoc) )*PLAN"
)
_NO: Final = re.compile(
    r"(?:chua|khong|kh)(?: he)?(?: (?:co|ra|ban hanh|xay dung|lap|kip|lam|duoc|xong|thay))* PLAN|"
    r"PLAN (?:(?:NOW|thi|la|:|xom|cua|so|rieng|chuyen|doi|nam|phong|trao|nay|em|'|thuc|hien|thi|"
    r"dua|minh|don|vi|truong|hoi|cung|van|hien|hien tai) )*(?:chua|khong|kh)(?= )"
)
_UNSURE: Final = re.compile(
    r"PLAN (?:\S+ ){0,3}(?:ma|nhung|song) (?:van )?chua |PLAN co chua |"
    r"(?:dang|sap(?! xep)|se|du thao|cho|chuan bi|moi|xin|can|"
    r"nop|co le|hinh nhu|thieu|cung) (?:\S+ "
    r"){0,3}PLAN|PLAN (?:\S+ ){0,4}(?:dang|sap|se|du thao|cho ky|cho duyet|hinh nhu|xin|trinh)(?= )"
)


def plan_told(pieces: Sequence[Piece]) -> str:
    """What a clause says of the plan: "yes", "no", "?" = it must be asked, "" = nothing."""
    said = said_of(pieces)
    if "PLAN" not in said:
        return ""
    if re.search(r"PLAN chua (?:: (?:roi|co|da)|roi|da)(?= )", said):
        return "yes"
    if _UNSURE.search(said):
        return "?"
    if _NO.search(said):
        return "no"
    return "yes" if _YES.search(said) else ""


_LAUNCH: Final = re.compile(
    r"LAUNCH (?:\S+ ){0,4}?(?P<no>chua|khong|kh)(?= )|(?P<not>chua|khong) (?:co )?LAUNCH|"
    r"LAUNCH (?:\S+ ){0,3}?(?:co|da|roi)(?= )|LAUNCH (?:tu|từ|ngay|vao|hom|dau)(?= )|"
    r"(?:da|co) (?:\S+ ){0,2}LAUNCH"
)


def launch_told(pieces: Sequence[Piece]) -> str:
    found = _LAUNCH.search(said_of(pieces))
    if found is None:
        return ""
    return "no" if found["no"] or found["not"] else "yes"

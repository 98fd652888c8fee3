"""Times that can be read in two ways and must be asked: "cuối tháng", "3 tháng qua", "tết"."""

import re
from typing import Final

from handlers.statistics.moments import Found, Odd
from handlers.statistics.time_points import END, PAST, N
from handlers.statistics.typed import Line

_DOUBTFUL: Final = tuple(
    re.compile(f"(?:{pattern}){END}")
    for pattern in (
        r"(?!nua (?:dau|cuoi) nam)(?:(?:nua )?(?:dau|giua|cuoi) )(?:nam|thang|quy|"
        rf"tuan)(?: nay|{'' } {PAST})?(?! (?:\d|den|toi|nay|{N}))",
        r"(?!nua (?:dau|cuoi) nam)(?:nua )?(?:dau|giua|cuoi) (?:nam|thang|quy|tuan|"
        rf"giai doan) (?:{N}|\d{{4}}|{PAST})(?! (?:den|toi|-))",
        rf"(?:nua|hon|gan) (?:thang|quy|tuan)(?: (?:nay|{PAST}|dau|cuoi))?(?! {N})",
        r"nua nam|(?:thoi gian|dot|vu) (?:qua|gan day|nay|truoc|vua qua|vua roi)|"
        r"gan day|dao nay|moi day"
        r"|vua qua|vua roi|lan truoc|bua truoc|hom truoc|hom no|bua no|ngay truoc|"
        r"lau nay|bay lau nay",
        rf"(?:may|vai|{N}) (?:hom|bua|tuan|thang|quy|nam) (?:nay|qua|{PAST}|gan day|"
        r"gan nhat|vua qua|vua roi|tro lai day)",
        r"(?:may|vai) ngay (?:nay|qua|truoc|gan day|vua qua|vua roi)",
        rf"{N} ngay truoc|{N} ngay (?:dau|cuoi)(?: (?:thang|nam|quy|tuan)(?: {N}| nay| truoc)?)?",
        r"(?:mua |dip |ky nghi )?he(?: nay| nam ngoai| vua roi)?|bua gio|hom ray|"
        r"hom gio|may bua ray"
        r"|truoc day|luc truoc|tu (?:truoc|dau|khi bat dau|ngay dau) (?:den|toi) "
        r"(?:nay|gio|bay gio)",
        r"(?:thang|tuan|quy|nam|ngay|ky) (?:sau|toi|ke tiep|tiep theo|mai)(?! (?:\d|"
        r"nam|tuan|thang|quy))",
        r"(?:ngay )?mai|cuoi tuan|(?:so voi )?cung ky(?: (?:nam|thang|quy) (?:ngoai|"
        r"truoc|\d{4}))?",
        r"mua (?:he|xuan|thu|dong|ha)|hoc ky(?: (?:\d|mot|hai|i|ii))?|nam hoc(?: "
        r"\d{4} - \d{4}| nay)?",
        rf"(?:ram|mung|mong)(?: {N})?(?: thang (?:{N}|gieng|chap))?|thang (?:gieng|"
        r"chap)|(?:truoc |sau |dip )?tet(?: nguyen dan| trung thu)?|trung thu|am "
        r"lich",
        rf"(?:thu [2-7]|thu (?:hai|tu|nam|sau|bay)|chu nhat)(?: {PAST})?(?! (?:tuan|ngay))",
        r"(?:ca )?(?:hai|2|moi|cac|toan) giai doan|giai doan 2027 - 2030",
        rf"tuan (?:thu )?(?:{N}|dau|cuoi)(?: (?:tien|cung))?(?: (?:cua )?thang (?:{N}|"
        r"nay|truoc))?",
        rf"{N} tuan (?:dau|cuoi)(?: thang)?(?: {N}| nay| truoc)?",
        rf"thang {N} (?:va|&|\+|voi|hay|hoac) {N}(?! (?:[/.%]|xom|truong|don|nguoi|thang dau))",
        rf"quy {N} (?:va|&|\+|voi|hay|hoac) {N}(?! (?:[/.%]|xom|truong|don|nguoi|thang))",
    )
)  # fmt: skip


def doubtful(line: Line, place: int) -> Found | None:
    for pattern in _DOUBTFUL:
        if found := line.match(pattern, place):
            return Found(Odd.DOUBT, line.after(found))
    return None

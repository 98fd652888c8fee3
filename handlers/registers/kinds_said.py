"""Which kind of line a sentence tells of. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_WORDS: Final[Mapping[str, re.Pattern[str]]] = {
    "visit": re.compile(
        r"\b(?:kiem tra|giam sat|lam viec (?:voi|tai)|phuc tra|tham dinh|ktra|(?<!phong )kt)\b"
    ),
    "award": re.compile(
        r"\b(?:khen|giay khen|bang khen|bieu duong|tuyen duong|huan chuong|co thi dua)\b"
    ),
    "broadcast": re.compile(r"\b(?:phat thanh|phat song|truyen thanh|phat loa|loa)\b"),
    "article": re.compile(
        r"\b(?:tin bai|bai viet|bai bao|(?:dang|viet|co) (?:\S+ )?(?:tin|bai)|\d+ (?:tin|bai)"
        r"(?! phat thanh)|ttdt|trang thong tin|fanpage|chuyen muc|chuyen trang)\b|\btin/bai\b"
    ),
    "plan": re.compile(r"\b(?:ke hoach|kh)\b"),
    "launch": re.compile(r"\bphat dong\b"),
}
_DIGITAL: Final = re.compile(
    r"\b(?:binh dan hoc vu so|bdhvs|bdhv so|nen tang so)\b|\bhoc tap (?:\S+ ){0,3}so\b"
)
_PROGRAMME: Final = re.compile(r"\b(?:chuong trinh|ctr)\b")
_NAMED: Final = re.compile(r"^\d+[A-Z]?(?:/\d{4})?/(KH|CTR)\b")
_ASKED_FOR: Final = re.compile(
    r"\b(?<!theo )(?:de nghi|de xuat|to trinh|xin|du kien|se|xet|chuan bi)\b(?: \S+){0,4}? "
    r"(?:khen|tang|bieu duong|tuyen duong|giay khen|bang khen)\b"
)
"""Not given yet: "đề nghị khen 3 người"."""
_PLAN: Final = r"(?:ke hoach|kh|chuong trinh|ctr)\b"
_TWO_PLANS: Final = re.compile(
    rf"\b{_PLAN}.*(?:\b(?:va|cung|kem|dong thoi|them)|(?<!hoach)(?<!trinh)[,;+&])"
    rf" ?(?:(?:ban hanh|xay dung|mot|1|ca|voi|ra) )*{_PLAN}"
)


def kinds_in(said: str, numbers: Sequence[str], hint: Sequence[str]) -> tuple[str, ...]:
    """The kinds that `said` (folded) may tell of; of several those of `hint` come first.

    None of an award that is only proposed: that is no line of the register.
    """
    found = _found(said, numbers)
    if "award" in found and _ASKED_FOR.search(said):
        return ()
    if not found:
        return tuple(hint)
    first = min(found, key=lambda kind: found[kind])
    if first == "visit":  # whatever else is named is what was looked at
        return ("visit",)
    kinds = tuple(found)
    wanted = tuple(kind for kind in kinds if kind in hint)
    return wanted or kinds


def _found(said: str, numbers: Sequence[str]) -> dict[str, int]:
    """Kind -> where it is said first."""
    found = {kind: match.start() for kind, words in _WORDS.items() if (match := words.search(said))}
    named = {match[1] for number in numbers if (match := _NAMED.match(number))}
    if "KH" in named:
        found.setdefault("plan", len(said))
    digital = _DIGITAL.search(said)
    if digital and _TWO_PLANS.search(said):
        found.setdefault("plan", digital.start())
        found["programme"] = digital.start()
    elif digital and ("plan" in found or _PROGRAMME.search(said) or "CTR" in named):
        found["programme"] = found.pop("plan", digital.start())
    return found

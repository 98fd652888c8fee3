"""What keyboards and habits leave in a text: Telex, VNI, abbreviations (N11).

They give *further* candidates, read only where the text as typed fits nothing, never for an act
that destroys (N12), and what they find is at best `Close`.
"""

import re

from handlers.words.text import fold, plain_of, words_of

_MAX_TEXT = 400  # characters; NFD needs up to three for a letter
_SHORT = {
    "ko": "khong", "k": "khong", "kh": "khong", "kg": "khong", "hk": "khong", "hok": "khong",
    "dc": "duoc", "bc": "bao cao", "cb": "can bo", "sl": "so lieu", "dl": "du lieu",
    "kq": "ket qua", "tk": "thong ke", "th": "tong hop", "bt": "biet", "ns": "noi",
}  # fmt: skip
_VOWEL = re.compile(r"[aeiouyw]")
_TELEX_TONES = re.compile(r"[sfrxj]")
_TELEX_HATS = re.compile(r"aa|ee|oo|dd")
_VNI_WORD = re.compile(r"(?=[a-z]*[aeiouy])[a-z]{2,}[1-9][a-z1-9]*|[a-z][1-9][a-z1-9]*[a-z][1-9]*")


def unfold_typing(text: str) -> tuple[str, ...]:
    """Up to three folded texts that `text` may stand for; without `fold(text)` itself.

    "xosm 5" gives "xom 5", "ba1o ca1o" gives "bao cao", "x5" gives "xom 5", "gap cb" "gap can bo".
    """
    if len(text) > _MAX_TEXT:
        return ()
    plain = plain_of(text)
    long = _lengthened(plain.split())
    telex = " ".join(without_telex(word) for word in long.split())
    vni = plain_of(" ".join(_without_vni(word) for word in fold(text).split()))
    return tuple(found for found in dict.fromkeys((long, telex, vni)) if found not in ("", plain))


def _lengthened(words: list[str]) -> str:
    long = []
    for place, word in enumerate(words):
        is_hamlet = word == "x" and words[place + 1 : place + 2] and words[place + 1].isdecimal()
        long.append("xom" if is_hamlet else _SHORT.get(word, word))
    return " ".join(long)


def without_telex(word: str) -> str:
    """Take out what Telex would have turned into marks: "baos" bao, "ddoongf" dong, "tw" tu."""
    first = _VOWEL.search(word)
    if first is None or not word.isascii():
        return word
    end = first.end()
    start = word[:end].replace("dd", "d")
    if start.endswith("w"):
        start = start[:-1] + "u"
    rest = _TELEX_TONES.sub("", word[end:].replace("w", ""))
    return _TELEX_HATS.sub(lambda pair: pair[0][0], start + rest)


def _without_vni(word: str) -> str:
    """Take out VNI's digits: "ba1o" bao, "d9u1ng" dung, "xom1" xom; "x5" and "3a" stay."""
    if words_of(word) and _VNI_WORD.fullmatch(word):
        return re.sub(r"[1-9]", "", word)
    return word

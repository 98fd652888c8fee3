"""Yes or no (N13), done or later, thanks, and "I do not know"."""

import re

from handlers.words.text import Word, clean, may_all_mean, without_courtesy, words_of

_MAX_ANSWER = 120
_MAX_WORDS = 12
_YES = (
    "có", "có chứ", "có rồi", "ok", "oke", "okie", "okay", "oki", "okê", "ô kê", "ừ", "ừm", "uh",
    "uhm", "uk", "um", "đúng", "đúng rồi", "đúng vậy", "đúng thế", "chính xác", "chuẩn", "phải",
    "phải rồi", "vâng", "dạ", "được", "được rồi", "được chứ", "đc", "dc", "đồng ý", "nhất trí",
    "tất nhiên", "chắc chắn", "chắc rồi", "rồi", "yes", "yep", "đúng là",
)  # fmt: skip
_NO = (
    "không", "ko", "k", "kh", "kg", "khg", "hông", "hong", "hok", "hk", "chưa", "sai", "sai rồi",
    "chẳng", "không phải", "không đâu", "ko đâu", "khỏi", "không cần", "ko cần", "no", "nope",
)  # fmt: skip
_YES_SIGNS = frozenset("👍👌✅🆗✔")
_NO_SIGNS = frozenset("👎❌🚫✖🙅")
_SIGNS = _YES_SIGNS | _NO_SIGNS
_PARTS = re.compile(r"[.,;!\n]")


def _phrases() -> list[tuple[tuple[Word, ...], bool]]:
    said = [(words_of(text), True) for text in _YES] + [(words_of(text), False) for text in _NO]
    return sorted(said, key=lambda phrase: len(phrase[0]), reverse=True)


_PHRASES = _phrases()


def read_yes_no(text: str) -> bool | None:
    """Read an answer while a yes/no question is open; None = neither, both, or a question back.

    Marks may be missing ("dung" is "đúng"), but not different ("dừng", "vàng" are no answers).
    """
    text = clean(text)
    if len(text) > _MAX_ANSWER or "?" in text:
        return None
    said: set[bool | None] = {sign in _YES_SIGNS for sign in text if sign in _SIGNS}
    for part in _PARTS.split(text):
        if words := _without_thanks(words_of(part)):
            said.add(_read_part(words))
    return said.pop() if len(said) == 1 else None


def _without_thanks(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Drop "cảm ơn" and what follows it: "có, cảm ơn nhé"."""
    plains = [word.plain for word in words]
    thanks = (n for n in range(len(words) - 1) if plains[n : n + 2] == ["cam", "on"])
    return words[: next(thanks, len(words))]


def _read_part(words: tuple[Word, ...]) -> bool | None:
    """One part between commas: "dạ đúng rồi ạ" is True, "không đúng" False, "có không" None."""
    rest, found = without_courtesy(words), []
    while rest:
        for phrase, meaning in _PHRASES:
            if may_all_mean(rest[: len(phrase)], phrase):
                found.append((phrase, meaning))
                rest = rest[len(phrase) :]
                break
        else:
            return None
    meanings = [meaning for _, meaning in found]
    if len(set(found)) == 1 or all(meanings):
        return meanings[0]
    is_denied = not meanings[0] and all(meanings[1:])  # "không đúng"; but "đúng không" is asked
    return False if is_denied else None


def plain_choice(text: str, *, yes: str, no: str) -> str:
    """The key that a plain yes or no stands for; "" for anything else."""
    said = read_yes_no(text)
    return "" if said is None else yes if said else no


_DONE = re.compile(
    r"(?:da |vua )?(?:(?:lam|doc|xem|thu) )?(?:xong|roi)(?: (?:xong|roi|day))*|"
    r"da (?:lam|thu|doc|xem)|lam duoc(?: roi)?|tiep|tiep tuc|tiep di|xem tiep"
)
_NOT_YET = re.compile(
    r"(?:chua|khong|ko|k)(?: (?:lam|thu|xong|kip|duoc|biet lam))+(?: (?:duoc|xong|dau))*|"
    r"de (?:sau|mai|lat nua|chieu|toi)|bo qua|lat nua|luc khac"
)


def read_done(text: str) -> bool | None:
    """Read the answer to "done?": "làm rồi", "xong" True; "chưa làm", "để sau" False."""
    said = " ".join(word.plain for word in without_courtesy(words_of(text)[:_MAX_WORDS]))
    if _DONE.fullmatch(said):
        return True
    return False if _NOT_YET.fullmatch(said) else read_yes_no(text)


_COURTEOUS = re.compile(
    r"(?:(?:ok|oke|da|vang|u|uh|roi|thoi|the|tot|hay|qua) )*"
    r"(?:(?:(?:xin|rat|toi|em|chau|con) )*(?:cam on|cam ta|thanks?|thank you|tks|thks|camon)|"
    r"tam biet|bye(?: bye)?|hen gap lai)"
    r"(?: (?:chau|con|em|anh|chi|bac|co|chu|ban|tro ly|can bo|xa|nhieu|lam|nhe|nha|a|da giup|da|"
    r"rat|qua|ca nha|moi nguoi|bye|tam biet))*"
)


def looks_courteous(text: str) -> bool:
    """True for thanks and good-byes that ask for nothing; "có, cảm ơn" is an answer first."""
    if len(text) > _MAX_ANSWER or "?" in text:
        return False
    said = " ".join(word.plain for word in words_of(text))
    return bool(_COURTEOUS.fullmatch(said)) or text.strip() in ("❤️", "❤", "🙏", "🌹", "😊")


_UNKNOWN = re.compile(
    r"bo qua|(?:(?:toi|em|minh|chau|con|da) )*(?:"
    r"(?:khong|ko|k|hk|chua|chang) (?:con )?(?:biet|nho|ro|nam ro)(?: (?:ro|nua|dau|xom nao))*|"
    r"quen(?: mat)?(?: (?:roi|xom))*)"
)


def says_unknown(text: str) -> bool:
    """True for "bỏ qua", "tôi không nhớ", "quên mất rồi"."""
    said = " ".join(word.plain for word in without_courtesy(words_of(text)[:_MAX_WORDS]))
    return bool(_UNKNOWN.fullmatch(said))


_LOST = re.compile(
    r"(?:(?:toi|em|minh|chau|con|ba|ong|cau nay|kho qua|chiu|thoi) )*(?:"
    r"(?:khong|ko|k|hk|chua|chang) (?:con )?(?:biet|hieu|ro)(?: (?:lam|tra loi|chon|cau|nay|so|the|"
    r"nao|dau|gi|sao|dung|ca|het|roi))*|kho qua|kho the|chiu(?: thoi| roi)?)"
)


def looks_lost(text: str) -> bool:
    """True for "không biết làm", "khó quá": somebody before a question, without an answer."""
    said = " ".join(word.plain for word in without_courtesy(words_of(text)[:_MAX_WORDS]))
    return bool(_LOST.fullmatch(said))

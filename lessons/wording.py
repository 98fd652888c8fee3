"""Words that must not reach a learner: what hurts, what is foreign, what is office talk.

The lists are meant to grow: a reader's stumble becomes a line here.
"""

import re
import unicodedata
from collections.abc import Collection

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")

# What hurts, by why. Quoted speech of a person in a scene is not ours and is not looked at.
KIN = "từ xưng hô thân tộc"
_CAPITALS = "".join(
    char for char in map(chr, (*range(0x41, 0x1B1), *range(0x1EA0, 0x1EFA))) if char.isupper()
)
_CAPITAL = f"(?-i:[{_CAPITALS}])"
# After a kin term: a name, or a word that makes it somebody else or something else.
_OTHERS = rf" {_CAPITAL}| (?:sĩ|giáo|dâu|gái|bé|ấy|già|bảo vệ|ý|thể|thích|bỏ)\b"
_FORBIDDEN = {
    # "bạn" is rude to a person of 67 (U2); friends are still friends
    r"(?<!kết )(?<!người )\bbạn\b(?! bè| học| cũ| thân)": "“bạn” — không xưng hô",
    # kin terms addressing the reader; "bác Tư", "cô giáo", "ông bà" in a story stay
    rf"(?<!ghi )(?<!phản )(?<!dụng )(?<!công )(?<!nhạc )"
    rf"\b(?:bác|cô|chú|cụ|dì|thím|mợ)\b(?!{_OTHERS})": KIN,
    r"\b(?:ông|bà|anh|chị|cháu|con|em) (?:hãy|nên|nhé|ơi|ạ|bấm|nhắn|vui lòng)\b": KIN,
    rf"\b(?:thưa|mời|cảm ơn) (?:ông|bà|anh|chị|em)\b(?! {_CAPITAL}| con)": KIN,
    r"\b(?:ông bà|anh chị|cô bác|ông/bà|anh/chị) (?:cần|có thể)\b": KIN,
    r"\b(?:cháu|em|con) (?:chào|xin|là Trợ lý)\b": "Trợ lý không xưng cháu, em, con",
    # blame (U2)
    r"\b(?:sai|nhầm|hỏng) rồi\b|\b(?:trả lời|chọn|làm|nhập) sai\b": "chê trách",
    r"\b(?:chưa|không) đúng rồi\b|\bkhông chính xác\b": "chê trách",
    r"\b(?:ngu ngốc|dại dột|cả tin|lạc hậu|kém hiểu biết|mù công nghệ)\b": "chê trách",
    r"\b(?:dễ thôi|ai cũng biết|(?:quá|rất) đơn giản)\b": "làm người chậm thấy ngại",
    # no game (design §8)
    r"\b\d+ điểm\b|(?<!địa )(?<!đặc )\bđiểm (?:số|cao|thưởng|tuyệt đối)\b": "chấm điểm",
    r"\b(?:tích|ghi|trừ|cộng|chấm) điểm\b": "chấm điểm",
    r"\bchuỗi (?:\d+ )?ngày\b|\b(?:thứ|xếp|thăng) hạng\b|\bhuy hiệu\b": "thi đua cá nhân",
    # officialese and computer talk with a plain word beside it
    r"\btruy cập\b": "“truy cập” — viết “vào, mở”",
    r"\bgiao diện\b": "“giao diện” — viết “màn hình”",
    r"\bngười dùng\b": "“người dùng” — viết “người”",
    r"\bthao tác\b": "“thao tác” — viết “làm, bấm”",
    r"\bthiết lập\b": "“thiết lập” — viết “đặt, chỉnh”",
    r"\bvui lòng\b": "“vui lòng” — viết “xin”",
    r"\bnhấp chuột\b|\bkích chuột\b|\bnhấn vào\b": "viết “bấm vào”",
}
_FORBIDDEN_RULES = [(re.compile(rule, re.IGNORECASE), why) for rule, why in _FORBIDDEN.items()]


def forbidden(text: str) -> list[str]:
    """What must not be said to a learner, as "found: why"; speech in quotes is skipped."""
    ours = _QUOTED.sub("…", text)
    return [f"{match[0]}: {why}" for rule, why in _FORBIDDEN_RULES for match in rule.finditer(ours)]


# Foreign words. Names and signs that a learner meets on the screen may stay.
_NAMES = (
    "Zalo|VNeID|VssID|VietQR|Facebook|Messenger|YouTube|TikTok|TikTok Shop|Shopee|Google|"
    "Google Play|CH Play|App Store|Android|iPhone|Gmail|Telegram|nTrust|Wi-Fi|Bluetooth|Excel|Word|"
    "video|Video|SIMO|NAPAS|OTP|Smart OTP|PIN|passcode|QR|SMS|SIM|CVV|AI|Internet|apk|km|kg|"
    "DigComp|UNESCO|UBND|HĐND|MTTQ|HTX|BHYT|BHXH|CCCD|VH-XH|CNSCĐ|OCOP|NQ|TW|KH|QĐ|LD"
)
NAMES = frozenset(_NAMES.split("|"))
_VIETNAMESE_FOR = {
    "link": "đường dẫn",
    "app": "ứng dụng",
    "file": "tệp",
    "online": "trên mạng",
    "click": "bấm",
    "email": "thư điện tử",
    "mail": "thư điện tử",
    "web": "trang mạng",
    "website": "trang mạng",
    "password": "mật khẩu",
    "smartphone": "điện thoại thông minh",
    "internet": "mạng",
    "wifi": "Wi-Fi",
    "hacker": "kẻ xấu",
    "chat": "nhắn tin",
    "inbox": "tin nhắn riêng",
    "share": "chia sẻ",
    "like": "thích",
    "comment": "bình luận",
    "livestream": "phát trực tiếp",
    "deepfake": "hình, tiếng giả",
    "update": "cập nhật",
    "download": "tải về",
    "upload": "gửi lên",
    "login": "đăng nhập",
    "account": "tài khoản",
    "scan": "quét",
    "shop": "cửa hàng",
    "ship": "giao hàng",
    "admin": "người quản lý",
    "group": "nhóm",
    "post": "bài đăng",
    "tablet": "máy tính bảng",
    "laptop": "máy tính xách tay",
    "camera": "máy ảnh",
    "chatbot": "máy trả lời tự động",
    "bot": "Trợ lý",
    "menu": "danh sách",
    "on": "bật",
    "off": "tắt",
    "ok": "được",
}
# A word that cannot be a Vietnamese syllable is foreign; the list above adds what to write instead.
_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?"
_OPEN_RIMES = (
    r"a|ai|ao|au|ay|âu|ây|e|eo|ê|êu|i|ia|iêu|iu|o|oa|oai|oao|oay|oe|oeo|oi|ô|ôi|ơ|ơi|u|ua|ui|"
    r"uôi|uy|uya|uyu|uê|uêu|uơ|uây|ư|ưa|ưi|ươi|ươu|ưu|y|yêu"
)
_VOICED_RIMES = (
    r"(?:a|ă|â|e|ê|i|iê|o|oa|oă|oe|ô|ơ|u|uâ|uê|uô|uy|uyê|ư|ươ|y|yê)(?:m|n|ng)|"
    r"(?:a|ê|i|oa|uê|uy|y)nh|oong"
)
_STOPPED_RIMES = (
    r"(?:a|ă|â|e|ê|i|iê|o|oa|oă|oe|ô|ơ|u|uâ|uô|uy|uyê|ư|ươ|y|yê)(?:c|p|t)|"
    r"(?:a|ê|i|oa|uê|uy|y)ch|ooc"
)
_SYLLABLE = re.compile(f"{_ONSET}(?:{_OPEN_RIMES}|{_VOICED_RIMES})")
_STOPPED_SYLLABLE = re.compile(f"{_ONSET}(?:{_STOPPED_RIMES})")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_SHARP_OR_HEAVY = {"\u0301", "\u0323"}
_LETTERS = re.compile(r"[^\W\d_]+")


def is_vietnamese(word: str) -> bool:
    """True when this one word of letters can be a Vietnamese syllable, tone included."""
    apart = unicodedata.normalize("NFD", word.casefold())
    tones = [char for char in apart if char in _TONES]
    plain = unicodedata.normalize("NFC", "".join(char for char in apart if char not in _TONES))
    if len(tones) > 1:
        return False
    if _SYLLABLE.fullmatch(plain):
        return True
    # A syllable closed by c, ch, p or t carries one of two tones: "chát" is a word, "chat" is not.
    return (
        _STOPPED_SYLLABLE.fullmatch(plain) is not None
        and set(tones) <= _SHARP_OR_HEAVY
        and bool(tones)
    )


def foreign(text: str, *, names: Collection[str] = NAMES) -> list[str]:
    """Foreign words, each with the Vietnamese one where we know it. Names may stay.

    Links, {variables} and numbers of papers are to be cut out before (`prose.plain`).
    """
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", " ", text)
    found = []
    for word in _LETTERS.findall(text):
        instead = _VIETNAMESE_FOR.get(word.casefold())
        if instead is not None:
            found.append(f"{word}: viết “{instead}”")
        elif len(word) > 1 and not is_vietnamese(word):
            found.append(word)
    return found

"""What makes a form fit for people: one plain question at a time, each resting on the plan.

For the forms of the house (`python -m bot check`) and for one that an officer changed; what
`form.Form` itself refuses is not looked at again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from handlers.reporting.form import Field, Form, Kind, Option, Part, Problem
from handlers.reporting.plan import PARAGRAPHS, speaks_to
from handlers.words import clean, fold
from lessons import prose
from lessons.wording import forbidden, foreign

MOST_LETTERS: Final = 240
"""Characters of a question: it stands in one message with its choices."""
MOST_OF_HAMLET: Final = 8
"""Required questions asked of the head of a hamlet."""
PREPARER: Final = "preparer"
"""The only field that asks for a name and a post: of whoever sends the report."""

_SIGNS: Final = re.compile(r"[*_`<>{}|#]")
_EXAMPLE: Final = re.compile(r"ví dụ\D*\d", re.IGNORECASE)
_SHARE_EXAMPLE: Final = re.compile(r"ví dụ.*?\d+/\d+", re.IGNORECASE)
_DATE_EXAMPLE: Final = re.compile(r"ví dụ.*?\d{1,2}/\d{1,2}/\d{4}", re.IGNORECASE)
_EXAMPLES: Final = {
    Kind.COUNT: _EXAMPLE,
    Kind.SHARE: _SHARE_EXAMPLE,
    Kind.BY_HAMLET: _SHARE_EXAMPLE,
    Kind.DATE: _DATE_EXAMPLE,
}
_TWO_FIGURES: Final = re.compile(r"\b(?:bao nhiêu|mấy)\b.*\b(?:bao nhiêu|mấy)\b", re.IGNORECASE)
_PERSONAL: Final = re.compile(
    r"\b(?:số (?:điện thoại|máy|căn cước|định danh|tài khoản)|căn cước|CCCD|CMND|BHYT|BHXH|OTP|"
    r"chứng minh (?:nhân dân|thư)|mã (?:định danh|số thuế)|(?:ngày|năm) sinh|địa chỉ|hộ khẩu|"
    r"mật khẩu|mã PIN|quê quán|danh sách (?:người|hộ|hội viên|học sinh))\b",
    re.IGNORECASE,
)
_NAMES: Final = re.compile(r"\bhọ(?: và|,)? tên\b", re.IGNORECASE)
_SCORES: Final = re.compile(
    r"(?<!địa )(?<!thời )(?<!quan )(?<!đặc )(?<!ưu )(?<!trọng )\bđiểm\b(?! nghẽn| cầu)|"
    r"\bxếp (?:loại|hạng|thứ)\b|\bchỉ tiêu\b|\bmục tiêu\b|\bphần trăm\b|%",
    re.IGNORECASE,
)
_ORDERS: Final = re.compile(r"\b(?:phải|bắt buộc|yêu cầu|quá hạn|nghĩa vụ)\b", re.IGNORECASE)
_KIND_WORDS: Final = re.compile(r"\b(?:xin|kính|đề nghị)\b", re.IGNORECASE)
_POLITE_ONLY: Final = ("mttq_ctxh", "doanh_nghiep")
_SECTION_OF: Final = re.compile(r"II\.([1-7])")


def problems_of(form: Form) -> list[Problem]:
    """Everything to mend before people see this form, in the order of its fields."""
    about = (_about_texts, _about_question, _about_figure, _about_filling, _about_plan)
    found = [Problem(where=form.key, what=what) for what in _about_whole(form)]
    for field in form.fields:
        told = list(chain.from_iterable(look(form, field) for look in about))
        found += [Problem(where=f"{form.key}: {field.key}", what=what) for what in told]
    return found


def problems_among(forms: Iterable[Form]) -> list[Problem]:
    """What only shows when all forms of a commune lie side by side."""
    forms = tuple(forms)
    kinds = Counter(kind for form in forms for kind in form.kinds)
    found = [
        Problem(where=kind, what="Có hai biểu mẫu cho cùng một loại đơn vị.")
        for kind, times in kinds.items()
        if times > 1
    ]
    by_hamlet = {
        (field.key, field.holder)
        for form in forms
        for field in form.fields
        if field.kind is Kind.BY_HAMLET
    }
    for key, field in ((form.key, field) for form in forms for field in form.fields):
        if field.taken_from and (field.taken_from, field.holder) not in by_hamlet:
            what = f"Không biểu mẫu nào có số theo xóm tên {field.taken_from} của cùng nơi giữ số."
            found.append(Problem(where=f"{key}: {field.key}", what=what))
    return found


# --- the form as a whole -------------------------------------------------------------------------


def _about_whole(form: Form) -> Iterator[str]:
    yield from _about_text("Tên biểu mẫu", form.title)
    for label, times in Counter(fold(field.label) for field in form.fields).items():
        if times > 1:
            yield f"Có {times} câu cùng tên “{label}”."
    if "xom" in form.kinds and (asked := _most_required(form)) > MOST_OF_HAMLET:
        yield f"Hỏi xóm {asked} câu bắt buộc, tối đa {MOST_OF_HAMLET}."


def _most_required(form: Form) -> int:
    """Required questions in the worst case, of a unit that holds nobody's figures."""
    required = [
        field for field in form.fields if field.required and field.asked and not field.holder
    ]
    by_condition = Counter(field.only_if for field in required)
    worst: dict[str, int] = {}
    for condition, times in by_condition.items():
        key = condition.partition("=")[0]
        worst[key] = max(worst.get(key, 0), times)  # of "yes" and "no" only one can be
    return sum(worst.values())


# --- words ---------------------------------------------------------------------------------------


def _about_texts(_: Form, field: Field) -> Iterator[str]:
    yield from _about_text("Câu hỏi", field.ask)
    yield from _about_text("Tên gọi", field.label)
    yield from _about_text("Lời giúp", field.help)
    yield from _about_options(field.options)
    for part in field.parts:
        yield from _about_part(part)
    for word in field.words:
        if fold(word) != word or not word:
            yield f"Từ gợi ý phải viết thường, không dấu: “{word}”."


def _about_part(part: Part) -> Iterator[str]:
    yield from _about_text("Câu hỏi", part.ask)
    yield from _about_text("Tên gọi", part.label)
    yield from _about_options(part.options)
    yield from _one_idea(part.ask)


def _about_options(options: Sequence[Option]) -> Iterator[str]:
    labels = {fold(option.label) for option in options}
    if options and len(labels) < 2:
        yield "Cần ít nhất hai lựa chọn."
    elif len(labels) < len(options):
        yield "Có hai lựa chọn cùng tên."
    for option in options:
        yield from _about_text("Lựa chọn", option.label)


def _about_text(name: str, text: str) -> Iterator[str]:
    for sentence in prose.long_sentences(text):
        count = len(prose.words(sentence))
        yield f"{name}: câu dài {count} chữ, tối đa {prose.MAX_WORDS}: “{sentence}”"
    yield from (f"{name}: {what}" for what in forbidden(text))
    yield from (f"{name}: từ khó hiểu: {what}" for what in foreign(prose.plain(text)))
    if clean(text) != text:
        yield f"{name}: có ký tự ẩn, hoặc dấu tiếng Việt gõ rời."
    if _SIGNS.search(text) or prose.emoji_count(text):
        yield f"{name}: có dấu, hình không hiện được ở mọi ứng dụng."


# --- what is asked -------------------------------------------------------------------------------


def _about_question(form: Form, field: Field) -> Iterator[str]:
    if not field.asked:
        return
    yield from _one_idea(field.ask)
    said = [field.label, field.ask, *(option.label for option in field.options)]
    for part in field.parts:
        said += [part.label, part.ask, *(option.label for option in part.options)]
    for text in said:
        yield from _not_to_be_asked(field.key, text)
    yield from _about_courtesy(form, [field.ask, *(part.ask for part in field.parts)])


def _one_idea(ask: str) -> Iterator[str]:
    if len(ask) > MOST_LETTERS:
        yield f"Câu hỏi dài {len(ask)} ký tự, tối đa {MOST_LETTERS}."
    if ask.count("?") > 1 or _TWO_FIGURES.search(ask):
        yield "Mỗi câu hỏi chỉ một ý: xin tách làm hai."


def _not_to_be_asked(key: str, text: str) -> Iterator[str]:
    if found := _PERSONAL.search(text):
        yield f"Không hỏi thông tin cá nhân: “{found[0]}”."
    if key != PREPARER and (found := _NAMES.search(text)):
        yield f"Không hỏi thông tin cá nhân: “{found[0]}”."
    if found := _SCORES.search(text):
        yield f"Kế hoạch không cho điểm, không giao chỉ tiêu: “{found[0]}”."


def _about_courtesy(form: Form, asks: Iterable[str]) -> Iterator[str]:
    """Of the Front one requests, a business is invited (plan.md §7)."""
    if not set(_POLITE_ONLY) & set(form.kinds):
        return
    for ask in asks:
        if found := _ORDERS.search(ask):
            yield f"Đây là lời đề nghị, không viết “{found[0]}”."
        if "mttq_ctxh" in form.kinds and not _KIND_WORDS.search(ask):
            yield f"Với MTTQ, đoàn thể xin viết lời đề nghị, ví dụ “Xin cho biết…”: “{ask}”"


# --- figures -------------------------------------------------------------------------------------


def _about_figure(_: Form, field: Field) -> Iterator[str]:
    example = _EXAMPLES.get(field.kind)
    if field.asked and example and not (example.search(field.ask) or example.search(field.help)):
        yield "Câu hỏi về con số, ngày cần một ví dụ trong câu hỏi hoặc lời giúp."
    if (field.is_figure or field.kind is Kind.BY_HAMLET) and not field.counts:
        yield "Con số cần đơn vị tính."
    if field.kind is not Kind.COUNT:
        return
    says_times = "lượt" in f"{field.label} {field.ask}".casefold()
    if field.asked and says_times != field.counts.startswith("lượt"):
        yield "Lượt và người là hai số khác nhau: câu hỏi và đơn vị tính chưa khớp."


def _about_filling(_: Form, field: Field) -> Iterator[str]:
    if field.filled_by and field.kind is not Kind.COUNT:
        yield "Chỉ số đếm mới lấy được từ sổ hoạt động."
    if not field.asked and not field.filled_by:
        yield "Không hỏi mà cũng không tự điền thì không bao giờ có số."
    if not field.asked and field.required:
        yield "Số không hỏi thì không bắt buộc."
    if (field.taken_from or field.kind is Kind.BY_HAMLET) and not field.holder:
        yield "Số nhập chung cho các xóm cần ghi nơi giữ số."


def _about_plan(form: Form, field: Field) -> Iterator[str]:
    for code in field.plan:
        if code not in PARAGRAPHS:
            yield f"Kế hoạch không có mục {code}."
        elif strangers := [kind for kind in form.kinds if not speaks_to(code, kind)]:
            yield f"Mục {code} của kế hoạch không nói với loại đơn vị {', '.join(strangers)}."
    section = _SECTION_OF.fullmatch(field.section)
    if section and f"ND-{section[1]}" not in field.plan:
        yield f"Ở mục {field.section} của báo cáo thì phải thuộc nội dung ND-{section[1]}."

"""Six units with their answers, their BÁO CÁO, and what a reader finds in it."""

from typing import Any, Final

from handlers import texts
from handlers.documents.letter_contents import LetterContents, Section
from handlers.reporting import periods
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, UNKNOWN, Answer
from handlers.reporting.forms import built_in
from handlers.reporting.letter import contents_of
from storage.units import UnitInfo

SETTINGS: Final[dict[str, Any]] = {
    "name": "xã Giao Minh",
    "office": "Phòng Văn hóa - Xã hội",
    "holders": {"vneid": "cong-an-xa", "online": "tt-pvhcc"},
}
NAMES: Final = {"xom-01": "Xóm 1", "xom-03b": "Xóm 3 - xã cũ B", "xom-05": "Xóm 5"}
_PLAN: Final = {
    "plan_issued": Answer("yes"),
    "plan_number": Answer("12/KH"),
    "plan_date": Answer("2026-02-05"),
}
_RECORDS: Final = {
    "models": Answer(
        [
            {"name": "Nhóm Zalo hỏi đáp của xóm", "what": "Hôm nào cũng có người trả lời"},
            {"name": "Mỗi nhà một người biết nộp hồ sơ trực tuyến", "what": ""},
        ]
    ),
    "initiatives": Answer([{"name": "Sổ tay chữ to", "what": "Các cụ tự tra cách gọi video."}]),
    "exemplars": Answer(
        [
            {"name": "Ông Nguyễn Văn A", "what": "Dạy 45 người cài VNeID.", "award": "ht_6"},
            {"name": "Tổ công nghệ số cộng đồng", "what": "Trực 24 buổi tối", "award": "none"},
        ]
    ),
}
_ENDS: Final = {
    "difficulties": Answer("nhiều cụ chưa có điện thoại thông minh\nSóng ở cuối xóm còn yếu."),
    "direction": Answer("Mỗi tháng một buổi học; giúp các cụ cài VNeID"),
    "proposals": Answer("Xin xã cấp tài liệu chữ to"),
    "preparer": Answer("Nguyễn Văn B, phó trưởng xóm"),
    "evidence": Answer([1, 2]),
}
_LEARNING: Final = {
    "sessions": Answer(12, source=FROM_BOOK),
    "attendances": Answer(1345, about=True),
    "publicity": Answer(24),
}
FULL: Final[dict[str, dict[str, Answer]]] = {
    "xom": {
        "plan_issued": Answer("yes"),
        **_LEARNING,
        "people": Answer(210),
        "over_60": Answer(85, about=True),
        "women": UNKNOWN,
        "team_members": Answer(6),
        "team_helped": Answer(150),
        "vneid_helped": Answer(45),
        "vneid_level_2": Answer([300, 420], source=FROM_HOLDER),
        "payment": Answer([120, 185]),
        "fraud_talks": Answer(2),
        "fraud_cases": Answer(0),
        **_RECORDS,
        **_ENDS,
        "learners_here": Answer(130, source=FROM_BOOK),
        "basic_here": Answer(41, source=FROM_BOOK),
    },
    "co_quan": {
        **_PLAN,
        **_LEARNING,
        "launched": Answer("yes"),
        "skilled": Answer([18, 20]),
        "online_files": Answer([5200, 6000]),
        "digital_work": Answer("ký số 100% văn bản đi, họp không giấy"),
        "safety_work": Answer("Đổi mật khẩu định kỳ."),
        "cooperation": Answer("Cùng Đoàn Thanh niên mở 2 buổi"),
        "awarded": Answer(3),
        **_RECORDS,
        **_ENDS,
    },
    "truong_hoc": {
        **_PLAN,
        **_LEARNING,
        "launched": Answer("no"),
        "skilled": Answer([28, 30]),
        "pupils_skilled": Answer([400, 520]),
        "digital_work": Answer("Sổ điểm điện tử ở mọi lớp"),
        "fraud_talks": Answer(4),
        "safety_work": Answer(""),
        "awarded": Answer(0),
        **_RECORDS,
        **_ENDS,
    },
    "mttq_ctxh": {
        **_PLAN,
        **_LEARNING,
        "oversight": Answer("vận động 200 hội viên học kỹ năng số; giám sát 1 cuộc"),
        "vneid_helped": Answer(45),
        "awarded": UNKNOWN,
        **_RECORDS,
        **_ENDS,
    },
    "doanh_nghiep": {
        "plan_issued": Answer("no"),
        "business_work": Answer("Bán hàng trên mạng, dùng hóa đơn điện tử"),
        "safety_work": Answer("Nhắc người lao động về lừa đảo"),
        "skilled": Answer([18, 20]),
        "sessions": Answer(0),
        **_RECORDS,
        **_ENDS,
    },
    "luc_luong_vu_trang": {
        "vneid_by_hamlet": Answer({"xom-01": [300, 385], "xom-03b": [400, 447], "xom-05": [9, 0]}),
        **_LEARNING,
        "fraud_talks": Answer(14),
        "fraud_cases": Answer(3),
        "cooperation": Answer("Phối hợp với 3 trường"),
        "models": _RECORDS["models"],
        "exemplars": _RECORDS["exemplars"],
        **_ENDS,
    },
}
NEARLY_EMPTY: Final[dict[str, Answer]] = {
    "plan_issued": UNKNOWN,
    "sessions": Answer(0),
    "models": Answer([]),
    "difficulties": Answer(""),
}
_UNITS: Final = {
    "xom": ("xom-05", "Xóm 5"),
    "co_quan": ("tt-pvhcc", "Trung tâm Phục vụ hành chính công xã"),
    "truong_hoc": ("thcs-a", "Trường THCS A"),
    "mttq_ctxh": ("mttq", "Ủy ban MTTQ Việt Nam xã"),
    "doanh_nghiep": ("dn-b", "Công ty TNHH mẫu B"),
    "luc_luong_vu_trang": ("cong-an-xa", "Công an xã"),
}


def a_unit(form: str, **changes: Any) -> UnitInfo:
    code, name = _UNITS[form]
    known = {"id": 7, "code": code, "name": name, "kind": form, "duty": "required", "commune_id": 1}
    return UnitInfo(**{**known, **changes})


def a_report(kind: str, answers: dict[str, Answer] | None = None, **changes: Any) -> dict[str, Any]:
    """What `letter.contents_of` is given, of a real and full report for 2026."""
    period = changes.pop("period", periods.annual(2026, SETTINGS))
    asked = built_in()[kind].on(year=period.year, occasion=period.occasion)
    known = {
        "form": asked,
        "answers": FULL[kind] if answers is None else answers,
        "unit": a_unit(kind),
        "settings": SETTINGS,
        "period": period,
        "is_sample": False,
        "practice": False,
        "names": NAMES,
    }
    return {**known, **changes}


# --- written down --------------------------------------------------------------------------------


def written(
    kind: str = "xom", answers: dict[str, Answer] | None = None, **changes: Any
) -> LetterContents:
    return contents_of(texts.load(), **a_report(kind, answers, **changes))


def section(letter: LetterContents, number: str) -> Section:
    return next(one for one in letter.sections if one.number == number)


def said(letter: LetterContents, number: str) -> list[str]:
    return [line.text for line in section(letter, number).lines]


def body(letter: LetterContents) -> str:
    return "\n".join(line.text for one in letter.sections for line in one.lines)


def rows(letter: LetterContents) -> dict[str, tuple[str, ...]]:
    """The annex: what -> its cells behind it."""
    table = letter.annexes[0].table
    return {row.cells[1]: row.cells[2:] for row in table.rows if len(row.cells) > 1}


def label(form: str, key: str) -> str:
    return built_in()[form][key].label

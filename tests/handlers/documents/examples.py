"""Documents as a turn would order them, and words that people use to break them."""

from typing import Any, Final

HOSTILE: Final = (
    '#let x = $1+1$ *đậm* <b> _a_ `c` @ref \\n [x] "',
    r"$\frac{1}{$ \alpha ^{",
    "W" * 400,
    "Đoàn Thanh niên Cộng sản Hồ Chí Minh " * 8,
    "😀👨‍👩‍👧‍👦 日本 العربية",
    "=cmd|' /C calc'!A0",
    "\x00\u202e\n\t",
    "e\u0302\u0301\u0336\u0489",
    "&P &D &[Tab]",
    "",
)


def an_about(**changes: str) -> dict[str, str]:
    return {
        "title": "Tỷ lệ người học theo xóm",
        "period": "tháng 11/2026",
        "place": "xã Giao Minh",
        "sample": "DỮ LIỆU MẪU",
        "total": "Toàn xã: 345 người học, 3,1% của 11.200 người lớn",
        "definition": "Tỷ lệ: người học trên số người lớn của xóm.",
        "moment": "Số liệu lúc 14:05, thứ Hai 23/11/2026",
        **changes,
    }


def a_bar(name: str = "Xóm 5", value: float | None = 2.9, **changes: str) -> dict[str, Any]:
    known = {"says": f"{value}%".replace(".", ","), "detail": "12/420", "why": ""}
    unknown = {"says": "", "detail": "", "why": "Chưa có mẫu số"}
    return {"name": name, "value": value, **(unknown if value is None else known), **changes}


def some_bars(*rows: dict[str, Any], **about: str) -> dict[str, Any]:
    return {"about": an_about(**about), "rows": list(rows), "nothing": "Chưa có số liệu."}


def a_change(
    name: str = "Xóm 5", before: float | None = 1.2, after: float | None = 3.6
) -> dict[str, Any]:
    is_known = before is not None and after is not None
    return {
        "name": name,
        "before": before,
        "before_says": f"{before}%",
        "after": after,
        "after_says": f"{after}%",
        "change": "+2,4 điểm" if is_known else "",
        "why": "" if is_known else "Chưa có mẫu số",
    }


def some_changes(*rows: dict[str, Any], **about: str) -> dict[str, Any]:
    head = {"before": "Tháng 10", "after": "Tháng 11"}
    return {**some_bars(*rows, **about), **head}


def a_trend(*figures: list[float | None], note: str = "", **about: str) -> dict[str, Any]:
    count = len(figures[0])
    return {
        "about": an_about(**about),
        "times": [
            {"name": f"T{n % 12 + 1}", "under": str(2025 + n // 12), "note": note}
            for n in range(count)
        ],
        "series": [
            {
                "name": "Người học",
                "values": values,
                "says": ["" if value is None else f"{value:g}" for value in values],
            }
            for values in figures
        ],
        "nothing": "Chưa có số liệu.",
    }


def a_card(**changes: Any) -> dict[str, Any]:
    return {
        "sample": "DỮ LIỆU MẪU",
        "movement": "Bình dân học vụ số",
        "place": "xã Giao Minh",
        "units": ["Xóm 5"],
        "day": "Chủ nhật 22/11/2026",
        "what": "Buổi học",
        "topics": ["VNeID", "phòng lừa đảo"],
        "heads": "35",
        "heads_says": "lượt người dự",
        "facts": [["Nơi tổ chức", "nhà văn hóa xóm"], ["Người hướng dẫn", "cô Lan"]],
        **changes,
    }

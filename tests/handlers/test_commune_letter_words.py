"""Whose words stand in the commune's BÁO CÁO: what an officer picked and wrote, what never does."""

import dataclasses
import io
import json
from collections.abc import Iterator
from typing import Any

import docx
import pytest

from handlers.documents.report_letter import report
from handlers.office.owing import Standing
from handlers.reporting.answers import Answer
from handlers.yearly.letter import Known, framing
from tests.handlers.commune_letter_examples import (
    NOTHING,
    REGISTERS,
    TEXTS,
    a_commune,
    a_unit,
    body,
    gathered,
    known,
    owes,
    period_of,
    point,
    said,
    told,
    written,
    xom,
)
from tests.handlers.documents.examples import HOSTILE

# --- words of units ------------------------------------------------------------------------------


def test_difficulties_of_units_never_stand_there_unread() -> None:
    """Only what an officer picked; without it how many there are."""
    raw = "MẠNG YẾU QUÁ, xã ko giúp gì cả"
    reports = [xom(1, difficulties=Answer(raw), proposals=Answer("cấp tiền đi"))]
    letter = written(known(gathered(reports)))
    assert raw not in body(letter)
    assert "cấp tiền đi" not in body(letter)
    assert "Có 1 đơn vị nêu khó khăn, vướng mắc." in said(letter, "IV")
    picked = [point("difficulty", "Sóng di động còn yếu."), point("proposal", "Thêm trạm phát")]
    letter = written(known(gathered(reports), points=picked))
    assert "- Sóng di động còn yếu." in said(letter, "IV")
    assert "- Thêm trạm phát." in said(letter, "VI")
    assert "1 đơn vị nêu" not in body(letter)


def _with_models(count: int) -> list[Any]:
    return [
        xom(number, models=Answer([{"name": f"Cách làm thứ {number}", "what": "chi tiết"}]))
        for number in range(1, count + 1)
    ]


def test_examples_by_name_and_the_rest_in_the_annex() -> None:
    letter = written(known(gathered(_with_models(18))))
    text = said(letter, "III")
    assert "- Cách làm thứ 15 (Xóm 15)." in text
    assert "Cách làm thứ 16" not in text
    assert "chi tiết" not in text
    last = letter.annexes[-1]
    assert f"Còn 3 nội dung khác được nêu tại {last.label}." in text
    assert ("18", "Cách làm thứ 18", "Xóm 18", "") in [row.cells for row in last.table.rows]


def test_picked_examples_take_the_place_of_names() -> None:
    letter = written(known(gathered(_with_models(18)), points=[point("example", "Xóm 5 làm hay")]))
    assert "- Xóm 5 làm hay." in said(letter, "III")
    assert "Cách làm thứ" not in said(letter, "III")
    assert "18 mô hình mới" in said(letter, "III")
    assert "MÔ HÌNH, SÁNG KIẾN" not in " ".join(one.title for one in letter.annexes)


def test_awards_are_proposed_as_the_units_did() -> None:
    people = [
        {"name": "Ông A", "what": "giúp dân", "award": "ht_6"},
        {"name": "Bà B", "what": "giúp dân", "award": "none"},
        {"name": "Tổ C", "what": "giúp dân", "award": ""},
    ]
    text = said(written(known(gathered([xom(1, exemplars=Answer(people))]))), "VI")
    assert "- Ông A (Xóm 1): Giấy khen của UBND xã." in text
    assert "Bà B" not in text
    assert "Tổ C" not in text


def test_who_is_missing_is_named_with_the_reason() -> None:
    """Without blame; a business that was only invited is not named."""
    quiet = [
        owes(a_unit(2, "xom")),
        owes(a_unit(3, "xom"), Standing.PAPER, "paper"),
        owes(a_unit(4, "xom"), Standing.EXEMPT, "exempt"),
        owes(a_unit(5, "mttq_ctxh")),
        owes(a_unit(6, "doanh_nghiep")),
    ]
    text = said(written(known(gathered([xom(1)], quiet))), "VI")
    assert "chưa có số liệu của 4 đơn vị" in text
    for words in ("Chưa gửi báo cáo: Xóm 2", "bản giấy", "Được miễn: Xóm 4", "kết quả: Hội 5"):
        assert words in text
    assert "Công ty 6" not in text
    assert "hạn" not in text.partition("3. ")[2].replace("thời hạn", "")


def test_nobody_missing_is_said_too() -> None:
    assert TEXTS["commune_letter.silent_none"] in said(written(known(gathered([xom(1)]))), "VI")


@pytest.mark.parametrize("words", HOSTILE[:40])
def test_hostile_words_stay_words(words: str) -> None:
    """T28: what people wrote is never a template, and the file opens."""
    records = Answer([{"name": words or "x", "what": words, "award": "ht_6"}])
    reports = [xom(1, models=records, exemplars=records)]
    what = known(gathered(reports), points=[point("difficulty", words)])
    stored = json.loads(json.dumps(dataclasses.asdict(written(what))))
    assert docx.Document(io.BytesIO(report(stored))).paragraphs


# --- the commune's own sentences -----------------------------------------------------------------


def test_own_sentences_take_the_places_of_the_built_in_ones() -> None:
    own = {
        "opening": "Xã {xa} báo cáo",
        "said_publicity": "Đã có {so} lượt tuyên truyền.",
        "addressees": "UBND tỉnh; Sở Nội vụ {tinh}",
        "recipients": "- Như trên;\n- Lưu: VT, VHXH.",
        "signature": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        "closing": "Xin báo cáo./.",
    }
    letter = written(known(gathered([xom(1, publicity=Answer(9))]), own=own))
    assert letter.opening == "Xã xã Giao Minh báo cáo"
    assert "Đã có 9 lượt tuyên truyền (1 đơn vị có số liệu)." in said(letter, "II")
    assert letter.addressees == ("UBND tỉnh", "Sở Nội vụ tỉnh Ninh Bình")
    assert letter.recipients == ("- Như trên;", "- Lưu: VT, VHXH.")
    assert (letter.signature.above, letter.signature.signs) == (
        ("TM. ỦY BAN NHÂN DÂN",),
        "CHỦ TỊCH",
    )
    assert letter.closing == "Xin báo cáo./."


def test_every_frame_is_used_somewhere() -> None:
    """A sentence that an officer may change stands in some letter."""
    marks = {
        key: framing.built_in(TEXTS, key).rstrip(".") + f" MÃ{number:03}."
        for number, key in enumerate(framing.KEYS)
    }
    seen = "".join(json.dumps(letter, ensure_ascii=False) for letter in _many_letters(marks))
    missing = [key for n, key in enumerate(framing.KEYS) if f"MÃ{n:03}" not in seen]
    assert missing == []


def _many_letters(own: dict[str, str]) -> Iterator[Any]:
    lessons = {"stage_lessons": Answer("Học theo nhóm"), "stage_results": Answer("Nhiều buổi")}
    for key in ("2026", "2027", "2029", "so_ket_2027", "tong_ket_2030"):
        period = period_of(key)
        full = a_commune(5, period=period)
        more = told(a_unit(90, "xom"), lessons, period=period)
        found = dataclasses.replace(full, told=(*full.told, more))
        picked = [point(kind, "Ý kiến") for kind in ("difficulty", "proposal", "example")]
        for points in ([], picked):
            yield _as_json(known(found, registers=REGISTERS, points=points, own=own))
        yield _as_json(known(gathered([], period=period), own=own))
    nothing = {"difficulties": Answer(""), "proposals": Answer("")}
    visits = dataclasses.replace(NOTHING, visits=2)
    yield _as_json(known(gathered([xom(1, **nothing)]), registers=visits, own=own))
    level = xom(2, vneid_level_2=Answer([3, 4]))
    police = told(
        a_unit(9, "luc_luong_vu_trang"),
        {"vneid_by_hamlet": Answer({"xom-1": [3, 4]})},
        period=period_of(),
    )
    yield _as_json(known(gathered([level, police]), own=own))


def _as_json(what: Known) -> Any:
    return dataclasses.asdict(written(what))

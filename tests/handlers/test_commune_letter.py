"""The commune's own BÁO CÁO: what it says, from which figures, and what it never says."""

import dataclasses
import io
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import docx
import pytest

from handlers.documents.letter_contents import LetterContents
from handlers.documents.report_letter import report
from handlers.office.owing import Standing
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, UNKNOWN, Answer
from handlers.yearly.letter import Known
from handlers.yearly.letter.stage import of_years
from tests.handlers.commune_letter_examples import (
    NOW,
    REGISTERS,
    SETTINGS,
    TEXTS,
    a_commune,
    a_unit,
    body,
    gathered,
    known,
    owes,
    period_of,
    said,
    section,
    told,
    written,
    xom,
)

# --- no figure is typed --------------------------------------------------------------------------


def _figures(letter: LetterContents, what: Known) -> Iterator[str]:
    """Every number of the sections, without those that belong to a name or a heading."""
    names = sorted(what.gathered.names.values(), key=len, reverse=True)
    for one in letter.sections:
        lines = [re.sub(r"^\d+\. ", "", line.text) for line in one.lines]
        cells = [cell for row in (one.table.rows if one.table else ()) for cell in row.cells[1:]]
        for text in [*lines, *cells]:
            for name in names:
                text = text.replace(name, "")
            yield from re.findall(r"\d[\d.]*(?:,\d+)?%?", text.rstrip("."))


def _known_numbers(what: Known) -> set[str]:
    """All that totals, registers and the lists of who reported come to."""
    found: set[int] = set()
    for total in what.totals:
        found |= {len(total.known), len(total.unknown), total.listed, total.shared}
        found |= set(total.chosen.values()) | set(total.share or ())
        found |= {total.count} if total.count is not None else set()
    found |= {one for one in dataclasses.astuple(what.registers) if isinstance(one, int)}
    everybody = what.gathered.obligations
    for duty in ("required", "requested", "encouraged"):
        those = [one for one in everybody if one.duty == duty]
        found.add(sum(one.unit.id in {t.unit.id for t in what.gathered.told} for one in those))
        found.add(sum(one.standing is not Standing.EXEMPT for one in those))
    found.add(len(what.gathered.silent))
    records = [total for total in what.totals if total.field.kind == "records"]
    told: list[Any] = [piece.answer.value for total in records for piece in total.known]
    awarded = sum(one.get("award") not in (None, "", "none") for each in told for one in each)
    found |= {total.listed - 15 for total in records} | {awarded - 15}
    shares = (total.share for total in what.totals if total.share)
    percents = {f"{100 * part / whole:.1f}%".replace(".", ",") for part, whole in shares}
    return {f"{one:,}".replace(",", ".") for one in found} | percents


def _of_the_words() -> set[str]:
    """Numbers of our own sentences: "từ 60 tuổi", "mức 2", "sơ kết năm 2027"."""
    words = (text for key, text in TEXTS.items() if key.startswith("commune_letter."))
    labels = "Người học từ 60 tuổi; định danh mức 2"
    return {number for text in [*words, labels] for number in re.findall(r"\d+", text)}


@pytest.mark.parametrize("seed", range(25))
def test_every_number_comes_out_of_totals_or_registers(seed: int) -> None:
    """Issue 7: no figure is typed twice, and none by hand."""
    key = ("2026", "so_ket_2027", "tong_ket_2030")[seed % 3]
    what = known(a_commune(seed, period=period_of(key)), registers=REGISTERS)
    traced = _known_numbers(what) | _of_the_words()
    found = list(_figures(written(what), what))
    assert len(found) > 30
    assert [one for one in found if one not in traced] == []


@pytest.mark.parametrize("seed", range(8))
def test_every_total_is_said_or_in_the_annex(seed: int) -> None:
    what = known(a_commune(seed))
    letter = written(what)
    annex = letter.annexes[0]
    shown = {row.cells[1] for row in annex.table.rows if len(row.cells) > 1}
    listed = [one.field for one in what.totals if one.field.kind in ("count", "share", "records")]
    assert listed
    for field in listed:
        assert any(field.label in label for label in shown)


# --- the whole -----------------------------------------------------------------------------------


def test_a_letter_has_all_its_parts() -> None:
    letter = written(known(a_commune(1), registers=REGISTERS))
    assert [one.number for one in letter.sections] == ["I", "II", "III", "IV", "V", "VI"]
    assert all(one.lines for one in letter.sections)
    assert letter.head.unit == "ỦY BAN NHÂN DÂN XÃ GIAO MINH"
    assert letter.head.over == ""
    assert letter.head.number == "Số: ……/BC-UBND"
    assert letter.head.place == "Giao Minh, ngày …… tháng …… năm 2026"
    assert letter.addressees == ("Sở Nội vụ tỉnh Ninh Bình",)
    assert letter.subject[-1] == "năm 2026 trên địa bàn xã Giao Minh"
    assert letter.closing.endswith("xã Giao Minh./.")
    assert letter.recipients[0] == "- Như trên;"
    assert letter.recipients[-1] == "- Lưu: VT."
    assert letter.signature.above == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")
    assert (letter.signature.signs, letter.signature.name) == ("PHÓ CHỦ TỊCH", "")


def test_the_grounds_are_the_plans_of_province_and_commune() -> None:
    """plan.md §0: the province's number is known, the commune's is the clerk's."""
    first, second = written(known(a_commune(1))).grounds
    assert first.startswith("Căn cứ Kế hoạch số 02/KH-UBND ngày 09 tháng 7 năm 2025")
    assert first.endswith("tỉnh Ninh Bình;")
    assert "số ……/KH-UBND" in second
    assert second.endswith("trên địa bàn xã Giao Minh.")


def test_another_province_gets_dots() -> None:
    settings = {**SETTINGS, "province": "tỉnh Hưng Yên"}
    found = gathered([xom(1, sessions=Answer(3))], settings=settings)
    first, _ = written(known(found)).grounds
    assert "02/KH-UBND" not in first
    assert first.endswith("Ủy ban nhân dân tỉnh Hưng Yên;")


@pytest.mark.parametrize(
    ("own", "number", "day", "name"),
    [
        ({"so": "125", "ngay": "5/1/2027"}, "Số: 125/BC-UBND", "ngày 05 tháng 01 năm 2027", ""),
        ({"so": "125/BC-UBND"}, "Số: 125/BC-UBND", "ngày …… tháng …… năm 2026", ""),
        ({"ngay": "31/2/2027"}, "Số: ……/BC-UBND", "31/2/2027", ""),
        (
            {"ngay": "ngày 20 tháng 12 năm 2026", "nguoi_ky": "Nguyễn Viết Sự"},
            "Số: ……/BC-UBND",
            "ngày 20 tháng 12 năm 2026",
            "Nguyễn Viết Sự",
        ),
    ],
)
def test_the_letterhead_comes_from_the_settings(
    own: dict[str, str], number: str, day: str, name: str
) -> None:
    found = gathered([xom(1, sessions=Answer(3))], settings={**SETTINGS, "letterhead": own})
    letter = written(known(found))
    assert (letter.head.number, letter.head.place) == (number, f"Giao Minh, {day}")
    assert letter.signature.name == name
    of = f"Báo cáo số {number.removeprefix('Số: ')} {day} của Ủy ban nhân dân xã Giao Minh"
    assert letter.annexes[0].about == f"(Kèm theo {of})"


@pytest.mark.parametrize(
    ("key", "subject", "years", "next_"),
    [
        ("2026", "Kết quả thực hiện", "năm 2026", "NĂM 2027"),
        ("so_ket_2027", "Sơ kết", "giai đoạn 2025 - 2027", "GIAI ĐOẠN TIẾP THEO"),
        ("tong_ket_2030", "Tổng kết", "giai đoạn 2025 - 2030", "THỜI GIAN TỚI"),
    ],
)
def test_it_says_for_which_years_it_is(key: str, subject: str, years: str, next_: str) -> None:
    letter = written(known(a_commune(2, period=period_of(key))))
    assert letter.subject[0].startswith(subject)
    assert years in letter.subject[-1]
    assert years in letter.opening
    assert years in letter.closing
    assert section(letter, "V").heading.endswith(next_)


@pytest.mark.parametrize(
    ("key", "lead", "coming"),
    [
        ("2025", "giai đoạn 1", ""),
        ("2026", "giai đoạn 1", "tổ chức sơ kết"),
        ("2027", "giai đoạn 2", ""),
        ("2029", "giai đoạn 2", "tổ chức tổng kết"),
        ("so_ket_2027", "giai đoạn 2", ""),
        ("tong_ket_2030", "duy trì, phát huy", ""),
    ],
)
def test_the_direction_follows_the_phases_of_the_plan(key: str, lead: str, coming: str) -> None:
    """plan.md §6: phase 1 to 2027 with its sơ kết, phase 2 to 2030 with its tổng kết."""
    found = gathered([], period=period_of(key))
    text = said(written(known(found)), "V")
    assert lead in text.split("\n")[0]
    assert [one for one in ("tổ chức sơ kết", "tổ chức tổng kết") if one in text] == [
        one for one in (coming,) if one
    ]


def test_the_file_can_be_made_and_read_back() -> None:
    letter = written(known(a_commune(3, units=60), registers=REGISTERS), is_sample=True)
    stored = json.loads(json.dumps(dataclasses.asdict(letter)))
    assert LetterContents.from_json(stored) == letter
    made = docx.Document(io.BytesIO(report(stored)))
    words = [paragraph.text for paragraph in made.paragraphs]
    assert words[0] == "BÁO CÁO"
    assert len(made.tables) == 3 + len(letter.annexes)  # head, table, end


@pytest.mark.parametrize("occasion", ["2026", "so_ket_2027", "tong_ket_2030"])
def test_no_place_of_a_sentence_is_left_open(occasion: str) -> None:
    period = period_of(occasion)
    for what in (known(a_commune(4, period=period)), known(gathered([], period=period))):
        letter = json.dumps(dataclasses.asdict(written(what)), ensure_ascii=False)
        assert not re.search(r"\{\w+\}|None|  |\.\.", letter)


# --- marks ---------------------------------------------------------------------------------------


def test_so_far_it_is_marked_and_frozen_it_is_not() -> None:
    """Bản "đến nay" at any day: the day stands on every page until chốt số liệu."""
    assert written(known(a_commune(1))).marks == ("Số liệu tạm tính đến 16/12/2026",)
    assert written(known(a_commune(1, frozen_at=NOW))).marks == ()


def test_a_sample_says_so() -> None:
    assert "DỮ LIỆU MẪU" in written(known(a_commune(1, frozen_at=NOW)), is_sample=True).marks


# --- figures -------------------------------------------------------------------------------------


def test_a_figure_says_from_how_many_units_it_is() -> None:
    """Design §5: a figure, "chưa nắm được" and blank stay three things."""
    reports = [xom(1, publicity=Answer(20)), xom(2, publicity=Answer(5)), xom(3), xom(4)]
    reports.append(xom(5, publicity=UNKNOWN))
    text = said(written(known(gathered(reports))), "II")
    assert (
        "Các đơn vị đã thực hiện 25 lượt tuyên truyền về Phong trào thi đua "
        "(2 đơn vị có số liệu, 1 đơn vị chưa nắm được)." in text
    )


def test_what_all_could_not_find_out_is_said_to_be_so() -> None:
    text = said(written(known(gathered([xom(1, publicity=UNKNOWN)]))), "II")
    assert "Số lượt tuyên truyền: 1 đơn vị chưa nắm được." in text


def test_what_all_left_blank_is_claimed_by_nobody() -> None:
    """A blank difficulty is not "no difficulty"."""
    letter = written(known(gathered([xom(1, plan_issued=Answer("yes"))])))
    assert said(letter, "IV") == TEXTS["letter.silent"]
    assert "không nêu" not in body(letter)
    assert said(letter, "II").count(TEXTS["commune_letter.no_figures"]) == 7


def test_nought_is_no_sentence_of_deeds() -> None:
    text = said(written(known(gathered([xom(1, fraud_cases=Answer(0))]))), "II")
    assert "Vụ lừa đảo được báo: không có (1 đơn vị có số liệu)." in text


def test_about_stays_about() -> None:
    reports = [xom(1, publicity=Answer(100, about=True)), xom(2, publicity=Answer(7))]
    assert "khoảng 107 lượt" in said(written(known(gathered(reports))), "II")


def test_a_holders_figure_counts_once_and_says_whose_it_is() -> None:
    """Design §5: VNeID of level 2 is Công an xã's; hamlets take it over."""
    police = told(
        a_unit(9, "luc_luong_vu_trang"),
        {"vneid_by_hamlet": Answer({"xom-1": [300, 400], "xom-2": [100, 200]})},
        period=period_of(),
    )
    hamlet = xom(1, vneid_level_2=Answer([300, 400], source=FROM_HOLDER))
    letter = written(known(gathered([hamlet, police])))
    assert said(letter, "II").count("400/600 (66,7%)") == 1
    assert "(số liệu của Công an 9)" in said(letter, "II")
    assert "300/400" not in said(letter, "II")


def test_learning_has_a_table_of_its_own() -> None:
    found = gathered([xom(1, sessions=Answer(3, source=FROM_BOOK), people=UNKNOWN)])
    two = section(written(known(found)), "II")
    assert two.table is not None
    cells = [row.cells for row in two.table.rows]
    assert ("1", "Số buổi học, tập huấn", "buổi", "3", "1", "0") in cells
    assert ("2", "Số người khác nhau đã học", "người", "Chưa nắm được", "0", "1") in cells
    assert two.lines[-1].text == "Biểu: Kết quả phong trào “Bình dân học vụ số”"


def test_who_reported_is_told_by_duty() -> None:
    """Design §3: duties are never mixed in one figure; exempt ones are not counted."""
    reports = [xom(1), told(a_unit(2, "doanh_nghiep"), {}, period=period_of())]
    quiet = [owes(a_unit(3, "xom")), owes(a_unit(4, "xom"), Standing.EXEMPT)]
    quiet.append(owes(a_unit(5, "mttq_ctxh")))
    text = said(written(known(gathered(reports, quiet))), "II").split("\n")[0]
    assert "của 1/2 đơn vị có trách nhiệm báo cáo" in text
    assert "0/1 đơn vị đã gửi kết quả" in text
    assert "Có 1 doanh nghiệp tự nguyện" in text


def test_registers_speak_in_section_one() -> None:
    text = said(written(known(a_commune(1), registers=REGISTERS)), "I")
    for words in ("Có 31/34 đơn vị", "124 lượt tin, bài", "1.860 phút", "12 lượt tại 9 đơn vị"):
        assert words in text
    assert "Kế hoạch thực hiện Phong trào thi đua:" not in text  # told once


def test_of_several_years_units_are_not_counted_twice() -> None:
    both = of_years([REGISTERS, REGISTERS])
    assert (both.broadcasts, both.awarded) == (248, 74)
    assert (both.required, both.plans, both.units_visited) == (0, 0, 0)
    what = known(a_commune(1, period=period_of("so_ket_2027")), registers=both)
    text = said(written(what), "I")
    assert "nắm tình hình thực hiện 24 lượt." in text
    assert "Kế hoạch thực hiện Phong trào thi đua: đã có (" in text


# --- time ----------------------------------------------------------------------------------------


def test_a_hundred_units_take_no_time() -> None:
    """Design §6: a hundred units within ten seconds, the file included."""
    what = known(a_commune(6, units=100, silent=20), registers=REGISTERS)
    begun = time.perf_counter()
    letter = written(what)
    assert time.perf_counter() - begun < 1.5
    report(json.loads(json.dumps(dataclasses.asdict(letter))))
    assert time.perf_counter() - begun < 10


def test_a_number_written_by_hand_would_be_found() -> None:
    """The test of tracing finds what it is for."""
    own = {"said_publicity": "Đã có {so} lượt, vượt 98765 lượt."}
    what = known(a_commune(0), registers=REGISTERS, own=own)
    found = list(_figures(written(what), what))
    assert "98765" in found
    assert "98765" not in _known_numbers(what) | _of_the_words()

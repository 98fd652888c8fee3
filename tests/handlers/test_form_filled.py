"""A form as .xlsx, out to a unit and back: the same figures, every doubt listed (T21, T26, T31)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from handlers import texts
from handlers.documents import form_sheet
from handlers.reporting import periods
from handlers.reporting.answers import FROM_BOOK, UNKNOWN, Answer, Answers
from handlers.reporting.form import Field, Form, Kind, Letter, Option, Part
from handlers.reporting.forms import built_in
from handlers.reporting.workbooks.cells import Refused, Wrong
from handlers.reporting.workbooks.filled import FilledIn, read_filled
from handlers.reporting.workbooks.sheet import Whose, contents_of
from tests.handlers.documents.hostile import cells, edited, plain

TEXTS = texts.load()
TODAY = date(2026, 11, 23)
PERIOD = periods.annual(2026, {})
HAMLETS = {"xom-01": "Xóm 1", "xom-02": "Xóm 2", "xom-03": "Xóm 3"}
YES_NO = (Option(key="yes", label="Đã có"), Option(key="no", label="Chưa có"))


def a_field(key: str, kind: Kind, **more: Any) -> Field:
    told = {"label": f"Mục {key}", "ask": "Có bao nhiêu? Ví dụ: 3.", "plan": ("ND-5",)}
    return Field(key=key, kind=kind, **{**told, **more})


FORM = Form(
    key="thu",
    kinds=("xom",),
    title="Biểu thử",
    version=3,
    letter=Letter(signs="TRƯỞNG XÓM"),
    fields=(
        a_field("plan", Kind.ONE_OF, options=YES_NO, required=True),
        a_field("plan_day", Kind.DATE, only_if="plan=yes"),
        a_field("sessions", Kind.COUNT, counts="buổi", required=True),
        a_field("heads", Kind.COUNT, counts="lượt người"),
        a_field("cashless", Kind.SHARE, counts="hộ"),
        a_field("topics", Kind.MANY_OF, options=(*YES_NO, Option(key="rest", label="Khác"))),
        a_field(
            "models",
            Kind.RECORDS,
            parts=(
                Part(key="name", label="Tên", ask="Tên gì?", letters=120),
                Part(key="what", label="Cách làm", ask="Làm thế nào?", optional=True),
                Part(key="award", label="Khen", ask="Khen gì?", optional=True, options=YES_NO),
            ),
        ),
        a_field("trouble", Kind.NOTE),
        a_field("level_2", Kind.BY_HAMLET, counts="người", holder="vneid"),
        a_field("photo", Kind.EVIDENCE),
        a_field("counted", Kind.COUNT, counts="người", asked=False),
    ),
)
ASKED = [field.key for field in FORM.fields if field.asked]
ALL: Answers = {
    "plan": Answer("yes"),
    "plan_day": Answer("2026-07-15"),
    "sessions": Answer(12, source=FROM_BOOK),
    "heads": Answer(1_234, about=True),
    "cashless": Answer([120, 185]),
    "topics": Answer(["yes", "rest"]),
    "models": Answer([{"name": "Nhóm Zalo", "what": "Hỏi đáp", "award": "no"}, {"name": "=1+1"}]),
    "trouble": Answer("-5 nhà mất sóng\n@ cuối xóm"),
    "level_2": Answer({"xom-01": [300, 420], "xom-03": [0, 80]}),
}


def sheet(answers: Answers | None = None, *, form: Form = FORM, unit: str = "xom-05") -> bytes:
    body = contents_of(
        TEXTS,
        form,
        answers or {},
        Whose(unit, "Xóm 5", PERIOD, HAMLETS),
        asked=ASKED if form is FORM else [field.key for field in form.fields],
        made=datetime(2026, 11, 23, 9, 0),  # noqa: DTZ001 - a file's own date has no zone
        sample=True,
    )
    return form_sheet.report_form(body)


def read(body: bytes, known: Answers | None = None, **more: Any) -> FilledIn:
    wanted = {"form": FORM, "unit_code": "xom-05", "period_key": "2026", **more}
    return read_filled(cells(body), today=TODAY, hamlets=HAMLETS, known=known, **wanted)


def typed(into: Mapping[str, Any], answers: Answers | None = None, *, column: str = "F") -> bytes:
    """The sheet with something typed beside the rows of these keys: "cashless:G" is the whole."""

    def type_in(page: Any) -> None:
        rows = {page.cell(row, 1).value: row for row in range(1, page.max_row + 1)}
        for place, value in into.items():
            key, _, letter = place.partition(":")
            page[f"{letter or column}{rows[key]}"] = value

    return edited(sheet(answers), type_in)


def said(found: FilledIn) -> list[str]:
    return [problem.text.removeprefix("form_sheet.") for problem in found.problems]


# --- there and back ------------------------------------------------------------------------------


def test_everything_comes_back_as_it_went_out() -> None:
    found = read(sheet(ALL), ALL)
    assert found.problems == ()
    assert found.answers == ALL
    assert found.belongs
    assert found.form_version == 3
    assert found.asked == set(ASKED) - {"photo"}


def test_an_empty_sheet_tells_nothing() -> None:
    """Blank is neither 0 nor "chưa nắm được"."""
    found = read(sheet())
    assert (found.answers, found.problems, found.belongs) == ({}, (), True)
    assert found.blank == found.asked == set(ASKED) - {"photo"}


@pytest.mark.parametrize("key", sorted(built_in()))
def test_the_forms_of_the_house_come_back(key: str) -> None:
    form = built_in()[key].on(year=2026, occasion="annual")
    found = read(sheet(form=form), form=form)
    assert (found.answers, found.problems, found.belongs) == ({}, (), True)


def test_none_at_all_and_not_known_come_back() -> None:
    answers: Answers = {
        "topics": Answer([]),
        "models": Answer([]),
        "trouble": Answer(""),
        "sessions": Answer(0),
        "heads": UNKNOWN,
        "plan": UNKNOWN,
        "cashless": Answer([7, None]),
        "level_2": Answer({"": [5_200, 6_000]}),
    }
    assert read(sheet(answers), answers).answers == answers


def test_saved_by_another_program_it_reads_the_same() -> None:
    assert read(edited(sheet(ALL), lambda _: None), ALL).answers == ALL


def test_a_figure_of_the_book_that_was_changed_is_the_units_own() -> None:
    found = read(typed({"sessions": 14}, ALL), ALL)
    assert found.answers["sessions"] == Answer(14)


def test_what_the_house_counted_is_shown_and_not_read() -> None:
    found = read(sheet({"counted": Answer(99)}))
    assert (dict(found.answers), found.problems) == ({}, ())
    assert b"99" in str(cells(sheet({"counted": Answer(99)}))).encode()


# --- what people type into cells -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (3.0, Answer(3)),
        ("1.234", Answer(1_234)),
        ("khoảng 120", Answer(120, about=True)),
        ("~50 buổi", Answer(50, about=True)),
        ("không", Answer(0)),
        ("chưa nắm được", UNKNOWN),
        ("năm mươi", Answer(50)),
    ],
)
def test_a_count_is_read_as_in_a_message(value: object, answer: Answer) -> None:
    found = read(typed({"sessions": value}))
    assert (dict(found.answers), found.problems) == ({"sessions": answer}, ())


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (1.5, "count_fraction"),
        (-3, "count_negative"),
        ("-3", "count_negative"),
        ("1,234", "count_doubt"),
        ("30-40", "count_doubt"),
        ("1.23", "count_unclear"),
        ("nhiều lắm", "count_unclear"),
        (True, "count_unclear"),
        (date(2026, 4, 3), "became_date"),
        ("#REF!", "odd"),
        ("=SUM(F1:F3)", "odd"),
    ],
)
def test_a_doubtful_count_is_listed_and_never_guessed(value: object, what: str) -> None:
    """N2, N3, T21: "3/4" that a program made a day of is no number either."""
    found = read(typed({"sessions": value, "heads": 5}))
    assert said(found) == [what]
    assert found.answers == {"heads": Answer(5)}
    [problem] = found.problems
    assert (problem.label, problem.key) == ("Mục sessions", "sessions")
    assert "sessions" not in found.blank
    assert problem.said(TEXTS).startswith(f"Dòng {problem.row}, Mục sessions: ")


@pytest.mark.parametrize(
    ("part", "whole", "answer", "what"),
    [
        (120, 185, Answer([120, 185]), ""),
        ("120/185", None, Answer([120, 185]), ""),
        ("khoảng 120", "185", Answer([120, 185], about=True), ""),
        (120, None, Answer([120, None]), ""),
        (120, "chưa nắm được", Answer([120, None]), ""),
        ("chưa nắm được", None, UNKNOWN, ""),
        (None, 185, None, "part_missing"),
        (date(2026, 4, 3), None, None, "became_date"),
        ("rất nhiều", 185, None, "count_unclear"),
    ],
)
def test_a_share_has_two_cells(part: Any, whole: Any, answer: Answer | None, what: str) -> None:
    found = read(typed({"cashless": part, "cashless:G": whole}))
    assert found.answers.get("cashless") == answer
    assert said(found) == ([what] if what else [])


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("15/7/2026", ""),
        (date(2026, 7, 15), ""),
        ("15-7-2026", ""),
        ("7/15/2026", "day_unclear"),
        ("31/4/2026", "day_no_such"),
        ("15/12/2026", "day_ahead"),
        ("rằm tháng 7", "day_unclear"),
        (46_218, "day_unclear"),
    ],
)
def test_a_day_is_read_day_first(value: object, what: str) -> None:
    """N7-N9."""
    found = read(typed({"plan_day": value}))
    assert said(found) == ([what] if what else [])
    assert found.answers == ({} if what else {"plan_day": Answer("2026-07-15")})


@pytest.mark.parametrize(
    ("value", "answer", "what"),
    [
        ("Đã có", Answer("yes"), ""),
        ("da co", Answer("yes"), ""),
        ("chưa nắm được", UNKNOWN, ""),
        ("có rồi", None, "choice_unclear"),
        (1, None, "choice_unclear"),
    ],
)
def test_a_choice_is_what_the_list_offers(value: object, answer: Answer | None, what: str) -> None:
    found = read(typed({"plan": value}))
    assert found.answers.get("plan") == answer
    assert said(found) == ([what] if what else [])


@pytest.mark.parametrize("tick", ["x", "X", "✓", 1, True, "có", "chưa nắm được"])
def test_a_tick_means_not_known(tick: object) -> None:
    assert read(typed({"sessions:H": tick})).answers == {"sessions": UNKNOWN}


def test_a_tick_that_is_none_is_listed() -> None:
    assert said(read(typed({"sessions:H": "hỏi lại"}))) == ["tick_unclear"]
    assert read(typed({"sessions:H": "không"})).answers == {}


def test_a_figure_and_a_tick_contradict_each_other() -> None:
    found = read(typed({"sessions": 5, "sessions:H": "x"}))
    assert (said(found), found.answers) == (["both"], {})


def test_a_list_is_ticked_or_has_nothing() -> None:
    assert read(typed({"topics/no": "x"})).answers == {"topics": Answer(["no"])}
    assert read(typed({"topics": "Không có"})).answers == {"topics": Answer([])}
    assert said(read(typed({"topics": "Không có", "topics/no": "x"}))) == ["none_and_some"]
    assert said(read(typed({"topics/no": "tùy"}))) == ["tick_unclear"]


def test_records_are_read_row_by_row() -> None:
    rows = {"models/2/name": "Tổ số", "models/2/award": "Đã có", "models/3/what": "Không tên"}
    found = read(typed(rows))
    assert found.answers == {"models": Answer([{"name": "Tổ số", "award": "yes"}])}
    assert said(found) == ["part_of_record"]


def test_a_record_told_in_its_first_row_is_not_lost() -> None:
    assert said(read(typed({"models": "Nhóm Zalo"}))) == ["list_head"]


def test_hamlets_each_need_both_figures() -> None:
    """N6: part ≤ whole; what is right stays."""
    found = read(
        typed(
            {
                "level_2/xom-01": 300,
                "level_2/xom-01:G": 420,
                "level_2/xom-02": 90,
                "level_2/xom-02:G": 80,
                "level_2/xom-03": 5,
            }
        )
    )
    assert found.answers == {"level_2": Answer({"xom-01": [300, 420]})}
    assert said(found) == ["part_above", "whole_missing"]


def test_all_at_once_and_one_by_one_contradict_each_other() -> None:
    values = {"level_2": 9, "level_2:G": 10, "level_2/xom-01": 1, "level_2/xom-01:G": 2}
    assert said(read(typed(values))) == ["both_ways"]


def test_a_note_is_kept_as_it_was_typed() -> None:
    """T26: a formula is words."""
    assert read(typed({"trouble": "mất sóng"})).answers == {"trouble": Answer("mất sóng")}
    assert read(sheet({"trouble": Answer("=1+1")})).answers == {"trouble": Answer("=1+1")}
    assert read(typed({"trouble": "không có gì"})).answers == {"trouble": Answer("")}
    assert said(read(typed({"trouble": "a" * 1_001}))) == ["text_long"]


def test_a_condition_that_does_not_hold_is_said() -> None:
    found = read(typed({"plan": "Chưa có", "plan_day": "15/7/2026"}))
    assert said(found) == ["condition"]
    assert found.answers == {"plan": Answer("no")}


# --- cells where nothing belongs -----------------------------------------------------------------


def test_what_stands_in_a_grey_cell_is_listed() -> None:
    found = read(typed({"sessions": 3, "sessions:G": 9, "topics/no:H": "x"}))
    assert said(found) == ["stray", "stray"]
    assert found.answers == {"sessions": Answer(3)}


def test_a_row_that_was_added_is_listed() -> None:
    def add(page: Any) -> None:
        page.cell(page.max_row + 2, 6, "45 người")

    found = read(edited(sheet(), add))
    assert said(found) == ["unknown_row"]
    assert "45 người" in found.problems[0].said(TEXTS)


def test_a_row_twice_is_listed() -> None:
    def copy(page: Any) -> None:
        below = page.max_row + 1
        page.cell(below, 1, "sessions")
        page.cell(below, 6, 4)

    assert said(read(edited(typed({"sessions": 3}), copy))) == ["twice"]


@pytest.mark.parametrize("key", ["photo", "models/11/name", "models/01/name", "level_2/xom-99"])
def test_a_key_that_no_row_of_ours_has_is_listed(key: str) -> None:
    def forge(page: Any) -> None:
        page.cell(page.max_row + 1, 1, key)
        page.cell(page.max_row, 6, "x")

    assert said(read(edited(sheet(), forge))) == ["unknown_row"]


# --- moved, renamed, of somebody else ------------------------------------------------------------


def test_a_renamed_sheet_with_moved_rows_and_columns_still_reads() -> None:
    def move(page: Any) -> None:
        page.title = "Trang tính 1"
        for merged in list(page.merged_cells.ranges):
            page.unmerge_cells(str(merged))
        page.insert_cols(3)
        page.insert_rows(2, 4)
        rows = list(range(12, page.max_row + 1))
        held = [[page.cell(row, at).value for at in range(1, 12)] for row in rows]
        for row, values in zip(rows, reversed(held), strict=True):
            for at, value in enumerate(values, start=1):
                page.cell(row, at).value = value

    moved = {**ALL, "models": Answer([{"name": "Nhóm Zalo"}])}  # "=1+1" would be one, put anew
    found = read(edited(sheet(moved), move), moved)
    assert (found.problems, found.answers) == ((), moved)


def test_only_this_units_form_of_this_period_is_read() -> None:
    other = FORM.model_copy(update={"key": "khac"})
    cases = {
        "other_unit": read(sheet(ALL, unit="xom-02")),
        "other_form": read(sheet(ALL), form=other),
        "other_period": read(sheet(ALL), period_key="2027"),
        "no_keys": read(plain()),
    }
    for what, found in cases.items():
        assert said(found) == [what]
        assert (found.belongs, found.answers) == (False, {})
    assert "Xóm 2" in cases["other_unit"].problems[0].said(TEXTS)


def test_a_sheet_without_its_hidden_keys_is_refused_kindly() -> None:
    """Only the visible cells were copied."""
    found = read(edited(sheet(ALL), lambda page: page.delete_cols(1)))
    assert said(found) == ["no_keys"]


def test_two_sheets_of_the_form_are_not_chosen_between() -> None:
    def copy(page: Any) -> None:
        page.parent.copy_worksheet(page)

    assert said(read(edited(sheet(ALL), copy))) == ["two_sheets"]


def test_an_older_version_of_the_form_is_read_by_its_keys() -> None:
    newer = FORM.model_copy(update={"version": 4, "fields": FORM.fields[2:]})
    found = read(typed({"sessions": 3, "plan": "Đã có"}), form=newer)
    assert found.form_version == 3
    assert found.answers == {"sessions": Answer(3)}
    assert said(found) == ["unknown_row"]


def test_a_workbook_that_was_not_opened_gives_its_reason() -> None:
    found = read_filled(
        Refused("macros"),
        form=FORM,
        unit_code="xom-05",
        period_key="2026",
        today=TODAY,
        hamlets={},
    )
    assert found == FilledIn(problems=(Wrong("form_sheet.refused_macros"),))
    assert "không mở" in found.problems[0].said(TEXTS)

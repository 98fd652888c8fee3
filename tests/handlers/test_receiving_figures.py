"""Differences to last year, what may be told twice, completeness: pure, by examples."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from handlers.office.owing import Obligation, Standing
from handlers.office.receiving import comparing, completeness, doubles
from handlers.office.receiving.doubles import Ended, Suspicion
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, UNKNOWN, Answer
from handlers.reporting.forms import built_in
from handlers.reporting.saying import Names
from handlers.texts import Texts, load
from handlers.yearly.gathering import Told
from storage.duty_marks import MarkInfo
from storage.report_totals import SharedActivity
from storage.reports import ReportInfo, VersionInfo
from storage.units import UnitInfo

NOW = datetime(2026, 12, 10, 3, tzinfo=UTC)
DUE = date(2026, 12, 14)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load()


def a_unit(number: int, kind: str = "xom", **more: Any) -> UnitInfo:
    values = {"duty": "required", "name": f"Xóm {number}", "code": f"xom-{number}", **more}
    return UnitInfo(id=number, kind=kind, commune_id=99, **values)


def a_report(number: int, state: str = "submitted", first: datetime = NOW) -> ReportInfo:
    return ReportInfo(number, 99, number, "xom", "2026", state, 1, first, first)


def told(number: int, kind: str = "xom", unit: UnitInfo | None = None, **answers: Any) -> Told:
    unit = unit or a_unit(number, kind)
    form = next(form for form in built_in().values() if kind in form.kinds)
    version = VersionInfo(number, 1, 1, {}, "guided", "unit", 1, "head", NOW, False, None)
    given = {k: v if isinstance(v, Answer) else Answer(v) for k, v in answers.items()}
    return Told(unit, unit.name, form, a_report(number), version, given)


def held(*unit_ids: int, sessions: int = 2, until: datetime | None = None) -> SharedActivity:
    return SharedActivity(1, frozenset(unit_ids), sessions, 40, NOW, until)


def found(*told: Told, **more: Any) -> list[Suspicion]:
    values: dict[str, Any] = {"held": (), "ended": (), "holders": {}, **more}
    return doubles.suspicions(told, **values)


# --- differences to last year --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "is_jump"),
    [
        (3, 12, True),
        (3, 9, False),
        (3, 10, True),
        (40, 0, True),
        (0, 5, False),
        (0, 31, True),
        (9, 1, False),
        (3, UNKNOWN, False),
    ],
)
def test_a_jump_is_more_than_three_times_or_nothing(before: int, now: Any, is_jump: bool) -> None:
    one = told(5, sessions=now)
    [change] = comparing.differences(one.form, {"sessions": Answer(before)}, one.answers)
    assert change.is_jump is is_jump


def test_jumps_come_first_then_the_order_of_the_form(texts: Texts) -> None:
    one = told(5, sessions=4, attendances=100, publicity=0, payment=[5, 100])
    before = {
        "sessions": Answer(3),
        "attendances": Answer(100),
        "publicity": Answer(9),
        "payment": Answer([80, 100]),
        "team_members": UNKNOWN,
        "difficulties": Answer("nhiều cụ chưa có máy"),
    }
    changes = comparing.differences(one.form, before, one.answers)
    assert [change.field.key for change in changes] == ["publicity", "sessions", "payment"]
    names = Names({})
    assert changes[1].say(texts, names) == (
        "Số buổi học, tập huấn: năm trước 3 buổi, năm nay 4 buổi"
    )


def test_what_was_blank_or_unknown_last_year_is_no_difference() -> None:
    one = told(5, sessions=4)
    assert comparing.differences(one.form, {"sessions": UNKNOWN}, one.answers) == []
    assert comparing.differences(one.form, {}, one.answers) == []


def test_left_blank_this_year_is_said(texts: Texts) -> None:
    """Design §5: a figure, "chưa nắm được" and blank are three different things."""
    one = told(5)
    [change] = comparing.differences(one.form, {"people": Answer(80)}, one.answers)
    assert "năm nay để trống" in change.say(texts, Names({}))


# --- sessions held together ----------------------------------------------------------------------


def test_two_that_both_typed_a_shared_session_are_named(texts: Texts) -> None:
    [one] = found(told(5, sessions=3), told(6, sessions=4), held=[held(5, 6)])
    assert one.units == (5, 6)
    assert one.say(texts).startswith("Xóm 5 và Xóm 6 tổ chức chung 2 buổi")


@pytest.mark.parametrize(
    "other",
    [
        {"sessions": Answer(4, source=FROM_BOOK)},
        {"sessions": UNKNOWN},
        {"sessions": 0},
        {},
    ],
)
def test_what_the_book_filled_in_or_nobody_told_is_no_suspicion(other: dict[str, Any]) -> None:
    assert found(told(5, sessions=3), told(6, **other), held=[held(5, 6)]) == []


def test_what_was_undone_or_is_no_class_is_no_suspicion() -> None:
    both = told(5, sessions=3), told(6, sessions=4)
    assert found(*both, held=[held(5, 6, until=NOW), held(5, 6, sessions=0), held(5, 7)]) == []


def test_three_together_are_three_pairs() -> None:
    three = [told(number, sessions=3) for number in (5, 6, 7)]
    assert [one.units for one in found(*three, held=[held(5, 6, 7)])] == [(5, 6), (5, 7), (6, 7)]


# --- the same record -----------------------------------------------------------------------------


def models(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chợ không tiền mặt", "cho khong tien mat"),
        ("Chợ không tiền mặt", "Mô hình Chợ không tiền mặt"),
        ("Nguyễn Văn Thanh", "Ông Nguyễn Văn Thanh"),
        ("Tổ công nghệ số xóm 5", "Tổ công nghệ số xóm 5."),
        ("Chợ không tiền mặt", "Chợ khônng tiền mặt"),
    ],
)
def test_names_that_say_the_same_are_one(one: str, other: str, texts: Texts) -> None:
    [suspicion] = found(told(5, models=models(one)), told(6, models=models(other)))
    assert suspicion.units == (5, 6)
    assert one in suspicion.say(texts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tổ công nghệ số xóm 5", "Tổ công nghệ số xóm 6"),
        ("Nhóm Zalo của xóm", "Nhóm Zalo của xóm"),
        ("Nhóm Zalo xóm Đông", "Nhóm Zalo xóm Tây"),
        ("Nguyễn Văn An", "Nguyễn Văn Ân Tứ"),
        ("Chợ số", "Đường cờ"),
        ("", ""),
        ("👍", "👍"),
    ],
)
def test_names_of_different_things_are_not(one: str, other: str) -> None:
    assert found(told(5, models=models(one)), told(6, models=models(other))) == []


def test_the_same_name_twice_in_one_report_or_of_another_kind_is_none() -> None:
    assert found(told(5, models=models("Chợ số", "Chợ số"))) == []
    assert found(told(5, models=models("Chợ số")), told(6, initiatives=models("Chợ số"))) == []


def test_many_units_with_one_name_are_one_sentence(texts: Texts) -> None:
    many = [told(number, models=models("Chợ không tiền mặt")) for number in range(1, 9)]
    [one] = found(*many)
    assert one.say(texts).startswith("Xóm 1, Xóm 2, Xóm 3 và 5 nơi khác cùng kể")


def test_records_of_a_hundred_units_are_compared_fast() -> None:
    told_all = [
        told(number, models=models(*(f"Mô hình số {number} {word}" for word in "abcdefghij")))
        for number in range(100)
    ]
    before = datetime.now(UTC)
    assert found(*told_all) == []
    assert datetime.now(UTC) - before < timedelta(seconds=2)


@pytest.mark.parametrize("odd", [None, "x", [None], [{"other": "x"}], [{"name": None}], {}])
def test_an_answer_of_another_shape_is_no_crash(odd: Any) -> None:
    assert found(told(5, models=Answer(odd)), told(6, models=Answer(odd))) == []


# --- figures of a holder, and units that ended ---------------------------------------------------


def test_a_hamlets_own_figure_beside_its_holders_is_named(texts: Texts) -> None:
    police = told(
        50,
        "luc_luong_vu_trang",
        a_unit(50, "luc_luong_vu_trang", name="Công an xã", code="cong-an-xa"),
        vneid_by_hamlet={"xom-5": [300, 420]},
    )
    own, taken = (
        told(5, vneid_level_2=[310, 420]),
        told(6, vneid_level_2=Answer([200, 300], source=FROM_HOLDER)),
    )
    [one] = found(own, taken, police, holders={"vneid": "cong-an-xa"})
    assert one.say(texts).startswith("Xóm 5 và Công an xã cùng nhập một số")
    assert found(own, police, holders={}) == []


def test_a_whole_commune_at_once_covers_every_hamlet() -> None:
    unit = a_unit(50, "luc_luong_vu_trang", name="Công an xã", code="cong-an-xa")
    police = told(50, "luc_luong_vu_trang", unit, vneid_by_hamlet={"": [5200, 6000]})
    own = told(5, vneid_level_2=[310, 420])
    assert len(found(own, police, holders={"vneid": "cong-an-xa"})) == 1


def test_a_unit_that_ended_and_its_successor_are_named(texts: Texts) -> None:
    [one] = found(told(5), told(55), ended=[Ended(5, 55)])
    assert "đã sáp nhập" in one.say(texts)
    assert found(told(5), ended=[Ended(5, 55)]) == []


def test_a_successor_has_the_old_name_or_is_the_only_new_one() -> None:
    old, new = a_unit(5), a_unit(55, name="Xóm 5 mới")
    named = a_unit(56, name="Xóm Đông", aliases=("Xóm 5",))
    school = a_unit(57, "truong_hoc")
    assert doubles.successors([old], [new, school], [new, school]) == [Ended(5, 55)]
    assert doubles.successors([old], [named, new], [new]) == [Ended(5, 56)]
    assert doubles.successors([old], [new, a_unit(58)], [new, a_unit(58)]) == []
    assert doubles.successors([old], [a_unit(59)], []) == []


# --- completeness --------------------------------------------------------------------------------


def owing(number: int, standing: Standing, **more: Any) -> Obligation:
    unit = more.pop("unit", None) or a_unit(number)
    has_report = standing in (Standing.SENT, Standing.ACCEPTED, Standing.RETURNED)
    report = a_report(number, "submitted", more.pop("first", NOW)) if has_report else None
    values = {"due": DUE, "marks": (), "report": report, **more}
    return Obligation(unit=unit, name=unit.name, standing=standing, **values)


def paper(at: datetime) -> MarkInfo:
    return MarkInfo(1, 1, "2026", "paper", None, "", 1, at)


AFTER = datetime(2026, 12, 14, 17, 30, tzinfo=UTC)
"""Half past midnight of the 15th in Việt Nam."""
ZONE = timezone(timedelta(hours=7))


def test_every_standing_is_counted_where_it_belongs() -> None:
    everybody = [
        owing(1, Standing.OWES),
        owing(2, Standing.SENT),
        owing(3, Standing.ACCEPTED),
        owing(4, Standing.SENT, first=AFTER),
        owing(5, Standing.RETURNED),
        owing(6, Standing.PAPER, marks=(paper(NOW),)),
        owing(7, Standing.PAPER, marks=(paper(AFTER),)),
        owing(8, Standing.EXEMPT),
    ]
    [group] = completeness.by_duty(everybody, late={4}, zone=ZONE)
    one = group.progress
    assert (one.asked, one.sent, one.on_time) == (7, 5, 3)
    assert (one.waiting, one.returned, one.paper, one.exempt) == (2, 1, 2, 1)


def test_only_the_mark_of_the_version_that_counts_says_what_was_late() -> None:
    """Design §5: pressed before midnight it was on time, whenever it was read; the mark stays."""
    marked = owing(4, Standing.SENT, first=AFTER, due=DUE + timedelta(days=3))
    pressed = owing(5, Standing.SENT, first=AFTER)
    done = completeness.progress([marked, pressed], late={4}, zone=ZONE)
    assert done.on_time == 1


def test_what_is_nought_is_not_said(texts: Texts) -> None:
    one = completeness.progress([owing(1, Standing.OWES)], late=(), zone=ZONE)
    assert one.say(texts) == "đã nộp 0/1"


def test_a_long_list_of_names_is_cut_and_counted(texts: Texts) -> None:
    names = [f"Xóm {number}" for number in range(1, 101)]
    said = completeness.listed(texts, names, letters=50)
    assert said.endswith("nơi nữa")
    assert len(said) < 80
    assert completeness.listed(texts, names[:2], letters=50) == "Xóm 1, Xóm 2"
    assert completeness.listed(texts, ["x" * 80], letters=50) == "x" * 80


def test_a_figure_far_above_its_neighbours_is_named() -> None:
    """T20: one hamlet tells 40 sessions where the others tell two to five."""
    form = built_in()["xom"]
    others = [{"sessions": Answer(n)} for n in (3, 5, 2, 4)]
    [found] = comparing.outliers(form, {"sessions": Answer(40)}, others)
    assert (found.count, found.usual) == (40, 3)
    assert comparing.outliers(form, {"sessions": Answer(12)}, others) == []
    assert comparing.outliers(form, {"sessions": Answer(40)}, others[:3]) == []

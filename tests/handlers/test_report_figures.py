"""Figures of a report: limits, hamlets, the book, and what belongs to a holder (T20, N14)."""

import pytest

from handlers.reporting import rules
from handlers.reporting.answers import Answer
from handlers.reporting.forms import built_in
from handlers.reporting.reading import Told
from storage import units
from tests.conftest import MakeHouse
from tests.handlers.reports import adds, drafts, with_a_page
from tests.handlers.test_reporting import ALL, GUIDED, SEND, head
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


# --- figures -------------------------------------------------------------------------------------


async def police(talk: Talk) -> Talk:
    """Who enters the figure of all hamlets; the question of it is open."""
    async with talk.app.database.transaction() as tx:
        today = talk.house.clock.wall().date()
        [commune, *_] = await units.communes(tx, on=today)
        settings = await units.settings_of(tx, commune.id)
        code = (settings.get("holders") or {}).get("vneid", "")
        unit = await units.by_code(tx, code, on=today)
    assert unit is not None, settings.get("holders")
    await talk.holds("head", unit.code)
    return await talk.says("/baocao", "1")


async def test_t20_the_part_of_the_whole_commune_is_never_more_than_its_whole(
    house: House, talk: Talk
) -> None:
    """T20: 0 ≤ part ≤ whole is asked of each hamlet, and not of the commune."""
    await (await police(talk)).says("cả xã 6000/5200")
    assert await drafts(house) == [{}]


async def test_t20_no_figure_of_all_hamlets_is_above_the_hard_limit(
    house: House, talk: Talk
) -> None:
    """T20: `MOST` holds for every figure; by_hamlet has no limit at all."""
    await (await police(talk)).says("cả xã 2000000/3000000")
    assert await drafts(house) == [{}]


async def test_t20_more_than_the_adults_of_a_hamlet_is_refused_or_asked(
    house: House, talk: Talk
) -> None:
    """T20: above the population of the hamlet."""
    await (await police(talk)).says("Xóm 5: 300000/420000")
    assert "300000" not in str(await drafts(house))


async def test_n14_a_hamlet_that_is_not_there_is_not_guessed(house: House, talk: Talk) -> None:
    """N12, N14: of two hamlets of one number, one is written down for a name that neither has."""
    await (await police(talk)).says("Xóm 3 - xã cũ Giao Châu: 30/40")
    assert await drafts(house) == [{}]


async def test_u5_rows_typed_at_the_question_for_missing_rows_are_read(
    house: House, talk: Talk
) -> None:
    """U5: "Chưa có số của: …" is answered with the rows, as anybody would."""
    await (await police(talk)).says("Xóm 5: 300/420")
    assert "Chưa có số của" in talk.last
    await talk.says("Xóm 6: 200/310")
    assert "[200, 310]" in str(await drafts(house))


async def test_u6_rows_told_later_are_not_lost_by_going_back(house: House, talk: Talk) -> None:
    """U6: "Ghi như vậy" of an older question writes the older rows."""
    await (await police(talk)).says("Xóm 5: 300/420", "2", "Xóm 6: 200/310")
    await talk.says("quay lại", "quay lại", "1")
    assert "[200, 310]" in str(await drafts(house))


async def test_n14_figures_of_one_message_are_judged_together(
    house: House, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N14, T20: both are lowered at once; the whole is measured against the part that goes."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Số người khác nhau")
    await talk.says("80")
    await talk.presses("Xong")

    def both(*_: object, **__: object) -> Told:
        return Told({"attendances": Answer(50), "people": Answer(40)})

    monkeypatch.setattr("handlers.reporting.reading.read", both)
    await talk.says("50 lượt người dự, 40 người khác nhau")
    [draft] = await drafts(house)
    assert (draft["attendances"], draft["people"]) == (50, 40)


async def test_a_correction_has_what_the_book_says_now(talk: Talk) -> None:
    """Issue 6 item 1: "(theo sổ)" in a correction is the book as it was when version 1 was sent."""
    await (await head(talk)).says("/ghi hôm qua xóm 5 có 35 người học VNeID", "1")
    await talk.says("/baocao", "1", "1", "20", "6", "chưa có", "không", "không", SEND)
    await talk.says("/ghi hôm nay xóm 5 có 30 người học VNeID", "1", "/baocao")
    await talk.presses("Sửa")
    assert "35 lượt người (theo sổ)" not in "\n".join(talk.heard[-2:])


async def test_what_was_taken_out_of_the_book_is_not_by_the_book(talk: Talk) -> None:
    """Issue 6 item 1: the only session was undone; the draft goes on with "(theo sổ)"."""
    await (await head(talk)).says("/ghi hôm qua xóm 5 có 35 người học VNeID", "1")
    await talk.says("/baocao", "1", "1", "trang đầu", "/ghi")
    await talk.presses("Các buổi đã ghi")
    await talk.says("1")
    await talk.presses("Bỏ việc này")
    await talk.presses("Bỏ việc này") if "Bỏ việc này" in talk.labels else await talk.says("2")
    await talk.says("/baocao")
    await talk.presses("Xem lại")
    assert "(theo sổ)" not in "\n".join(talk.heard[-2:])


async def test_u10_a_draft_in_which_nothing_was_told_is_not_unfinished(
    house: House, talk: Talk
) -> None:
    """U10, T19: the holder's figure alone makes a draft "còn dở, đã xong 0/8 câu"."""
    other = await police(Talk(house, "u-police", name="Anh Ba"))
    await other.says("Xóm 5: 300/420", "1", "2", "không", "không", "1")
    await (await head(talk)).says(*GUIDED, "trang đầu", "/baocao")
    assert "còn dở" not in talk.last


def test_t20_a_part_of_a_field_that_is_over_is_part_of_what_that_was_part_of() -> None:
    """T20: women ≤ people ≤ attendances; without people nothing holds women any more."""
    form = built_in()["xom"]
    people = form["people"].model_copy(update={"until": 2025})
    fields = tuple(people if one.key == "people" else one for one in form.fields)
    later = form.model_copy(update={"fields": fields}).on(year=2026, occasion="annual")
    assert later["women"].part_of == "attendances"


def test_u5_half_a_share_that_is_not_asked_for_any_more_holds_nothing_up() -> None:
    """U5: its condition does not hold, so its question leads to "không làm tiếp được"."""
    share = built_in()["xom"]["payment"].model_copy(update={"only_if": "plan_issued=yes"})
    answers = {"plan_issued": Answer("no"), "payment": Answer([95, None])}
    assert rules.halves([share], answers) == []


async def test_what_the_holder_entered_meanwhile_is_in_the_report(house: House, talk: Talk) -> None:
    """Design §5: entered once for all hamlets; a draft that was begun before never has it."""
    await (await head(talk)).says(*GUIDED, *ALL[:4])
    other = await police(Talk(house, "u-police", name="Anh Ba"))
    await other.says("Xóm 5: 300/420", "1", "2", "không", "không", "1")
    assert "đã nhận" in "\n".join(other.heard[-2:])
    await talk.says(*ALL[4:])
    assert "300/420" in "\n".join(talk.heard[-3:])

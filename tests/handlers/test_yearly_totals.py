"""What all reports come to: three kinds of answers, holders, what was held together (design §5)."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from handlers.reporting.answers import FROM_HOLDER, Answer
from handlers.yearly.asof import as_of
from handlers.yearly.rows import Row, notes, say
from storage import reports
from storage.tables import Report
from tests.handlers.yearly_reports import SENT, all_gathered, all_rows, book, held, sent, unit
from tests.talk import House, Talk

BEFORE = datetime(2026, 10, 2, 3, tzinfo=UTC)


async def rows_of(house: House) -> dict[str, Row]:
    return await all_rows(house, await all_gathered(house))


async def a_person(talk: Talk) -> int:
    await talk.holds("officer")
    return (await talk.actor()).person_id


# --- three kinds of answers ----------------------------------------------------------------------


async def test_a_figure_unknown_and_blank_stay_three_things(house: House) -> None:
    await sent(house, "xom-01", {"sessions": 3, "plan_issued": "yes"})
    await sent(house, "xom-02", {"sessions": "?"})
    await sent(house, "xom-04", {"publicity": 0})
    found = (await rows_of(house))["sessions"]
    assert found.figure.value == 3
    assert [one.name for one in found.total.unknown] == ["Xóm 2"]
    assert [one.name for one in found.total.blank] == ["Xóm 4"]
    assert notes(house.app.house.texts, found) == ["1 đơn vị chưa nắm được", "1 đơn vị để trống"]


async def test_nobodys_figure_is_no_nought(house: House) -> None:
    """0 is a figure that somebody told; else it is said what was told instead."""
    await sent(house, "xom-01", {"sessions": "?", "publicity": 0})
    found, texts = await rows_of(house), house.app.house.texts
    said = {key: say(texts, found[key].figure) for key in ("sessions", "publicity", "attendances")}
    assert said == {"sessions": "chưa nắm được", "publicity": "0", "attendances": "để trống"}


async def test_one_about_makes_the_total_an_about(house: House) -> None:
    await sent(house, "xom-01", {"publicity": 20})
    await sent(house, "xom-02", {"publicity": Answer(30, about=True)})
    found = (await rows_of(house))["publicity"]
    assert say(house.app.house.texts, found.figure, found.counts) == "khoảng 50 lượt"


async def test_what_is_asked_only_after_a_yes_is_not_blank_after_a_no(house: House) -> None:
    await sent(house, "th-a", {"plan_issued": "no"})
    await sent(house, "th-b", {"plan_issued": "yes"})
    found = (await rows_of(house))["plan_number"]
    assert [one.name for one in found.total.blank] == ["Trường Tiểu học B"]


async def test_shares_add_up_part_and_whole(house: House) -> None:
    await sent(house, "th-a", {"skilled": [18, 20]})
    await sent(house, "dn-b", {"skilled": [30, 100]})
    found = (await rows_of(house))["skilled"]
    assert say(house.app.house.texts, found.figure, found.counts) == "48/120 người (40,0%)"
    assert found.kinds["truong_hoc"].value == 18
    assert found.label == "Người của đơn vị có kỹ năng số"


# --- which reports count -------------------------------------------------------------------------


async def test_returned_ones_and_those_taken_back_do_not_count(house: House) -> None:
    number, _ = await sent(house, "xom-01", {"sessions": 3})
    await sent(house, "xom-02", {"sessions": 4})
    await sent(house, "xom-02", {"sessions": 9})
    whose = await unit(house, "xom-02")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Report).where(Report.id == number).values(state="returned"))
        report = await reports.of_unit(tx, whose.id, "2026")
        assert report is not None
        await reports.withdraw(tx, report, now=SENT)
    assert (await rows_of(house))["sessions"].figure.value == 4


async def test_a_frozen_period_keeps_its_figures(house: House, talk: Talk) -> None:
    """A6: whatever comes later."""
    by = await a_person(talk)
    await sent(house, "xom-01", {"sessions": 3})
    commune = (await unit(house, "xom-01")).commune_id
    async with house.app.database.transaction() as tx:
        await reports.freeze(tx, commune, "2026", by=by, now=SENT)
    await sent(house, "xom-01", {"sessions": 30})
    await sent(house, "xom-02", {"sessions": 4})
    assert (await rows_of(house))["sessions"].figure.value == 3


async def test_as_of_a_day_only_what_was_sent_by_its_end_counts(house: House) -> None:
    """The local day: 16:59 UTC is still the 30th here, 17:00 is not."""
    before = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    await sent(house, "xom-01", {"sessions": 3}, at=before)
    await sent(house, "xom-01", {"sessions": 5}, at=before + timedelta(minutes=1))
    await sent(house, "xom-02", {"sessions": 7}, at=before + timedelta(minutes=1))
    gathered = await all_gathered(house)
    async with house.app.database.reading() as tx:
        then = await as_of(tx, gathered, date(2026, 11, 30), zone=house.app.house.timezone)
    assert (await all_rows(house, then))["sessions"].figure.value == 3
    assert len(then.silent) == len(gathered.silent) + 1


async def test_what_was_taken_back_later_counted_then(house: House) -> None:
    at = datetime(2026, 11, 30, 3, tzinfo=UTC)
    await sent(house, "xom-01", {"sessions": 3}, at=at)
    whose = await unit(house, "xom-01")
    async with house.app.database.transaction() as tx:
        report = await reports.of_unit(tx, whose.id, "2026")
        assert report is not None
        await reports.withdraw(tx, report, now=at + timedelta(days=2))
    gathered, zone = await all_gathered(house), house.app.house.timezone
    async with house.app.database.reading() as tx:
        then = await as_of(tx, gathered, date(2026, 11, 30), zone=zone)
        after = await as_of(tx, gathered, date(2026, 12, 3), zone=zone)
    assert [one.name for one in then.told] == ["Xóm 1"]
    assert [one.name for one in after.told] == []


# --- a holder's figure ---------------------------------------------------------------------------


async def test_the_holders_figure_counts_once(house: House) -> None:
    """Design §5: what hamlets took over from Công an xã is not added to its own table."""
    await sent(house, "cong-an-xa", {"vneid_by_hamlet": {"xom-05": [300, 420], "xom-06": [50, 80]}})
    taken = Answer([300, 420], source=FROM_HOLDER)
    await sent(house, "xom-05", {"sessions": 1, "vneid_level_2": taken})
    found = await rows_of(house)
    assert (found["vneid_by_hamlet"].figure.value, found["vneid_by_hamlet"].figure.whole) == (
        350,
        500,
    )
    assert "vneid_level_2" not in found


async def test_one_figure_for_the_whole_commune_stands_for_all_hamlets(house: House) -> None:
    await sent(house, "cong-an-xa", {"vneid_by_hamlet": {"": [5200, 6000], "xom-05": [1, 2]}})
    assert (await rows_of(house))["vneid_by_hamlet"].figure.value == 5200


async def test_who_is_no_holder_is_not_called_blank(house: House) -> None:
    await sent(house, "ban-chqs", {"fraud_talks": 2})
    await sent(house, "vp-hdnd-ubnd", {"sessions": 2})
    found = await rows_of(house)
    assert "vneid_by_hamlet" not in found
    assert "online_files" not in found


# --- held together -------------------------------------------------------------------------------


async def test_a_session_of_two_units_counts_once(house: House, talk: Talk) -> None:
    """Design §5: from the book of both; the total says so."""
    await held(house, ("xom-05", "xom-06"), 40, by=await a_person(talk))
    await sent(house, "xom-05", {"sessions": book(3), "attendances": book(120)})
    await sent(house, "xom-06", {"sessions": book(2), "attendances": book(60)})
    found = await rows_of(house)
    assert (found["sessions"].figure.value, found["sessions"].total.shared) == (4, 1)
    assert (found["attendances"].figure.value, found["attendances"].total.shared) == (140, 40)


async def test_kinds_of_units_each_keep_what_they_held_with_others(
    house: House, talk: Talk
) -> None:
    await held(house, ("xom-05", "th-a"), 40, by=await a_person(talk))
    await sent(house, "xom-05", {"sessions": book(3)})
    await sent(house, "th-a", {"sessions": book(2)})
    found = (await rows_of(house))["sessions"]
    assert found.figure.value == 4
    assert {kind: one.value for kind, one in found.kinds.items()} == {"xom": 3, "truong_hoc": 2}


async def test_typed_figures_are_only_said_to_be_perhaps_twice(house: House, talk: Talk) -> None:
    await held(house, ("xom-05", "xom-06", "xom-07"), 40, by=await a_person(talk))
    for code in ("xom-05", "xom-06"):
        await sent(house, code, {"sessions": book(2)})
    await sent(house, "xom-07", {"sessions": 2})
    found = (await rows_of(house))["sessions"]
    assert (found.figure.value, found.total.shared, found.apart) == (5, 1, 1)
    assert "có thể trùng 1 buổi làm chung" in notes(house.app.house.texts, found)


async def test_what_was_recorded_after_the_reports_is_not_taken_out(
    house: House, talk: Talk
) -> None:
    by = await a_person(talk)
    await held(house, ("xom-05", "xom-06"), 40, by=by, at=SENT + timedelta(days=1))
    for code in ("xom-05", "xom-06"):
        await sent(house, code, {"sessions": book(2)})
    assert (await rows_of(house))["sessions"].figure.value == 4


async def test_never_less_is_left_than_one_unit_told(house: House, talk: Talk) -> None:
    """A record that was changed after the reports may say more than they did."""
    await held(house, ("xom-05", "xom-06"), 900, by=await a_person(talk))
    await sent(house, "xom-05", {"attendances": book(120)})
    await sent(house, "xom-06", {"attendances": book(60)})
    assert (await rows_of(house))["attendances"].figure.value == 120

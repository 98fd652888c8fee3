"""The news of one's hamlet: agreeing, taking it back, and what is said (P2, P3, T45)."""

import hashlib
from datetime import date, timedelta

from bot import errands
from handlers.statistics import news, periods
from handlers.texts import load
from storage.statistics import Figures, Period, Table, UnitRow
from storage.tables import AuditRow, Consent, OutboxRow
from tests.handlers.broadcasting import a_resident, at
from tests.storage.histories import period
from tests.talk import Talk

OCTOBER = periods.month(10, 2026)


async def consents(talk: Talk) -> list[tuple[object, ...]]:
    return await talk.house.rows(
        Consent.version,
        Consent.text_hash,
        Consent.channel,
        Consent.withdrawn_at,
        where=Consent.purpose == "news",
    )


# --- agreeing ------------------------------------------------------------------------------------


async def test_p3_agreeing_keeps_the_words_that_were_shown(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("/xephang")
    await talk.presses("Nhận tin xóm mỗi tháng")
    assert talk.text("news.consent") in talk.last
    assert [label.split(". ")[-1] for label in talk.labels] == ["Đồng ý nhận", "Không nhận"]
    await talk.presses("Đồng ý nhận")
    assert talk.text("news.agreed") in talk.heard
    shown = hashlib.sha256(talk.text("news.consent").encode()).hexdigest()
    assert await consents(talk) == [(2, shown, talk.address.channel, None)]
    await talk.says("/xephang")
    assert any("Thôi nhận tin xóm" in label for label in talk.labels)


async def test_p2_no_is_as_easy_and_nobody_is_asked_unasked(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhận tin xóm", "2")
    assert talk.text("news.declined") in talk.heard
    assert await consents(talk) == []
    assert (await talk.actor()).has_consent


async def test_who_agreed_to_nothing_is_offered_no_news(talk: Talk) -> None:
    await talk.says("/xephang")
    assert not any("tin xóm" in label for label in talk.labels)
    await talk.says("nhận tin xóm")
    assert talk.text("news.needs_consent") in talk.heard


async def test_who_muted_the_bot_is_told_that_nothing_will_come(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("dừng nhắc", "nhận tin xóm", "1")
    assert talk.text("news.but_muted") in talk.heard


# --- taking it back ------------------------------------------------------------------------------


async def test_it_ends_by_the_same_door(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhận tin xóm", "1", "nhận tin xóm", "1")
    assert talk.text("news.kept") in talk.heard
    await talk.says("thôi nhận tin xóm", "2")
    assert talk.text("news.stopped") in talk.heard
    [(*_, withdrawn_at)] = await consents(talk)
    assert withdrawn_at is not None
    assert "consent.withdrawn" in await talk.house.rows(AuditRow.action)


async def test_p3_my_data_shows_it_and_ends_it_by_itself(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhận tin xóm", "1", "/dulieu", "1")
    assert any("nhận tin xóm từ 22/11/2026" in heard for heard in talk.heard)
    await talk.says("4", "3")
    assert any("Đã thôi nhận tin xóm. Mã biên nhận: RD-" in heard for heard in talk.heard)
    assert (await talk.actor()).consents == {"learning"}


async def test_withdrawing_everything_ends_it_too(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhận tin xóm", "1", "/dulieu", "4", "2")
    assert (await talk.actor()).consents == frozenset()


async def test_without_news_the_question_is_as_before(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("/dulieu", "4")
    assert len(talk.labels) == 2


# --- what is said --------------------------------------------------------------------------------


def a_table(*hamlets: tuple[int, int, int], sessions: int = 3) -> Table:
    """(learners, lessons, sessions) of hamlets of 400 adults."""
    rows = tuple(
        UnitRow(
            number,
            f"xom-{number}",
            f"Xóm {number}",
            "xom",
            (),
            Figures(learners=learners, lessons=lessons, sessions=held, adults=400),
        )
        for number, (learners, lessons, held) in enumerate(hamlets, 1)
    )
    total = Figures(
        learners=sum(row.figures.learners for row in rows),
        lessons=sum(row.figures.lessons for row in rows),
        sessions=sessions,
    )
    return Table(october(), (*rows, UnitRow(None, "", "", "xom", (), Figures())), total)


def october() -> Period:
    return period(date(2026, 10, 1), date(2026, 10, 31))


def said_to(hamlet: int, table: Table) -> str:
    return news.letters(load(), table, month=OCTOBER, sample=False)[hamlet]


def test_three_lines() -> None:
    assert said_to(1, a_table((12, 33, 2), (26, 51, 0), (4, 9, 1))) == (
        "Tin Xóm 1, tháng 10/2026: ít nhất 10 người học, 30 lượt học, 2 buổi học chung.\n"
        "Cả xã, các xóm nêu số cộng lại: ít nhất 35 người học, 80 lượt học, 3 buổi học chung.\n"
        "Có tin này vì đã đồng ý nhận tin xóm. Muốn thôi, xin nhắn: dừng nhắc."
    )


def test_t45_a_small_hamlet_hears_of_its_sessions_only() -> None:
    said = said_to(3, a_table((12, 33, 2), (26, 51, 0), (4, 9, 1)))
    assert said.startswith("Tin Xóm 3, tháng 10/2026: 1 buổi học chung. Số người học")
    assert "4" not in said
    assert "9" not in said


def test_t45_the_sum_of_the_commune_has_nothing_of_the_hidden_in_it() -> None:
    with_four = said_to(1, a_table((12, 33, 2), (26, 51, 0), (4, 9, 1)))
    assert with_four == said_to(1, a_table((14, 34, 2), (25, 54, 0), (0, 0, 1)))
    quiet = said_to(1, a_table((4, 9, 1), (3, 3, 2)))
    assert "Cả xã: 3 buổi học chung." in quiet


def test_what_is_said_fits_one_message() -> None:
    said = said_to(1, a_table((399, 12_345, 31), (399, 9_999, 31), sessions=62))
    assert len(said) <= 300


def test_in_november_the_news_are_of_october() -> None:
    assert news.month_before(date(2026, 11, 1)).name == "tháng 10/2026"
    assert news.month_before(date(2027, 1, 5)).name == "tháng 12/2026"


# --- when it goes --------------------------------------------------------------------------------


async def test_r20_it_waits_for_a_sure_clock(talk: Talk) -> None:
    """A clock that jumps into the next month tells nobody of a month that is not over."""
    house = talk.house
    await a_resident(house, "dan0")
    at(house, "2026-11-24 09:00")
    assert house.app.post.watch.is_sure()
    [news_errand] = [one for one in errands.of(house.app) if one.run.__name__ == "send_news"]
    queued = OutboxRow.key.like("news:%")
    house.clock.at += timedelta(days=7)  # 1/12, 09:00
    await news_errand.run()
    assert await house.rows(OutboxRow.key, where=queued) == []
    house.clock.at -= timedelta(days=7)
    assert house.app.post.watch.is_sure()
    at(house, "2026-12-01 09:00")
    await news_errand.run()
    assert len(await house.rows(OutboxRow.key, where=queued)) == 1

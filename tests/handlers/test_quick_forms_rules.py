"""The rules of quick forms: whose desk, whose unit, which day; and what is added up (T13, A3)."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.quick_forms import service
from handlers.quick_forms.brief import guess_kind, read_brief, read_due
from handlers.quick_forms.form import (
    BLANK,
    UNKNOWN,
    Answer,
    Kind,
    Question,
    load_answers,
    load_questions,
    store_answers,
    store_questions,
)
from handlers.quick_forms.service import NewForm
from handlers.quick_forms.tally import Line, Tally
from handlers.quick_forms.whom import read_whom
from storage import quick_forms, units
from storage.database import Transaction
from storage.people import Actor
from storage.quick_forms import FormInfo
from storage.tables import AuditRow, QuickAnswer, QuickForm
from storage.units import UnitInfo
from tests.handlers.test_quick_forms import head_of, officer, unit_id
from tests.talk import House, Talk

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
COUNT = Question(text="Bao nhiêu hộ?", kind=Kind.NUMBER)
WHETHER = Question(text="Có loa không?", kind=Kind.YES_NO)
QUALITY = Question(text="Sóng ra sao?", kind=Kind.ONE_OF, options=("Tốt", "Kém"))
WISH = Question(text="Ý kiến?", kind=Kind.NOTE)


async def commune_of(tx: Transaction) -> int:
    return (await units.communes(tx, on=TODAY))[0].id


async def other_commune(house: House) -> tuple[int, int]:
    """(id of another commune, id of its Xóm 1)."""
    async with house.app.database.transaction() as tx:
        made = []
        for code, name, kind, parent in (
            ("xa-khac", "UBND xã Khác", "ubnd_xa", None),
            ("khac-01", "Xóm 1", "xom", "xa-khac"),
        ):
            new = units.NewUnit(code, name, name.lower(), kind, parent or "", "required", 1, 1, ())
            await units.import_all(tx, [new], on=TODAY)
            found = await units.by_code(tx, code, on=TODAY)
            assert found is not None
            made.append(found.id)
    return made[0], made[1]


async def send(house: House, by: Actor, commune: int, **changed: Any) -> FormInfo:
    async with house.app.database.transaction() as tx:
        hamlet = await units.by_code(tx, "xom-05", on=TODAY)
        assert hamlet is not None
        given = {"title": "Thử", "questions": (COUNT,), "units": [hamlet.id], "due_on": TODAY}
        new = NewForm(**{**given, **changed})
        return await service.send(tx, commune, new, by=by, today=TODAY, now=NOW)


async def answer(house: House, form: int, unit: int, by: Actor, **changed: Any) -> int:
    given: dict[str, Any] = {"base": 0, "source": "unit", "now": NOW, **changed}
    told = given.pop("answers", {0: Answer(number=12)})
    async with house.app.database.transaction() as tx:
        done = await service.answer(
            tx, form, unit, told, by=by, today=TODAY, zone=house.app.house.timezone, **given
        )
    return done.number


# --- sending -------------------------------------------------------------------------------------


async def test_only_the_desk_of_the_commune_sends(house: House, talk: Talk) -> None:
    """A3, T13."""
    await officer(talk)
    desk = await talk.actor()
    async with house.app.database.reading() as tx:
        here = await commune_of(tx)
    there, theirs = await other_commune(house)
    for role, unit in (("leader", ""), ("head", "xom-05"), ("helper", "xom-05")):
        other = await (await talk.somebody(role, role=role, unit=unit)).actor()
        with pytest.raises(service.Denied):
            await send(house, other, here)
    with pytest.raises(service.Denied):
        await send(house, desk, there, units=[theirs])
    with pytest.raises(service.Impossible):
        await send(house, desk, here, units=[theirs])
    assert await house.rows(QuickForm.id) == []
    assert (await send(house, desk, here)).is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": []},
        {"due_on": TODAY - timedelta(days=1)},
        {"due_on": TODAY + timedelta(days=91)},
    ],
)
async def test_a_form_without_units_or_with_a_wrong_day_is_not_sent(
    house: House, talk: Talk, wrong: dict[str, Any]
) -> None:
    await officer(talk)
    async with house.app.database.reading() as tx:
        here = await commune_of(tx)
    with pytest.raises(service.Impossible):
        await send(house, await talk.actor(), here, **wrong)
    assert await house.rows(QuickForm.id) == []


async def test_a_right_that_ended_is_no_right(house: House, talk: Talk) -> None:
    """A3: the grants of the turn's beginning do not count."""
    await officer(talk)
    by = await talk.actor()
    async with house.app.database.transaction() as tx:
        here = await commune_of(tx)
        await tx.exec_driver_sql("UPDATE roles SET until = since")
    with pytest.raises(service.Denied):
        await send(house, by, here)


# --- answering -----------------------------------------------------------------------------------


async def test_who_answers_is_asked_again_in_the_transaction(house: House, talk: Talk) -> None:
    """T01, T13: another hamlet's head, a leader, a unit that was not asked."""
    await officer(talk)
    desk = await talk.actor()
    five, six = await head_of(talk, 5), await head_of(talk, 6)
    async with house.app.database.reading() as tx:
        here = await commune_of(tx)
    form = (await send(house, desk, here)).id
    hamlet, other = await unit_id(house, "xom-05"), await unit_id(house, "xom-06")
    for by, unit, source in (
        (await six.actor(), hamlet, "unit"),
        (await six.actor(), other, "unit"),
        (await six.actor(), hamlet, "phone"),
        (await five.actor(), hamlet, "paper"),
        (desk, hamlet, "unit"),
        (desk, other, "phone"),
    ):
        with pytest.raises(service.Denied):
            await answer(house, form, unit, by, source=source)
    with pytest.raises(service.Denied):
        await answer(house, form + 1, hamlet, await five.actor())
    assert await house.rows(QuickAnswer.number) == []
    assert await answer(house, form, hamlet, await five.actor()) == 1
    assert await answer(house, form, hamlet, desk, source="paper", base=1) == 2


async def test_an_answer_must_fit_its_questions_and_be_whole(house: House, talk: Talk) -> None:
    await officer(talk)
    five = await (await head_of(talk, 5)).actor()
    async with house.app.database.reading() as tx:
        here = await commune_of(tx)
    asked = (COUNT, QUALITY)
    form = (await send(house, await talk.actor(), here, questions=asked)).id
    hamlet = await unit_id(house, "xom-05")
    for wrong in (
        {},
        {0: Answer(number=1)},
        {0: Answer(yes=True), 1: UNKNOWN},
        {0: Answer(number=1), 1: Answer(option=2)},
        {0: BLANK, 1: BLANK, 2: BLANK},
    ):
        with pytest.raises(service.Impossible):
            await answer(house, form, hamlet, five, answers=wrong)
    assert await answer(house, form, hamlet, five, answers={0: BLANK, 1: UNKNOWN}) == 1


async def test_closed_and_overtaken_answers_are_not_written(house: House, talk: Talk) -> None:
    """T19, T41; closing twice is closing once."""
    await officer(talk)
    desk = await talk.actor()
    five = await (await head_of(talk, 5)).actor()
    async with house.app.database.reading() as tx:
        here = await commune_of(tx)
    form, hamlet = (await send(house, desk, here)).id, await unit_id(house, "xom-05")
    await answer(house, form, hamlet, five)
    with pytest.raises(service.Overtaken):
        await answer(house, form, hamlet, five)
    async with house.app.database.transaction() as tx:
        assert await service.close(tx, form, by=desk, now=NOW)
        assert not await service.close(tx, form, by=desk, now=NOW)
        with pytest.raises(service.Denied):
            await service.close(tx, form, by=five, now=NOW)
    with pytest.raises(service.Closed):
        await answer(house, form, hamlet, five, base=1)
    actions = [one for one in await house.rows(AuditRow.action) if one.startswith("quick.")]
    assert sorted(actions) == ["quick.answered", "quick.closed", "quick.sent"]


async def test_another_communes_form_is_not_there(house: House, talk: Talk) -> None:
    """T13: by its id neither read nor closed."""
    await officer(talk)
    by = await talk.actor()
    there, theirs = await other_commune(house)
    async with house.app.database.transaction() as tx:
        form = await quick_forms.add(
            tx,
            commune_id=there,
            title="Của xã khác",
            questions=store_questions([COUNT]),
            due_on=TODAY,
            units=[theirs],
            by=by.person_id,
            now=NOW,
        )
        with pytest.raises(service.Denied):
            await service.close(tx, form, by=by, now=NOW)
    await talk.says("/phieu")
    assert "Của xã khác" not in "\n".join(talk.heard[-2:] + talk.labels)


# --- what is stored ------------------------------------------------------------------------------


def test_stored_questions_and_answers_are_read_back() -> None:
    asked = (COUNT, WHETHER, QUALITY, WISH)
    assert load_questions(store_questions(asked)) == asked
    told = {0: Answer(number=0), 1: Answer(yes=False), 2: UNKNOWN, 3: BLANK}
    assert load_answers(store_answers(told)) == told


@pytest.mark.parametrize("asked", [(), (COUNT,) * 6])
def test_one_to_five_questions(asked: tuple[Question, ...]) -> None:
    with pytest.raises(ValueError, match="questions"):
        store_questions(asked)


# --- adding up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_sums_keep_unknown_and_blank_apart(seed: int) -> None:
    """Design §5, against the plainest way of counting."""
    chance = random.Random(seed)
    possible = [Answer(number=n) for n in (0, 3, 1200)] + [UNKNOWN, BLANK]
    told = [chance.choice(possible) for _ in range(chance.randrange(15))]
    lines = [Line(n, f"x{n}", f"Xóm {n}", True, {0: one}) for n, one in enumerate(told)]
    silent = [Line(99, "x99", "Xóm 99", True, None), Line(98, "x98", "Xóm 98", False, None)]
    form = FormInfo(1, 1, "Thử", {}, TODAY, "open", None, NOW, None)
    tally = Tally(form, (COUNT,), (*lines, *silent))
    found = tally.sum_of(0)
    figures = [one.number for one in told if one.number is not None]
    assert found.total == (sum(figures) if figures else None)
    assert found.known + found.unknown + found.blank == len(tally.answered) == len(told)
    assert (found.unknown, found.blank) == (told.count(UNKNOWN), told.count(BLANK))
    assert [line.name for line in tally.missing] == ["Xóm 99"]
    assert tally.asked == len(told) + 1


# --- whom, until when ----------------------------------------------------------------------------


@pytest.fixture
def known() -> list[UnitInfo]:
    named: list[tuple[str, str, str, tuple[str, ...]]]
    named = [(f"xom-{n:02d}", f"Xóm {n}", "xom", ()) for n in range(1, 8)]
    named += [
        ("xom-03b", "Xóm 3", "xom", ("Xóm 3 - xã cũ B",)),
        ("th-a", "Trường Tiểu học A", "truong_hoc", ("TH A",)),
        ("thcs-a", "Trường THCS A", "truong_hoc", ()),
        ("vp", "Văn phòng HĐND và UBND xã", "co_quan", ()),
        ("nn", "Trung tâm Ngoại ngữ", "co_quan", ()),
        ("dang-uy", "TT Đảng ủy", "dang_uy_hdnd", ()),
    ]
    duties = {"dang_uy_hdnd": "none"}
    return [
        UnitInfo(at, code, name, kind, duties.get(kind, "required"), 1, aliases)
        for at, (code, name, kind, aliases) in enumerate(named, 10)
    ]


_UNREAD = ("xóm 1, xóm 99", "x1 x2")


@pytest.mark.parametrize(
    ("text", "codes", "asked"),
    [
        ("xom 1, 2, 5 va truong thcs a", ["xom-01", "xom-02", "xom-05", "thcs-a"], 0),
        ("xóm 4-6", ["xom-04", "xom-05", "xom-06"], 0),
        ("từ xóm 4 đến xóm 6", ["xom-04", "xom-05", "xom-06"], 0),
        ("x1 x2", [], 0),
        ("xóm 2-4", ["xom-02", "xom-04"], 1),
        ("các trường", ["th-a", "thcs-a"], 0),
        ("Văn phòng HĐND và UBND xã, xóm 7", ["xom-07", "vp"], 0),
        ("tất cả các trường trừ TH A", ["thcs-a"], 0),
        ("các trường ngoài TH A", ["thcs-a"], 0),
        ("trung tâm ngoại ngữ, xóm 7", ["xom-07", "nn"], 0),
        ("xóm 1, ngoài ra xóm 2", ["xom-01", "xom-02"], 0),
        ("xóm 1, xóm 99", ["xom-01"], 0),
    ],
)
def test_units_are_read_as_people_write_them(
    known: list[UnitInfo], text: str, codes: list[str], asked: int
) -> None:
    """N12: two Xóm 3 are asked for, nothing is chosen for anybody."""
    found = read_whom(text, known)
    by_id = {one.id: one.code for one in known}
    assert [by_id[one] for one in found.units] == codes
    assert len(found.doubts) == asked
    assert bool(found.unread) == (text in _UNREAD)


def test_all_units_are_those_that_owe_anything(known: list[UnitInfo]) -> None:
    found = read_whom("tất cả đơn vị", known)
    assert len(found.units) == len(known) - 1
    assert found.every


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Bao nhiêu hộ đã cài VNeID?", Kind.NUMBER),
        ("Xóm có loa không?", Kind.YES_NO),
        ("Đã họp chưa?", Kind.YES_NO),
        ("Bao nhiêu hộ chưa?", None),
        ("Sóng điện thoại ra sao?", None),
    ],
)
def test_a_kind_is_taken_from_a_question_only_if_it_is_certain(
    question: str, kind: Kind | None
) -> None:
    assert guess_kind(question) is kind


def test_the_short_way_reads_only_what_is_certain(known: list[UnitInfo]) -> None:
    found = read_brief("Sóng ra sao? xóm 99, sớm nhất", known, sent_at=NOW)
    assert (found.kind, found.whom, found.due) == (None, None, None)
    assert found.question == "Sóng ra sao?"


def test_before_a_day_ends_with_the_day_before_it() -> None:
    """R19: "trước ngày 15/12" is on time until the end of the 14th."""
    assert read_due("trước ngày 15/12", sent_at=NOW) == date(2026, 12, 14)
    assert read_due("hạn 15/12", sent_at=NOW) == date(2026, 12, 15)

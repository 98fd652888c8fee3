"""Photos and PDFs as evidence of a report's field: P1, P5, T01, T13, T14, T30, T32, T34, T41."""

import asyncio
from typing import Any

import pytest

import handlers
from bot.filing import HandedIn as Came
from handlers.evidence import PROOF, SCAN
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import HandedIn, Kind
from handlers.reporting import evidence
from handlers.roles import revoke
from storage import files, report_files, units
from storage.tables import AuditRow, File, FileLink, ReportFile, Role
from tests.conftest import MakeHouse
from tests.fake_pictures import JPEG, a_jpeg
from tests.handlers.test_evidence import photo, sends_photo, told, wired
from tests.talk import House, Talk

KEPT = "Đã nhận ảnh minh chứng của Xóm 5"
NOT_SEEN = "Trợ lý chưa xem được ảnh"
HERE = "vào đây, trong 30 phút"

proofs = Flow("proofs", allow={"head", "reporter"}, words=("gui minh chung", "gui ban da ky"))
"""Asks as a report does; of the unit whose role came first."""


@proofs.entry
async def ask(turn: Turn) -> Outcome:
    unit = turn.actor.grants[0].unit_id
    field = SCAN if "ký" in turn.event.text else "evidence"
    asked = await evidence.asking(turn, unit_id=unit, period="so_ket_2027", field=field)
    return Outcome(asked).then("menu")


proofs.receive(PROOF)(evidence.received)


@pytest.fixture(autouse=True)
def with_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.FLOWS", (*handlers.FLOWS, proofs))


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    house = wired(await a_house())
    house.channel.media |= {str(n): a_jpeg(filled=6 * n) for n in range(1, 10)}
    return house


@pytest.fixture
async def head(house: House) -> Talk:
    return await a_head(house)


async def a_head(house: House, name: str = "u-head", unit: str = "xom-05") -> Talk:
    """Who was just asked for evidence."""
    head = await Talk(house, name, name="Ông Năm").holds("head", unit)
    return await head.says("gửi minh chứng")


async def kept(house: House) -> list[tuple[str, str, bool]]:
    """(period, field, has a file) of everything given, oldest first."""
    rows = await house.rows(ReportFile.id, ReportFile.period, ReportFile.field, ReportFile.file_id)
    return [(period, field, file is not None) for _, period, field, file in sorted(rows)]


PROVED = ("so_ket_2027", "evidence", True)

# --- photos in the chat --------------------------------------------------------------------------


async def test_a_photo_is_kept_and_counted_and_the_question_goes_on(head: Talk) -> None:
    assert told(head, HERE) == 1
    question = head.last
    await photo(head, "1")
    assert f"{KEPT} (1/5)." in head.heard
    assert head.last == question
    assert await kept(head.house) == [PROVED]
    [(name, by)] = await head.house.rows(ReportFile.name, ReportFile.given_by)
    assert name.startswith("minh-chung")
    assert by == (await head.actor()).person_id
    assert "report.file_given" in await head.house.rows(AuditRow.action)  # A5


@pytest.mark.parametrize("at_once", [True, False])
async def test_of_an_album_every_photo_is_kept(head: Talk, at_once: bool) -> None:
    for media in ("1", "2", "3"):
        await (sends_photo if at_once else photo)(head, media)
    await head.house.make_all()
    assert told(head, KEPT) == 3
    assert f"{KEPT} (3/5)." in head.heard
    assert await kept(head.house) == [PROVED] * 3
    assert sorted(head.house.channel.fetches) == ["1", "2", "3"]


async def test_one_asking_takes_five_photos_within_half_an_hour(head: Talk) -> None:
    """T34: what nobody asked for is not fetched."""
    for number in range(1, 6):
        await head.waits(minutes=4)
        await photo(head, str(number))
    await photo(head, "6")
    assert told(head, "nhiều nhất 5 ảnh. Ảnh này Trợ lý không lưu") == 1
    await head.waits(minutes=2)
    await photo(head, "7")
    assert told(head, NOT_SEEN) == 1
    assert head.house.channel.fetches == ["1", "2", "3", "4", "5"]


async def test_the_half_hour_counts_from_the_asking(head: Talk) -> None:
    await head.waits(minutes=20)
    await photo(head, "1")
    await head.waits(minutes=11)
    await photo(head, "2")
    assert head.house.channel.fetches == ["1"]
    assert told(head, NOT_SEEN) == 1


async def test_the_sixth_of_a_field_is_not_kept(head: Talk) -> None:
    for number in range(1, 6):
        await photo(head, str(number))
    await head.waits(minutes=2)
    await head.says("gửi minh chứng")
    await photo(head, "6")
    assert told(head, "đã đủ 5 tệp") == 1
    assert await kept(head.house) == [PROVED] * 5
    assert len(await head.house.rows(File.id)) == 5  # P1: what is not kept goes at once


async def test_a_report_has_twenty_files_at_most(head: Talk, monkeypatch: Any) -> None:
    monkeypatch.setattr(evidence, "MOST_OF_REPORT", 2)
    for media in ("1", "2", "3"):
        await photo(head, media)
    assert told(head, "đã đủ 2 tệp") == 1
    assert await kept(head.house) == [PROVED] * 2


async def test_the_same_photo_twice_counts_once(head: Talk) -> None:
    await photo(head, "1")
    await photo(head, "1")
    assert told(head, "đã có tệp này của Xóm 5") == 1
    assert await kept(head.house) == [PROVED]


async def test_the_scan_of_the_signed_report_is_called_so(head: Talk) -> None:
    await head.says("gửi bản đã ký")
    assert told(head, "gửi ảnh bản báo cáo đã ký, đóng dấu vào đây") == 1
    await photo(head, "1")
    assert "Đã nhận ảnh bản báo cáo đã ký, đóng dấu của Xóm 5 (1/5)." in head.heard
    assert await kept(head.house) == [("so_ket_2027", SCAN, True)]


async def test_the_newest_asking_counts_whatever_it_is_for(head: Talk) -> None:
    await head.says("/ghi tối qua xóm 5 có 35 bà con học vneid, cô Lan hướng dẫn")
    await head.presses("Ghi vào sổ", "Gửi ảnh danh sách ký")
    await photo(head, "1")
    assert told(head, "Đã nhận ảnh danh sách ký") == 1
    assert await kept(head.house) == []
    await head.says("trang đầu", "gửi minh chứng")
    await photo(head, "2")
    assert told(head, KEPT) == 1


async def test_t30_one_too_big_as_it_declares_itself_is_refused_unfetched(head: Talk) -> None:
    await photo(head, "")
    assert told(head, "không quá 5 MB") == 1
    await photo(head, "1")
    assert head.house.channel.fetches == ["1"]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"GIF89a" + bytes(90), b""])
async def test_t32_what_is_no_photo_is_refused_and_another_may_follow(
    head: Talk, content: bytes
) -> None:
    head.house.channel.media["1"] = content
    await photo(head, "1")
    for _ in range(3):
        await head.waits(seconds=30)
        await head.house.make_all()
    assert told(head, "chưa lưu được một ảnh vừa gửi") == 1
    await photo(head, "2")
    assert await kept(head.house) == [PROVED]


async def test_a_pdf_in_the_chat_is_not_fetched_photos_are_asked_for(head: Talk) -> None:
    await head.does(Kind.FILE)
    assert told(head, "Xin chụp rồi gửi ảnh minh chứng như ảnh thường") == 1
    await photo(head, "1")
    assert told(head, KEPT) == 1


async def test_where_there_is_a_page_a_pdf_gets_its_link(a_house: MakeHouse) -> None:
    house = wired(await a_house(public_url="https://hoc.example.vn"))
    head = await a_head(house)
    assert told(head, "/tai/") == 1
    await head.does(Kind.FILE)
    assert told(head, "gửi bằng liên kết trong tin sau") == 1
    assert told(head, "/tai/") == 2


async def test_a_file_nobody_asked_for_is_answered_as_before(head: Talk) -> None:
    await head.waits(minutes=31)
    await head.does(Kind.FILE)
    assert head.text("menu.file") in head.heard


async def test_on_the_chat_page_there_is_only_the_link(a_house: MakeHouse, platforms: Any) -> None:
    voice = await platforms.voice("web_chat")
    head = await a_head(await a_house(voice, public_url="https://hoc.example.vn"))
    assert (told(head, "/tai/"), told(head, HERE)) == (1, 0)
    platforms.forget()


# --- whose it is ---------------------------------------------------------------------------------


async def _revoked(talk: Talk) -> None:
    [role] = await talk.house.rows(Role.id, where=Role.role == "head")
    async with talk.app.database.transaction() as tx:
        await revoke(tx, role, by=None, now=talk.house.clock.wall())


async def test_t14_a_role_that_ends_between_asking_and_photo(head: Talk) -> None:
    await _revoked(head)
    await photo(head, "1")
    assert told(head, NOT_SEEN) == 1
    assert head.house.channel.fetches == []


async def test_t41_a_role_that_ends_while_the_photo_is_fetched(head: Talk) -> None:
    """Another role of the same person keeps the conversation open, not this unit."""
    await sends_photo(head, "1")
    await head.house.settle()
    await head.holds("head", "xom-06")
    [role, _] = sorted(await head.house.rows(Role.id, where=Role.role == "head"))
    async with head.app.database.transaction() as tx:
        now = head.house.clock.wall()
        await revoke(tx, role, by=None, now=now)
    await head.house.make_all()
    assert await kept(head.house) == []
    assert told(head, KEPT) == 0


async def test_t01_a_file_for_somebody_elses_unit_is_refused_and_noted(head: Talk) -> None:
    """A forged purpose: whatever it says, the role decides (T13)."""
    async with head.app.database.transaction() as tx:
        now = head.house.clock.wall()
        other = await units.by_code(tx, "xom-06", on=now.date())
        assert other is not None
        file = await files.keep(tx, name="a.jpg", media_type="image/jpeg", body=JPEG, now=now)
    me = (await head.actor()).person_id
    purpose = evidence.purpose_of(unit_id=other.id, period="2026", field="evidence")
    await _hears_of(head, HandedIn(file, "a.jpg", purpose, me))
    assert told(head, "không báo cáo cho nơi đó") == 1
    assert await kept(head.house) == []
    assert "report.file_denied" in await head.house.rows(AuditRow.action)
    assert await head.house.rows(File.id) == []


@pytest.mark.parametrize(
    "purpose", ["proof:", "proof:x:2026:a", "proof:999999:2026:a", "proof:1::"]
)
async def test_t13_a_purpose_that_means_nothing_is_refused(head: Talk, purpose: str) -> None:
    async with head.app.database.transaction() as tx:
        now = head.house.clock.wall()
        file = await files.keep(tx, name="a.jpg", media_type="image/jpeg", body=JPEG, now=now)
    await _hears_of(head, HandedIn(file, "a.jpg", purpose, (await head.actor()).person_id))
    assert told(head, "không báo cáo cho nơi đó") == 1


async def _hears_of(talk: Talk, handed: HandedIn) -> None:
    """The event of a file, as the house itself tells it."""
    there, actor = talk.address, await talk.actor()
    came = Came(
        999, handed.file, handed.name, "image/jpeg", handed.purpose, handed.person_id,
        actor.account_id, there.channel, there.bot, there.account, there.chat,
    )  # fmt: skip
    assert await talk.app.accept_upload(came)
    await talk.house.settle()


async def test_another_person_of_the_phone_hands_in_nothing(head: Talk) -> None:
    """T13: on a household's phone it counts who was asked."""
    await head.says("đổi người học", "2", "1", "Bà Tư")
    await photo(head, "1")
    assert told(head, NOT_SEEN) == 1
    assert head.house.channel.fetches == []


async def test_somebody_elses_photo_is_not_taken(head: Talk) -> None:
    other = await head.somebody("Cô Lan", role="reporter", unit="xom-05")
    await photo(other, "1")
    assert told(other, NOT_SEEN) == 1
    assert head.house.channel.fetches == []


async def test_two_reporters_of_a_unit_share_its_five(head: Talk) -> None:
    for number in range(1, 5):
        await photo(head, str(number))
    other = await head.somebody("Cô Lan", role="reporter", unit="xom-05")
    await other.says("gửi minh chứng")
    await sends_photo(head, "5")
    await sends_photo(other, "6")
    await head.house.make_all()
    assert await kept(head.house) == [PROVED] * 5
    assert told(head, "(5/5)") + told(other, "(5/5)") == 1
    assert told(head, "đã đủ 5 tệp") + told(other, "đã đủ 5 tệp") == 1


async def test_two_processes_never_keep_a_sixth(head: Talk) -> None:
    """Two turns at one moment: under the lock of the unit only one finds room."""
    for number in range(1, 5):
        await photo(head, str(number))
    app, now = head.app, head.house.clock.wall()
    [unit] = set(await head.house.rows(ReportFile.unit_id))
    me = (await head.actor()).person_id

    async def adds(body: bytes) -> bool:
        async with app.database.transaction() as tx:
            file = await files.keep(tx, name="a.jpg", media_type="image/jpeg", body=body, now=now)
            await report_files.hold(tx, unit)
            if len(await report_files.of(tx, unit, "so_ket_2027")) >= evidence.MOST_OF_FIELD:
                return False
            await report_files.keep(
                tx, unit_id=unit, period="so_ket_2027", field="evidence", file_id=file,
                name="a.jpg", by=me, now=now,
            )  # fmt: skip
            return True

    assert sorted(await asyncio.gather(adds(b"a"), adds(b"b"))) == [False, True]


# --- what becomes of it --------------------------------------------------------------------------


async def test_p5_the_file_of_an_erased_person_stays_the_units_without_a_name(head: Talk) -> None:
    await photo(head, "1")
    await head.says("/dulieu", "5", "2")
    assert "XD-" in " ".join(head.heard[-3:])
    assert await kept(head.house) == [PROVED]
    assert await head.house.rows(ReportFile.given_by) == [None]
    assert await head.house.rows(FileLink.id) == []
    assert len(await head.house.rows(File.id)) == 1


async def test_a_file_taken_out_again_is_gone_with_its_bytes(head: Talk) -> None:
    await photo(head, "1")
    [number] = await head.house.rows(ReportFile.id)
    assert await _takes_out(head, number)
    assert await kept(head.house) == [("so_ket_2027", "evidence", False)]
    assert await head.house.rows(File.id) == []
    assert not await _takes_out(head, number)
    await photo(head, "1")  # and it may come again
    assert f"{KEPT} (1/5)." in head.heard[-2:]


async def test_t13_nobody_takes_out_another_units_file(head: Talk) -> None:
    await photo(head, "1")
    [number] = await head.house.rows(ReportFile.id)
    other = await (await head.somebody("Ông Sáu")).holds("head", "xom-06")
    assert not await _takes_out(other, number)
    assert await kept(head.house) == [PROVED]


async def _takes_out(talk: Talk, number: int) -> bool:
    """As a step of the report would."""
    actor = await talk.actor()
    async with talk.app.database.transaction() as tx:
        turn: Any = type("T", (), {"tx": tx, "actor": actor, "now": talk.house.clock.wall()})
        return await evidence.take_out(turn, number)


async def test_the_files_of_a_report_last_as_long_as_it(head: Talk) -> None:
    await photo(head, "1")
    await head.waits(days=400)
    await head.house.app.jobs.sweep()
    assert len(await head.house.rows(File.id)) == 1


# --- by the page ---------------------------------------------------------------------------------


async def _by_page(talk: Talk, name: str, media_type: str, body: bytes) -> None:
    """What the page does with an upload, without the page."""
    async with talk.app.database.transaction() as tx:
        now = talk.house.clock.wall()
        file = await files.keep(tx, name=name, media_type=media_type, body=body, now=now)
    [purpose] = set(await talk.house.rows(FileLink.purpose))
    await _hears_of(talk, HandedIn(file, name, purpose, (await talk.actor()).person_id))


async def test_a_pdf_comes_by_the_page(head: Talk) -> None:
    await _by_page(head, "báo cáo.pdf", "application/pdf", b"%PDF-1.7")
    assert f"{KEPT} (1/5)." in head.heard
    assert await head.house.rows(ReportFile.name) == ["báo cáo.pdf"]


async def test_t32_a_workbook_is_no_evidence(head: Talk) -> None:
    await _by_page(head, "a.csv", "text/csv", b"a;b")
    assert told(head, "chỉ nhận ảnh hoặc tệp PDF") == 1
    assert await head.house.rows(File.id) == []


async def test_the_same_file_under_another_name_counts_once(head: Talk) -> None:
    await photo(head, "1")
    [body] = await head.house.rows(File.body)
    await _by_page(head, "khác.jpg", "image/jpeg", body)
    assert told(head, "đã có tệp này của Xóm 5") == 1
    assert await kept(head.house) == [PROVED]


@pytest.mark.parametrize("period", ["2026", "so_ket_2027", "tong_ket_2030"])
@pytest.mark.parametrize("field", ["evidence", SCAN, "f" * 20])
def test_what_is_meant_fits_the_column(period: str, field: str) -> None:
    assert len(evidence.purpose_of(unit_id=99_999, period=period, field=field)) <= 40


def test_a_long_key_is_cut_and_never_mistaken_for_another() -> None:
    """An officer's form may have keys of 40 letters."""
    said = {
        evidence.purpose_of(unit_id=99_999, period="tong_ket_2030", field="f" * 38 + last)
        for last in ("a", "b")
    }
    assert len(said) == 2
    assert max(map(len, said)) <= 40

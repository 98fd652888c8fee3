"""Conversations that are held the same way on every channel (test_five_channels.py)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from handlers.messages import Kind
from tests.handlers.small_catalogue import RIGHT, a_catalogue, a_lesson, teach
from tests.talk import House, Talk


class Hand(Enum):
    """How a person chooses."""

    BUTTONS = "buttons"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Play:
    """One house, in which the resident was the first to come."""

    house: House
    hand: Hand
    resident: Talk

    async def choose(self, who: Talk, *labels: str) -> None:
        await (who.types(*labels) if self.hand is Hand.DIGITS else who.presses(*labels))

    async def enrolled(self, who: Talk) -> Talk:
        await who.says("x5")
        await self.choose(who, "Đồng ý")
        return who

    async def lesson(self, who: Talk, *right: bool) -> None:
        """The open lesson to its end."""
        await self.choose(who, "Xem tiếp", "Xem tiếp", "Xem tiếp", "Đã làm xong")
        for is_right in right:
            await self.choose(who, RIGHT if is_right else "Làm theo ngay")

    async def officer(self) -> Talk:
        return await self.resident.somebody("Anh Bình", role="officer")

    async def admin(self) -> Talk:
        return await self.resident.somebody("Chị Quản", role="admin")


Script = Callable[[Play], Awaitable[None]]


async def a_whole_resident(play: Play) -> None:
    """A code, the consent, a lesson with a wrong answer, its result, the progress."""
    who = await play.enrolled(play.resident)
    await play.lesson(who, True, False, True)
    assert who.last.startswith(who.text("learning.most", right=2, count=3))
    await who.says("/tiendo", "trang đầu")
    await play.choose(who, who.text("menu.learning"))
    assert "Bài 2." in who.last


async def without_consent(play: Play) -> None:
    """P3: nothing but the conversation is stored; changing one's mind later."""
    who = play.resident
    await who.says("chào")
    await play.choose(who, "Không, vẫn xem bài")
    await play.lesson(who, False, True, True)
    await who.says("trang đầu", "đồng ý lưu")
    await play.choose(who, "Đồng ý")
    await who.says("bỏ qua")


async def hamlets(play: Play) -> None:
    """Two of one number, one that does not exist, and moving."""
    who = play.resident
    await who.says("x3")
    await play.choose(who, "Đồng ý", "Xóm 3 - xã cũ B")
    await who.says("xóm 99", "xóm 7")
    assert who.last.startswith(who.text("people.move", old="Xóm 3 - xã cũ B", new="Xóm 7"))
    await who.says("2", "trang đầu")


async def the_link_of_a_poster(play: Play) -> None:
    """`/start h_…` where the platform has such links; what it holds, typed, where it has none."""
    who = play.resident
    starts = play.house.voice.name in ("fake", "telegram", "web_chat")
    await who.says("/start h_xom-07" if starts else "h_xom-07")
    await play.choose(who, "Đồng ý", "Xem tiếp")


async def statistics_of_a_head(play: Play) -> None:
    learner = await play.enrolled(await play.resident.somebody("Bà Sáu"))
    await play.lesson(learner, True, True, True)
    head = await play.resident.holds("head", "xom-05")
    await head.says("/thongke", "tháng này", "xóm 6", "quay lại", "trang đầu")
    assert any("1 người học" in text for text in head.heard)


async def a_question_to_an_officer(play: Play) -> None:
    """There and back, with the buttons of a notice in between (T13, P7)."""
    who = await play.enrolled(play.resident)
    officer = await play.officer()
    await who.says("gặp cán bộ", "Tôi cài VNeID mà máy báo không đọc được thẻ", "1")
    await play.choose(officer, "Trả lời")
    await officer.says("Xin đem máy đến UBND xã sáng mai.")
    await officer.says("1")
    assert "Xin đem máy đến UBND xã sáng mai." in who.last


async def seen_and_corrected(play: Play) -> None:
    """P4."""
    who = await play.enrolled(play.resident)
    await play.lesson(who, True, True, False)
    await who.says("/dulieu")
    await play.choose(who, "Xem", "Sửa")
    await who.says("1", "Bác Năm Xóm Chợ", "2", "2", "3")
    await play.choose(who, "Xóm 3 - xã cũ B")
    await who.says("trang đầu")


async def withdrawn(play: Play) -> None:
    """P3: the consent is taken back, and given again."""
    who = await play.enrolled(play.resident)
    await play.lesson(who, True, True, True)
    await who.says("/dulieu")
    await play.choose(who, "Rút đồng ý")
    await who.says("2", "trang đầu", "đồng ý lưu")
    await play.choose(who, "Đồng ý")


async def erased(play: Play) -> None:
    """P5, U18: everything goes, and the next word is a stranger's."""
    who = await play.enrolled(play.resident)
    await play.lesson(who, True, False, False)
    await who.says("gặp cán bộ", "Câu hỏi rất riêng của tôi", "1")
    await who.says("/dulieu")
    await play.choose(who, "Xóa hết", who.text("mydata.erase_now"))
    await who.says("xin chào")


async def a_role_by_invite(play: Play) -> None:
    """T02: the code, the yes, and the issuer who says that it is the right person."""
    admin = await play.admin()
    await _invited(play, admin)
    await play.choose(admin, admin.text("roles.right"))
    await play.resident.says("/thongke")
    assert [grant.role for grant in (await play.resident.actor()).grants] == ["head"]


async def a_role_in_wrong_hands(play: Play) -> None:
    """T02: the issuer says no; the same notice answers once."""
    admin = await play.admin()
    await _invited(play, admin)
    no = admin.button(admin.text("roles.wrong"))
    for _ in range(2):
        await admin.sends(kind="press", button=no)
        await play.house.settle()
    await play.resident.says("/thongke")
    assert not (await play.resident.actor()).grants


async def _invited(play: Play, admin: Talk) -> None:
    await admin.says("/quantri")
    await play.choose(admin, "Mời thêm người", "Người đứng đầu")
    await admin.says("xóm 5")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", "\n".join(admin.heard[-4:]))
    assert code is not None
    await play.resident.says(code[0], "1")


async def the_words_of_every_state(play: Play) -> None:
    """U4-U6: unclear, again, back, help, silence, cancel, home."""
    who = await play.enrolled(play.resident)
    await play.choose(who, "Xem tiếp")
    for typed in (
        *("qwrtp zxcv", "nói lại", "quay lại", "quay lại", "?", "cảm ơn", "dừng nhắc", "/dung"),
        *("2", "dung", "qwrtp", "qwrtp", "qwrtp", "/khong_co", "thôi", "học tiếp", "0", "/start"),
    ):
        await who.says(typed)


async def danger(play: Play) -> None:
    """T56: before the consent and in a lesson; to a person; a secret is not read (T34)."""
    who = play.resident
    await who.says("x5", "tôi vừa chuyển tiền cho công an giả")
    await play.choose(who, "Làm tiếp việc đang dở", "Đồng ý")
    await who.says("mã otp là 482913", "khong muon song nua")
    await play.choose(who, who.text("danger.human"))
    await who.says("Tôi bị lừa mất tiền", "1")


async def a_child(play: Play) -> None:
    """T55."""
    who = play.resident
    await who.says("x5", "em 11 tuổi", "đồng ý lưu")
    await who.says("2")
    await play.choose(who, who.text("people.agree"))
    await who.says("5")


async def a_page_longer_than_a_message(play: Play) -> None:
    """U17: in parts, each cut at the end of a sentence; the last has the choices."""
    page = " ".join(f"Câu {number} của một trang rất dài." for number in range(1, 201))
    teach(play.house, a_catalogue([a_lesson("dan5-1", "Bài dài", pages=[page, "Hết."])]))
    who = await play.enrolled(play.resident)
    parts = [text for text in who.heard if "của một trang rất dài." in text]
    ability = play.house.app.channels[who.address.channel].able
    assert len(parts) >= 2
    assert all(len(part) <= ability.max_text for part in parts)
    assert all(part.endswith("của một trang rất dài.") for part in parts[:-1])
    await play.choose(who, "Xem tiếp")
    assert "Hết." in who.last


async def a_long_silence_and_a_restart(play: Play) -> None:
    """U10, R7: what was begun is recalled, by another process too."""
    who = await play.enrolled(play.resident)
    await play.choose(who, "Xem tiếp")
    await who.restart()
    await who.waits(minutes=40)
    await who.says("alo cô ơi")
    await play.choose(who, "Xem tiếp")


async def double_taps(play: Play) -> None:
    """R2, T37: an event delivered twice, and the same words twice before the answer."""
    who = play.resident
    for _ in range(2):
        await who.sends(event="the first", text="x5")
    await play.house.settle()
    for _ in range(2):
        await who.sends(text="1")
    await play.house.settle()
    await play.choose(who, "Xem tiếp")


async def old_buttons(play: Play) -> None:
    """U13, T05: of an answered question, and of somebody else's."""
    who = await play.enrolled(play.resident)
    old = who.button("Xem tiếp")
    await play.choose(who, "Xem tiếp", "Xem tiếp")
    other = await play.enrolled(await who.somebody("Bà Sáu"))
    for one in (who, other):
        await one.sends(kind="press", button=old)
        await play.house.settle()
    await play.choose(who, "Xem tiếp")


async def what_is_no_text(play: Play) -> None:
    """U12: each gets a kind sentence, and the lesson is still there."""
    who = await play.enrolled(play.resident)
    for kind in (Kind.VOICE, Kind.STICKER, Kind.PICTURE):
        await who.does(kind)
    await play.choose(who, "Xem tiếp")


async def leaving_and_coming_back(play: Play) -> None:
    """T58."""
    who = await play.enrolled(play.resident)
    await who.does(Kind.LEFT)
    await who.waits(hours=1)
    await who.does(Kind.JOINED)
    await play.choose(who, who.text("menu.learning"))


_REPORT: Final = (
    *("/baocao", "1", "1", "3", "120", "20", "6", "Nhóm Zalo của xóm", "1"),
    *("nhiều nhà chưa có mạng", "không", "dòng 2", "4", "3"),
)


async def a_report_with_restarts(play: Play) -> None:
    """Issue 6: after every message of the guided form another process goes on (R5, U10)."""
    head = await play.resident.somebody("Trưởng Năm", role="head", unit="xom-05")
    for said in _REPORT:
        await head.says(said)
        await head.restart()
    await play.choose(head, "Số người khác nhau")
    await head.says("80")
    await play.choose(head, "Xong", "Gửi")
    assert "Mã: BC2026-1.1" in head.last


async def a_report_corrected_and_taken_back(play: Play) -> None:
    """U9, T19: two reporters, a correction, back within ten minutes, chốt số liệu."""
    head = await play.resident.somebody("Trưởng Năm", role="head", unit="xom-05")
    other = await play.resident.somebody("Chị Hai", role="reporter", unit="xom-05")
    officer = await play.resident.somebody("Cán bộ", role="officer")
    await head.says("/baocao", "1", "1", "3", "120", "20", "6", "chưa có", "không", "không")
    await other.says("báo cáo", "1", "1", "4", "120", "20", "6", "chưa có", "không", "không")
    await play.choose(other, "Gửi")
    await play.choose(head, "Gửi", "Thay bằng bản này", "Gửi", "Rút lại")
    await play.choose(head, "Rút lại")
    await officer.says("/duyet")
    await play.choose(officer, "Chốt số liệu")
    await play.choose(officer, "Chốt số liệu")
    await head.says("/baocao")
    assert "chốt số liệu" in head.last


_BY_PHONE: Final = (
    "xóm 7: 3 buổi tập huấn, 80 lượt người, 10 lượt tuyên truyền, tổ 5 người, chưa có kế hoạch"
)


async def an_office_in_december(play: Play) -> None:
    """Issue 7: paper, by phone, asked for again, received, asked quickly; restarts in between."""
    head = await play.resident.somebody("Trưởng Năm", role="head", unit="xom-05")
    officer = await play.resident.somebody("Cán bộ", role="officer")
    await officer.says("/chuabaocao xóm 9")
    await play.choose(officer, "Đã nhận bản giấy", "Đồng ý")
    await officer.says(_BY_PHONE)
    await officer.restart()
    await play.choose(officer, "Nghe qua điện thoại")
    await officer.says("chưa có", "không", "không")
    await play.choose(officer, "Gửi")
    await head.says("/baocao", "1", "1", "3", "120", "20", "6", "chưa có", "không", "không", "1")
    await officer.says("/duyet xóm 5")
    await play.choose(officer, "Trả lại kèm lý do")
    await officer.says("thiếu số người từ 60 tuổi")
    await officer.restart()
    await play.choose(officer, "Gửi")
    await head.says("báo cáo")
    await play.choose(head, "Sửa")
    await head.says("dòng 2", "4")
    await play.choose(head, "Gửi")
    await officer.says("/duyet xóm 5")
    await play.choose(officer, "Tiếp nhận")
    await officer.says("/phieu", "Số hộ cài VNeID", "Bao nhiêu hộ đã cài VNeID?", "1")
    await play.choose(officer, "Xong")
    await officer.says("xóm 5", "30/11")
    await play.choose(officer, "Gửi tới 1 nơi")
    await head.restart()
    await head.says("12", "1")
    await officer.says("/tonghop")
    assert "7 buổi" in "\n".join(officer.heard[-3:])


SCRIPTS: Final[Mapping[str, Script]] = {
    script.__name__: script
    for script in (
        *(a_whole_resident, without_consent, hamlets, the_link_of_a_poster, statistics_of_a_head),
        *(a_question_to_an_officer, seen_and_corrected, withdrawn, erased, a_role_by_invite),
        *(a_report_with_restarts, a_report_corrected_and_taken_back, an_office_in_december),
        *(a_role_in_wrong_hands, the_words_of_every_state, danger, a_child, double_taps),
        *(
            a_page_longer_than_a_message,
            a_long_silence_and_a_restart,
            old_buttons,
            what_is_no_text,
            leaving_and_coming_back,
        ),
    )
}

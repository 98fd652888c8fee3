"""Every question the program can ask x every word and kind that is valid in every state (U4, U12).

A question that has no way in `WAYS` fails the first test: add one when you add a step.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from handlers import FLOWS, roles
from handlers.messages import STAFF, Kind
from storage import people, units
from storage import roles as stored_roles
from storage.tables import Account, Conversation
from tests.fakes import Heard
from tests.handlers.walking import leads_on
from tests.talk import House, Talk

Way = tuple[str, ...]
_ROLES: Final = {
    "admin": (("admin", "xa-giao-minh"),),
    "head": (("head", "xom-05"), ("head", "xom-06"), ("reporter", "cong-an-xa")),
}
"""What people of a kind hold."""
Place = tuple[str, str]

PERSONS: Final = ("new", "agreed", "admin", "head")
BY_NOTICE: Final = {
    ("returned", "choose"),
    ("roles", "judge"),
    ("page", "judge"),
    ("page", "confirm"),
    ("tickets", "take_up"),
    ("linking", "judge"),
    ("files", "again"),
    ("sessions", "take_up"),
    ("flags", "take_up"),
    ("owing", "paper_seen"),
    ("owing", "names"),
    ("reminders", "answer"),
    ("reminded", "answer"),
    ("quick_answers", "take_up"),
    *(("deadline_answers", "answer"), ("deadlines", "plan_seen"), ("deadlines", "upward")),
    *(("broadcast", "take_up"), ("broadcast", "halt")),
    ("nudges", "answer"),
}
"""Heard from a notice's buttons only: never a question that stays open."""
CAME_BETWEEN: Final = {
    *(("tickets", "pick"), ("stop", "unmute"), ("household", "who")),
    *(("linking", "choose"), ("linking", "decide"), ("linking", "is_code")),
    ("difficulties", "whose"),
    ("quick_answers", "which"),
    *(("nudges", "decide"), ("nudges", "manage"), ("broadcast_stop", "which")),
}
"""Back from here is what was open before it."""
BY_CONTENT: Final = {
    ("admin", "unlock"),
    *(("recordings", "change"), ("recordings", "remove")),
    ("files", "pick"),
    ("phone", "decide"),
    ("reminders", "which"),
    ("sessions", "pick"),
    ("joining", "who"),
    ("activities", "households"),
    ("sessions", "same_as_told"),
    ("statistics", "which_commune"),
    ("denominators", "changed"),
    ("reporting", "options"),
    ("reporting", "which_counts"),
    ("reporting", "day"),
    ("reporting", "help_period"),
    ("review", "which"),
    ("yearly", "which"),
    *(("owing", "which"), ("owing", "which_mark"), ("owing", "remind")),
    *(("owing", "which_claim"), ("owing", "judge_claim")),
    *(("past", "which_commune"), ("past", "decide"), ("past", "undo_sure")),
    *(("frames", "commune"), ("onward", "commune"), ("onward", "period")),
    ("registers", "which_commune"),
    ("forms", "commune"),
    ("forms", "use"),
    *(("review", "reason"), ("review", "at_once_sure"), ("review", "pick_file")),
    ("points", "which"),
    ("difficulties", "after"),
    *(("quick", "commune"), ("quick_answers", "meant_what")),
    *(("reminder_desk", "which_commune"), ("reminder_desk", "sure_on")),
    ("deadlines", "commune"),
    *(("broadcast", "commune"), ("broadcast", "judge"), ("broadcast", "reason")),
    ("posters", "commune"),
}
"""Asked only when there are several modules, files or open sessions, a locked holder, a number or a
phone shared, a sentence that leaves it open, a form that has such a field, a colleague who was
first, paper that waits for a look, a year with two reports; or after something was sent, which
nobody goes back to."""


@dataclass
class Visit:
    """One person who went a way; `asked` is the last thing said after each turn."""

    place: Place
    talk: Talk
    way: Way
    asked: list[tuple[str, Heard]] = field(default_factory=list)
    """(flow, question) after each turn."""
    reads: str = ""

    @property
    def question(self) -> Heard:
        return self.asked[-1][1]

    @property
    def name(self) -> str:
        return f"{self.place} by {self.way}"


class World:
    """A house where every question can be reached: a ticket waits, one holder is locked."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._number = 0

    async def settle_in(self) -> None:
        first = Talk(self.house, "first", name="Quản trị Một")
        await first.holds("admin")
        locked = await first.somebody("Trưởng Khóa", role="head", unit="xom-05")
        async with self.house.app.database.transaction() as tx:
            actors = await people.lock(tx, [locked.lane])
            await stored_roles.suspend(tx, [actors[locked.lane].person_id])
        asker = await Talk(self.house, "asker", name="Người hỏi").enrolled()
        await asker.says("gặp cán bộ", "Máy không lên mạng", "1")
        await self._tell_difficulties(first, asker)
        await self._hold_sessions(first)
        await self._report(first)
        await self._ask_quickly(first)
        await first.says("hạn nộp bảng tên cho các xóm 26/11/2026", "1", "trang đầu")
        await first.says("/thongbao trưởng xóm: Chiều mai họp.", "gửi 1", "trang đầu")

    async def _tell_difficulties(self, first: Talk, asker: Talk) -> None:
        """Two; one of them was picked and put before UBND xã."""
        for told in ("Máy hay hết pin", "Mạng chập chờn"):
            await asker.says("/vuongmac", told, "1")
        await first.says("tổng hợp khó khăn", "1", "1", "1", "1")
        await first.says("tổng hợp khó khăn", "4", "1", "1", "1", "trang đầu")

    async def _report(self, first: Talk) -> None:
        """One hamlet's report was sent already."""
        head = await first.somebody("Trưởng Sáu", role="head", unit="xom-06")
        await head.says("/baocao", "1", *_ANSWERS, "1")

    async def _ask_quickly(self, first: Talk) -> None:
        """A form of two questions is open for both Xóm 3, for Xóm 5 and 6."""
        await first.says("/phieu", "VNeID", "Số hộ?", "1", "2", "Có loa?", "2", "1")
        await first.says("xóm 3, 5, 6", "3", "27/11", "1", "trang đầu")

    async def _hold_sessions(self, first: Talk) -> None:
        """One that officers should look at, and one that is open."""
        helper = await first.somebody("Tổ Chín", role="helper", unit="xom-09")
        await helper.says("/ghi hôm kia xóm 9 có 20 người học VNeID", "1", "trang đầu")
        await helper.says("/buoihoc", "1", "bỏ qua", "không")
        await helper.says("đóng buổi học", "600", "1", "1")
        await helper.says("/buoihoc", "1", "bỏ qua", "không")

    async def go(self, who: str, ways: Sequence[Way]) -> list[Visit]:
        """New people of one kind, each on its way; everybody takes a step at the same time."""
        talks = await self.people(who, len(ways))
        visits = [Visit(("", ""), talk, way) for talk, way in zip(talks, ways, strict=True)]
        for number in range(max(map(len, ways), default=0)):
            going = [visit for visit in visits if number < len(visit.way)]
            for visit in going:
                await visit.talk.sends(text=await self._typed(visit.way[number]))
            await self.house.settle()
            places, last = await self.places(), self._last()
            for visit in going:
                visit.place = places.get(visit.talk.account, ("", ""))
                visit.asked.append((visit.place[0], last[visit.talk.account]))
        return visits

    def _last(self) -> dict[str, Heard]:
        return {heard.chat: heard for heard in self.house.heard}

    async def people(self, who: str, count: int) -> list[Talk]:
        talks = []
        for _ in range(count):
            self._number += 1
            talks.append(Talk(self.house, f"{who}-{self._number}", name=f"Người {self._number}"))
        if who == "new":
            return talks
        for text in ("x5", "1"):
            for talk in talks:
                await talk.sends(text=text)
            await self.house.settle()
        for role, unit in _ROLES.get(who, ()):
            await self._give(talks, role, unit)
        return talks

    async def _give(self, talks: Sequence[Talk], role: str, code: str) -> None:
        async with self.house.app.database.transaction() as tx:
            now = self.house.clock.wall()
            unit = await units.by_code(tx, code, on=now.date())
            assert unit is not None
            actors = await people.lock(tx, [talk.lane for talk in talks])
            for actor in actors.values():
                await stored_roles.grant(
                    tx,
                    person_id=actor.person_id,
                    role=role,
                    unit_id=unit.id,
                    granted_by=None,
                    invite_id=None,
                    now=now,
                )

    async def places(self) -> dict[str, Place]:
        """Where everybody stands who speaks now: on a shared phone others wait at theirs."""
        rows = await self.house.rows(
            Conversation.chat,
            Conversation.flow,
            Conversation.step,
            where=(Account.id == Conversation.account_id)
            & (Account.person_id == Conversation.person_id),
        )
        return {chat: (flow, step) for chat, flow, step in rows}

    async def _typed(self, word: str) -> str:
        """A fresh invite or link code where the way says so: each works once."""
        if word == "LINK":
            return await self._link_code()
        if word != "CODE":
            return word
        app = self.house.app
        async with app.database.transaction() as tx:
            now = self.house.clock.wall()
            hamlet = await units.by_code(tx, "xom-07", on=now.date())
            assert hamlet is not None
            made = await roles.make_invite(
                tx,
                role="helper",
                unit_id=hamlet.id,
                by=None,
                now=now,
                entropy=secrets.token_bytes,
                keyed_hash=app.dispatcher._keyed_hash,
            )
        return made.codes.typed

    async def _link_code(self) -> str:
        """Shown to somebody new each time, who is nobody's other app yet."""
        [owner] = await self.people("new", 1)
        await owner.says("/lienket", "1")
        found = re.findall(r"l_\d{6}", "\n".join(owner.heard))
        return str(found[-1])

    async def all_say(self, visits: Iterable[Visit], **event: Any) -> dict[str, list[Heard]]:
        """Everybody does the same; what each of them heard, by account."""
        mark = len(self.house.heard)
        for visit in visits:
            await visit.talk.sends(**event)
        await self.house.settle()
        heard: dict[str, list[Heard]] = {visit.talk.account: [] for visit in visits}
        for one in self.house.heard[mark:]:
            if one.chat in heard:
                heard[one.chat].append(one)
        return heard


def same(one: Heard, other: Heard) -> bool:
    return (one.text, list(one.buttons)) == (other.text, list(other.buttons))


_ANSWERS: Final = ("1", "3", "120", "20", "6", "chưa có", "không", "không")
_REPORT: Final = ("/baocao", "1", "1")
_POINTS: Final = ("tổng hợp khó khăn",)
_FRAMES: Final = ("câu chữ báo cáo", "1", "2", "Viết câu khác", "Báo cáo {ky} của xã", "1")
_ONWARD: Final = ("đã gửi cấp trên", "Ghi một lần gửi", "1", "125/BC-UBND", "1", "1")
_QUICK: Final = ("/phieu", "1", "Thử", "Câu gì", "1")
_MORE: Final = ("2", "Câu sau", "1")
_DEADLINES: Final = ("các hạn đang đặt",)
WAYS: Final[dict[tuple[str, Place], Way]] = {
    ("new", ("learning", "after")): ("/hoc", "1", "1", "1", "1", "1", "1", "1"),
    ("admin", ("admin", "choose")): ("/quantri",),
    ("admin", ("admin", "lock")): (
        "/quantri",
        "4",
        "1",
    ),
    ("admin", ("admin", "pick_holder")): (
        "/quantri",
        "1",
    ),
    ("admin", ("admin", "pick_role")): (
        "/quantri",
        "2",
    ),
    ("admin", ("admin", "pick_unit")): (
        "/quantri",
        "2",
        "1",
        "3",
    ),
    ("admin", ("admin", "read_unit")): (
        "/quantri",
        "2",
        "1",
    ),
    ("admin", ("admin", "revoke")): (
        "/quantri",
        "1",
        "1",
    ),
    ("admin", ("activities", "tell")): ("/ghi",),
    ("admin", ("activities", "which_unit")): ("/ghi hôm qua có 20 người học VNeID",),
    ("admin", ("activities", "which_day")): ("/ghi xóm 6 có 20 người học VNeID",),
    ("admin", ("activities", "how_many")): ("/ghi hôm qua xóm 6 tổ chức lớp học VNeID",),
    ("admin", ("activities", "is_right")): ("/ghi hôm qua xóm 6 có 900 người học VNeID",),
    ("admin", ("activities", "check")): ("/ghi hôm qua xóm 6 có 20 người học VNeID",),
    ("admin", ("activities", "edit_what")): ("/ghi hôm qua xóm 6 có 20 người học VNeID", "2"),
    ("admin", ("activities", "which_kind")): ("/ghi hôm qua xóm 6 có 20 người học VNeID", "2", "3"),
    ("admin", ("activities", "how_often")): ("/ghi hôm qua xóm 6 có 20 người học VNeID", "2", "5"),
    ("admin", ("activities", "edit_line")): ("/ghi hôm qua xóm 6 có 20 người học VNeID", "2", "6"),
    ("admin", ("activities", "partners")): ("/ghi hôm qua xóm 6 có 20 người học VNeID", "3"),
    ("admin", ("activities", "same")): ("/ghi hôm kia xóm 9 có 20 người học VNeID",),
    ("admin", ("records", "choose_one")): ("các buổi đã ghi",),
    ("admin", ("records", "what_now")): ("các buổi đã ghi", "1"),
    ("admin", ("records", "undo_sure")): ("các buổi đã ghi", "1", "4"),
    ("admin", ("statistics", "which_unit")): ("/thongke xóm 3",),
    ("admin", ("statistics", "which_period")): ("/thongke hôm rằm",),
    ("admin", ("flags", "shown")): ("cần xem lại",),
    ("admin", ("forms", "which")): ("sửa biểu báo cáo",),
    ("admin", ("frames", "part")): _FRAMES[:1],
    ("admin", ("frames", "sentence")): _FRAMES[:2],
    ("admin", ("frames", "act")): _FRAMES[:3],
    ("admin", ("frames", "write")): _FRAMES[:4],
    ("admin", ("frames", "check")): _FRAMES[:5],
    ("admin", ("frames", "original")): (*_FRAMES, "2", "Về câu gốc"),
    ("admin", ("onward", "what")): _ONWARD[:1],
    ("admin", ("onward", "addressee")): _ONWARD[:2],
    ("admin", ("onward", "number")): _ONWARD[:3],
    ("admin", ("onward", "day")): _ONWARD[:4],
    ("admin", ("onward", "check")): _ONWARD[:5],
    ("admin", ("onward", "which_note")): (*_ONWARD, "Bỏ một lần đã ghi"),
    ("admin", ("onward", "remove")): (*_ONWARD, "Bỏ một lần đã ghi", "1"),
    ("admin", ("reporting", "help_whom")): ("/baocao",),
    ("admin", ("reporting", "help_source")): ("/baocao", "xóm 5"),
    ("admin", ("owing", "act")): ("/chuabaocao",),
    ("admin", ("owing", "card")): ("nộp chưa xóm 7",),
    ("admin", ("owing", "files")): ("/chuabaocao", "Danh sách gọi"),
    ("admin", ("owing", "other")): ("/chuabaocao", "Việc khác"),
    ("admin", ("owing", "pick")): ("/chuabaocao", "Nhập giúp"),
    ("admin", ("owing", "reason")): ("nộp chưa xóm 7", "Miễn báo cáo"),
    ("admin", ("owing", "sure")): ("nộp chưa xóm 7", "Đã nhận bản giấy"),
    ("admin", ("owing", "until")): ("nộp chưa xóm 7", "Gia hạn"),
    ("admin", ("past", "year")): ("nhập số liệu năm trước",),
    ("admin", ("registers", "home")): ("sổ theo dõi",),
    ("admin", ("registers", "book")): ("sổ kế hoạch",),
    ("admin", ("registers", "adding")): ("sổ kế hoạch", "1"),
    ("admin", ("registers", "which_kind")): ("sổ kế hoạch", "1", "xóm 6 ngày 1/7/2026"),
    ("admin", ("registers", "tell")): ("sổ kế hoạch", "xóm 6 có kế hoạch rồi"),
    ("admin", ("registers", "count")): ("sổ tuyên truyền", "đăng tin bài hôm nay"),
    ("admin", ("registers", "doubt")): ("sổ kế hoạch", "xóm 3 phát động hôm qua"),
    ("admin", ("registers", "check")): ("sổ kế hoạch", "xóm 6 phát động 2/3/2026"),
    ("admin", ("registers", "edit_what")): ("sổ kế hoạch", "xóm 6 phát động 3/3/2026", "2"),
    ("admin", ("registers", "line_shown")): ("sổ kế hoạch", "xóm 6 phát động 4/3/2026", "1"),
    ("admin", ("registers", "remove_sure")): (
        *("sổ kế hoạch", "xóm 6 phát động 5/3/2026", "1"),
        "Bỏ dòng này",
    ),
    ("admin", ("registers", "pick")): (
        *("sổ kế hoạch", "xóm 6 phát động 6/3/2026", "1"),
        *("Về danh sách", "Mở một dòng"),
    ),
    ("admin", ("review", "act")): ("/duyet",),
    ("admin", ("review", "sure")): ("/duyet", "Chốt số liệu"),
    ("admin", ("review", "judge")): ("/duyet", "1"),
    ("admin", ("review", "why_returned")): ("/duyet", "1", "2"),
    ("admin", ("review", "check_reason")): ("/duyet", "1", "2", "Thiếu số người dự"),
    ("admin", ("yearly", "then")): ("/tonghop",),
    ("admin", ("yearly", "row")): ("/tonghop", "1"),
    ("admin", ("yearly", "unit")): ("/tonghop", "1", "1"),
    ("admin", ("yearly", "kind")): ("/tonghop", "4"),
    ("admin", ("yearly", "other")): ("/tonghop", "5"),
    ("admin", ("yearly", "compared")): ("/tonghop 2025-2026",),
    ("head", ("handover", "sure")): ("bàn giao", "1"),
    ("head", ("handover", "waits")): ("bàn giao", "1", "2"),
    ("head", ("handover", "which")): ("bàn giao",),
    ("head", ("reporting", "after")): ("/baocao", "2"),
    ("head", ("reporting", "withdraw_sure")): ("/baocao", "2", "3"),
    ("head", ("reporting", "another")): (*_REPORT, *_ANSWERS[:5], "Nhóm Zalo"),
    ("head", ("reporting", "by_hamlet")): ("/baocao", "3", "1"),
    ("head", ("reporting", "check")): (*_REPORT, *_ANSWERS),
    ("head", ("reporting", "count")): (*_REPORT, "1"),
    ("head", ("reporting", "doubt")): ("/baocao", "1", "2", "3 buổi tập huấn, 120 người"),
    ("head", ("reporting", "edit_line")): (*_REPORT, *_ANSWERS, "2"),
    ("head", ("reporting", "how")): ("/baocao", "1"),
    ("head", ("reporting", "is_right")): (*_REPORT, "1", "150"),
    ("head", ("reporting", "note")): (*_REPORT, *_ANSWERS[:6]),
    ("head", ("reporting", "option")): _REPORT,
    ("head", ("reporting", "record")): (*_REPORT, *_ANSWERS[:5]),
    ("head", ("reporting", "rest_of_hamlets")): ("/baocao", "3", "1", "Xóm 5: 300/420"),
    ("head", ("reporting", "resume_draft")): (*_REPORT, "1", "trang đầu", "/baocao", "1"),
    ("head", ("reporting", "share")): (*_REPORT, *_ANSWERS, "3", "7", "2"),
    ("head", ("reporting", "tell")): ("/baocao", "1", "2"),
    ("head", ("reporting", "which_more")): (*_REPORT, *_ANSWERS, "3"),
    ("head", ("reporting", "which_number")): (*_REPORT, "1", "3", "30-40"),
    ("head", ("reporting", "which_place")): ("/baocao",),
    ("head", ("quick_answers", "which")): ("trả lời phiếu",),
    ("head", ("quick_answers", "tell")): ("trả lời phiếu", "1"),
    ("head", ("quick_answers", "one")): ("trả lời phiếu", "1", "1"),
    ("head", ("quick_answers", "check")): ("trả lời phiếu", "1", "12; có"),
    ("head", ("quick_answers", "edit")): ("trả lời phiếu", "1", "12; có", "2"),
    ("admin", ("broadcast", "pick")): ("/thongbao",),
    ("admin", ("broadcast", "look")): ("/thongbao", "2"),
    ("admin", ("broadcast", "whom")): ("/thongbao", "1"),
    ("admin", ("broadcast", "which_unit")): ("/thongbao", "1", "xóm 3"),
    ("admin", ("broadcast", "say")): ("/thongbao", "1", "xóm 9"),
    ("admin", ("broadcast", "check")): ("/thongbao", "1", "xóm 9", "Tối mai họp."),
    ("admin", ("broadcast_stop", "which")): ("dừng tin",),
    ("admin", ("deadlines", "pick")): _DEADLINES,
    ("admin", ("deadlines", "tell")): (*_DEADLINES, "1"),
    ("admin", ("deadlines", "one")): (*_DEADLINES, "2"),
    ("admin", ("deadlines", "mark")): (*_DEADLINES, "2", "1"),
    ("admin", ("deadlines", "why")): (*_DEADLINES, "2", "4"),
    ("admin", ("deadlines", "end_sure")): (*_DEADLINES, "2", "4", "Không cần nữa"),
    ("admin", ("deadlines", "what")): ("hạn báo cáo năm 2026 của các xóm là 10/12",),
    ("admin", ("deadlines", "title")): ("hạn nộp 20/12/2026 cho các xóm",),
    ("admin", ("deadlines", "whom")): ("hạn nộp ảnh 20/12/2026",),
    ("admin", ("deadlines", "which")): ("hạn nộp ảnh cho xóm 3: 20/12/2026",),
    ("admin", ("deadlines", "due")): ("hạn nộp ảnh cho các xóm",),
    ("admin", ("deadlines", "rungs")): ("hạn nộp ảnh cho các xóm 20/12/2026, nhắc hằng ngày",),
    ("admin", ("deadlines", "check")): ("hạn nộp ảnh cho các xóm 20/12/2026",),
    ("admin", ("quick", "pick")): ("/phieu",),
    ("admin", ("quick", "title")): ("/phieu", "1"),
    ("admin", ("quick", "question")): ("/phieu", "1", "Thử"),
    ("admin", ("quick", "kind")): ("/phieu", "1", "Thử", "Câu gì"),
    ("admin", ("quick", "options")): ("/phieu", "1", "Thử", "Câu gì", "3"),
    ("admin", ("quick", "more")): ("/phieu", "1", "Thử", "Câu gì", "1"),
    ("admin", ("quick", "whom")): ("/phieu", "1", "Thử", "Câu gì", "1", "1"),
    ("admin", ("quick", "which_unit")): ("/phieu", "1", "Thử", "Câu gì", "1", "1", "xóm 3"),
    ("admin", ("quick", "due")): ("/phieu", "1", "Thử", "Câu gì", "1", "1", "xóm 1"),
    ("admin", ("quick", "check")): (*_QUICK, "1", "xóm 1", "27/11"),
    ("admin", ("quick", "change")): (*_QUICK, "1", "xóm 1", "27/11", "2"),
    ("admin", ("quick", "change_which")): (*_QUICK, *_MORE, "1", "xóm 1", "27/11", "2", "2"),
    ("admin", ("quick", "look")): ("/phieu", "2"),
    ("admin", ("quick", "close")): ("/phieu", "2", "5"),
    ("admin", ("quick", "enter_unit")): ("/phieu", "2", "2"),
    ("admin", ("quick", "enter_which")): ("/phieu", "2", "2", "xóm 3"),
    ("admin", ("quick", "enter_source")): ("/phieu", "2", "2", "xóm 5"),
    ("admin", ("quick", "enter_tell")): ("/phieu", "2", "2", "xóm 5", "1"),
    ("admin", ("quick", "enter_one")): ("/phieu", "2", "2", "xóm 5", "1", "1"),
    ("admin", ("quick", "enter_check")): ("/phieu", "2", "2", "xóm 5", "1", "12; có"),
    ("admin", ("quick", "enter_edit")): ("/phieu", "2", "2", "xóm 5", "1", "12; có", "2"),
    ("admin", ("reminder_desk", "act")): ("/nhac",),
    ("admin", ("reminder_desk", "moment")): ("/nhac", "1"),
    ("admin", ("reminder_desk", "sent")): ("/nhac", "2"),
    ("admin", ("reminder_desk", "pausing")): ("/nhac", "3"),
    ("admin", ("reminder_desk", "thing")): ("/nhac", "3", "2"),
    ("admin", ("reminder_desk", "unit")): ("/nhac", "3", "3"),
    ("admin", ("reminder_desk", "sure")): ("/nhac", "3", "1"),
    ("admin", ("reminder_desk", "nudge_what")): ("/nhac", "4"),
    ("admin", ("sessions", "cancel")): ("/buoihoc", "3"),
    ("admin", ("sessions", "close")): ("/buoihoc", "2", "20"),
    ("admin", ("sessions", "count")): ("/buoihoc", "1"),
    ("admin", ("sessions", "lesson")): ("/buoihoc", "4", "xóm 6"),
    ("admin", ("sessions", "partner")): ("/buoihoc", "4", "xóm 6", "1", "bỏ qua"),
    ("admin", ("sessions", "place")): ("/buoihoc", "4", "xóm 6", "1"),
    ("admin", ("sessions", "running")): ("/buoihoc",),
    ("admin", ("sessions", "sure")): ("/buoihoc", "1", "905"),
    ("admin", ("sessions", "which_unit")): ("/buoihoc", "4"),
    ("admin", ("denominators", "which")): ("mẫu số",),
    ("admin", ("denominators", "which_of")): ("mẫu số", "3"),
    ("admin", ("denominators", "adults")): ("mẫu số", "5"),
    ("admin", ("denominators", "households")): ("mẫu số", "5", "421"),
    ("admin", ("denominators", "sure")): ("mẫu số", "5", "9"),
    ("admin", ("denominators", "since")): ("mẫu số", "5", "421", "186"),
    ("admin", ("denominators", "check")): ("mẫu số", "5", "421", "186", "1"),
    ("admin", ("points", "choose")): _POINTS,
    ("admin", ("points", "kind_chosen")): (*_POINTS, "1"),
    ("admin", ("points", "pick")): (*_POINTS, "1", "1"),
    ("admin", ("points", "confirm")): (*_POINTS, "1", "1", "1"),
    ("admin", ("points", "in_words")): (*_POINTS, "1", "1", "1", "2"),
    ("admin", ("points", "which_point")): (*_POINTS, "1", "2"),
    ("admin", ("points", "point_chosen")): (*_POINTS, "1", "2", "1"),
    ("admin", ("points", "edit")): (*_POINTS, "1", "2", "1", "1"),
    ("admin", ("points", "edit_sure")): (*_POINTS, "1", "2", "1", "1", "Máy yếu pin"),
    ("admin", ("points", "remove_sure")): (*_POINTS, "1", "2", "1", "2"),
    ("admin", ("points", "council_chosen")): (*_POINTS, "4"),
    ("admin", ("points", "which_ones")): (*_POINTS, "4", "1"),
    ("admin", ("points", "submit_sure")): (*_POINTS, "4", "1", "1"),
    ("admin", ("points", "which_decided")): (*_POINTS, "4", "2"),
    ("admin", ("points", "decision")): (*_POINTS, "4", "2", "1"),
    ("admin", ("points", "day_decided")): (*_POINTS, "4", "2", "1", "Xã cho mượn máy"),
    ("admin", ("points", "decide_sure")): (*_POINTS, "4", "2", "1", "Xã cho mượn máy", "1"),
    ("new", ("difficulties", "read_difficulty")): ("/vuongmac",),
    ("new", ("difficulties", "check")): ("/vuongmac", "Máy hay hết pin"),
    ("head", ("difficulties", "whose")): ("/vuongmac",),
    ("admin", ("recordings", "which")): ("bản đọc",),
    ("admin", ("posters", "where")): ("áp phích",),
    ("admin", ("posters", "place")): ("áp phích", "2"),
    ("admin", ("posters", "paper")): ("áp phích", "xóm 5"),
    ("admin", ("statistics", "pick")): (
        "/thongke",
        "3",
    ),
    ("admin", ("statistics", "shown")): ("/thongke",),
    ("admin", ("tickets", "check_answer")): (
        "/gapcanbo",
        "1",
        "1",
    ),
    ("admin", ("tickets", "pick")): ("/gapcanbo",),
    ("admin", ("tickets", "read_answer")): (
        "/gapcanbo",
        "1",
    ),
    ("agreed", ("mydata", "pick_hamlet")): (
        "/dulieu",
        "2",
        "2",
        "3",
    ),
    ("agreed", ("mydata", "read_hamlet")): (
        "/dulieu",
        "2",
        "2",
    ),
    ("agreed", ("mydata", "read_name")): (
        "/dulieu",
        "2",
        "1",
    ),
    ("agreed", ("mydata", "withdraw")): (
        "/dulieu",
        "4",
    ),
    ("agreed", ("news", "decide")): ("nhận tin xóm",),
    ("agreed", ("news", "leave")): ("nhận tin xóm", "1", "nhận tin xóm"),
    ("agreed", ("nudges", "decide")): ("nhắc tôi học",),
    ("agreed", ("nudges", "hour")): ("nhắc tôi học", "1"),
    ("agreed", ("nudges", "day")): ("nhắc tôi học", "1", "5"),
    ("agreed", ("nudges", "manage")): ("nhắc tôi học", "1", "1", "nhắc tôi học"),
    ("agreed", ("people", "move")): ("h_xom-07",),
    ("agreed", ("household", "drop")): ("đổi người học", "2", "2", "đổi người học", "4", "1"),
    ("agreed", ("household", "who")): ("đổi người học",),
    ("agreed", ("household", "whom")): ("đổi người học", "2", "2", "đổi người học", "4"),
    ("agreed", ("linking", "choose")): ("/lienket",),
    ("agreed", ("linking", "decide")): ("LINK",),
    ("agreed", ("linking", "is_code")): ("567419",),
    ("agreed", ("linking", "read_code")): ("/lienket", "2"),
    ("agreed", ("linking", "undo")): ("LINK", "2", "/lienket", "3"),
    ("agreed", ("people", "called")): ("đổi người học", "2", "1"),
    ("new", ("danger", "choose")): ("tôi vừa chuyển tiền cho công an giả",),
    ("new", ("learning", "answer")): (
        "/hoc",
        "1",
        "1",
        "1",
        "1",
    ),
    ("new", ("learning", "module_list")): ("/hoc danh sách",),
    ("new", ("learning", "lesson_list")): ("/hoc danh sách", "1"),
    ("new", ("learning", "track_list")): ("/hoc danh sách", "5"),
    ("new", ("learning", "page")): ("/hoc",),
    ("new", ("learning", "tried")): (
        "/hoc",
        "1",
        "1",
        "1",
    ),
    ("new", ("menu", "choose")): ("trang đầu",),
    ("new", ("mydata", "choose")): ("/dulieu",),
    ("new", ("mydata", "erase_all")): (
        "/dulieu",
        "5",
    ),
    ("new", ("mydata", "pick_what")): (
        "/dulieu",
        "2",
    ),
    ("new", ("people", "consent")): ("x5",),
    ("new", ("people", "hamlet")): (
        "chào",
        "1",
    ),
    ("new", ("people", "of_age")): (
        "x5",
        "em 11 tuổi",
        "đồng ý lưu",
    ),
    ("new", ("people", "which_hamlet")): (
        "x3",
        "1",
    ),
    ("new", ("progress", "chosen")): ("/tiendo",),
    ("new", ("ranking", "shown")): ("/xephang",),
    ("new", ("roles", "decide")): ("CODE",),
    ("new", ("stop", "unmute")): (
        "/dung",
        "/dung",
    ),
    ("new", ("tickets", "check")): (
        "/gapcanbo",
        "3",
    ),
    ("new", ("tickets", "read_question")): ("/gapcanbo",),
}
"""The shortest way to each question, found by pressing every choice; who goes it."""


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
async def world(house: House) -> World:
    world = World(house)
    await world.settle_in()
    return world


async def visits_of(world: World) -> list[Visit]:
    """Somebody new at every question there is."""
    visits: list[Visit] = []
    for who in PERSONS:
        visits += await world.go(who, [way for (one, _), way in WAYS.items() if one == who])
    reads = {(f.name, name): step.reads for f in FLOWS for name, step in f.steps.items()}
    for visit in visits:
        visit.reads = reads[visit.place]
    return visits


async def test_every_question_has_a_way(world: World) -> None:
    visits = await visits_of(world)
    every = {(flow.name, name) for flow in FLOWS for name in flow.steps}
    found = {visit.place for visit in visits}
    assert every - found <= BY_NOTICE | BY_CONTENT
    assert [v.place for v in visits] == [
        place for who in PERSONS for one, place in WAYS if one == who
    ]
    assert not [visit.name for visit in visits if not leads_on(visit.question)]


KEEPING: Final = (
    *({"text": word} for word in ("nói lại", "noi lai", "hỏi lại", "Nói lại ạ")),
    *({"text": word} for word in ("?", "giúp", "giup", "trợ giúp", "/trogiup")),
    *({"kind": kind.value, "text": "Xem tiếp"} for kind in Kind if kind not in STAFF and
      kind.value not in ("text", "press", "left", "joined", "slow", "hidden", "withdrawn")),
    {"text": "dừng nhắc"},
)  # fmt: skip


async def test_help_again_and_odd_kinds_keep_the_question(world: World) -> None:
    """U4, U12: always answered, and the same question stands again at the end."""
    visits = await visits_of(world)
    wrong = []
    for event in KEEPING:
        heard = await world.all_say(visits, **event)
        for visit in visits:
            said = heard[visit.talk.account]
            is_again = "lại" in event["text"].lower() or "lai" in event["text"]
            if not said or not same(said[-1], visit.question):
                wrong.append((visit.name, event, [one.text for one in said]))
            elif is_again and len(said) != 1:
                wrong.append((visit.name, event, [f"{len(said)} messages"]))
    assert not wrong


@pytest.mark.parametrize("word", ["trang đầu", "0", "thôi", "hủy", "/huy"])
async def test_home_and_cancel_lead_to_the_menu(world: World, word: str) -> None:
    """U4; design §3: what a number or a name may be stays with the step that reads it."""
    visits = await visits_of(world)
    heard = await world.all_say(visits, text=word)
    home = visits[0].talk.text("menu.home")
    wrong = []
    for visit in visits:
        owned = word in ("0", "hủy") and visit.reads in ("number", "name")
        is_home = heard[visit.talk.account][-1].text.startswith(home)
        if is_home == owned:
            wrong.append((visit.name, [one.text for one in heard[visit.talk.account]]))
    assert not wrong


async def test_back_leads_to_the_question_before_and_on_again(world: World) -> None:
    """U6: the earlier question stands again, and its answer leads to where one was."""
    visits = await visits_of(world)
    heard = await world.all_say(visits, text="quay lại")
    wrong = []
    for visit in visits:
        said, earlier = heard[visit.talk.account], _earlier(visit)
        if visit.place in CAME_BETWEEN:
            continue  # it came between: back is what was open before it
        if not same(said[-1], earlier or visit.question):
            wrong.append((visit.name, [one.text for one in said], earlier))
    assert not wrong
    mark = len(world.house.heard)
    returning = [visit for visit in visits if _earlier(visit) is not None]
    for visit in returning:
        await visit.talk.sends(text=visit.way[-1])
    await world.house.settle()
    assert len(world.house.heard) > mark
    # Questions come in a new order; a sentence of the letter was changed by another visit.
    kept = [v for v in returning if v.place[0] not in ("learning", "frames")]
    lost = [v.name for v in kept if not same(v.talk.seen[-1], v.question)]
    assert not lost


def _earlier(visit: Visit) -> Heard | None:
    """The question before in the same flow; None at its beginning."""
    flow = visit.place[0]
    before = [heard for name, heard in visit.asked[:-1]]
    names = [name for name, _ in visit.asked[:-1]]
    return before[-1] if names and names[-1] == flow else None


async def test_a_person_can_be_asked_for_everywhere_and_the_question_waits(world: World) -> None:
    """U4: "gặp cán bộ" reaches the ticket question; afterwards the question stands again."""
    visits = [v for v in await visits_of(world) if v.place[0] != "danger"]  # there it is a choice
    heard = await world.all_say(visits, text="gặp cán bộ")
    asks = visits[0].talk.text("tickets.ask"), visits[0].talk.text("tickets.desk")
    wrong = [
        visit.name for visit in visits if not heard[visit.talk.account][-1].text.startswith(asks)
    ]
    assert not wrong
    heard = await world.all_say(visits, text="quay lại")
    lost = [v.name for v in visits if not same(heard[v.talk.account][-1], v.question)]
    assert not lost


async def test_who_drops_the_question_to_an_officer_goes_on(world: World) -> None:
    visits = [v for v in await visits_of(world) if v.place[0] not in ("tickets", "danger")]
    asked = [v for v in visits if not v.talk.account.startswith("admin")]
    await world.all_say(asked, text="gặp cán bộ")
    await world.all_say(asked, text="Tôi chưa cài được VNeID")
    heard = await world.all_say(asked, text="3")
    lost = [v.name for v in asked if not same(heard[v.talk.account][-1], v.question)]
    assert not lost


# --- said in passing -----------------------------------------------------------------------------

IN_PASSING: Final = (
    {"kind": "press", "button": "ABCDEFGH1"},
    {"kind": "press", "button": "x"},
    {"text": "mã otp là 482913"},
    {"text": "2345-6789-ABCD"},
)


@pytest.mark.parametrize("event", IN_PASSING)
async def test_what_is_said_in_passing_leads_on(talk: Talk, event: dict[str, str]) -> None:
    """The very first thing somebody does, or the first after all was deleted."""
    await talk.sends(**event)
    await talk.house.settle()
    assert talk.seen[-1].buttons


async def test_t05_an_old_button_shows_the_current_question(talk: Talk) -> None:
    await talk.says("chào", "1")
    assert talk.last == talk.text("people.hamlet")
    await talk.sends(kind="press", button="ABCDEFGH1")
    await talk.house.settle()
    assert talk.last == talk.text("people.hamlet")


async def test_u5_a_hamlet_not_found_twice_is_said_in_two_ways(talk: Talk) -> None:
    await talk.says("chào", "1", "abc")
    first = talk.last
    await talk.says("Hà Nội")
    assert talk.last != first


@pytest.mark.parametrize("word", ["/trangdau", "/menu", "/quaylai", "/noilai", "/help", "/stop"])
async def test_slash_forms_of_universal_words_act(talk: Talk, word: str) -> None:
    await talk.enrolled()
    await talk.says("1", word)
    assert talk.text("menu.first_miss") not in talk.heard

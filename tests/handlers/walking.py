"""People who press, type and send anything at all, and what must hold after each of their acts.

A walk is a list of `Act`s made from a seed before anything runs: an act says "button number 17 of
what you see", so any part of the list can be replayed, and a failure is shrunk by leaving acts out.
"""

import random
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from sqlalchemy import select

from handlers import FLOWS, roles
from handlers.messages import STAFF, Kind
from handlers.texts import Texts
from storage import units
from storage.database import Transaction
from storage.tables import (
    Account,
    Attempt,
    Attendance,
    Consent,
    Conversation,
    InboxRow,
    LessonProgress,
    OutboxRow,
    Person,
    Role,
)
from tests.fakes import Heard
from tests.talk import House, Talk

# --- who, and what they may do -------------------------------------------------------------------


class Player(NamedTuple):
    """One account; `own` are names that nobody else ever types."""

    account: str
    own: tuple[str, ...]
    role: str = ""
    unit: str = ""


PLAYERS: Final = (
    Player("stranger", ("Vàng Thị Xuyến", "Bà Xuyến Chợ Cồn")),
    Player("agreed", ("Đoàn Quý Khoáng", "Ông Khoáng Đò")),
    Player("refused", ("Mạc Thúy Ngàn", "Cô Ngàn May")),
    Player("head", ("Giáp Văn Tuynh", "Trưởng Tuynh"), "head", "xom-05"),
    Player("helper", ("Lục Khả Vy", "Em Vy Đoàn"), "helper", "xom-07"),
    Player("officer", ("Khúc Hữu Nghiễm", "Anh Nghiễm"), "officer"),
    Player("admin", ("Tạ Đình Quyển", "Anh Quyển Máy"), "admin"),
    Player("second", ("Thân Bảo Chuyên", "Chị Chuyên"), "admin"),
)

COMMANDS: Final = (
    *(flow.command for flow in FLOWS if flow.command),
    *("/start h_xom-05", "/start h_xom-07", "/start p_cho", "/start b_123456", "/start l_123456"),
    *("/start i_" + "A" * 22, "/start h_' OR 1=1 --", "/hoc danh sách", "/hoc 3", "/hoc xóm 5"),
    *("/thongke xóm 5 tháng 11", "/thongke quý 9", "/thongke năm 2019", "/thongke xóm 3"),
    *("/baocao", "/xoa_het", "/", "//", "/start@bot", "/HUY", "/Hoc", "/dulieu 1", "/nhac 99"),
)
UNIVERSAL: Final = (
    *("0", "trang đầu", "Trang dau", "quay lại", "quay lai", "hủy", "huy", "huy bo", "thôi"),
    *("giúp", "?", "gặp cán bộ", "gap can bo", "nói lại", "noi lai", "dừng nhắc", "dung nhac"),
    *("dung", "đúng", "đừng", "dừng lại", "nhận nhắc", "/huy", "/dung", "/trogiup", "/gapcanbo"),
)
NUMBERS: Final = (
    *("0", "1", "2", "3", "4", "5", "6", "7", "9", "10", "12", "13", "35", "99", "120", "-1"),
    *("1.000", "1,5", "1.234.567", "một", "năm", "số 2", "x5", "x 3", "xóm 12", "2 nhé", "１"),
)
SPOKEN: Final = (
    *("hoc", "hcj bai", "học tiếp đi cháu", "bai hoc", "ket qua cua toi", "kêt quả", "danh sach"),
    *("dữ liệu của tôi", "du lieu cua toi", "xóa dữ liệu", "thong ke xom 5 thang 11", "quan tri"),
    *("thống kê tháng này", "toàn xã", "đồng ý lưu", "dong y", "Không, vẫn xem bài", "bỏ qua"),
    *("xosm 5", "xóm mừoi hai", "xom so 3", "xóm 3 xã cũ B", "chào cháu", "xin chào", "alo"),
    *("dong buoi hoc", "mo buoi hoc", "can xem lai", "B1234", "đóng buổi", "Đóng và ghi", "xóm 7"),
    *("bà hỏi cái này", "cam on nhe", "toi khong biet", "Trưởng xóm", "Cán bộ", "gửi", "Viết lại"),
    *("xem tiep", "Xem tiếp ạ", "đã làm xong", "de sau", "giữ lại", "Xóa hết", "thu hồi", "khóa"),
    *("xếp hạng", "xom minh dung thu may", "nhận tin xóm", "thôi nhận tin xóm", "mẫu số"),
    *("bàn giao", "nguoi khac lam thay", "Thu lại mã", "Bàn giao", "Để nguyên"),
    *("báo cáo", "nop bao cao", "dòng 2", "3 buổi 120 lượt người 20 lần phát loa", "120/185"),
    *("xóm 5 430 người lớn 188 hộ", "so ho", "chưa nắm được", "hôm qua", "1/10"),
    *("tôi vừa chuyển tiền cho công an giả", "có người bị đuối nước", "mã otp là 482913"),
    *("căn cước 036123456789", "Trường Tiểu học A", "trạm y tế", "UBND xã", "MN", "truong", "ừ"),
)
GARBAGE: Final = (
    *("qwrtp zxcv", "....", "👍", "😀😀", "a", "aaaaaaaaaaaaaaaaaaaa", "!@#$%", "b c d", "\n\n"),
    *(
        "   ",
        "hhhhhh",
        "xyz 123 abc",
        "ㅋㅋㅋ",
        "你好",
        "http://vi.du/x?y=1",
        "null",
        "một hai ba 4",
    ),
)
HOSTILE: Final = (
    *("\u202eevil\u202c abc", "\u200b\u200d\u2060", "Z\u0351\u036b\u0343\u034a" * 200, "\ufeff"),
    *("<b>đậm</b> & <script>alert(1)</script>", "_nghiêng_ *đậm* `mã`", "[x](http://vi.du)"),
    *("'; DROP TABLE persons; --", '" OR 1=1; --', "Robert'); DELETE FROM units;--", "%s %d %n"),
    *("{evil.__class__}", "{evil}", "{{7*7}}", "${7*7}", "#{7*7}", "%(evil)s", "\\x00\\u0000"),
    *(
        "a\x00b",
        "\x1b[31mđỏ",
        "dòng\r\nlog giả",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "ﷺ" * 50,
    ),
    *("Ă" * 5_000, "1" * 5_000, "a b " * 1_250, "(" * 5_000, "ạ\u0323" * 1_000, "🇻🇳" * 60, "\\"),
)
"""`evil` marks every brace that a person typed: any other brace in an answer is a place we left."""

_SPECIAL: Final = {Kind.TEXT, Kind.PRESS, Kind.LEFT, Kind.JOINED, Kind.SLOW, Kind.WITHDRAWN}
# What staff do, and what is hidden from us, is answered once and then with silence.
_ODD_KINDS: Final = tuple(kind for kind in Kind if kind not in {*_SPECIAL, *STAFF, Kind.HIDDEN})
_WEIGHTS: Final = {
    "press": 38, "old_press": 3, "foreign_press": 3, "forged_press": 1, "number": 9,
    "universal": 10, "command": 8, "code": 3, "spoken": 10, "garbage": 5, "hostile": 5, "own": 2,
    "odd": 5, "minutes": 2, "hours": 1, "days": 1, "leave": 1, "join": 1, "restart": 0.5,
    "burst": 0.7, "group": 0.7, "forwarded": 1, "twice": 0.7,
}  # fmt: skip
_TEXTS: Final = {
    "number": NUMBERS, "universal": UNIVERSAL, "command": COMMANDS, "spoken": SPOKEN,
    "garbage": GARBAGE, "hostile": HOSTILE,
}  # fmt: skip
_SAYS_SOMETHING: Final = frozenset(_TEXTS) | {
    *("press", "old_press", "foreign_press", "forged_press", "code", "own", "odd", "join"),
    *("burst", "forwarded", "twice"),
}
"""Acts that must be answered; after the others silence is right."""


TOGETHER: Final = 4


class Act(NamedTuple):
    """One act of one player; `n` chooses among what there is at that moment."""

    kind: str
    who: int
    n: int


def make_acts(seed: int, steps: int) -> list[Act]:
    """Four people at a time write at once; whom the next four are is chance."""
    chance = random.Random(seed)
    kinds, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    acts: list[Act] = []
    while len(acts) < steps:
        for who in chance.sample(range(len(PLAYERS)), TOGETHER):
            kind = chance.choices(kinds, weights)[0]
            acts.append(Act(kind, who, chance.randrange(10_000)))
    return acts[:steps]


def rounds(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Acts of different people go through the program in one batch; a wait or restart alone."""
    together: list[Act] = []
    for act in acts:
        alone = act.kind in ("minutes", "hours", "days", "restart")
        if together and (
            alone or len(together) == TOGETHER or act.who in {a.who for a in together}
        ):
            yield together
            together = []
        together.append(act)
        if alone:
            yield together
            together = []
    if together:
        yield together


# --- what an answer must be ----------------------------------------------------------------------

HARD: Final = 500  # U1
PAGE: Final = 600  # U1, U13; the heading and "(1/3) " come on top
TEXTS_OF_LETTER: Final = Path(__file__).parents[2] / "handlers/texts/commune_letter.toml"
AT_MOST: Final = 9  # choices (U3)
PLATFORM: Final = 4_096
_OWN_PLACES: Final = "|".join(
    sorted(set(re.findall(r"\{(\w+)\}", (TEXTS_OF_LETTER).read_text("utf-8"))))
)
"""Places in the letter's own sentences, which an officer sees to word them anew."""
_LEFT_PLACE: Final = re.compile(rf"\{{(?!evil|(?:{_OWN_PLACES})\}})\w+\}}")
_ENGLISH: Final = re.compile(
    r"\b(?:Traceback|Exception|[A-Z]\w+Error|None|True|False|NaN|undefined|object at 0x)\b"
)
_LESSON: Final = re.compile(r"(?:Bài \d+\. .*|Làm thử)\n")
_AROUND: Final = re.compile(
    r"\A(?:Xin lỗi vì trả lời chậm\.\n)?(?:Bài \d+\. .*\n|Làm thử\n)?(?:\[Hình: .*\]\n)?(?:\(\d/\d\) )?"  # noqa: E501
)
_NUMBERED: Final = re.compile(r"^1\. \S", re.MULTILINE)
_NEXT_STEP: Final = re.compile(
    r"\bnhắn\b[^.\n]*: ?\S"  # "xin nhắn: trang đầu", "xin nhắn số của xóm, ví dụ: 5"
    r"|\bnhắn (?:một )?(?:số|tên|điều|bằng chữ|câu trả lời|kỳ)\b"  # what the open question reads
    r"|\bgõ một số\b"
    r"|\bXin đến UBND xã để được mở lại\b"  # a locked account: nothing can be done in the chat
)


def leads_on(heard: Heard) -> bool:
    """True if it shows choices, or its words name what to send next (U5: never a dead end)."""
    return bool(heard.buttons or _NUMBERED.search(heard.text) or _NEXT_STEP.search(heard.text))


def flaws(heard: Heard) -> list[str]:
    """What is wrong with one message, whoever gets it."""
    text, found = heard.text, []
    if _LEFT_PLACE.search(text):
        found.append("a place was left open")
    if _ENGLISH.search(text):
        found.append("words of a program")
    if len(text) > PLATFORM:
        found.append(f"{len(text)} characters")
    if len(heard.buttons) > AT_MOST:
        found.append(f"{len(heard.buttons)} choices")
    if not text.strip():
        found.append("empty")
    return found


def pattern_of(template: str) -> re.Pattern[str]:
    """What a sentence of the catalogue looks like when its places are filled."""
    parts = re.split(r"\{\w+\}", template)
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def privileged(texts: Texts) -> list[re.Pattern[str]]:
    """The sentences of /thongke and /quantri; not those that another feature could say too."""
    others = [said for key, said in texts.items() if not _is_privileged(key)]
    own = [
        pattern_of(said) for key, said in texts.items() if _is_privileged(key) and len(said) > 12
    ]
    alone = [one for one in own if not any(one.fullmatch(said) for said in others)]
    titles = [pattern_of(texts[f"statistics.{key}"]).pattern for key in ("title", "title_one")]
    alone = [one for one in alone if one.pattern not in titles]  # "Kết quả học của riêng mình:"
    return [*alone, re.compile(r".*Kết quả học (?:năm|tháng|quý|tuần|ngày) .*")]


def _says(pattern: re.Pattern[str], text: str) -> bool:
    """True if the sentence is the whole message or one of its lines."""
    return any(pattern.fullmatch(part) for part in (text, *text.split("\n")))


def _is_privileged(text_id: str) -> bool:
    return text_id.partition(".")[0] in (
        *("statistics", "admin", "sessions", "flags", "reporting", "review", "forms", "chasing"),
        *("points", "yearly"),
        "past",
        *("frames", "onward"),
        "registers",
        "quick_forms",
        "reminder_desk",
        "deadlines",
        "broadcasts",
    )


NOT_UNDERSTOOD: Final = (
    *("menu.unclear", "menu.first_miss", "menu.second_miss", "menu.third_miss"),
    *("people.hamlet_unclear", "mydata.name_unclear", "mydata.hamlet_unclear"),
    *("admin.unit_unclear", "statistics.unclear", "tickets.too_long"),
    *("yearly.unclear", "yearly.years_unclear", "yearly.too_early", "yearly.future"),
    *("linking.code_unclear", "people.name_unclear"),
    *("denominators.unit_unclear", "denominators.adults_unclear", "denominators.not_yet"),
    *("denominators.households_unclear", "denominators.too_many", "denominators.day_unclear"),
    *("sessions.unit_unclear", "sessions.not_yours", "sessions.where_unclear"),
    *("sessions.partner_unclear", "sessions.count_unclear", "sessions.count_negative"),
    "sessions.count_too_big",
    *("activities.unclear", "activities.unit_unclear", "activities.not_yours"),
    *("activities.day_unclear", "activities.day_lunar", "activities.day_no_such"),
    *("activities.day_ahead", "activities.day_far", "activities.number_unclear"),
    *("activities.number_negative", "activities.number_too_big", "activities.topics_unclear"),
    *("activities.too_long", "activities.partner_unclear", "activities.check_unclear"),
    *(
        "reporting.unit_unclear",
        "reporting.not_yours_which",
        "reporting.number_unclear",
        *("reporting.negative", "reporting.after_unclear", "reporting.another_unit"),
        *("reporting.how_unclear", "reporting.option_unclear", "reporting.note_unclear"),
        *("reporting.share_of_none", "reporting.name_unclear", "reporting.part_needed"),
        *("reporting.records_many", "reporting.not_taken"),
    ),
    *("reporting.share_unclear", "reporting.too_big", "reporting.above_unit"),
    *("reporting.part_above", "reporting.above_whole", "reporting.below_part"),
    *("reporting.day_ahead", "reporting.day_no_such", "reporting.day_unclear"),
    *("reporting.options_unclear", "reporting.choose_one", "reporting.note_long"),
    *("reporting.rows_unclear", "reporting.check_unclear", "reporting.line_unclear"),
    *("reporting.no_such_line", "reporting.not_yours_to_change", "reporting.message_unclear"),
    *("review.reason_unclear", "review.why_unclear", "past.year_unclear"),
    *("chasing.unit_unclear", "chasing.until_unclear", "chasing.until_range"),
    *("chasing.until_past", "chasing.reason_unclear"),
    *("frames.wrong_length", "frames.wrong_unknown", "frames.wrong_missing"),
    *("onward.addressee_unclear", "onward.number_unclear", "onward.day_unclear"),
    *("onward.day_ahead", "onward.day_before"),
    *("registers.unclear", "registers.kind_unclear", "registers.unit_unclear"),
    *("registers.number_unclear", "registers.on_unclear", "registers.on_ahead"),
    *("registers.due_unclear", "registers.figure_unclear", "registers.figure_none"),
    *("registers.figure_too_big", "registers.what_unclear", "registers.what_long"),
    *("registers.check_unclear", "registers.edit_unclear"),
    *(f"registers.unclear_{one}" for one in ("plans", "visits", "awards", "publicity")),
    *("quick_forms.title_too_long", "quick_forms.question_too_long"),
    *("quick_forms.options_unclear", "quick_forms.option_too_long", "quick_forms.whom_unclear"),
    *("quick_forms.day_over", "quick_forms.day_too_far", "quick_forms.day_unclear"),
    *("quick_forms.enter_unit_unclear", "quick_forms.other_unit", "quick_forms.not_read"),
    *(f"quick_forms.unclear_{one}" for one in ("number", "yes_no", "one_of", "note")),
    *("quick_forms.check_unclear", "reminder_desk.unit_unclear"),
    *(f"deadlines.{one}_unclear" for one in ("sentence", "title", "whom", "due", "rungs", "mark")),
    *("deadlines.due_outside", "deadlines.why_unclear"),
    *("broadcasts.whom_unclear", "broadcasts.too_short", "broadcasts.too_long"),
    *("broadcasts.not_the_number", "broadcasts.reason_unclear"),
)


FORGIVEN: Final = (
    *("menu.old_button", "menu.used_button", "menu.not_your_button", "menu.secret", "menu.slow"),
    *("roles.no_such_code", "roles.taken_by_you", "roles.have_it", "roles.judged_right"),
    *("roles.not_found", "roles.last_admin", "roles.ended", "tickets.not_found", "tickets.already"),
    *("linking.no_such_code", "linking.already_apart", "linking.judged_right"),
    *("household.not_here", "household.full"),
    *("joining.no_such_code", "joining.joined", "joining.before"),
    *("sessions.kept_open", "sessions.gone", "flags.kept"),
    *("activities.gone", "statistics.chart_sent", "statistics.sheet_sent"),
    *("reporting.gone", "forms.gone", "yearly.sheet_sent", "frames.word_coming"),
    *("chasing.later_said", "chasing.paper_said", "chasing.declined", "chasing.not_needed"),
    *("chasing.unseen_said", "chasing.seen_by_other"),
    *("quick_forms.kept", "quick_forms.not_found", "quick_forms.is_closed"),
    *("deadlines.later_said", "deadlines.not_needed", "deadlines.done_before"),
    *("deadlines.plan_waits", "deadlines.plan_answered"),
    *("broadcasts.not_found", "broadcasts.later_said", "broadcasts.let_go_said"),
)
"""Said in passing while nothing is open, or (T05) while a text is being asked: no menu follows yet.

`test_what_is_said_in_passing_leads_on` has the cases; when they pass, this list goes.
"""

NOTICES: Final = (
    *("difficulties.asked", "difficulties.asked_unit", "difficulties.letter_here"),
    *("difficulties.decided_unit", "difficulties.decided_asker", "points.letter_here"),
    *("tickets.asked", "tickets.answered_you", "roles.codes_tried", "roles.joined"),
    *("roles.joined_ask", "roles.ended_you", "roles.ended_by", "admin.locked"),
    *("linking.joined_ask", "linking.parted_other", "linking.role_joined"),
    *("flags.something", "sessions.left_open", "activities.partner_told"),
    *("reporting.sent_by_other", "reporting.frozen_office", "reporting.word_here"),
    *("review.accepted_you", "review.accepted_kindly"),
    *("review.returned_you", "review.returned_kindly"),
    *("chasing.calls_here", "chasing.paper_ask", "chasing.letter_ask"),
    "chasing.declined_told",
    *(f"chasing.ask_{one}" for one in ("required", "overdue", "returned", "requested")),
    *("chasing.ask_requested_due", "chasing.ask_requested_returned", "chasing.ask_encouraged"),
    "chasing.ask_returned_past",
    *(f"chasing.told_{one}" for one in ("paper", "extended", "exempt", "unmarked", "unseen")),
    *(f"chasing.kindly_{one}" for one in ("paper", "extended", "exempt", "unmarked", "unseen")),
    *("handover.joined_ask", "handover.passed", "reporting.form_here", "forms.here"),
    *("past.here", "past.list_here"),
    "registers.sheet_here",
    "frames.word_here",
    *("quick_forms.notice", "quick_forms.came_too_late", "quick_forms.excel_here"),
    *(f"deadlines.{of}_{how}" for of in ("own", "plans") for how in ("required", "kindly")),
    *("deadlines.own_encouraged", "deadlines.plan_ask"),
    *(f"quick_forms.told_{one}" for one in ("unit", "phone", "paper")),
    *("broadcasts.goes_soon", "broadcasts.approve_ask", "broadcasts.called_off"),
    *(f"broadcasts.{one}_you" for one in ("approved", "refused", "stopped")),
)
"""What people hear who did not write anything."""


# --- the walk ------------------------------------------------------------------------------------


@dataclass
class Walker:
    """Plays acts in one house and looks at everything after each of them."""

    house: House
    talks: list[Talk] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    steps_seen: set[tuple[str, str]] = field(default_factory=set)
    with_role: set[str] = field(default_factory=set)
    _misses: dict[int, frozenset[str]] = field(default_factory=dict)
    _secret: list[re.Pattern[str]] = field(default_factory=list)
    _unclear: list[re.Pattern[str]] = field(default_factory=list)
    _notices: list[re.Pattern[str]] = field(default_factory=list)
    _hint: re.Pattern[str] = field(default_factory=lambda: re.compile("$^"))
    _forgiven: list[re.Pattern[str]] = field(default_factory=list)
    _learned: Counter[int] = field(default_factory=Counter)
    did: list[str] = field(default_factory=list)
    """What the acts of this round came to: texts, tokens, kinds."""
    _number: int = 0

    async def settle_in(self) -> None:
        """The people of the walk, and invites that can be found lying about."""
        texts = self.house.app.house.texts
        self._secret = privileged(texts)
        self._unclear = [pattern_of(texts[text_id]) for text_id in NOT_UNDERSTOOD]
        self._notices = [pattern_of(texts[text_id]) for text_id in NOTICES]
        self._hint = pattern_of(f"\n{texts['menu.letter_hint']}")
        self._forgiven = [pattern_of(texts[text_id]) for text_id in FORGIVEN]
        self.talks = [Talk(self.house, one.account, name=one.own[0]) for one in PLAYERS]
        for player, talk in zip(PLAYERS, self.talks, strict=True):
            if player.role:
                await talk.holds(player.role, player.unit)
        await self.talks[1].says("x5", "1")
        await self.talks[2].says("x5", "2")
        await self._make_invites()
        await self._look_at_tables(consent=True)

    async def _make_invites(self) -> None:
        app = self.house.app
        async with app.database.transaction() as tx:
            now = self.house.clock.wall()
            commune = (await units.communes(tx, on=now.date()))[0]
            hamlet = await units.by_code(tx, "xom-05", on=now.date())
            assert hamlet is not None
            for role in (*roles.ROLES, "admin", "officer", "head") * 3:
                unit = commune if role in roles.WHOLE_COMMUNE else hamlet
                made = await roles.make_invite(
                    tx,
                    role=role,
                    unit_id=unit.id,
                    by=None,
                    now=now,
                    entropy=secrets.token_bytes,
                    keyed_hash=app.dispatcher._keyed_hash,
                    valid=timedelta(days=3_650),
                )
                self.codes += [made.codes.typed, made.codes.secret]

    async def play(self, acts: Sequence[Act]) -> None:
        """Raises `AssertionError` that names how far it came and what was done last."""
        done = 0
        for number, together in enumerate(rounds(acts)):
            self._number, self.did = number, []
            done += len(together)
            try:
                await self._round(together)
            except AssertionError as error:
                raise AssertionError(f"after {done} acts, {self.did}: {error}") from None
        await self._look_at_tables(consent=True)

    async def _round(self, together: Sequence[Act]) -> None:
        had_role = self.with_role
        mark = len(self.house.heard)
        answered = [act for act in together if await self._do(act)]
        await self.house.settle()
        new = self.house.heard[mark:]
        await self._look_at_tables(consent=self._number % 8 == 0)
        for act in together:
            self._look_at_answer(act, new, answered=act in answered)
        for heard in new:
            self._look_at_message(heard, had_role | self.with_role)
        self._look_at_others(together, new)

    # --- acting ----------------------------------------------------------------------------------

    async def _send(self, talk: Talk, **fields: Any) -> None:
        said = " ".join(str(value)[:80] for value in fields.values())
        self.did.append(f"{talk.account}: {said}")
        await talk.sends(**fields)

    async def _do(self, act: Act) -> bool:
        """Do it; True if it has to be answered."""
        talk = self.talks[act.who]
        if act.kind in ("minutes", "hours", "days"):
            await self._wait(act)
            return False
        if act.kind == "restart":
            await self._send(talk, text=NUMBERS[act.n % len(NUMBERS)])
            await self.house.restart()
            return True
        if act.kind == "leave":
            self._misses.pop(act.who, None)
            await self._send(talk, kind=Kind.LEFT.value)
            return False
        if act.kind == "group":
            text = (*COMMANDS, *SPOKEN)[act.n % (len(COMMANDS) + len(SPOKEN))]
            await self._send(talk, text=text, chat="group", private=False)
            return False
        await self._say(act, talk)
        return act.kind in _SAYS_SOMETHING

    async def _wait(self, act: Act) -> None:
        self.house.clock.passes(**{act.kind: 1 + act.n % 40})
        self._misses.clear()  # after a month nothing is open any more
        if act.kind == "minutes":
            return
        jobs = self.house.app.jobs
        await jobs.forget()
        await jobs.sweep()

    async def _say(self, act: Act, talk: Talk) -> None:  # noqa: C901 - a flat list of kinds
        match act.kind:
            case "press" | "old_press" | "foreign_press" | "forged_press":
                await self._press(act, talk)
            case "code":
                await self._send(talk, text=self._code(act.n))
            case "own":
                await self._send(talk, text=PLAYERS[act.who].own[act.n % 2])
            case "odd":
                kind = _ODD_KINDS[act.n % len(_ODD_KINDS)]
                await self._send(talk, kind=kind.value, text=SPOKEN[act.n % len(SPOKEN)])
            case "join":
                await self._send(talk, kind=Kind.JOINED.value)
            case "burst":
                await self._burst(act, talk)
            case "forwarded":
                await self._send(talk, text=SPOKEN[act.n % len(SPOKEN)], forwarded=True)
            case "twice":
                event = f"twice-{self._number}-{act.who}"
                for _ in range(2):
                    await self._send(talk, text=NUMBERS[act.n % len(NUMBERS)], event=event)
            case _:
                texts = _TEXTS[act.kind]
                await self._send(talk, text=texts[act.n % len(texts)])

    def _code(self, n: int) -> str:
        """One that was made beforehand, or that somebody was shown since."""
        shown: list[str] = re.findall(
            r"\b(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}\b|\bB\d{4}\b", " ".join(self._texts())
        )
        known = [*self.codes, *shown]
        return str(known[n % len(known)])

    def _texts(self) -> list[str]:
        return [heard.text for heard in self.house.heard[-200:]]

    async def _press(self, act: Act, talk: Talk) -> None:
        with_buttons = [heard for heard in talk.seen if heard.buttons]
        if act.kind == "foreign_press":
            others = [h for h in self.house.heard if h.chat != talk.account and h.buttons]
            with_buttons = others[-30:]
        if act.kind == "forged_press" or (act.kind != "press" and not with_buttons):
            token = ("x", "", "A" * 9, "A" * 500, "1", "../..", "%00", "ABCDEFGH1")[act.n % 8]
            await self._send(talk, kind="press", button=token)
        elif not with_buttons:
            await self._send(
                talk, text=str(1 + act.n % 5)
            )  # this channel has no buttons, only numbers
        else:
            heard = with_buttons[-1 if act.kind == "press" else act.n % len(with_buttons)]
            tokens = list(heard.buttons.values())
            await self._send(talk, kind="press", button=tokens[act.n % len(tokens)])

    async def _burst(self, act: Act, talk: Talk) -> None:
        """One thought in many messages, now and then more than anybody can read (T35, T37)."""
        for number in range(3 + act.n % 14):
            await self._send(talk, text=(*NUMBERS, *SPOKEN)[(act.n + number) % 60])
        self.house.clock.passes(seconds=30)  # ADR 5: who was refused is heard again after a while

    # --- looking ---------------------------------------------------------------------------------

    def _look_at_answer(self, act: Act, new: Sequence[Heard], *, answered: bool) -> None:
        account = PLAYERS[act.who].account
        mine = [heard for heard in new if heard.chat == account and not self._is_notice(heard)]
        if not answered:
            said = [heard.text for heard in mine if act.kind in ("leave", "group")]
            assert not said, f"nothing should be said, but: {said}"
            return
        assert mine, f"no answer to {act}"
        assert len(mine) <= (8 if act.kind != "burst" else 80), f"{len(mine)} messages at once"
        is_forgiven = any(pattern.fullmatch(mine[-1].text) for pattern in self._forgiven)
        assert is_forgiven or leads_on(mine[-1]), f"a dead end for {account}: {mine[-1].text!r}"
        if act.kind == "burst":
            self._misses.pop(act.who, None)
        else:
            self._look_for_repeats(act.who, mine)

    def _is_notice(self, heard: Heard) -> bool:
        said = self._hint.sub("", re.split(r"\n+[A-Z]?1\. ", heard.text)[0])
        return any(pattern.fullmatch(said) for pattern in self._notices)

    def _look_for_repeats(self, who: int, mine: Sequence[Heard]) -> None:
        """U5: never the same "not understood" twice in a row."""
        missed = frozenset(
            heard.text for heard in mine if any(p.fullmatch(heard.text) for p in self._unclear)
        )
        again = missed & self._misses.get(who, frozenset())
        self._misses[who] = missed
        assert not again, f"not understood twice in the same words: {again}"

    def _look_at_message(self, heard: Heard, has_role: set[str]) -> None:
        found = flaws(heard)
        assert not found, f"{found}: {heard.text!r}"
        self._look_at_length(heard)
        if heard.chat in has_role:
            return
        told = [p.pattern[:60] for p in self._secret if _says(p, heard.text)]
        told += [c for c in ("/thongke", "/quantri", "/buoihoc") if c in heard.text]
        told += [label for label in heard.buttons if label in ("Thống kê", "Quản trị")]
        assert not told, f"{heard.chat} has no role and reads {told}: {heard.text!r}"
        names = [n for one in PLAYERS if one.account != heard.chat for n in one.own]
        seen = [name for name in names if name in heard.text]
        assert not seen, f"{heard.chat} reads the name {seen}: {heard.text!r}"

    def _look_at_length(self, heard: Heard) -> None:
        """U1: what this message says itself, without heading, numbered choices and picture."""
        said = _AROUND.sub("", heard.text)
        said = re.split(r"^[A-Z]?1\. ", said, maxsplit=1, flags=re.MULTILINE)[0].rstrip()
        most = PAGE if _LESSON.match(heard.text) else HARD
        assert len(said) <= most, f"{len(said)} characters, at most {most}: {heard.text!r}"

    def _look_at_others(self, together: Sequence[Act], new: Sequence[Heard]) -> None:
        """Whoever did not write hears only notices about roles and questions."""
        wrote = {PLAYERS[act.who].account for act in together}
        private_only = self.house.app.house.texts["menu.private_only"]
        for heard in new:
            if heard.chat == "group":
                assert heard.text == private_only, f"in the group: {heard.text!r}"
            elif heard.chat not in wrote:
                assert self._is_notice(heard), f"{heard.chat} hears: {heard.text!r}"

    async def _look_at_tables(self, *, consent: bool) -> None:
        """Everything that is stored, in one look."""
        async with self.house.app.database.reading() as tx:
            stuck = await _all(tx, InboxRow.state, where=InboxRow.state != "done")
            assert not stuck, f"inbox: {stuck}"
            waits = OutboxRow.state.not_in(("sent", "cancelled"))
            unsent = await _all(tx, OutboxRow.state, OutboxRow.kind, where=waits)
            assert not unsent, f"outbox: {unsent}"
            stand = await _all(tx, Conversation.flow, Conversation.step)
            self.steps_seen.update(stand)
            mine = (Role.person_id == Account.person_id) & Role.until.is_(None)
            self.with_role = {
                row[0] for row in await _all(tx, Account.user_id, Role.id, where=mine)
            }
            if consent:
                await self._look_at_consent(tx)

    async def _look_at_consent(self, tx: Transaction) -> None:
        """P2, P3: nothing of a person without an agreement to just that."""
        ever, now = defaultdict[int, set[str]](set), defaultdict[int, set[str]](set)
        for person, purpose, ended in await _all(
            tx, Consent.person_id, Consent.purpose, Consent.withdrawn_at
        ):
            ever[person].add(purpose)
            if ended is None:
                now[person].add(purpose)
        learned = await _all(tx, Attempt.person_id, Attempt.id)
        learned += await _all(tx, LessonProgress.person_id, LessonProgress.lesson_id)
        learned += await _all(tx, Attendance.person_id, Attendance.activity_id)
        counts = Counter(row[0] for row in learned)
        for person, name, unit in await _all(tx, Person.id, Person.name, Person.unit_id):
            agreed = ever[person]
            assert not name or agreed & {"learning", "role"}, f"name {name!r} with {agreed}"
            assert unit is None or "learning" in agreed, f"hamlet with {agreed}"
            assert person not in counts or "learning" in agreed, f"learning with {agreed}"
            is_more = counts[person] > self._learned[person]
            assert not is_more or "learning" in now[person], "learning after the end"
        self._learned = counts


async def _all(tx: Transaction, *columns: Any, where: Any = None) -> list[Any]:
    statement = select(*columns)
    return [
        tuple(r) for r in await tx.execute(statement if where is None else statement.where(where))
    ]


# --- making a failure small ----------------------------------------------------------------------

Replay = Callable[[Sequence[Act]], Awaitable[str]]
"""Plays acts in a fresh house; the failure's words, "" if there is none."""


async def shrunk(acts: Sequence[Act], replay: Replay, *, tries: int) -> list[Act]:
    """Fewer acts that still fail: leave out ever smaller stretches, at most `tries` replays."""
    left, size = list(acts), max(1, len(acts) // 2)
    while size and tries:
        start = 0
        while start < len(left) and tries:
            fewer = left[:start] + left[start + size :]
            tries -= 1
            if await replay(fewer):
                left = fewer
            else:
                start += size
        size //= 2
    return left


def repeatable(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """The order of questions comes from the system's randomness: here from the seed."""
    chance = random.Random(seed)
    monkeypatch.setattr(secrets, "token_bytes", lambda size=32: chance.randbytes(size))

"""People who press, type and send anything at all, and what must hold after each of their acts.

A walk is a list of `Act`s made from a seed before anything runs: an act says "button number 17 of
what you see", so any part of the list can be replayed, and a failure is shrunk by leaving acts out.
"""

import random
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest

from handlers import FLOWS, roles
from handlers.messages import Kind
from handlers.texts import Texts
from storage import memory, people, units
from storage.tables import (
    Account,
    Attempt,
    Consent,
    Conversation,
    InboxRow,
    LessonProgress,
    OutboxRow,
    Person,
    Role,
    Unit,
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
    *("bà hỏi cái này", "cam on nhe", "toi khong biet", "Trưởng xóm", "Cán bộ", "gửi", "Viết lại"),
    *("xem tiep", "Xem tiếp ạ", "đã làm xong", "de sau", "giữ lại", "Xóa hết", "thu hồi", "khóa"),
    *("tôi vừa chuyển tiền cho công an giả", "có người bị đuối nước", "mã otp là 482913"),
    *("căn cước 036123456789", "Trường Tiểu học A", "trạm y tế", "UBND xã", "MN", "truong", "ừ"),
)
GARBAGE: Final = (
    *("qwrtp zxcv", "....", "👍", "😀😀", "a", "aaaaaaaaaaaaaaaaaaaa", "!@#$%", "b c d", "\n\n"),
    *("   ", "hhhhhh", "xyz 123 abc", "ㅋㅋㅋ", "你好", "http://vi.du/x?y=1", "null", "một hai ba 4"),
)
HOSTILE: Final = (
    *("\u202eevil\u202c abc", "\u200b\u200d\u2060", "Z\u0351\u036b\u0343\u034a" * 200, "\ufeff"),
    *("<b>đậm</b> & <script>alert(1)</script>", "_nghiêng_ *đậm* `mã`", "[x](http://vi.du)"),
    *("'; DROP TABLE persons; --", '" OR 1=1; --', "Robert'); DELETE FROM units;--", "%s %d %n"),
    *("{evil.__class__}", "{evil}", "{{7*7}}", "${7*7}", "#{7*7}", "%(evil)s", "\\x00\\u0000"),
    *("a\x00b", "\x1b[31mđỏ", "dòng\r\nlog giả", "=cmd|' /C calc'!A0", "../../etc/passwd", "ﷺ" * 50),
    *("Ă" * 5_000, "1" * 5_000, "a b " * 1_250, "(" * 5_000, "ạ\u0323" * 1_000, "🇻🇳" * 60, "\\"),
)
"""`evil` marks every brace that a person typed: any other brace in an answer is a place we left."""

_ODD_KINDS: Final = tuple(
    kind for kind in Kind if kind not in (Kind.TEXT, Kind.PRESS, Kind.LEFT, Kind.JOINED, Kind.SLOW)
)
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


class Act(NamedTuple):
    """One act of one player; `n` chooses among what there is at that moment."""

    kind: str
    who: int
    n: int


def make_acts(seed: int, steps: int) -> list[Act]:
    """People act in stretches, as they do: somebody begins something and mostly goes on with it."""
    chance = random.Random(seed)
    kinds, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    acts, who = [], 0
    for _ in range(steps):
        if chance.random() < 0.25:
            who = chance.randrange(len(PLAYERS))
        kind = chance.choices(kinds, weights)[0]
        acts.append(Act(kind, who, chance.randrange(10_000)))
    return acts


# --- what an answer must be ----------------------------------------------------------------------

HARD: Final = 500  # U1
PAGE: Final = 600  # U1, U13; the heading and "(1/3) " come on top
AT_MOST: Final = 9  # choices (U3)
PLATFORM: Final = 4_096
_LEFT_PLACE: Final = re.compile(r"\{(?!evil)\w+\}")
_ENGLISH: Final = re.compile(
    r"\b(?:Traceback|Exception|[A-Z]\w+Error|None|True|False|NaN|undefined|object at 0x)\b"
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
    """The sentences of /thongke and /quantri that no other feature has."""
    others = {said for key, said in texts.items() if not _is_privileged(key)}
    return [
        pattern_of(said)
        for key, said in texts.items()
        if _is_privileged(key) and said not in others and len(re.sub(r"\{\w+\}", "", said)) > 12
    ]


def _is_privileged(text_id: str) -> bool:
    return text_id.partition(".")[0] in ("statistics", "admin")


NOT_UNDERSTOOD: Final = (
    *("menu.unclear", "menu.first_miss", "menu.second_miss", "menu.third_miss"),
    *("people.hamlet_unclear", "mydata.name_unclear", "mydata.hamlet_unclear"),
    *("admin.unit_unclear", "statistics.unclear", "tickets.too_long"),
)


# --- the walk ------------------------------------------------------------------------------------


@dataclass
class Walker:
    """Plays acts in one house and looks at everything after each of them."""

    house: House
    talks: list[Talk] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    steps_seen: set[tuple[str, str]] = field(default_factory=set)
    away: set[int] = field(default_factory=set)
    _misses: dict[int, frozenset[str]] = field(default_factory=dict)
    _secret: list[re.Pattern[str]] = field(default_factory=list)
    _unclear: list[re.Pattern[str]] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)
    did: str = ""
    """What the act came to: a text, a label, a kind."""
    _number: int = 0

    async def settle_in(self) -> None:
        """The people of the walk, and invites that can be found lying about."""
        texts = self.house.app.house.texts
        self._secret = privileged(texts)
        self._unclear = [pattern_of(texts[text_id]) for text_id in NOT_UNDERSTOOD]
        self.talks = [Talk(self.house, one.account, name=one.own[0]) for one in PLAYERS]
        for player, talk in zip(PLAYERS, self.talks, strict=True):
            if player.role:
                await talk.holds(player.role, player.unit)
        await self.talks[1].says("x5", "1")
        await self.talks[2].says("x5", "2")
        await self._make_invites()

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

    async def play(self, acts: Iterable[Act]) -> None:
        """Raises `AssertionError` that names the act."""
        for number, act in enumerate(acts):
            self._number = number
            try:
                await self._step(act)
            except AssertionError as error:
                raise AssertionError(f"step {number} {act}, {self.did!r}: {error}") from None

    async def _step(self, act: Act) -> None:
        had_role = await self._with_role()
        mark = len(self.house.channel.heard)
        answers = await self._do(act)
        await self.house.settle()
        new = self.house.channel.heard[mark:]
        has_role = had_role | await self._with_role()
        self._look_at_answer(act, new, answers)
        for heard in new:
            self._look_at_message(heard, has_role)
        self._look_at_others(act, new, had_role)
        await self._look_at_tables()

    # --- acting ----------------------------------------------------------------------------------

    async def _do(self, act: Act) -> bool:
        """Do it; True if it has to be answered."""
        talk = self.talks[act.who]
        if act.kind in ("minutes", "hours", "days"):
            await self._wait(act)
            return False
        if act.kind == "restart":
            await talk.sends(text=NUMBERS[act.n % len(NUMBERS)])
            await self.house.restart()
            return True
        if act.kind == "leave":
            self.away.add(act.who)
            await talk.sends(kind=Kind.LEFT.value)
            return False
        if act.kind == "group":
            text = (*COMMANDS, *SPOKEN)[act.n % (len(COMMANDS) + len(SPOKEN))]
            await talk.sends(text=text, chat="group", private=False)
            return False
        self.away.discard(act.who)
        await self._say(act, talk)
        return act.kind in _SAYS_SOMETHING

    async def _wait(self, act: Act) -> None:
        self.house.clock.passes(**{act.kind: 1 + act.n % 40})
        if act.kind == "minutes":
            return
        jobs = self.house.app.jobs
        await jobs.forget()
        await jobs.sweep()

    async def _say(self, act: Act, talk: Talk) -> None:
        match act.kind:
            case "press" | "old_press" | "foreign_press" | "forged_press":
                await self._press(act, talk)
            case "code":
                await talk.sends(text=self._code(act.n))
            case "own":
                await talk.sends(text=PLAYERS[act.who].own[act.n % 2])
            case "odd":
                kind = _ODD_KINDS[act.n % len(_ODD_KINDS)]
                await talk.sends(kind=kind.value, text=SPOKEN[act.n % len(SPOKEN)])
            case "join":
                await talk.sends(kind=Kind.JOINED.value)
            case "burst":
                await self._burst(act, talk)
            case "forwarded":
                await talk.sends(text=SPOKEN[act.n % len(SPOKEN)], forwarded=True)
            case "twice":
                event = f"twice-{self._number}"
                for _ in range(2):
                    await talk.sends(text=NUMBERS[act.n % len(NUMBERS)], event=event)
            case _:
                texts = _TEXTS[act.kind]
                await talk.sends(text=texts[act.n % len(texts)])

    def _code(self, n: int) -> str:
        """One that was made beforehand, or that somebody was shown since."""
        shown = re.findall(r"\b(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}\b", " ".join(self._texts()))
        known = [*self.codes, *shown]
        return known[n % len(known)]

    def _texts(self) -> list[str]:
        return [heard.text for heard in self.house.channel.heard[-200:]]

    async def _press(self, act: Act, talk: Talk) -> None:
        with_buttons = [heard for heard in talk.seen if heard.buttons]
        if act.kind == "foreign_press":
            others = [h for h in self.house.channel.heard if h.chat != talk.account and h.buttons]
            with_buttons = others[-30:]
        if act.kind == "forged_press" or (act.kind != "press" and not with_buttons):
            token = ("x", "", "A" * 9, "A" * 500, "1", "../..", "%00", "ABCDEFGH1")[act.n % 8]
            await talk.sends(kind="press", button=token)
        elif not with_buttons:
            await talk.sends(text=str(1 + act.n % 5))  # this channel has no buttons, only numbers
        else:
            heard = with_buttons[-1 if act.kind == "press" else act.n % len(with_buttons)]
            tokens = list(heard.buttons.values())
            await talk.sends(kind="press", button=tokens[act.n % len(tokens)])

    async def _burst(self, act: Act, talk: Talk) -> None:
        """One thought in many messages, now and then more than anybody can read (T35, T37)."""
        for number in range(3 + act.n % 14):
            await talk.sends(text=(*NUMBERS, *SPOKEN)[(act.n + number) % 60])

    # --- looking ---------------------------------------------------------------------------------

    def _look_at_answer(self, act: Act, new: Sequence[Heard], answers: bool) -> None:
        account = PLAYERS[act.who].account
        mine = [heard for heard in new if heard.chat == account]
        if not answers:
            said = [heard.text for heard in mine if act.kind in ("leave", "group")]
            assert not said, f"nothing should be said, but: {said}"
            return
        assert mine, "no answer"
        assert len(mine) <= (8 if act.kind != "burst" else 80), f"{len(mine)} messages at once"
        assert leads_on(mine[-1]), f"a dead end: {mine[-1].text!r}"
        self._look_for_repeats(act.who, mine, is_one=act.kind != "burst")

    def _look_for_repeats(self, who: int, mine: Sequence[Heard], *, is_one: bool) -> None:
        """U5: never the same "not understood" twice in a row."""
        missed = frozenset(
            heard.text for heard in mine if any(p.fullmatch(heard.text) for p in self._unclear)
        )
        again = missed & self._misses.get(who, frozenset())
        self._misses[who] = missed if is_one else frozenset()
        assert not again, f"not understood twice in the same words: {again}"

    def _look_at_message(self, heard: Heard, has_role: set[str]) -> None:
        found = flaws(heard)
        assert not found, f"{found}: {heard.text!r}"
        self._look_at_length(heard)
        if heard.chat in has_role:
            return
        told = [p.pattern[:60] for p in self._secret if p.search(heard.text)]
        told += [c for c in ("/thongke", "/quantri") if c in heard.text]
        told += [label for label in heard.buttons if label in ("Thống kê", "Quản trị")]
        assert not told, f"{heard.chat} has no role and reads {told}: {heard.text!r}"
        names = [n for one in PLAYERS if one.account != heard.chat for n in one.own]
        seen = [name for name in names if name in heard.text]
        assert not seen, f"{heard.chat} reads the name {seen}: {heard.text!r}"

    def _look_at_length(self, heard: Heard) -> None:
        lesson = re.match(r"Bài \d+\..*\n\(\d/\d\) ", heard.text) or re.match(
            r"Làm thử\n", heard.text
        )
        said = heard.text[lesson.end() :] if lesson else heard.text
        said = re.sub(r"^\[Hình: .*\]\n|^Xin lỗi vì trả lời chậm\.\n", "", said)
        said = re.split(r"^1\. ", said, maxsplit=1, flags=re.MULTILINE)[0]
        most = PAGE if lesson else HARD
        assert len(said) <= most, f"{len(said)} characters, at most {most}: {heard.text!r}"

    def _look_at_others(self, act: Act, new: Sequence[Heard], had_role: set[str]) -> None:
        """Whoever did not write hears only notices about roles and questions."""
        texts = self.house.app.house.texts
        known = [
            *("tickets.asked", "tickets.answered_you", "roles.codes_tried", "roles.joined"),
            *("roles.joined_ask", "roles.ended_you", "roles.ended_by", "admin.locked"),
        ]
        notices = [pattern_of(texts[text_id]) for text_id in known]
        for heard in new:
            if heard.chat == PLAYERS[act.who].account:
                continue
            if act.kind == "group" and heard.chat == "group":
                assert heard.text == texts["menu.private_only"], heard.text
                continue
            said = heard.text.split("\n1. ")[0]
            assert any(p.fullmatch(said) for p in notices), f"{heard.chat} hears: {heard.text!r}"

    async def _look_at_tables(self) -> None:
        rows = self.house.rows
        stuck = await rows(InboxRow.state, where=InboxRow.state != "done")
        assert not stuck, f"inbox: {stuck}"
        waits = OutboxRow.state.not_in(("sent", "cancelled"))
        unsent = await rows(OutboxRow.state, OutboxRow.kind, where=waits)
        assert not unsent, f"outbox: {unsent}"
        await self._look_at_consent()
        for flow, step in await rows(Conversation.flow, Conversation.step):
            self.steps_seen.add((flow, step))

    async def _look_at_consent(self) -> None:
        """P2, P3: nothing of a person without an agreement to just that."""
        rows = self.house.rows
        agreed: dict[int, set[str]] = {}
        now: dict[int, set[str]] = {}
        for person, purpose, ended in await rows(
            Consent.person_id, Consent.purpose, Consent.withdrawn_at
        ):
            agreed.setdefault(person, set()).add(purpose)
            if ended is None:
                now.setdefault(person, set()).add(purpose)
        learned = [*await rows(Attempt.person_id), *await rows(LessonProgress.person_id)]
        counts = {person: learned.count(person) for person in set(learned)}
        for person, name, unit in await rows(Person.id, Person.name, Person.unit_id):
            ever = agreed.get(person, set())
            assert not name or ever & {"learning", "role"}, f"name {name!r} with {ever}"
            assert unit is None or "learning" in ever, f"hamlet with {ever}"
            assert person not in counts or "learning" in ever, f"learning with {ever}"
        still = {p: n for p, n in counts.items() if "learning" not in now.get(p, set())}
        for person, count in still.items():
            assert count <= self._kept.get("counts", {}).get(person, 0), "learning after the end"
        self._kept["counts"] = counts

    async def _with_role(self) -> set[str]:
        statement = (Account.user_id, Role.id)
        where = (Role.person_id == Account.person_id) & Role.until.is_(None)
        return {row[0] for row in await self.house.rows(*statement, where=where)}


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




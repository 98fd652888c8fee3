"""The same matrix as people meet it: commands and words, and rights that end before the press."""

from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from sqlalchemy import func, select

from storage import roles
from storage.tables import AuditRow
from tests.conftest import MakeHouse
from tests.handlers.office_matrix import PEOPLE, World, digests, settled
from tests.handlers.points import at_list, ends, give
from tests.handlers.test_frames import OPENING, at_opening
from tests.handlers.test_onward import NOTED, ONWARD
from tests.handlers.test_quick_forms import two_questions
from tests.handlers.test_registers import PLAN
from tests.handlers.test_reporting import ALL
from tests.talk import Talk

DESK: Final = frozenset({"officer", "admin", "far_officer", "far_admin"})
UNITS: Final = frozenset({"helper", "reporter", "head5", "head6", "far_head", "far_head6"})
COMMANDS: Final = {
    "/chuabaocao": DESK,
    "/duyet": DESK,
    "/phieu": DESK,
    "/nhac": DESK,
    "/thongbao": DESK,
    "/tonghop": DESK | {"leader"},
    "/baocao": DESK | UNITS,
    "/vuongmac": frozenset(PEOPLE) - {"locked"},
}
WORDS: Final = {
    **dict.fromkeys(("ai chưa nộp", "đôn đốc", "danh sách gọi", "duyệt báo cáo"), DESK),
    **dict.fromkeys(("chốt số liệu", "hỏi nhanh", "sổ theo dõi", "sổ kiểm tra"), DESK),
    **dict.fromkeys(("tổng hợp khó khăn", "câu chữ báo cáo", "đã gửi cấp trên"), DESK),
    **dict.fromkeys(("nhập số liệu năm trước", "lịch nhắc"), DESK),
    "tổng hợp": DESK | {"leader"},
    "nêu khó khăn": frozenset(PEOPLE) - {"locked"},
}
MEAN_MORE: Final = frozenset({"danh sách gọi", "tổng hợp khó khăn"})
"""To who may not they are near other words: the list of lessons, a leader's totals."""
_ABOUT_ACCOUNTS: Final = "accounts"
"""When somebody was last seen is not of the domain."""


@pytest.fixture
async def world(a_house: MakeHouse) -> World:
    return await settled(await a_house(public_url="https://xa.example"))


async def answered(talk: Talk, said: str) -> list[str]:
    """What is answered to this from the front page, by messages with their choices."""
    await talk.says("trang đầu")
    before = len(talk.seen)
    await talk.says(said)
    return ["\n".join((heard.text, *heard.buttons)) for heard in talk.seen[before:]]


async def stands(world: World) -> tuple[dict[str, int], int]:
    """All of the domain, and the newest act of the audit."""
    async with world.house.app.database.reading() as tx:
        found = await digests(tx)
        newest = await tx.scalar(select(func.max(AuditRow.id))) or 0
    return {name: one for name, one in found.items() if name != _ABOUT_ACCOUNTS}, newest


def findings(found: list[str]) -> None:
    if found:
        pytest.fail("\n".join(found), pytrace=False)


# --- commands and words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "unknown"), [(COMMANDS, "/khong_co_that"), (WORDS, "qwrtp zxcv")], ids=["/", "words"]
)
async def test_t12_who_may_not_is_answered_as_if_it_did_not_exist(
    world: World, asked: dict[str, frozenset[str]], unknown: str
) -> None:
    """T12: word for word; and nothing is written, not even in the audit."""
    wrong = []
    for who, talk in world.people.items():
        nothing, before = await answered(talk, unknown), await stands(world)
        for said in (one for one, may in asked.items() if who not in may):
            heard = await answered(talk, said)
            if "Xóm 6" in str(heard) or (said not in MEAN_MORE and heard != nothing):
                wrong.append(f"{who} {said!r}: {heard}, unknown: {nothing}")
        if await stands(world) != before:
            wrong.append(f"{who}: something was written")
        mine = [one for one, may in asked.items() if who in may]
        deaf = [one for one in mine if await answered(talk, one) == nothing]
        wrong += [f"{who} {said!r}: as unknown" for said in deaf]
    findings(wrong)


async def test_t13_nothing_of_one_commune_is_said_in_the_other(world: World) -> None:
    """T13: the same commands, and no name of the commune beside it."""
    wrong = []
    for who in DESK | {"leader"}:
        strange = ("Giao Minh", "Xóm ") if who.startswith("far") else ("xã Hai", "Thôn ")
        for said in [*COMMANDS, *WORDS]:
            heard = "\n".join(await answered(world.people[who], said))
            wrong += [f"{who} {said!r}: {one}" for one in strange if one in heard]
    findings(wrong)


# --- a right that ends between the question and the press ----------------------------------------


async def _mark(talk: Talk) -> str:
    await talk.says("nộp chưa xóm 6")
    await talk.presses("Đã nhận bản giấy")
    return "Đồng ý"


async def _remind(talk: Talk) -> str:
    await talk.says("/chuabaocao")
    await talk.presses("Nhắc lại")
    return talk.labels[-1]


async def _accept(talk: Talk) -> str:
    await talk.says("/duyet 2026")
    await talk.presses("Duyệt lần lượt")
    return "Tiếp nhận"


async def _freeze(talk: Talk) -> str:
    await talk.says("/duyet 2026")
    await talk.presses("Chốt số liệu")
    return talk.labels[-1]


async def _quick(talk: Talk) -> str:
    await two_questions(talk)
    return "Gửi tới"


async def _entry(talk: Talk) -> str:
    await talk.says("sổ theo dõi", PLAN)
    return talk.labels[0]


async def _point(talk: Talk) -> str:
    await at_list(talk)
    await talk.says("1")
    return "Ghi"


async def _word(talk: Talk) -> str:
    await talk.says("/tonghop")
    return "Báo cáo Word"


async def _sheet(talk: Talk) -> str:
    await talk.says("/tonghop")
    return next(one for one in talk.labels if "Excel" in one or "xlsx" in one)


async def _frame(talk: Talk) -> str:
    await at_opening(talk)
    await talk.presses("Viết câu khác")
    await talk.says(OPENING)
    return "Dùng câu này"


async def _onward(talk: Talk) -> str:
    await talk.says(ONWARD)
    await talk.presses("Ghi một lần gửi")
    await talk.says(*NOTED[1:4])
    return "Ghi lại"


async def _enter(talk: Talk) -> str:
    await talk.says("/baocao", "xóm 4")
    await talk.presses("Nghe qua điện thoại")
    await talk.says("1", *ALL)
    return "Gửi"


async def _send(talk: Talk) -> str:
    await talk.says("/baocao", "1", *ALL)
    return "Gửi"


async def _difficulty(talk: Talk) -> str:
    await talk.says("/vuongmac", "Nhiều người cao tuổi chưa có điện thoại")
    return "Gửi"


Opening = Callable[[Talk], Awaitable[str]]
OPENINGS: Final[dict[str, tuple[str, str, Opening]]] = {
    **{
        one.__name__.strip("_"): ("officer", "", one)
        for one in (_mark, _remind, _accept, _quick, _entry, _point)
    },
    **{
        one.__name__.strip("_"): ("officer", "", one)
        for one in (_word, _sheet, _frame, _onward, _enter)
    },
    "send": ("head", "xom-07", _send),
    "difficulty": ("head", "xom-07", _difficulty),
    "freeze": ("officer", "", _freeze),  # last: nothing else can be done after it
}
"""What is being done -> as what, of which unit, and the way to the last question."""


@pytest.mark.parametrize("goes", ["stays", "ended", "elsewhere", "locked"])
async def test_t41_a_right_that_ends_before_the_press_does_nothing(world: World, goes: str) -> None:
    """A3, T15, T41: for one act of each flow, and "stays" shows that the press would have acted.

    "elsewhere": the role goes on in the other commune, so that the flow is still open to the person
    and only the rule can refuse.
    """
    wrong = []
    for name, (role, unit, opened) in OPENINGS.items():
        talk = await world.people["officer"].somebody(f"Người {name}", role=role, unit=unit)
        label = await opened(talk)
        await _loses(talk, role, goes)
        before = await stands(world)
        await talk.presses(label)
        now = await stands(world)
        tables = [one for one, digest in before[0].items() if now[0][one] != digest]
        if (bool(tables) or now[1] != before[1]) is (goes != "stays"):
            wrong.append(f"{name}, {goes}: {tables}, audit {before[1]}-{now[1]}: {talk.heard[-2:]}")
    findings(wrong)


async def _loses(talk: Talk, role: str, goes: str) -> None:
    if goes == "stays":
        return
    if goes == "locked":
        actor = await talk.actor()
        async with talk.app.database.transaction() as tx:
            await roles.suspend(tx, [actor.person_id])
        return
    if goes == "elsewhere":
        await give(talk, role, "xa-hai" if role == "officer" else "thon-nam")
    home = {"officer": "xa-giao-minh"}.get(role, "xom-07")
    await ends(talk, role, home)

"""The people of the sample commune in December, each with the answers of its kind of unit."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from tests.handlers.test_reporting import SEND
from tests.talk import House, Talk, in_demo_days

HAMLET: Final = ("1", "3", "120", "20", "6", "chưa có", "nhiều cụ chưa có điện thoại", "không")
OFFICE: Final = ("2", "15", "2", "60", "12/15", "ký số văn bản đi", "chưa có", "không", "không")
SCHOOL: Final = (
    *("1", "12/KH-T", "15/7/2026", "8", "4", "90", "20/25", "100/180"),
    *("chưa có", "không", "không"),
)
FRONT: Final = ("vận động hội viên", "3", "75", "12", "chưa có", "không", "không")


async def on(house: House, month: int, day: int) -> None:
    """08:00 of that day of 2026."""
    now = house.clock.wall()
    there = now.replace(month=month, day=day)
    await in_demo_days(house, (there - now) // timedelta(days=1))


async def head_of(talk: Talk, unit: str, name: str = "") -> Talk:
    role = "head" if unit.startswith("xom") else "reporter"
    return await talk.somebody(name or f"Người báo cáo {unit}", role=role, unit=unit)


async def guided(talk: Talk, answers: Sequence[str]) -> Talk:
    """The whole report, question by question, sent."""
    await talk.says("/baocao", "1", *answers, SEND)
    assert "Mã: BC2026-" in talk.last, talk.heard[-3:]
    return talk


def a_hamlet(**changed: str) -> tuple[str, ...]:
    """The eight answers of a hamlet; `sessions="5"` changes one."""
    keys = (
        *("plan", "sessions", "attendances", "publicity", "team", "models"),
        *("difficulties", "proposals"),
    )
    told: Mapping[str, str] = {**dict(zip(keys, HAMLET, strict=True)), **changed}
    return tuple(told[key] for key in keys)

"""What tests of reminders do again and again: a moment comes, and everything due goes out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.talk import House, Talk

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local(text: str) -> datetime:
    """As the commune's clock shows it: "2026-12-08 08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def comes(house: House, moment: str) -> int:
    """It is that local moment: one look at what is due, all of it is sent; how many messages."""
    house.clock.passes(seconds=(local(moment) - house.clock.wall()).total_seconds())
    count = await house.app.reminding.tick()
    await house.settle()
    return count


async def passes(house: House, *moments: str) -> None:
    for moment in moments:
        await comes(house, moment)


def asked(person: Talk) -> list[str]:
    """What this person was reminded with."""
    words = ("xin gửi báo cáo", "đến nay chưa có", "kính đề nghị", "trân trọng mời", "Xin nhắc")
    return [one for one in person.heard if any(word in one for word in words)]

"""Every reminder, word for word, by duty and stage: docs/reminder-texts.md (design §5, §9).

The page is what officers read before a December; `REWRITE=1` writes it anew after a text changed.
"""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from tests.handlers.chasing import BUSINESS, MTTQ, an_officer
from tests.handlers.deadlines import sets
from tests.handlers.reminding import comes, local, passes
from tests.talk import House, Talk

PAGE: Final = Path(__file__).parents[2] / "docs" / "reminder-texts.md"
_TITLE: Final = """# Mọi lời nhắc, theo loại đơn vị và theo ngày

Trang này do `tests/handlers/test_reminder_texts.py` chơi lại cả một mùa báo cáo rồi ghi ra;
sửa lời trong `handlers/texts/` thì chạy
`REWRITE=1 make test T=tests/handlers/test_reminder_texts.py`.
"""
_HOURS: Final = ("08:00", "15:30", "16:00")
_YEAR_S_END: Final = (date(2026, 11, 13), date(2026, 12, 22))
_NEXT_JULY: Final = (date(2027, 7, 1), date(2027, 8, 8))


async def a_season(
    house: House, people: dict[str, Talk], first: date, last: date
) -> dict[str, list[str]]:
    """Nobody does anything: what each is told, with its moment before it."""
    found: dict[str, list[str]] = {name: [] for name in people}
    day = first
    while day <= last:
        for hour in _HOURS:
            heard = {name: len(person.heard) for name, person in people.items()}
            await comes(house, f"{day.isoformat()} {hour}")
            for name, person in people.items():
                for said in person.heard[heard[name] :]:
                    found[name].append(_entry(f"{day.isoformat()} {hour}", said, person.labels))
        day += timedelta(days=1)
    return found


def _entry(moment: str, said: str, labels: list[str]) -> str:
    at = local(moment)
    quoted = "\n".join(f"> {line}" for line in said.split("\n"))
    pressed = " · ".join(f"[{label}]" for label in labels[-4:])
    return f"**{at:%d/%m %H:%M}**\n\n{quoted}\n>\n> {pressed}\n"


def _chapter(title: str, found: dict[str, list[str]]) -> list[str]:
    told = [f"### {name}\n\n" + "\n".join(said) for name, said in found.items() if said]
    return [f"## {title}\n", *told]


async def test_the_page_of_all_reminders_is_what_goes_out(house: House, talk: Talk) -> None:
    first, last = _YEAR_S_END
    house.clock.at = local(f"{first.isoformat()} 07:00")
    officer = await an_officer(talk)
    people = {
        "Xóm (bắt buộc)": await talk.somebody("Ông Năm", role="head", unit="xom-05"),
        "Trường học, cơ quan (bắt buộc, ngày làm việc)": await talk.somebody(
            "Cô Hiền", role="reporter", unit="th-a"
        ),
        "MTTQ, đoàn thể (đề nghị)": await talk.somebody("Bà Loan", role="reporter", unit=MTTQ),
        "Doanh nghiệp, hợp tác xã (khuyến khích)": await talk.somebody(
            "Anh Hợp", role="reporter", unit=BUSINESS
        ),
        "Cán bộ của xã": officer,
    }
    await sets(officer, "xã báo cáo lên tỉnh trước ngày 29/12/2026")
    chapters = _chapter("Báo cáo năm", await a_season(house, people, first, last))
    first, last = _NEXT_JULY
    await passes(house, f"{first.isoformat()} 07:00")
    await sets(officer, "hạn nộp danh sách hội viên 20/7/2027 cho các xóm, nhắc 7-1-0")
    title = "Kế hoạch của đơn vị (tháng 7) và một hạn riêng"
    chapters += _chapter(title, await a_season(house, people, first, last))
    page = "\n".join([_TITLE, *chapters])
    if os.environ.get("REWRITE"):
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page

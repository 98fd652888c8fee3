"""The totals in the chat, in the annex and in the workbook, beside a count of our own (design §1).

Random reports of the sample commune, a year for each: blanks, "chưa nắm được", "khoảng", returned
reports, versions taken back, sessions held together, figures of holders.
"""

import io
import random
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import docx
import openpyxl
import pytest

from handlers.documents.letter_contents import Row
from handlers.reporting.forms import built_in
from handlers.yearly import together
from handlers.yearly.annexes import annexes
from handlers.yearly.gathering import gather
from handlers.yearly.rows import rows
from storage import units
from tests.handlers.yearly_count import LABELS, Counted, count
from tests.handlers.yearly_random import Making
from tests.talk import House, Talk

YEARS: Final = range(2026, 2078)
"""Each year is a commune of its own: other units, other answers."""
BY_CHAT: Final = range(2026, 2032)
"""Of these years every page of the list is read."""
TITLE: Final = 3  # rows above the first row of figures


# --- what is read --------------------------------------------------------------------------------

_FIGURE: Final = re.compile(r"(khoảng )?([\d.]+)(?:/([\d.]+))?")


def read(said: str) -> tuple[int | None, int | None]:
    """Value and whole of "khoảng 1.234 lượt người", "120/185 hộ (64,9%)"; None for words."""
    found = _FIGURE.match(said)
    if found is None:
        return None, None
    value, whole = (int(part.replace(".", "")) if part else None for part in found.groups()[1:])
    return value, whole


def in_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        label, colon, said = line.removeprefix("• ").rpartition(": ")
        if colon:
            yield label, said


def check(where: str, label: str, value: Any, whole: Any, counted: dict[str, Counted]) -> None:
    keys = [key for key, one in LABELS.items() if one == label]
    assert keys, f"{where}: {label}"
    own = counted.get(keys[0], Counted())
    assert (value, whole) == (own.value, own.whole), f"{where}: {label}"


# --- the proof -----------------------------------------------------------------------------------


async def made(house: House, talk: Talk) -> None:
    await talk.holds("officer")
    by = (await talk.actor()).person_id
    async with house.app.database.transaction() as tx:
        for year in YEARS:
            await Making(tx, random.Random(year), year, by).make()


async def test_the_same_totals_stand_in_chat_annex_and_workbook(house: House, talk: Talk) -> None:
    """Issue 7 "Must show": equal to the digit over random data; 52 years of the sample commune."""
    await made(house, talk)
    for year in YEARS:
        counted = await count(house, year)
        main = await read_main(talk, year, counted)
        assert main >= 6
        await read_annexes(house, year, counted)
        await talk.presses("Bảng số Excel")
        book = (await house.make_all())[-1].content
        read_book(year, book, counted)
        if year in BY_CHAT:
            await read_pages(talk, year, counted)


async def read_main(talk: Talk, year: int, counted: dict[str, Counted]) -> int:
    mark = len(talk.heard)
    await talk.says(f"/tonghop {year}")
    text = talk.heard[mark]
    assert len(text) <= 1_000
    found = [(label, said) for label, said in in_lines(text) if label in LABELS.values()]
    for label, said in found:
        value, whole = read(said)
        check(f"{year} chat", label, value, whole, counted)
        key = next(key for key, one in LABELS.items() if one == label)
        assert said.startswith("khoảng ") == counted[key].is_about
    return len(found)


async def read_pages(talk: Talk, year: int, counted: dict[str, Counted]) -> None:
    await talk.presses("Xem từng số")
    seen = set[str]()
    for _ in range(12):
        for said in talk.labels:
            label, colon, figure = said.rpartition(": ")
            if colon:
                seen.add(label)
                check(f"{year} list", label, *read(figure), counted)
        if "trang 1/" in talk.last and len(seen) > 9:
            break
        await talk.presses("Xem tiếp")
    told = {LABELS[key] for key, one in counted.items() if one.value is not None}
    hidden = {LABELS["preparer"]}
    assert told - hidden - {LABELS[k] for k in ("plan_issued", "launched")} <= seen


async def read_annexes(house: House, year: int, counted: dict[str, Counted]) -> None:
    async with house.app.database.reading() as tx:
        [commune, *_] = await units.communes(tx, on=date(2026, 6, 1))
        gathered = await gather(tx, commune.id, str(year), today=date(2026, 6, 1))
        assert gathered is not None
        shared = await together.read(tx, gathered, zone=house.app.house.timezone)
    texts = house.app.house.texts
    listed = rows(texts, gathered, together=shared)
    made_of = annexes(texts, gathered, listed)
    table = made_of[0].table
    kinds = {
        texts[f"yearly.kind_{kind}"]: kind for form in built_in().values() for kind in form.kinds
    }
    names = [column.name for column in table.columns]
    for row in table.rows:
        if len(row.cells) > 1:
            read_annex_row(year, row, names, kinds, counted)


def read_annex_row(
    year: int, row: Row, names: list[str], kinds: dict[str, str], counted: dict[str, Counted]
) -> None:
    cells = dict(zip(names, row.cells, strict=True))
    value, whole = read(cells["Tổng"])
    check(f"{year} annex", cells["Chỉ tiêu"], value, whole, counted)
    key = next(key for key, one in LABELS.items() if one == cells["Chỉ tiêu"])
    for name, kind in kinds.items():
        told = counted[key].by_kind if key in counted else {}
        assert (read(cells.get(name, ""))[0] or 0) == told.get(kind, 0), (year, cells, kind)


def read_book(year: int, content: bytes, counted: dict[str, Counted]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    listed = list(book["Tổng hợp"].iter_rows(min_row=TITLE + 1, values_only=True))
    figures = [one for one in listed if isinstance(one[0], int)]
    for _, label, _, value, whole, ratio, told, unknown, blank, *_ in figures:
        number = value if isinstance(value, int) else None
        check(f"{year} xlsx", str(label), number, whole, counted)
        key = next(key for key, one in LABELS.items() if one == label).partition("=")[0]
        own = counted[key]
        assert (told, unknown, blank) == (own.told, own.unknown, own.blank), label
        if isinstance(ratio, float):
            assert ratio == pytest.approx(number / whole)
    read_units(year, book, figures)


def read_units(year: int, book: Any, figures: list[Any]) -> None:
    """The column of each figure adds up to its total and what was taken out of it."""
    listed = list(book["Từng đơn vị"].iter_rows(min_row=TITLE, values_only=True))
    names, *units_, last = listed
    assert last[1] == "Cộng"
    shared = {str(one[1]): one[9] for one in figures}
    for at, name in enumerate(names):
        if name in shared and isinstance(last[at], int):
            column = [row[at] for row in units_ if isinstance(row[at], int)]
            assert sum(column) == last[at] + shared[name], (year, name)


async def test_the_word_file_has_the_same_totals(house: House, talk: Talk) -> None:
    """The annex of the letter that is signed, read back by another program."""
    await talk.holds("officer")
    by = (await talk.actor()).person_id
    async with house.app.database.transaction() as tx:
        await Making(tx, random.Random(3), 2026, by).make()
    counted = await count(house, 2026)
    await talk.says("/tonghop 2026")
    await talk.presses("Báo cáo Word")
    letter = docx.Document(io.BytesIO((await house.make_all())[-1].content))
    tables = [one for one in letter.tables if "Chỉ tiêu" in [c.text for c in one.rows[0].cells]]
    assert tables
    seen = 0
    for row in tables[0].rows[1:]:
        cells = [cell.text for cell in row.cells]
        if cells[0].isdecimal():
            check("word", cells[1], *read(cells[3]), counted)
            seen += 1
    assert seen > 20

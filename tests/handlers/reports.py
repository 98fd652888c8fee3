"""What several files of tests about reports do again and again."""

import re
from typing import Any

from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from storage import linking, report_forms, units
from storage.tables import (
    Person,
    ReportDraft,
    SamePerson,
)
from tests.conftest import MakeHouse
from tests.talk import House, Talk

PDF = "application/pdf"


async def with_a_page(a_house: MakeHouse) -> House:
    """A house whose page takes files in."""
    house: House = await a_house(public_url="https://xa.example")
    house.app.workshop.hand_in = house.app.accept_upload
    return house


async def drafts(house: House) -> list[dict[str, Any]]:
    rows = await house.rows(ReportDraft.id, ReportDraft.answers)
    return [{key: one["value"] for key, one in answers.items()} for _, answers in sorted(rows)]


async def linked(talk: Talk) -> Talk:
    """A second app of the same human."""
    await talk.says("/lienket", "1")
    code = re.findall(r"l_\d{6}", "\n".join(talk.heard))[-1]
    other = await talk.somebody("Trưởng xóm, máy khác")
    await other.says(code)
    await other.presses("Đúng là tôi, nối lại")
    return other


async def parted(house: House) -> None:
    """The two apps were two humans after all."""
    async with house.app.database.transaction() as tx:
        [number] = await house.rows(SamePerson.id)
        link = await linking.find(tx, number)
        assert link is not None
        assert await linking.cut(tx, link, now=house.clock.wall())


async def has_form(house: House, form: Form, *, version: int = 2) -> None:
    """An officer's own form is used from now on."""
    made = form.model_copy(update={"version": version})
    async with house.app.database.transaction() as tx:
        today = house.clock.wall().date()
        [commune, *_] = await units.communes(tx, on=today)
        await report_forms.add(
            tx,
            commune.id,
            form.key,
            version=version,
            definition=made.model_dump(mode="json"),
            by=(await house.rows(Person.id))[0],
            now=house.clock.wall(),
        )


def without(*keys: str) -> Form:
    form = built_in()["xom"]
    fields = tuple(one for one in form.fields if one.key not in keys)
    return form.model_copy(update={"fields": fields})


async def adds(talk: Talk, label: str) -> None:
    """From the summary to one of the things told besides, whatever page it is on."""
    await talk.says("3")
    for _ in range(6):
        if any(label in one for one in talk.labels):
            break
        await talk.presses("Mục khác")
    await talk.presses(label)

"""What several files of tests about receiving reports do again and again."""

from datetime import timedelta
from typing import Any

from handlers.office.receiving import verdicts
from handlers.office.receiving.verdicts import Shown
from handlers.reporting.answers import Answer, stored
from handlers.reporting.place import form_key
from handlers.yearly import gathering
from storage import files, report_files, reports, units
from storage.people import Actor
from storage.reports import NewVersion
from storage.tables import Person, Report, ReportReview
from storage.units import UnitInfo
from tests.talk import House, Talk

WHY = "Thiếu số người từ 60 tuổi"
FIGURES: dict[str, Any] = {"sessions": 3, "attendances": 120, "publicity": 20}


async def officer(talk: Talk, name: str = "Chị Lan") -> Talk:
    return await talk.somebody(name, role="officer")


async def unit_of(house: House, code: str) -> UnitInfo:
    async with house.app.database.reading() as tx:
        found = await units.by_code(tx, code, on=house.clock.wall().date())
    assert found is not None, code
    return found


async def has_sent(
    house: House,
    code: str = "xom-05",
    *,
    period: str = "2026",
    source: str = "unit",
    is_late: bool = False,
    after: timedelta = timedelta(),
    **answers: Any,
) -> int:
    """A unit's report is there, without the conversation; the version's number.

    `answers`: values, or whole `Answer`s.
    """
    unit = await unit_of(house, code)
    told = {
        key: one if isinstance(one, Answer) else Answer(one)
        for key, one in {**FIGURES, **answers}.items()
    }
    new = NewVersion(1, stored(told), "message", source, await _anybody(house), "head", is_late)
    async with house.app.database.transaction() as tx:
        _, number = await reports.send(
            tx,
            new,
            unit_id=unit.id,
            commune_id=unit.commune_id,
            form=form_key(unit) or "",
            period=period,
            now=house.clock.wall() + after,
        )
    return number


async def _anybody(house: House) -> int:
    rows = await house.rows(Person.id)
    return int(rows[0])


async def has_file(house: House, code: str, field: str, name: str) -> None:
    unit = await unit_of(house, code)
    now = house.clock.wall()
    async with house.app.database.transaction() as tx:
        kept = await files.keep(
            tx, name=name, media_type="application/pdf", body=name.encode(), now=now
        )
        await report_files.keep(
            tx,
            unit_id=unit.id,
            period="2026",
            field=field,
            file_id=kept,
            name=name,
            by=await _anybody(house),
            now=now,
        )


async def opened(her: Talk) -> Talk:
    """The first report of the queue is shown."""
    await her.says("/duyet")
    await her.presses("Duyệt lần lượt")
    return her


async def freezes(officer: Talk) -> None:
    """Of the only period that there is."""
    await officer.says("/duyet")
    await officer.presses("Chốt số liệu", "Chốt số liệu")
    assert "Đã chốt số liệu" in "\n".join(officer.heard[-2:])


async def counted(house: House) -> list[str]:
    """Codes of the units whose figures are in the totals."""
    commune = (await unit_of(house, "xom-01")).commune_id
    async with house.app.database.reading() as tx:
        today = house.clock.wall().date()
        found = await gathering.gather(tx, commune, "2026", today=today)
    assert found is not None
    return sorted(one.unit.code for one in found.told)


async def states(house: House) -> list[tuple[str, int]]:
    return sorted(await house.rows(Report.state, Report.version))


async def verdicts_of(house: House) -> list[tuple[int, str, str]]:
    rows = await house.rows(
        ReportReview.id, ReportReview.number, ReportReview.verdict, ReportReview.reason
    )
    return [(number, verdict, reason) for _, number, verdict, reason in sorted(rows)]


def tail(talk: Talk, count: int) -> str:
    return "\n".join(talk.heard[-count:])


async def shown_now(house: House, code: str = "xom-05") -> Shown:
    unit = await unit_of(house, code)
    async with house.app.database.reading() as tx:
        report = await reports.of_unit(tx, unit.id, "2026")
    assert report is not None
    return Shown(unit.commune_id, "2026", report.id, report.version, report.state)


REFUSED = (
    verdicts.Denied,
    verdicts.Frozen,
    verdicts.Withdrawn,
    verdicts.Overtaken,
    verdicts.Judged,
)


async def judged(house: House, by: Actor, shown: Shown, *, reason: str = "") -> str:
    try:
        async with house.app.database.transaction() as tx:
            if reason:
                await verdicts.give_back(tx, shown, reason=reason, by=by, now=house.clock.wall())
            else:
                await verdicts.accept(tx, shown, by=by, now=house.clock.wall())
    except REFUSED as why:
        return type(why).__name__
    return "done"

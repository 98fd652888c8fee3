"""What a unit hears of the officer's verdict, at once; and the way back into its report."""

from collections.abc import Sequence

from handlers import reach
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Notice, Outgoing
from handlers.office.receiving.review import Where, title
from handlers.reporting import choosing
from handlers.reporting.flow import WHO
from handlers.roles import once_each
from handlers.yearly.gathering import Told
from storage import roles, units

returned = Flow("returned", allow=WHO)
"""The buttons under a report that was returned; no command and no word leads here."""


async def tell_accepted(turn: Turn, where: Where, accepted: Sequence[tuple[Told, int]]) -> None:
    """(Report, number of the review): whoever reports for these units hears of it once."""
    reporters = await _reporters(turn, where.commune)
    values = await _values(turn, where)
    for told, review in accepted:
        polite = told.unit.duty != "required"
        said = "review.accepted_kindly" if polite else "review.accepted_you"
        message = turn.message(said, unit=told.name, code=told.code, **values)
        for person in reporters.get(told.unit.id, ()):
            turn.tell(person, message, key=f"report-accepted:{review}:{person}")


async def tell_returned(
    turn: Turn, where: Where, told: Told, *, reason: str, review: int
) -> Outgoing:
    """Send the reason and the way to mend it; what the officer is told of who hears it (R13)."""
    persons = (await _reporters(turn, where.commune)).get(told.unit.id, [])
    polite = told.unit.duty != "required"
    asked = turn.message(
        "review.returned_kindly" if polite else "review.returned_you",
        choices=("review.add_now", "review.add_later"),
        unit=told.name,
        reason=reason,
        **await _values(turn, where),
    )
    notice = Notice(returned.name, "choose", f"{told.unit.id}:{where.period}")
    message = Outgoing(asked.text, choices=asked.choices, notice=notice)
    for person in persons:
        turn.tell(person, message, key=f"report-returned:{review}:{person}")
    lost = await reach.unreachable(turn, persons)
    if not persons:
        return turn.message("review.returned_nobody", unit=told.name)
    if len(lost) == len(persons):
        why = turn.text_of(f"call.{next(iter(lost.values())).name.lower()}")
        return turn.message("review.returned_unheard", unit=told.name, why=why)
    return turn.message("review.returned_done", unit=told.name)


async def _reporters(turn: Turn, commune: int) -> dict[int, list[int]]:
    """Unit id -> one person of each human who reports for it now."""
    by_unit: dict[int, list[roles.Holder]] = {}
    for one in await roles.holding(turn.tx, commune, tuple(WHO)):
        by_unit.setdefault(one.unit_id, []).append(one)
    return {unit: once_each(holders) for unit, holders in by_unit.items()}


async def _values(turn: Turn, where: Where) -> dict[str, str]:
    settings = await units.settings_of(turn.tx, where.commune)
    office = str(settings.get("office") or "Phòng Văn hóa - Xã hội")
    return {"office": office, "period": await title(turn, where)}


@returned.entry
async def begin(_: Turn) -> Outcome:
    """Nothing leads here by itself: it is the unit's report that is gone on with."""
    return Outcome().then("reporting")


@returned.step()
async def choose(turn: Turn) -> Outcome:
    """A button of the notice; `turn.about` is "unit:period", rights are asked again (T13)."""
    unit, _, _ = turn.about.partition(":")
    if unit not in {str(one.unit_id) for one in turn.actor.grants if one.role in WHO}:
        return turn.aside("reporting.gone")
    if turn.choice != "add_now":
        return turn.aside("review.added_later")
    return await choosing.opened(turn, turn.about)

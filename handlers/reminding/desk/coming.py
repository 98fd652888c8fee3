"""What goes next and to whom: by the name of the unit, with who is not reached and why."""

from collections.abc import Iterable, Sequence
from typing import Final

from handlers.flow import Outcome, Scene, Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.reminding import foreseeing
from handlers.reminding.desk import front, naming
from handlers.reminding.desk.scope import commune_of, denied, flow
from handlers.reminding.due import Due
from handlers.reminding.foreseeing import Moment

_MOST: Final = 5
_NEXT: Final = "next"
"""Key of the moment behind the one that is shown: "xem tiếp"."""


async def show(turn: Turn, commune: int, key: str = "") -> Outcome:
    """The moment with that key, or the next one; the others can be chosen."""
    found = await foreseeing.ahead(turn, commune, most=_MOST)
    if not found:
        return await front.home(turn, commune, turn.message("reminder_desk.ahead_none"))
    chosen = next((one for one in found if one.key == key), None)
    changed = [turn.message("reminder_desk.changed")] if key and chosen is None else []
    moment = chosen or found[0]
    said = in_messages(moment_lines(turn, moment))
    return _ask(turn, commune, found, moment, (*changed, *said))


def _ask(
    turn: Turn, commune: int, found: Sequence[Moment], shown: Moment, said: Sequence[Outgoing]
) -> Outcome:
    after = next((one.key for one in found if one.at > shown.at), "")
    others = [
        Choice(_NEXT if one.key == after else one.key, naming.moment_label(turn, one.at))
        for one in found
        if one is not shown
    ]
    back = Choice("back", turn.text_of("reminder_desk.back"))
    return turn.ask(
        "reminder_desk.ask_moment",
        hear=flow.steps["moment"],
        choices=[*others, back],
        draft={"commune": commune, "next": after},
        before=said,
    )


@flow.step(yes=_NEXT)
async def moment(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice == "back":
        return await front.home(turn, commune)
    turn.state.offered = {}  # "quay lại" leads to the first page, not through the moments (U6)
    key = str(turn.draft.get("next", "")) if turn.choice == _NEXT else turn.choice
    return await show(turn, commune, key)


# --- one moment by name --------------------------------------------------------------------------


def moment_lines(scene: Scene, moment: Moment) -> list[str]:
    lines = [front.moment_line(scene, moment)]
    for name, dues in by_group(scene, [one.due for one in moment.heard]):
        units = [due.name for due in dues]
        head = scene.text_of("reminder_desk.group", group=name, count=len(units))
        lines += naming.names_in_lines(scene, head, units)
    lines += _not_reached(scene, moment)
    if moment.held:
        units = list(dict.fromkeys(due.name for due in moment.held if not due.is_for_officers))
        head = scene.text_of("reminder_desk.group_held", count=len(units))
        lines += naming.names_in_lines(scene, head, units) if units else []
    return lines


def by_group(scene: Scene, dues: Iterable[Due]) -> Iterable[tuple[str, list[Due]]]:
    """Each thing and ladder apart: required and asked are never mixed (design §3)."""
    found: dict[tuple[str, str], list[Due]] = {}
    for due in sorted(dues, key=lambda one: front.LADDERS.index(one.ladder.value)):
        if not due.is_for_officers:
            found.setdefault((due.about, due.ladder.value), []).append(due)
    for (_, ladder), mine in found.items():
        group = scene.text_of(f"reminder_desk.ladder_{ladder}")
        thing = naming.capital(naming.thing(scene, mine[0]))
        yield f"{thing}, {group}", mine


def _not_reached(scene: Scene, moment: Moment) -> list[str]:
    """Who is told nothing, and who only if they look; each reason once."""
    whys = {one.due.name: one.why for one in moment.lost}
    pages = {one.due.name: one.why for one in moment.heard if one.why}
    found = []
    for key, among in (("group_lost", whys), ("group_page", pages)):
        for why, names in naming.by_reason(among).items():
            head = scene.text_of(f"reminder_desk.{key}", why=why, count=len(names))
            found += naming.names_in_lines(scene, head, names)
    return found

"""How moments, things and those who are reminded are called, and long lists of names."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers import places
from handlers.flow import Scene
from handlers.messages import Choice
from handlers.reminding.due import Due, everything
from handlers.reminding.pauses import thing_of
from handlers.reporting import periods
from handlers.words import cut, few_of, say_date
from storage import quick_forms, units
from storage.reminder_pauses import PauseInfo

_MOST: Final = 1_400  # letters of one list of names
_LINE: Final = 380  # letters of one line of it: a message holds it whole (U1)
_TITLE: Final = 40
_KINDS: Final = frozenset({"report", "names", "quick", "plans", "onward", "own"})


def when(scene: Scene, at: datetime) -> str:
    """Name a local moment: "Thứ Ba 8/12, 8 giờ"."""
    day = say_date(at.date())
    if at.year == scene.today.year:
        day = day.removesuffix(f"/{at.year}")
    return f"{capital(day)}, {hour(scene, at)}"


def hour(scene: Scene, at: datetime) -> str:
    key = "hour_half" if at.minute else "hour"
    return scene.text_of(f"reminder_desk.{key}", hour=at.hour, minute=at.minute)


def capital(text: str) -> str:
    """Begin a text with a capital, and leave the rest of it."""
    return f"{text[:1].upper()}{text[1:]}"


def moment_label(scene: Scene, at: datetime) -> str:
    """The same as short as a button is."""
    return f"{at.day}/{at.month}, {hour(scene, at)}"


# --- things --------------------------------------------------------------------------------------


def thing(scene: Scene, due: Due) -> str:
    """What is asked for: "báo cáo năm 2026", "phiếu “Cài VNeID”"."""
    return _said(scene, due.about, due.values(scene).get("period", ""))


def _said(scene: Scene, about: str, what: str) -> str:
    kind = about.partition(":")[0]
    key = f"thing_{kind}" if kind in _KINDS and what else "thing_other"
    return scene.text_of(f"reminder_desk.{key}", what=cut(what, _TITLE))


async def things(scene: Scene, commune_id: int) -> dict[str, str]:
    """All that units are asked for now and can be held back: about -> name."""
    found = sorted(await everything(scene, commune_id), key=lambda one: one.last_day)
    names = {one.about: thing(scene, one) for one in found}
    return {about: name for about, name in names.items() if thing_of(about) == about}


async def thing_called(scene: Scene, commune_id: int, about: str) -> str:
    """The name of what may be asked for no more."""
    kind, _, key = about.partition(":")
    if kind == "quick" and key.isdecimal():
        form = await quick_forms.find(scene.tx, int(key), [commune_id])
        return _said(scene, about, form.title if form else "")
    settings = await units.settings_of(scene.tx, commune_id)
    period = periods.by_key(key, settings)
    return _said(scene, about, periods.say_title(scene.house.texts, period) if period else "")


# --- pauses --------------------------------------------------------------------------------------


async def paused(scene: Scene, commune_id: int, rows: Sequence[PauseInfo]) -> list[str]:
    """What each of them holds back, as people say it."""
    known = await things(scene, commune_id) if any(row.about for row in rows) else {}
    names = await unit_names(scene, commune_id)
    found = []
    for row in rows:
        about = known.get(row.about) or (
            await thing_called(scene, commune_id, row.about) if row.about else ""
        )
        unit = names.get(row.unit_id, scene.text_of("reminder_desk.a_unit")) if row.unit_id else ""
        found.append(what_is_held(scene, about, unit))
    return found


def what_is_held(scene: Scene, about: str, unit: str) -> str:
    """`about` and `unit` are names; "" = everything, every unit."""
    key = {(False, False): "held_all", (True, False): "held_thing", (False, True): "held_unit"}
    text_id = key.get((bool(about), bool(unit)), "held_both")
    return scene.text_of(f"reminder_desk.{text_id}", thing=about, unit=unit)


async def held(scene: Scene, commune_id: int, about: str, unit_id: int) -> str:
    """The same of what is wished: `about` "" = everything, `unit_id` 0 = every unit."""
    names = await unit_names(scene, commune_id)
    said = await thing_called(scene, commune_id, about) if about else ""
    known = await things(scene, commune_id) if about else {}
    unit = names.get(unit_id, scene.text_of("reminder_desk.a_unit")) if unit_id else ""
    return what_is_held(scene, known.get(about, said), unit)


async def unit_names(scene: Scene, commune_id: int) -> dict[int, str]:
    """Unit id -> a name no other unit of the commune has."""
    known = await units.listed(scene.tx, on=scene.today)
    mine = [one for one in known if one.commune_id == commune_id]
    shown = places.shown(mine)
    return {one.id: shown[one.code] for one in mine}


# --- lists ---------------------------------------------------------------------------------------


def names_in_lines(scene: Scene, head: str, names: Sequence[str]) -> list[str]:
    """A head and all the names there is room for, in lines that a message holds whole."""
    _, left = few_of(names, _MOST)
    last = scene.text_of("reminder_desk.and_more", count=left) if left else ""
    parts = [*names[: len(names) - left], *([last] if last else [])]
    lines = [head]
    for number, part in enumerate(parts, start=1):
        said = f"{part}{',' if number < len(parts) else '.'}"
        if len(lines[-1]) + len(said) < _LINE:
            lines[-1] += f" {said}"
        else:
            lines.append(said)
    return lines


def by_reason(whys: Mapping[str, str]) -> dict[str, list[str]]:
    """Name -> why, turned into why -> names."""
    found: dict[str, list[str]] = {}
    for name, why in whys.items():
        found.setdefault(why, []).append(name)
    return found


def page(choices: Iterable[Choice], *, after: int, size: int, more: str) -> list[Choice]:
    """Some of the choices, and "more" where others follow."""
    listed = list(choices)
    after = after if after < len(listed) else 0
    shown = listed[after : after + size]
    return [*shown, Choice("more", more)] if len(listed) > after + size else shown

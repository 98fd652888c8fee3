"""A broadcast in words: what people read, whom it is for, how far it is."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from handlers import places
from handlers.broadcasts.audience import EVERY, Audience
from handlers.broadcasts.reckoning import Reckoned, known_units
from handlers.flow import Scene
from handlers.messages import Outgoing, Why
from handlers.words import cut, few_of, fold, say_date, say_number
from storage import broadcast_people, units
from storage.broadcast_people import Tally
from storage.broadcasts import BroadcastInfo
from storage.units import HAMLET, UnitInfo

_NAMES_LETTERS: Final = 240
_FIRST_WORDS: Final = 40
_MOST_NAMED: Final = 20
_LINK: Final = re.compile(
    r"https?://|www\.|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info|me|io|gov|edu|xyz|top|app|cc|ly)\b",
    re.IGNORECASE,
)
_SECRET: Final = re.compile(
    r"\b(?:mat khau|password|otp|ma pin|pin|ma xac (?:thuc|minh|nhan)|cvv)\b"
    r"(?:(?: [^\W\d]+){0,5}? ?(?::|=|\bla\b) ?\S|(?: [^\W\d]+){0,3} \S*\d{3})"
)


async def letter(scene: Scene, commune_id: int, text: str, code: str) -> Outgoing:
    """The message as everybody gets it, on whichever channel."""
    settings = await units.settings_of(scene.tx, commune_id)
    name = await places.commune_name(scene.tx, commune_id, on=scene.today)
    sample = f"{scene.text_of('statistics.sample')} " if settings.get("sample") else ""
    heading = scene.text_of("broadcast_check.heading", sample=sample, commune=name)
    return Outgoing("\n".join((text, *below(scene, code))), heading)


def below(scene: Scene, code: str) -> tuple[str, str]:
    """What stands below the words."""
    sign = scene.text_of("broadcast_check.sign", code=code)
    return sign, scene.text_of("broadcast_check.why")


def warnings(scene: Scene, text: str) -> list[Outgoing]:
    """What should not be written to everybody: a link, a password."""
    found = [scene.message("broadcasts.has_link")] if _LINK.search(text) else []
    if _SECRET.search(fold(text)):
        found.append(scene.message("broadcasts.has_secret"))
    return found


def short(text: str) -> str:
    return cut(" ".join(text.split()), _FIRST_WORDS)


def say_time(scene: Scene, moment: datetime) -> str:
    local = moment.astimezone(scene.house.timezone)
    return f"{local:%H:%M} {say_date(local.date())}"


# --- for whom ------------------------------------------------------------------------------------


async def say_audience(scene: Scene, commune_id: int, audience: Audience) -> str:
    """Name them: "cả 38 xóm, Trường TH A, Tổ công nghệ số"; a long list is shortened."""
    known = await known_units(scene, commune_id)
    names = places.shown(known)
    said = list(_say_units(scene, audience, known, names))
    said += [
        scene.text_of("broadcasts.whom_reporters", unit=names[one.code])
        for one in known
        if one.id in audience.reporters
    ]
    said += [scene.text_of(f"broadcasts.whom_{role}") for role in audience.roles]
    said += [_say_module(scene, module) for module in audience.modules]
    shown, more = few_of(said, _NAMES_LETTERS)
    return scene.text_of("broadcasts.and_more", names=shown, more=more) if more else shown


def _say_units(
    scene: Scene, audience: Audience, known: Iterable[UnitInfo], names: Mapping[str, str]
) -> Iterable[str]:
    every = [one for one in known if one.kind == HAMLET]
    is_all = len(every) > 1 and all(one.id in audience.units for one in every)
    if is_all:
        yield scene.text_of("broadcasts.whom_hamlets", count=len(every))
    for one in known:
        if one.id in audience.units and not (is_all and one.kind == HAMLET):
            yield names[one.code]


def _say_module(scene: Scene, module: str) -> str:
    found = scene.house.lessons.module(module)
    if module == EVERY or found is None:
        return scene.text_of("broadcasts.whom_learners")
    return scene.text_of("broadcasts.whom_module", title=found.title)


# --- how many, and who is not reached ------------------------------------------------------------


def say_reckoned(scene: Scene, reckoned: Reckoned) -> list[str]:
    """Lines below the preview: through what, at what cost, who hears it tomorrow, who never."""
    by_name: dict[str, int] = {}
    for channel, count in reckoned.channels.items():
        name = scene.house.texts.get(f"roles.channel_{channel}", channel)
        by_name[name] = by_name.get(name, 0) + count
    through = ", ".join(f"{name} {say_number(count)}" for name, count in by_name.items())
    costs = ", ".join(
        scene.text_of(f"broadcasts.cost_{cost.name.lower()}", count=say_number(count))
        for cost, count in sorted(reckoned.costs.items())
    )
    lines = [scene.text_of("broadcasts.through", channels=through, costs=costs)]
    if reckoned.put_off:
        lines.append(scene.text_of("broadcasts.put_off", count=say_number(reckoned.put_off)))
    return [*lines, *say_lost(scene, reckoned.lost), *say_how_to_agree(scene, reckoned.lost)]


def say_how_to_agree(scene: Scene, lost: Mapping[str, int]) -> list[str]:
    """By which words whoever did not agree could get the next one."""
    return [scene.text_of("broadcasts.how_to_agree")] if lost.get("left") else []


def say_lost(scene: Scene, lost: Mapping[str, int]) -> list[str]:
    """One line: how many get nothing, and why; nothing where nobody is lost."""
    counted = {why: count for why, count in lost.items() if why != "linked"}
    if not counted:
        return []
    reasons = "; ".join(
        f"{say_number(count)} {say_reason(scene, why)}"
        for why, count in sorted(counted.items(), key=lambda one: -one[1])
    )
    total = say_number(sum(counted.values()))
    return [scene.text_of("broadcasts.lost", count=total, reasons=reasons)]


def say_reason(scene: Scene, why: str) -> str:
    known = {one.value: f"call.{one.name.lower()}" for one in Why}
    key = known.get(why) or f"broadcasts.lost_{why.replace(' ', '_')}"
    return scene.text_of(key if key in scene.house.texts else "broadcasts.lost_other")


# --- how far it is -------------------------------------------------------------------------------


async def state(scene: Scene, info: BroadcastInfo) -> str:
    """How a broadcast stands now, in plain words."""
    tally = await tally_of(scene, info)
    said = scene.text_of(
        f"broadcasts.state_{info.state}",
        code=info.code,
        count=say_number(info.size),
        sent=say_number(tally.sent),
        at=say_time(scene, info.starts_at) if info.starts_at else "",
        reason=info.reason,
    )
    return "\n".join((said, *_details(scene, info, tally)))


async def tally_of(scene: Scene, info: BroadcastInfo) -> Tally:
    """The figures it ended with; before, those of now."""
    if info.tally is not None:
        return Tally.load(info.tally)
    return await broadcast_people.tally(scene.tx, info.id)


def _details(scene: Scene, info: BroadcastInfo, tally: Tally) -> list[str]:
    if info.state not in ("sending", "sent", "stopped"):
        return []
    lines = []
    if tally.waiting:
        key = "left_unsent" if info.state == "stopped" else "still_waiting"
        lines.append(scene.text_of(f"broadcasts.{key}", count=say_number(tally.waiting)))
    if tally.unsure:
        lines.append(scene.text_of("broadcasts.unsure", count=say_number(tally.unsure)))
    return [*lines, *say_lost(scene, tally.lost), *_lost_before(scene, info)]


def _lost_before(scene: Scene, info: BroadcastInfo) -> list[str]:
    """Whom nothing could reach from the beginning, who did not agree among them."""
    lost = say_lost(scene, info.audience.get("lost", {}))
    return [scene.text_of("broadcasts.report_before", lost=line) for line in lost]


async def report(scene: Scene, info: BroadcastInfo) -> Outgoing:
    """What became of it, for its maker, and where to see more."""
    lines = [scene.text_of("broadcasts.report", code=info.code), await state(scene, info)]
    if await has_missed(scene, info):
        lines.append(scene.text_of("broadcasts.report_more"))
    return Outgoing("\n".join(lines))


async def has_missed(scene: Scene, info: BroadcastInfo) -> bool:
    """Whether it did not reach somebody whom it was meant for."""
    lost = (await tally_of(scene, info)).lost
    return any(count for why, count in lost.items() if why not in ("linked", "stopped"))


async def missed(scene: Scene, info: BroadcastInfo) -> Outgoing:
    """Names of those whom it did not reach, for a call or a walk, while they are known (T59)."""
    found = await broadcast_people.missed(scene.tx, info.id, limit=_MOST_NAMED + 1)
    if not found:
        return scene.message("broadcasts.missed_unknown")
    known = await known_units(scene, info.commune_id)
    names = places.shown(known)
    hamlets = {one.id: names[one.code] for one in known}
    lines = [
        scene.text_of(
            "broadcasts.missed_one",
            name=one.name or scene.text_of("broadcasts.no_name"),
            place=hamlets.get(one.hamlet_id or 0, scene.text_of("broadcasts.no_place")),
            why=say_reason(scene, one.why),
        )
        for one in found[:_MOST_NAMED]
    ]
    if len(found) > _MOST_NAMED:
        lines.append(scene.text_of("broadcasts.missed_more"))
    return Outgoing("\n".join((scene.text_of("broadcasts.missed", code=info.code), *lines)))

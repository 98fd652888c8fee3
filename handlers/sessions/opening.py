"""Opening a session: for whom, which lesson, where, together with whom; then the code is told."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from handlers import places, words
from handlers.activities import service
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.sessions import status
from handlers.sessions.place import as_now, flow, found, name_of
from lessons.catalogue import Lesson
from storage import audit, sessions
from storage.sessions import NewSession
from storage.units import UnitInfo

OFFERED: Final = 3  # lessons, and "another" and "none": five choices (U3)
MOST_PARTNERS: Final = 5
MOST_CHOICES: Final = 4
ND: Final = "ND-5"
"""The plan's content of a session without a lesson: digital skills for everybody."""
_TRIES: Final = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered so far."""

    unit: int = 0
    lesson: str = ""
    place: str = ""
    partners: tuple[int, ...] = ()
    start: int = 0
    """The first lesson of the list that is shown."""

    @classmethod
    def load(cls, draft: dict[str, Any]) -> Self:
        known = {name: draft[name] for name in cls.__dataclass_fields__ if name in draft}
        return cls(**known | {"partners": tuple(known.get("partners", ()))})

    def stored(self) -> dict[str, Any]:
        """JSON scalars and lists only (style a3)."""
        return asdict(self) | {"partners": list(self.partners)}


# --- for whom ------------------------------------------------------------------------------------


async def begin(turn: Turn) -> Outcome:
    """Ask for the unit only where there are several (T01)."""
    rights = service.rights_of(await as_now(turn))
    if not rights.communes and len(rights.own) == 1:
        return await ask_lesson(turn, Draft(unit=rights.own[0]))
    known = await service.units_of(turn.tx, turn.actor, on=turn.today)
    mine = [unit for unit in known if unit.id in rights.own][:MOST_CHOICES]
    return _ask_unit(turn, known, mine)


def _ask_unit(turn: Turn, known: list[UnitInfo], offered: list[UnitInfo]) -> Outcome:
    shown = places.shown(known)
    choices = [Choice(unit.code, shown[unit.code]) for unit in offered]
    return turn.ask("sessions.which_unit", hear=which_unit, choices=choices, draft={})


@flow.step(reads="name")
async def which_unit(turn: Turn) -> Outcome:
    known = await service.units_of(turn.tx, turn.actor, on=turn.today)
    meant = _meant(turn, known)
    if not meant:
        return turn.ask_again("sessions.unit_unclear")
    if len(meant) > 1:
        return _ask_unit(turn, known, meant)
    unit = meant[0]
    if not service.rights_of(await as_now(turn)).covers(unit.id, unit.commune_id):
        await service.note_denied(turn.tx, turn.actor, unit.id, now=turn.now)
        return turn.ask_again("sessions.not_yours")
    return await ask_lesson(turn, Draft(unit=unit.id))


def _meant(turn: Turn, known: list[UnitInfo]) -> list[UnitInfo]:
    """The unit that was chosen, or those whose name was typed."""
    if turn.choice:
        return [unit for unit in known if unit.code == turn.choice]
    return places.find(turn.text, known)[:MOST_CHOICES]


# --- the lesson ----------------------------------------------------------------------------------


async def ask_lesson(turn: Turn, draft: Draft) -> Outcome:
    """The next few behind the one learned last at this place; then further on."""
    ordered = await _in_order(turn, draft.unit)
    if not ordered:
        return _ask_place(turn, replace(draft, lesson=""))
    window = (ordered + ordered)[draft.start : draft.start + min(OFFERED, len(ordered))]
    choices = [Choice(lesson.id, lesson.title) for lesson in window]
    if len(ordered) > OFFERED:
        choices.append(Choice("other", turn.text_of("sessions.other_lesson")))
    choices.append(Choice("none", turn.text_of("sessions.no_lesson")))
    unit = await name_of(turn, draft.unit)
    stored = draft.stored()
    return turn.ask("sessions.which_lesson", hear=lesson, choices=choices, draft=stored, unit=unit)


async def _in_order(turn: Turn, unit_id: int) -> list[Lesson]:
    """All lessons, from the one after the last that was learned together here."""
    catalogue = turn.house.lessons
    last = catalogue.lesson(await sessions.last_lesson(turn.tx, unit_id) or "")
    ordered = list(catalogue.lessons)
    if not ordered:
        return []
    following = catalogue.after(last.id) if last is not None else catalogue.first
    at = ordered.index(following) if following in ordered else 0
    return ordered[at:] + ordered[:at]


@flow.step()
async def lesson(turn: Turn) -> Outcome:
    draft = Draft.load(turn.draft)
    if turn.choice == "other":
        start = (draft.start + OFFERED) % max(1, len(turn.house.lessons.lessons))
        return await ask_lesson(turn, replace(draft, start=start))
    chosen = "" if turn.choice == "none" else turn.choice
    return _ask_place(turn, replace(draft, lesson=chosen))


# --- where, and with whom ------------------------------------------------------------------------


def _ask_place(turn: Turn, draft: Draft) -> Outcome:
    keys = ("sessions.skip",)
    return turn.ask("sessions.where", hear=place, choices=keys, draft=draft.stored())


@flow.step(reads="text")
async def place(turn: Turn) -> Outcome:
    draft = Draft.load(turn.draft)
    if turn.choice == "skip" or words.says_unknown(turn.text):
        return await _ask_partners(turn, replace(draft, place=""))
    said = words.clean_name(turn.text)
    if said is None or not any(char.isalnum() for char in said):
        return turn.ask_again("sessions.where_unclear")
    return await _ask_partners(turn, replace(draft, place=said))


async def _ask_partners(turn: Turn, draft: Draft) -> Outcome:
    if not draft.partners:
        keys = ("sessions.alone",)
        stored = draft.stored()
        return turn.ask("sessions.with_whom", hear=partner, choices=keys, draft=stored)
    names = [await name_of(turn, unit) for unit in draft.partners]
    return turn.ask(
        "sessions.with_more",
        hear=partner,
        choices=("sessions.enough",),
        draft=draft.stored(),
        names=", ".join(names),
    )


@flow.step(reads="name")
async def partner(turn: Turn) -> Outcome:
    """A unit of the same commune, until there is none more; the session counts once."""
    draft = Draft.load(turn.draft)
    if turn.choice in ("alone", "enough") or _says_nobody(turn.text):
        return await _open(turn, draft)
    known = await _others(turn, draft)
    meant = _meant(turn, known)
    if not meant:
        return turn.ask_again("sessions.partner_unclear")
    if len(meant) > 1:
        shown = places.shown(known)
        choices = [Choice(unit.code, shown[unit.code]) for unit in meant]
        return turn.ask("sessions.which_partner", hear=partner, choices=choices)
    draft = replace(draft, partners=(*draft.partners, meant[0].id))
    if len(draft.partners) >= MOST_PARTNERS:
        return await _open(turn, draft)
    return await _ask_partners(turn, draft)


def _says_nobody(text: str) -> bool:
    return words.read_yes_no(text) is False or words.says_unknown(text)


async def _others(turn: Turn, draft: Draft) -> list[UnitInfo]:
    """The units that could take part too."""
    known = await service.units_of(turn.tx, turn.actor, on=turn.today)
    commune = next((unit.commune_id for unit in known if unit.id == draft.unit), 0)
    taken = {draft.unit, *draft.partners}
    return [unit for unit in known if unit.commune_id == commune and unit.id not in taken]


# --- opened --------------------------------------------------------------------------------------


async def _open(turn: Turn, draft: Draft) -> Outcome:
    """Write it, as the right to is now (A3), and tell the code."""
    known = await service.units_of(turn.tx, turn.actor, on=turn.today)
    unit = next((one for one in known if one.id == draft.unit), None)
    actor = await as_now(turn)
    if unit is None or not service.rights_of(actor).covers(unit.id, unit.commune_id):
        await service.note_denied(turn.tx, turn.actor, draft.unit, now=turn.now)
        return turn.say("sessions.denied").then("menu")
    role = service.acting_as(actor, unit.id)
    number, code = await _written(turn, draft, unit, role)
    after = {"units": [unit.id, *draft.partners], "lesson": draft.lesson}
    about = f"activity:{number}"
    await audit.record(
        turn.tx, by=turn.actor, role=role, action="session.opened", about=about,
        now=turn.now, after=after,
    )  # fmt: skip
    said = await _told(turn, draft, code)
    leave(turn, flow.name)  # going back must not open a second one
    info = await found(turn, number)
    return await status.show(turn, info, *said) if info else await status.gone(turn)


async def _written(turn: Turn, draft: Draft, unit: UnitInfo, role: str) -> tuple[int, str]:
    learned = turn.house.lessons.lesson(draft.lesson)
    new = NewSession(
        commune_id=unit.commune_id,
        units=(unit.id, *draft.partners),
        held_on=turn.today,
        lesson_id=learned.id if learned else None,
        contents=tuple(learned.nd) if learned else (ND,),
        place=draft.place,
    )
    me = turn.actor.person_id
    for _ in range(_TRIES):
        code = f"{int.from_bytes(turn.entropy(8), 'big') % 10_000:04d}"
        number = await sessions.open_one(turn.tx, new, code=code, by=me, role=role, now=turn.now)
        if number is not None:
            return number, code
    raise RuntimeError("no free code among ten thousand")


async def _told(turn: Turn, draft: Draft, code: str) -> list[Outgoing]:
    """What to read aloud, and a text that can be forwarded as it is."""
    unit = await name_of(turn, draft.unit)
    learned = turn.house.lessons.lesson(draft.lesson)
    what = f" {turn.text_of('sessions.titled', title=learned.title)}" if learned else ""
    where = turn.text_of("sessions.invited_place", place=draft.place) if draft.place else ""
    sample = status.sample(turn)
    spelled = " ".join(words.say_number_in_words(int(digit)) for digit in code)
    values = {"code": f"B{code}", "spelled": spelled, "unit": unit}
    invitation = turn.message(
        "sessions.invitation",
        heading=turn.text_of("sessions.code_heading", **values),
        **values, sample=sample, lesson=what, place=where,
    )  # fmt: skip
    said = [turn.message("sessions.opened", **values), invitation]
    if turn.house.telegram_link:
        link = f"{turn.house.telegram_link}b_{code}"
        said.append(turn.message("sessions.invitation_link", link=link))
    return said

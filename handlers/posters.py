"""In áp phích: posters of hamlets and other places as one file, and how many came by each."""

import re
from datetime import date
from typing import Final

from handlers import joining_links, places, poster_contents, words
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.poster_contents import Paper, Printing, Site
from handlers.roles import DESK, communes_of, desk_role
from storage import audit, units
from storage import places as stored
from storage.places import Place
from storage.units import UnitInfo

ORDER: Final = "posters"
_SHOWN: Final = 4
_CODE: Final = 40  # letters, so that a number behind it still fits
_TRIES: Final = 50
_ROOM: Final = 190  # characters of a list; the whole stays below 300 (U1)

flow = Flow(
    "posters",
    allow=DESK,
    words=("áp phích", "in áp phích", "tờ áp phích", "làm áp phích"),
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """Which hamlet may be said at once: "in áp phích xóm 5"."""
    mine = communes_of(turn.actor.grants, *DESK)
    if len(mine) > 1:
        known = await places.commune_choices(turn.tx, mine, on=turn.today)
        return turn.ask("posters.which_commune", hear=commune, choices=known, draft={})
    if turn.text and (found := places.find(turn.text, await _hamlets(turn, mine[0]))):
        return await _chosen(turn, mine[0], found)
    return _where(turn, mine[0])


@flow.step()
async def commune(turn: Turn) -> Outcome:
    return _where(turn, int(turn.choice))


def _where(turn: Turn, commune_id: int, *before: Outgoing) -> Outcome:
    if not desk_role(turn.actor.grants, commune_id):
        return _gone(turn)
    choices = ("posters.all", "posters.place", "posters.joined")
    draft = {"commune": commune_id}
    return turn.ask("posters.where", hear=where, choices=choices, draft=draft, before=before)


def _gone(turn: Turn) -> Outcome:
    """The right to print for this commune is no more."""
    return turn.say("posters.denied").then("menu")


def _mine(turn: Turn) -> int | None:
    """The commune of the draft, if it is still one of mine (A3, T41)."""
    found = turn.draft.get("commune")
    return found if isinstance(found, int) and desk_role(turn.actor.grants, found) else None


async def _hamlets(turn: Turn, commune_id: int) -> list[UnitInfo]:
    return await units.hamlets(turn.tx, on=turn.today, commune_id=commune_id)


# --- for whom ------------------------------------------------------------------------------------


@flow.step(reads="name")
async def where(turn: Turn) -> Outcome:
    commune_id = _mine(turn)
    if commune_id is None:
        return _gone(turn)
    match turn.choice:
        case "all":
            return await _ask_paper(turn, commune_id, "all")
        case "place":
            return await _ask_place(turn, commune_id)
        case "joined":
            return _where(turn, commune_id, *await _joined(turn, commune_id))
    found = places.find(turn.choice or turn.text, await _hamlets(turn, commune_id))
    return await _chosen(turn, commune_id, found)


async def _chosen(turn: Turn, commune_id: int, found: list[UnitInfo]) -> Outcome:
    if not found:
        return turn.ask_again("posters.where_unclear")
    if len(found) == 1:
        return await _ask_paper(turn, commune_id, f"h_{found[0].code}")
    shown = places.shown(await _hamlets(turn, commune_id))
    choices = [Choice(unit.code, shown[unit.code]) for unit in found]
    return turn.ask("posters.which", hear=where, choices=choices, draft={"commune": commune_id})


async def _ask_place(turn: Turn, commune_id: int) -> Outcome:
    known = await stored.of_commune(turn.tx, commune_id)
    choices = [Choice(one.code, one.name) for one in known[-_SHOWN:]]
    return turn.ask("posters.which_place", hear=place, choices=choices)


@flow.step(reads="text")
async def place(turn: Turn) -> Outcome:
    """A place that was named before, or a new name."""
    commune_id = _mine(turn)
    if commune_id is None:
        return _gone(turn)
    if turn.choice:
        return await _ask_paper(turn, commune_id, f"p_{turn.choice}")
    name = words.clean_name(turn.text)
    if name is None or not any(char.isalpha() for char in name):
        return turn.ask_again("posters.place_unclear")
    named = await _named(turn, commune_id, name)
    return await _ask_paper(turn, commune_id, f"p_{named.code}")


async def _named(turn: Turn, commune_id: int, name: str) -> Place:
    """The place of that name; a new one gets a code made of it."""
    known = await stored.of_commune(turn.tx, commune_id)
    same = [one for one in known if words.fold(one.name) == words.fold(name)]
    if same:
        return same[0]
    code = re.sub(r"[^a-z0-9]+", "-", words.fold(name))[:_CODE].strip("-")
    code = code if re.search(r"[a-z]", code) else f"noi-{code}".rstrip("-")
    for number in range(1, _TRIES):
        tried = code if number == 1 else f"{code}-{number}"
        if made := await stored.name_one(turn.tx, commune_id, code=tried, name=name):
            await _note(turn, made)
            return made
    raise RuntimeError(f"no free code for a place like {code}")


async def _note(turn: Turn, made: Place) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=desk_role(turn.actor.grants, made.commune_id),
        action="poster_place.named",
        about=f"commune:{made.commune_id}",
        after={"place": made.code},
        now=turn.now,
    )


# --- printed -------------------------------------------------------------------------------------


async def sites(turn: Turn, commune_id: int, wanted: str) -> list[Site]:
    """`wanted`: "all", or a start payload; [] if it is none of this commune's."""
    hamlets = await _hamlets(turn, commune_id)
    named = await stored.of_commune(turn.tx, commune_id)
    known = sites_of(hamlets, named, among=await units.hamlets(turn.tx, on=turn.today))
    return [site for site in known if wanted in ("all", site.entrance.payload)]


def sites_of(hamlets: list[UnitInfo], named: list[Place], *, among: list[UnitInfo]) -> list[Site]:
    """Every poster of a commune: its hamlets by their codes, then its other places."""
    shown = places.shown(hamlets)
    found = [Site(shown[unit.code], places.entrance(unit, among)) for unit in hamlets]
    return [*found, *(Site(one.name, joining_links.to_place(one.code, one.id)) for one in named)]


async def _ask_paper(turn: Turn, commune_id: int, wanted: str) -> Outcome:
    found = await sites(turn, commune_id, wanted)
    if not found:
        return _where(turn, commune_id, turn.message("posters.nothing"))
    return turn.ask(
        "posters.paper",
        hear=paper,
        choices=("posters.a4", "posters.a3"),
        draft={"commune": commune_id, "wanted": wanted},
        place=_called(turn, wanted, found),
        pages=len(found),
    )


def _called(turn: Turn, wanted: str, found: list[Site]) -> str:
    return turn.text_of("posters.of_all") if wanted == "all" else found[0].name


@flow.step()
async def paper(turn: Turn) -> Outcome:
    commune_id, wanted = _mine(turn), str(turn.draft.get("wanted", ""))
    if commune_id is None:
        return _gone(turn)
    found = await sites(turn, commune_id, wanted)
    if not found:
        return _where(turn, commune_id, turn.message("posters.nothing"))
    size: Paper = "a3" if turn.choice == "a3" else "a4"
    await order_posters(turn, commune_id, found, size, wanted)
    said = [turn.message("posters.coming", place=_called(turn, wanted, found))]
    if not turn.house.doors:
        said.append(turn.message("posters.no_door"))
    return _where(turn, commune_id, *said)


async def order_posters(
    turn: Turn, commune_id: int, found: list[Site], size: Paper, wanted: str
) -> None:
    """Have these posters made as one file; `wanted` names it: "all" or a start payload."""
    settings = await units.settings_of(turn.tx, commune_id)
    body = poster_contents.posters(
        Printing(turn.house.texts, turn.house.doors, settings), found, paper=size
    )
    named = "ca-bo" if wanted == "all" else wanted[2:].lower()
    message = turn.message(
        "posters.here", place=_called(turn, wanted, found), paper=size.upper(), pages=len(found)
    )
    turn.order(ORDER, body, name=f"ap-phich-{named}-{size}.pdf", message=message)


# --- who came ------------------------------------------------------------------------------------


async def _joined(turn: Turn, commune_id: int) -> tuple[Outgoing, ...]:
    first = date(turn.today.year, 1, 1)
    found = await stored.joins(turn.tx, commune_id, first=first, last=turn.today)
    if not found:
        return (turn.message("posters.nobody"),)
    shown = places.shown(await _hamlets(turn, commune_id))
    lines = [
        turn.text_of("posters.line", name=shown.get(one.code, one.name), count=one.joined)
        for one in found
    ]
    counted = turn.message(
        "posters.counted",
        total=words.say_number(sum(one.joined for one in found)),
        places=words.cut_list("; ".join(lines), _ROOM, sign=";"),
    )
    return counted, turn.message("posters.counted_how")

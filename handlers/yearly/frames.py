"""The sentences of the commune's report: an officer looks at them and writes them anew (T28, T32).

What is written is text with known places, never a template and never a file.
"""

from collections.abc import Sequence
from typing import Any, Final

from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import periods
from handlers.roles import DESK, desk_role
from handlers.yearly.letter import desk, framing
from handlers.yearly.letter.framing import FRAMES, OF_LINES, Problem
from storage import audit, frames, units

flow = Flow(
    "frames",
    allow=DESK,
    words=("câu chữ báo cáo", "sửa câu báo cáo"),
    keeps_attention=True,  # "Báo cáo của xã…" is a sentence of the letter here
)
_PAGE: Final = 6  # with "more" and "back" below nine (U3)
_LABEL: Final = 48  # letters of a sentence in a list

Draft = dict[str, Any]


@flow.entry
async def begin(turn: Turn) -> Outcome:
    known = await desk.choices(turn)
    if len(known) == 1:
        return opened(turn, int(known[0].key))
    return turn.ask("frames.which_commune", hear=commune, choices=known[:_PAGE], draft={})


@flow.step()
async def commune(turn: Turn) -> Outcome:
    return opened(turn, int(turn.choice))


def opened(turn: Turn, commune_id: int, *before: Outgoing) -> Outcome:
    """The parts of the letter of one commune."""
    if not desk_role(turn.actor.grants, commune_id):
        return _gone(turn)
    choices = [f"frames.part_{part}" for part in FRAMES]
    draft = {"commune": commune_id}
    return turn.ask("frames.parts", hear=part, choices=choices, draft=draft, before=before)


def _gone(turn: Turn) -> Outcome:
    """The right to write for this commune is no more."""
    return turn.say("frames.gone").then("menu")


def _commune(turn: Turn) -> int | None:
    """The commune of the draft, if it is still one of mine (A3, T41)."""
    found = turn.draft.get("commune")
    return found if isinstance(found, int) and desk_role(turn.actor.grants, found) else None


@flow.step()
async def part(turn: Turn) -> Outcome:
    commune_id = _commune(turn)
    if commune_id is None:
        return _gone(turn)
    return await _listed(turn, commune_id, turn.choice.removeprefix("part_"), page=0)


# --- the sentences of a part ---------------------------------------------------------------------


async def _listed(
    turn: Turn, commune_id: int, which: str, *, page: int, before: Sequence[Outgoing] = ()
) -> Outcome:
    keys = FRAMES.get(which)
    if keys is None:
        return opened(turn, commune_id, *before)
    own = await frames.of(turn.tx, commune_id)
    pages = -(-len(keys) // _PAGE)
    page %= pages
    choices = [_choice(turn, key, own.get(key)) for key in keys[page * _PAGE : (page + 1) * _PAGE]]
    choices += [Choice("_more", turn.text_of("frames.more"))] if pages > 1 else []
    choices.append(Choice("_back", turn.text_of("frames.back")))
    return turn.ask(
        "frames.sentences",
        hear=sentence,
        choices=choices,
        draft={"commune": commune_id, "part": which, "page": page},
        before=before,
        part=turn.text_of(f"frames.part_{which}"),
        page=page + 1,
        pages=pages,
    )


def _choice(turn: Turn, key: str, own: str | None) -> Choice:
    said = " ".join((own or framing.built_in(turn.house.texts, key)).split())
    said = said if len(said) <= _LABEL else f"{said[: _LABEL - 1].rstrip()}…"
    return Choice(key, turn.text_of("frames.changed_mark", said=said) if own else said)


@flow.step()
async def sentence(turn: Turn) -> Outcome:
    commune_id, page = _commune(turn), int(turn.draft.get("page", 0))
    if commune_id is None:
        return _gone(turn)
    if turn.choice == "_back":
        return opened(turn, commune_id)
    if turn.choice == "_more":
        return await _listed(turn, commune_id, str(turn.draft.get("part")), page=page + 1)
    return await _shown(turn, commune_id, turn.choice)


async def _back(turn: Turn, commune_id: int, *before: Outgoing) -> Outcome:
    """To the list one came from."""
    which, page = str(turn.draft.get("part")), int(turn.draft.get("page", 0))
    return await _listed(turn, commune_id, which, page=page, before=before)


# --- one sentence --------------------------------------------------------------------------------


async def _shown(turn: Turn, commune_id: int, key: str, *before: Outgoing) -> Outcome:
    if key not in framing.KEYS:
        return await _back(turn, commune_id)
    own = (await frames.of(turn.tx, commune_id)).get(key)
    said = Outgoing(own or framing.built_in(turn.house.texts, key))
    which = turn.message("frames.shown_own" if own else "frames.shown_built_in")
    ways = ["frames.change", *(["frames.original"] if own else []), "frames.others"]
    draft = {**_place(turn, commune_id), "key": key, "seen": own or ""}
    return turn.ask(
        "frames.act", hear=act, choices=ways, draft=draft, before=(*before, which, said)
    )


def _place(turn: Turn, commune_id: int) -> Draft:
    return {
        "commune": commune_id,
        "part": turn.draft.get("part"),
        "page": turn.draft.get("page", 0),
    }


@flow.step()
async def act(turn: Turn) -> Outcome:
    commune_id, key = _commune(turn), str(turn.draft.get("key"))
    if commune_id is None:
        return _gone(turn)
    match turn.choice:
        case "change":
            return _asked_to_write(turn, key)
        case "original":
            return _ask_original(turn, key)
    return await _back(turn, commune_id)


def _ask_original(turn: Turn, key: str) -> Outcome:
    said = Outgoing(framing.built_in(turn.house.texts, key))
    choices = ("frames.keep", "frames.to_original")  # the safe one first (U18)
    return turn.ask("frames.ask_original", hear=original, choices=choices, before=(said,))


@flow.step(exact=("to_original",), no="keep")
async def original(turn: Turn) -> Outcome:
    commune_id, key = _commune(turn), str(turn.draft.get("key"))
    if commune_id is None:
        return _gone(turn)
    if turn.choice != "to_original":
        return await _back(turn, commune_id, turn.message("frames.kept"))
    if await _is_other(turn, commune_id, key):
        return await _shown(turn, commune_id, key, turn.message("frames.changed_meanwhile"))
    await frames.drop(turn.tx, commune_id, key)
    await _audit(turn, commune_id, key, "frame.reset")
    return await _back(turn, commune_id, turn.message("frames.reset"))


# --- writing it anew -----------------------------------------------------------------------------


def _asked_to_write(turn: Turn, key: str) -> Outcome:
    text_id = "frames.write_lines" if key in OF_LINES else "frames.write"
    return turn.ask(text_id, hear=write, choices=(), places=_places(turn, key))


def _places(turn: Turn, key: str) -> str:
    """What may stand in the sentence, each with what it means."""
    texts = turn.house.texts
    return "; ".join(texts[f"frames.place_{place}"] for place in framing.allowed(texts, key))


@flow.step(reads="text")
async def write(turn: Turn) -> Outcome:
    commune_id, key = _commune(turn), str(turn.draft.get("key"))
    if commune_id is None:
        return _gone(turn)
    text = framing.tidied(key, turn.text)
    problem = framing.problem(turn.house.texts, key, text)
    if problem is not None:
        return _refused(turn, key, problem)
    return await _previewed(turn, commune_id, key, text)


def _refused(turn: Turn, key: str, problem: Problem) -> Outcome:
    """Too short may be meant for something else; any other is a sentence, and no miss."""
    if problem.why == "length":
        return turn.ask_again("frames.wrong_length", so="{so}")
    texts = turn.house.texts
    named = [f"{{{place}}}" for place in framing.allowed(texts, key)]
    return turn.ask(
        f"frames.wrong_{problem.why}",
        hear=write,
        what=", ".join(problem.what)[:60],
        places=", ".join(named),
        example=framing.built_in(texts, key).replace("\n", "; ")[:120],
    )


async def _previewed(turn: Turn, commune_id: int, key: str, text: str) -> Outcome:
    settings = await units.settings_of(turn.tx, commune_id)
    period = periods.annual(max(turn.today.year, periods.FIRST_YEAR), settings)
    said = framing.example(turn.house.texts, key, text, settings=settings, period=period)
    before = [turn.message("frames.preview"), Outgoing(said)]
    if numbers := framing.numbers_in(text):
        before.append(turn.message("frames.by_hand", numbers=", ".join(numbers)[:80]))
    return turn.ask(
        "frames.check",
        hear=check,
        choices=("frames.save", "frames.again", "frames.drop"),
        draft={**turn.draft, "text": text},
        before=before,
    )


@flow.step(yes="save", no="drop")
async def check(turn: Turn) -> Outcome:
    commune_id, key = _commune(turn), str(turn.draft.get("key"))
    if commune_id is None:
        return _gone(turn)
    match turn.choice:
        case "save":
            return await _saved(turn, commune_id, key, str(turn.draft.get("text", "")))
        case "again":
            return _asked_to_write(turn, key)
    return await _back(turn, commune_id, turn.message("frames.kept"))


async def _saved(turn: Turn, commune_id: int, key: str, text: str) -> Outcome:
    """Kept, unless somebody else was faster (T19) or a release changed what may stand there."""
    if key not in framing.KEYS or framing.problem(turn.house.texts, key, text):
        return await _back(turn, commune_id, turn.message("frames.kept"))
    if await _is_other(turn, commune_id, key):
        return await _shown(turn, commune_id, key, turn.message("frames.changed_meanwhile"))
    await frames.put(turn.tx, commune_id, key, text, by=turn.actor.person_id, now=turn.now)
    await _audit(turn, commune_id, key, "frame.changed")
    return await _back(turn, commune_id, turn.message("frames.saved"))


async def _is_other(turn: Turn, commune_id: int, key: str) -> bool:
    """Whether it is not the sentence that was shown any more."""
    await frames.hold(turn.tx, commune_id)
    now = (await frames.of(turn.tx, commune_id)).get(key, "")
    return now != str(turn.draft.get("seen", ""))


async def _audit(turn: Turn, commune_id: int, key: str, action: str) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=desk_role(turn.actor.grants, commune_id),
        action=action,
        about=f"frame:{commune_id}:{key}",
        now=turn.now,
    )

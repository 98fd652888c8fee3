"""Several people on one phone: "Ai đang học?" (design §5). Roles go with the person who speaks."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Final

from handlers.detours import between, leave, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice, Outgoing
from storage import audit, conversations, households, linking, people, roles
from storage.households import MOST, MOST_EVER, Member

ASK_AFTER: Final = timedelta(hours=8)

flow = Flow(
    "household",
    allow=EVERYONE,
    words=(
        *("doi nguoi hoc", "nguoi khac hoc", "ai dang hoc", "them nguoi hoc", "hoc chung may"),
        *("doi nguoi khac", "nguoi khac dung may", "bo nguoi hoc"),
    ),
)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return await ask(turn)


def is_due(turn: Turn) -> bool:
    """True if several people share this phone and nobody has said who speaks for hours."""
    chosen_at = turn.actor.chosen_at
    return chosen_at is not None and turn.now - chosen_at >= ASK_AFTER


async def ask(turn: Turn, *, then: str = "") -> Outcome:
    """Ask who is learning; `then` is the flow that was wanted and follows the answer."""
    found = await households.members(turn.tx, turn.actor.account_id)
    choices = _listed(turn, found)
    if len(found) < MOST:
        choices.append(Choice("newcomer", turn.text_of("household.newcomer")))
    if len(found) > 1:
        choices.append(Choice("fewer", turn.text_of("household.fewer")))
    return between(turn.ask("household.who", hear=who, choices=choices, draft={"then": then}))


def _listed(turn: Turn, found: list[Member]) -> list[Choice]:
    """Everybody by name; who has none is told apart by the order of coming."""
    return [
        Choice(str(one.person_id), _name(turn, one, number)) for number, one in enumerate(found, 1)
    ]


def _name(turn: Turn, one: Member, number: int) -> str:
    return one.name or turn.text_of("household.nameless", number=number)


def called(turn: Turn, found: list[Member]) -> str:
    """How who speaks now is called among these members of the phone."""
    mine = turn.actor.canonical_id
    listed = enumerate(found, 1)
    return next((_name(turn, one, n) for n, one in listed if one.canonical_id == mine), "")


@flow.step()
async def who(turn: Turn) -> Outcome:
    if turn.choice == "newcomer":
        return await _welcome(turn)
    if turn.choice == "fewer":
        return await _ask_whom(turn)
    return await _choose(turn, int(turn.choice))


# --- who speaks ----------------------------------------------------------------------------------


async def _choose(turn: Turn, person_id: int) -> Outcome:
    then = str(turn.draft.get("then", ""))
    is_speaking = person_id == turn.actor.person_id
    if not await households.choose(turn.tx, turn.actor.account_id, person_id, now=turn.now):
        return turn.aside("household.not_here")
    if not is_speaking:
        await _put_aside(turn)
        await speak_as_chosen(turn)
    name = f" {turn.actor.name}" if turn.actor.name else ""
    said = turn.message("household.hello", name=name)
    if then:
        leave(turn, flow.name)
        turn.text = ""
        return Outcome((said,)).then(then)
    if is_speaking:
        return resume(turn, flow.name, said)
    return _where_they_were(turn, Outcome((said,)))


def _where_they_were(turn: Turn, greeted: Outcome) -> Outcome:
    """Go on with the chosen person's own conversation: an open question, consent, or a lesson."""
    turn.text = ""
    if turn.state.offered:
        return replace(greeted, aside=True)
    return greeted.then("learning" if turn.actor.has_consent else "people")


async def _welcome(turn: Turn) -> Outcome:
    """Somebody new: consent, name, hamlet and lesson 1 as everybody, with progress of their own."""
    person = await households.add(turn.tx, turn.actor.account_id, now=turn.now)
    if person is None:
        return await _full(turn)
    await _record(turn, "household.added", person)
    await _put_aside(turn)
    await speak_as_chosen(turn)
    return _where_they_were(turn, Outcome((turn.message("household.welcome"),)))


async def _full(turn: Turn) -> Outcome:
    found = await households.members(turn.tx, turn.actor.account_id)
    if len(found) < MOST:
        return turn.aside("household.full_for_good", most=MOST_EVER)
    return turn.aside("household.full", most=MOST)


async def _put_aside(turn: Turn) -> None:
    """The conversation of whoever spoke waits where it was before "Ai đang học?" came."""
    state = turn.state
    leave(turn, flow.name)
    state.flow, state.step, state.draft, state.misses = "", "", {}, 0
    if state.trail:
        place = state.trail.pop()
        state.flow, state.step = place["flow"], place["step"]
        state.draft, state.offered = place["draft"], place["offered"]
    await conversations.save(turn.tx, [replace(state)], now=turn.now)


async def speak_as_chosen(turn: Turn) -> None:
    """From here on the turn, its conversation and its answer are those of who speaks now.

    The conversation of whoever spoke before is to be stored, or erased, by then.
    """
    await read_again(turn)
    state = turn.state
    key = (state.account_id, state.chat, turn.actor.person_id)
    theirs = (await conversations.load(turn.tx, [key]))[key]
    theirs.last_text, theirs.last_at = state.last_text, state.last_at  # of one finger (T37)
    for field in fields(theirs):
        setattr(state, field.name, getattr(theirs, field.name))
    if state.flow == flow.name:
        leave(turn, flow.name)


async def read_again(turn: Turn) -> None:
    """Who this is, as the database knows it now: links, the speaker or consents have changed."""
    lane = await people.lane_of(turn.tx, turn.actor.account_id)
    assert lane is not None, "this account exists"  # noqa: S101 - for the type checker
    turn.actor = (await people.lock(turn.tx, [lane]))[lane]
    turn.regrouped = True


async def _record(turn: Turn, action: str, person_id: int) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="",
        action=action,
        about=f"account:{turn.actor.account_id}",
        now=turn.now,
        after={"person": person_id},
    )


# --- taking somebody off the phone ---------------------------------------------------------------


async def _ask_whom(turn: Turn) -> Outcome:
    found = await households.members(turn.tx, turn.actor.account_id)
    nobody = Choice("nobody", turn.text_of("household.nobody"))
    return turn.ask("household.whom", hear=whom, choices=[*_listed(turn, found), nobody])


@flow.step()
async def whom(turn: Turn) -> Outcome:
    found = await _member(turn, turn.choice)
    if found is None:
        return resume(turn, flow.name, turn.message("household.kept"))
    member, name = found
    fate = await _fate(turn, member)
    if fate == "household.has_role":
        return resume(turn, flow.name, turn.message(fate, name=name))
    return turn.ask(
        "household.ask_drop",
        hear=drop,
        choices=("household.keep", "household.drop"),
        draft={"person": member.person_id},
        name=name,
        fate=turn.text_of(fate),
    )


async def _fate(turn: Turn, member: Member) -> str:
    """What leaving means for them: nobody may lock an office out of reach (T14)."""
    here = turn.actor.account_id
    if await households.other_accounts(turn.tx, member.person_id, besides=here):
        return "household.stays_elsewhere"
    held = await roles.held_by(turn.tx, member.canonical_id)
    return "household.has_role" if held else "household.out_of_reach"


async def _member(turn: Turn, key: str) -> tuple[Member, str] | None:
    """The member of this phone with this id, and how to call them."""
    found = await households.members(turn.tx, turn.actor.account_id)
    for number, one in enumerate(found, 1):
        if str(one.person_id) == key and len(found) > 1:
            return one, _name(turn, one, number)
    return None


@flow.step(exact=("drop",))
async def drop(turn: Turn) -> Outcome:
    """End the membership only; what was learned is not touched."""
    found = await _member(turn, str(turn.draft["person"]))
    if turn.choice != "drop" or found is None:
        return resume(turn, flow.name, turn.message("household.kept"))
    member, name = found
    me = turn.actor.canonical_id
    await linking.hold(turn.tx, (member.person_id,))
    if await _fate(turn, member) == "household.has_role":  # since the question was asked (A3)
        return resume(turn, flow.name, turn.message("household.has_role", name=name))
    await households.remove(turn.tx, turn.actor.account_id, member.person_id, now=turn.now)
    await _record(turn, "household.removed", member.person_id)
    said = turn.message("household.dropped", name=name)
    if member.canonical_id != me:
        return resume(turn, flow.name, said)
    await speak_as_chosen(turn)
    return Outcome((said, who_speaks(turn)), aside=True)


def who_speaks(turn: Turn) -> Outgoing:
    """Said when the phone went to another member without being asked."""
    name = turn.actor.name or turn.text_of("household.nameless", number=1)
    return turn.message("household.now_speaks", name=name)

"""How the two sides of a link are named before and after they are joined (T16, U18)."""

from handlers import household
from handlers.flow import Turn
from handlers.roles import post
from storage import households, linking, roles, units, ways
from storage.linking import Offer


async def app(turn: Turn, account_id: int) -> str:
    """Platform and the end of the account's number: "Zalo …7922"."""
    channel, _, ending = (await ways.ending_of(turn.tx, account_id)).partition(" ")
    return f"{turn.house.texts.get(f'roles.channel_{channel}', channel)} {ending}"


async def known_as(turn: Turn, person_id: int, account_id: int) -> str:
    """Name and app: a name alone proves nothing (T16). Without a name the hamlet helps."""
    where = await app(turn, account_id)
    if name := await linking.called(turn.tx, person_id):
        return f"{name} ({where})"
    lives_in = await linking.home(turn.tx, person_id)
    hamlet = await units.by_id(turn.tx, lives_in, on=turn.today) if lives_in else None
    return f"{where}, {hamlet.name}" if hamlet else where


async def who_is_here(turn: Turn) -> str:
    """On a household's phone the one who types may not be the one who speaks (T13)."""
    found = await households.members(turn.tx, turn.actor.account_id)
    if len(found) < 2:
        return ""
    return f" {turn.text_of('linking.speaks_here', name=household.called(turn, found))}"


async def roles_too(turn: Turn, offer: Offer) -> str:
    """The consequence that matters most: a role works on both apps from then on (U18)."""
    theirs = (await linking.group(turn.tx, offer.person_id))[0]
    held = [
        *await roles.holders_of(turn.tx, turn.actor.canonical_id),
        *await roles.holders_of(turn.tx, theirs),
    ]
    named = ", ".join(dict.fromkeys(post(turn, holder) for holder in held))
    return f" {turn.text_of('linking.roles_too', roles=named)}" if named else ""

"""The answers to what was asked: each makes the draft surer, and the next question follows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers import places, words
from handlers.activities import asking, said, service
from handlers.activities.asking import go_on, may_record, units_known
from handlers.activities.draft import Draft, corrected_by, from_record
from handlers.activities.flow import flow
from handlers.flow import Outcome, Turn
from storage import activities
from storage.activities import ActivityInfo
from storage.units import UnitInfo


@flow.step(reads="name")
async def which_unit(turn: Turn) -> Outcome:
    draft = Draft.load(turn.draft)
    known = await units_known(turn)
    if turn.choice:
        found = [one for one in known if one.code == turn.choice]
    else:
        found = places.find(turn.text, known)
    if len(found) > 1:
        doubts = {**draft.doubts, "unit": [one.code for one in found]}
        return await asking.ask_unit(turn, replace(draft, doubts=doubts))
    if not found:
        return turn.ask_again("activities.unit_unclear")
    if not may_record(turn, found[0]):
        return await asking.not_yours(turn, found[0])
    return await go_on(turn, draft.settled("unit", unit=found[0].id))


@flow.step(reads="text")
async def which_day(turn: Turn) -> Outcome:
    """A day, as it was when the message was sent (N7-N10)."""
    sent = turn.event.at.astimezone(turn.house.timezone)
    match turn.choice:
        case "":
            answer = words.read_date(turn.text, sent_at=sent, expects="past")
        case "today" | "yesterday" as word:
            answer = sent.date() - timedelta(days=word == "yesterday")
        case iso:
            answer = date.fromisoformat(iso)
    return await _with_day(turn, Draft.load(turn.draft), answer)


async def _with_day(turn: Turn, draft: Draft, answer: object) -> Outcome:
    match answer:
        case date() as day if day > turn.today:
            return turn.ask_again("activities.day_ahead")
        case date() as day if turn.today - day > asking.OLDEST:
            return turn.ask_again("activities.day_far")
        case date() as day:
            return await go_on(turn, draft.settled("on", on=day.isoformat(), others_that_day=()))
        case words.DateDoubt(reason="future"):
            return turn.ask_again("activities.day_ahead")
        case words.DateDoubt(candidates=days) if len(days) > 1:
            doubts = {**draft.doubts, "on": [day.isoformat() for day in days]}
            return await asking.ask_day(turn, replace(draft, doubts=doubts))
        case words.DateRefused(reason="lunar"):
            return turn.ask_again("activities.day_lunar")
        case words.DateRefused(month=int(month), last_day=int(last)):
            return turn.ask_again("activities.day_no_such", month=month, last=last)
        case _:
            return turn.ask_again("activities.day_unclear")


@flow.step()
async def which_kind(turn: Turn) -> Outcome:
    return await go_on(turn, Draft.load(turn.draft).settled("kind", kind=turn.choice))


@flow.step(reads="number")
async def how_many(turn: Turn) -> Outcome:
    """People, all sessions together; a figure, "chưa nắm được" and nothing are three things."""
    draft = Draft.load(turn.draft)
    if turn.choice == "unknown":
        return await go_on(turn, draft.settled("heads", heads=None, unknown=True, sure=True))
    answer = words.Count(int(turn.choice)) if turn.choice else words.read_count(turn.text)
    match answer:
        case words.Unknown():
            return await go_on(turn, draft.settled("heads", heads=None, unknown=True, sure=True))
        case words.Count(value=count) if count > service.MOST:
            return turn.ask_again("activities.number_too_big", limit=words.say_number(service.MOST))
        case words.Count(value=count) if count < draft.joined:
            return turn.ask_again("activities.fewer_than_joined", joined=draft.joined)
        case words.Count(value=count, approximate=about):
            given = draft.settled("heads", heads=count, unknown=False, about=about, sure=False)
            return await go_on(turn, given)
        case words.Doubt(readings=readings):
            doubts = {**draft.doubts, "heads": list(readings)}
            return await asking.ask_heads(turn, replace(draft, doubts=doubts))
        case words.Refused():
            return turn.ask_again("activities.number_negative")
        case _:
            return turn.ask_again("activities.number_unclear")


@flow.step(reads="number")
async def how_often(turn: Turn) -> Outcome:
    match words.read_count(turn.text):
        case words.Count(value=count) if 1 <= count <= 99:
            draft = Draft.load(turn.draft)
            return await go_on(turn, draft.settled("sessions", sessions=count))
        case _:
            return turn.ask_again("activities.number_unclear")


@flow.step(reads="number")
async def households(turn: Turn) -> Outcome:
    match words.read_count(turn.text):
        case words.Count(value=count) if count <= service.MOST:
            draft = Draft.load(turn.draft)
            sure = count == draft.households  # the same number once more
            given = draft.settled("households", households=count, sure_households=sure)
            return await go_on(turn, given)
        case words.Count():
            return turn.ask_again("activities.number_too_big", limit=words.say_number(service.MOST))
        case _:
            return turn.ask_again("activities.number_unclear")


@flow.step(reads="name")
async def partners(turn: Turn) -> Outcome:
    """Who else held it, so that it counts once; "không" is nobody."""
    draft = Draft.load(turn.draft)
    known = await units_known(turn)
    if turn.choice:
        chosen = next(one.id for one in known if one.code == turn.choice)
        ids = (*draft.partners, chosen)
        settled = draft.settled("partners", waiting=())
        return await _with_partners(turn, settled, known, draft.waiting, before=ids)
    if words.read_yes_no(turn.text) is False:
        return await go_on(turn, draft.settled("partners", partners=(), others=()))
    return await _with_partners(turn, draft, known, said.names_in(turn.text))


async def _with_partners(
    turn: Turn,
    draft: Draft,
    known: list[UnitInfo],
    names: Sequence[str],
    before: Sequence[int] = (),
) -> Outcome:
    """The units of these names and those found `before`; the first unsure one is asked."""
    ids = list(before)
    beside = asking.of_one_commune(known, draft.unit)
    for place, name in enumerate(names):
        found = places.find(name, beside)
        if not found:
            return turn.ask_again("activities.partner_unclear", name=name[:40])
        if len(found) > 1:
            doubts = {**draft.doubts, "partners": [one.code for one in found]}
            left = tuple(names[place + 1 :])
            unsure = replace(draft, partners=tuple(ids), doubts=doubts, waiting=left)
            return await asking.ask_partners(turn, unsure)
        ids.append(found[0].id)
    kept = tuple(one for one in dict.fromkeys(ids) if one != draft.unit)
    return await go_on(turn, draft.settled("partners", partners=kept, others_that_day=()))


@flow.step(yes="right", no="again")
async def is_right(turn: Turn) -> Outcome:
    draft = Draft.load(turn.draft)
    if turn.choice == "right":
        return await go_on(turn, replace(draft, sure=True))
    return await asking.ask_heads(turn, replace(draft, heads=None, unknown=False))


@flow.step(exact=("same_replace",))
async def same(turn: Turn) -> Outcome:
    draft, number = Draft.load(turn.draft), int(turn.draft.get("same", 0))
    if turn.choice == "same_other":
        others = (*draft.others_that_day, number)
        return await go_on(turn, replace(draft, others_that_day=others))
    if turn.choice == "same_drop":
        return turn.say("activities.dropped").then("menu")
    seen_in = service.rights_of(turn.actor).seen_in
    info = await activities.find(
        turn.tx, number, units=[draft.unit, *draft.partners], communes=seen_in
    )
    if info is None or info.state == "undone":
        return await go_on(turn, draft)
    if turn.choice == "same_replace":
        if not service.may_change(turn.actor, info):
            return turn.say("activities.denied").then("menu")
        return await go_on(turn, corrected_by(from_record(info), draft))
    return await _kept(turn, draft, info)


async def _kept(turn: Turn, draft: Draft, info: ActivityInfo) -> Outcome:
    if draft.unit in info.units:
        return turn.say("activities.kept").then("menu")
    try:
        await service.take_part(turn.tx, info, draft.unit, by=turn.actor, now=turn.now)
    except service.Denied:
        return turn.say("activities.denied").then("menu")
    names = await asking.names_of(turn)
    return turn.say("activities.joined", unit=names[draft.unit]).then("menu")

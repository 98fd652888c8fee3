"""One turn: what was said is understood, the right step decides, the next state is written.

The order in which an event is understood (design §3, U4, T34, T56):
a press or an offered choice; danger and secrets; codes; slash commands; universal words; what the
step itself reads; plain words for commands; and then help.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from handlers import broadcasts, evidence, meant, notices, passing, sessions, takeover, words
from handlers.flow import Flow, Outcome, Step, StepFunction, Turn
from handlers.messages import STAFF, HandedIn, Kind
from handlers.settling import from_json
from storage import roles, told, units

RESUME_AFTER: Final = timedelta(minutes=30)  # U10
BUTTONS_LIVE: Final = timedelta(days=30)
_BASE: Final = 8  # a token is 8 random characters and the digit of its choice
_BASE_FORM: Final = re.compile(r"[A-Za-z0-9]{8}")  # whatever else is forged: NUL is no SQL text
_BROADCAST_CODE: Final = re.compile(r"tb ?\d{4,6}")
_PAYLOAD: Final = re.compile(r"(?:h|p|b|i|[lL])_[A-Za-z0-9_-]{1,62}")
TYPED_CODE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9]{4}(?:[ -]?[A-Za-z0-9]{4}){2}")
"""The hand-typed spelling of an invite: three groups of four, at least one digit (T03)."""
_HIDDEN: Final = "hidden"
_ONCE_IN: Final = timedelta(hours=3)
_UNIVERSAL_FLOWS: Final = {
    words.Universal.HOME: "menu",
    words.Universal.CANCEL: "cancel",
    words.Universal.HELP: "help",
    words.Universal.HUMAN: "tickets",
    words.Universal.STOP: "stop",
}
_STOPS: Final = frozenset({words.Universal.STOP, words.Universal.UNSURE_STOP})


async def respond(turn: Turn) -> Outcome:
    """Decide one turn; the state of `turn` is not changed yet (see `settle`)."""
    outcome = _never_a_dead_end(turn, await _understand(turn))
    begun = 0
    while outcome.goes_on_with:
        begun += 1
        if begun > 3:
            raise RuntimeError(f"flows begin each other for ever: {outcome.goes_on_with}")
        before = outcome.messages
        outcome = await _begin(turn, turn.house.flows[outcome.goes_on_with])
        outcome = replace(outcome, messages=(*before, *outcome.messages))
        outcome = _never_a_dead_end(turn, outcome)
    await sessions.remind(turn, outcome)
    return outcome


def _never_a_dead_end(turn: Turn, outcome: Outcome) -> Outcome:
    """Something said in passing while nothing is open leads to the front page."""
    if outcome.aside and outcome.messages and not turn.state.offered:
        return Outcome(outcome.messages).then("menu")
    return outcome


async def _understand(turn: Turn) -> Outcome:
    event = turn.event
    if event.kind in STAFF:
        return takeover.by_staff(turn)
    if event.kind is Kind.WITHDRAWN:  # a right of every person, locked out or not (P5)
        return await _withdrawn(turn)
    if turn.actor.is_suspended:
        return _suspended(turn)
    if not event.private:
        return _in_a_group(turn)
    if event.handed_in is not None:
        return await _handed_in(turn, event.handed_in)
    if takeover.is_held(turn) and (said := await _while_held(turn)) is not None:
        return said
    if event.kind in _UNDERSTOOD_BY:
        return await _UNDERSTOOD_BY[event.kind](turn)
    return turn.aside(passing.ASIDE_KINDS[event.kind])


async def _while_held(turn: Turn) -> Outcome | None:
    """A notice is ours, so whoever answers one is heard while staff are there."""
    turn.text = words.clean(turn.event.text)
    if turn.event.kind is Kind.TEXT and (answered := await notices.by_code(turn)):
        return await _notice_pressed(turn, *answered)
    return takeover.while_held(turn)


async def _joined(turn: Turn) -> Outcome:
    """A follow, or the way back (T58): whoever is new gets the welcome."""
    known = turn.actor.has_consent or turn.actor.grants
    return await _begin(turn, turn.house.flows["menu" if known else "people"])


async def _withdrawn(turn: Turn) -> Outcome:
    return await _begin(turn, turn.house.flows["withdrawal"])


async def _handed_in(turn: Turn, handed: HandedIn) -> Outcome:
    """A file through our own page: for whom it was asked, whatever is being talked about (T13)."""
    mine = await roles.persons_of(turn.tx, turn.actor.canonical_id)
    purpose = handed.purpose.partition(":")[0]
    if handed.person_id in mine:
        for flow in turn.house.flows.open_to(turn.actor):
            if purpose in flow.receivers:
                return await flow.receivers[purpose](turn, handed)
    return turn.aside("menu.file_kept", name=handed.name)


async def _contact(turn: Turn) -> Outcome:
    """A card or a number; only the platform's word makes it the sender's own (T17)."""
    phone = turn.house.flows["phone"]
    if turn.event.owned_contact and turn.event.phone and phone.allows(turn.actor):
        return await _begin(turn, phone)
    return turn.aside(passing.ASIDE_KINDS[Kind.CONTACT])


async def _sent(turn: Turn) -> Outcome:
    """A photo or a voice where one was asked for; any other is not even fetched (T34)."""
    return await evidence.sent(turn) or turn.aside(passing.ASIDE_KINDS[turn.event.kind])


async def _filed(turn: Turn) -> Outcome:
    """A file that did not come through our page is not fetched; the way that is open is named."""
    return await evidence.filed(turn) or turn.aside(passing.ASIDE_KINDS[Kind.FILE])


async def _hidden(turn: Turn) -> Outcome:
    """The platform keeps this person's words from us: a human contact, once in a row (zalo.md)."""
    state = turn.state
    if state.last_text == _HIDDEN and state.last_at and turn.event.at - state.last_at < _ONCE_IN:
        return Outcome(keeps=True)
    state.last_text, state.last_at = _HIDDEN, turn.event.at
    settings = await units.settings_of(turn.tx, turn.actor.unit_id)
    phone, office = str(settings.get("office_phone") or ""), str(settings.get("office") or "")
    said = "menu.hidden_phone" if phone and office else "menu.hidden"
    return Outcome((turn.message(said, office=office, phone=phone),), keeps=True)


def _suspended(turn: Turn) -> Outcome:
    """A locked account does nothing, but whoever is being cheated is told what to do (T15, T56)."""
    if words.looks_urgent(turn.event.text):
        return Outcome(passing.first_aid(turn), keeps=True)
    return Outcome((turn.message("menu.suspended"),), keeps=True)


def _in_a_group(turn: Turn) -> Outcome:
    """Nothing personal is done where others read, and nothing is remembered (T11)."""
    if turn.event.kind is Kind.PRESS:
        return Outcome((turn.message("menu.not_your_button"),))
    if turn.event.text.startswith("/"):
        return Outcome((turn.message("menu.private_only"),))
    return Outcome()


async def _begin(turn: Turn, flow: Flow) -> Outcome:
    if not flow.allows(turn.actor):
        return _unclear(turn)
    if flow.start is None:
        raise RuntimeError(f"{flow.name} has no entry")
    return await flow.start(turn)


# --- a press -------------------------------------------------------------------------------------


async def _pressed(turn: Turn) -> Outcome:
    token = turn.event.button or ""
    base, digit = token[:_BASE], token[_BASE:]
    offered = turn.state.offered
    if base and base == offered.get("token"):
        key = _choice_at(offered.get("choices", []), digit)
        return await _heard(turn, key) if key else turn.aside("menu.old_button")
    pressed = await told.by_token(turn.tx, base) if _BASE_FORM.fullmatch(base) else None
    if pressed is None:
        return turn.aside("menu.old_button")
    if pressed.account_id != turn.actor.account_id:
        return turn.aside("menu.not_your_button")
    return await _notice_pressed(turn, pressed, digit)


def _choice_at(choices: list[Any], digit: str) -> str:
    if len(digit) == 1 and digit.isdecimal() and 1 <= int(digit) <= len(choices):
        return str(choices[int(digit) - 1][0])
    return ""


async def _notice_pressed(turn: Turn, pressed: told.Pressed, digit: str) -> Outcome:
    """A button of a notice works once, for thirty days, whatever is being talked about (T05)."""
    notice = pressed.body.get("notice")
    key = _choice_at(pressed.body.get("choices", []), digit)
    is_old = await notices.wall_of(turn) - pressed.created_at > BUTTONS_LIVE
    if notice is None or not key or is_old:
        return turn.aside("menu.old_button")
    flow, name, about = notice
    step = turn.house.flows.at(flow, name, turn.actor)
    if step is None:
        return turn.aside("menu.old_button")
    if not await told.use(turn.tx, pressed.id, now=turn.now):
        return turn.aside("menu.used_button")
    turn.choice, turn.about = key, about
    return await step(turn)


# --- something typed -----------------------------------------------------------------------------


async def _typed(turn: Turn) -> Outcome:
    turn.text = words.clean(turn.event.text)
    if words.looks_secret(turn.text):
        return turn.aside("menu.secret")
    if turn.text.startswith("/"):
        return await _commanded(turn)
    if passing.session_code(turn.text):  # before a quiz takes "B 4821" for its second answer
        return await _begin(turn, turn.house.flows["joining"])
    if answered := await notices.by_code(turn):
        return await _notice_pressed(turn, *answered)
    if name := await notices.flow_of_figure(turn):
        return await _begin(turn, turn.house.flows[name])
    step = turn.house.flows.find(turn.state, turn.actor)
    chosen = _chosen(turn, step)
    if isinstance(chosen, words.Exact):
        return await _heard(turn, chosen.key)
    if answered := await notices.by_words(turn):
        return await _notice_pressed(turn, *answered)
    return await _in_words(turn, step, chosen)


async def _in_words(turn: Turn, step: Step | None, chosen: words.Match) -> Outcome:
    """No choice word for word: danger and codes, universal words, a choice with a slip in it."""
    if name := _meant_for(turn.text):
        return await _begin(turn, turn.house.flows[name])
    universal = words.universal(turn.text, owns=_owned(step))
    if universal is not None:
        return await _universal(turn, universal)
    if turn.state.flow == "menu" and (name := meant.exactly(turn)):
        return await _begin(turn, turn.house.flows[name])  # "đóng buổi học" is no "Ghi buổi học"
    if isinstance(chosen, words.Close):
        return await _heard(turn, chosen.key)
    return await _read(turn, step)


async def _read(turn: Turn, step: Step | None) -> Outcome:
    """No choice and no universal word: the step's own reading, or a command in plain words."""
    if turn.state.flow and step is None:
        return Outcome((turn.message("menu.forgotten"),)).then("menu")
    if step is None or not step.reads:
        return await _by_words(turn, step)
    outcome = await step(turn)
    if not outcome.missed:
        return outcome
    if name := meant.in_words(turn):
        return await _begin(turn, turn.house.flows[name])
    return passing.in_passing(turn) or outcome


def _meant_for(text: str) -> str:
    """Danger and codes are understood whatever is being asked (T56, design §4)."""
    if words.looks_urgent(text):
        return "danger"
    if _BROADCAST_CODE.fullmatch(words.fold(text)):
        return "broadcast_check"
    return "people" if _PAYLOAD.fullmatch(text) or TYPED_CODE.fullmatch(text) else ""


def _owned(step: Step | None) -> frozenset[str]:
    return frozenset({step.reads}) if step is not None and step.reads else frozenset()


def _chosen(turn: Turn, step: Step | None) -> words.Match:
    """Which offered choice was typed; where a text is being read only an exact one counts."""
    choices = [(str(key), str(label)) for key, label in turn.state.offered.get("choices", [])]
    if step is None or not choices:
        return words.NoMatch()
    exact = frozenset(key for key, _ in choices) if step.reads else step.exact
    chosen = words.match_choice(turn.text, choices, letters=step.letters, exact_only=exact)
    if isinstance(chosen, words.Exact):
        return chosen
    said = next((keys for said, keys in step.says.items() if words.may_say(turn.text, said)), ())
    meant = [key for key, _ in choices if key in said]
    return words.Exact(meant[0]) if len(meant) == 1 else chosen


async def _heard(turn: Turn, key: str) -> Outcome:
    step = turn.house.flows.find(turn.state, turn.actor)
    if step is None:
        return Outcome((turn.message("menu.forgotten"),)).then("menu")
    turn.choice = key
    return await step(turn)


async def _commanded(turn: Turn) -> Outcome:
    command, _, arguments = turn.text.partition(" ")
    turn.text = arguments.strip()
    flow = turn.house.flows.commanded(command.lower(), turn.actor)
    if flow is not None:
        return await _begin(turn, flow)
    universal = words.universal(command.lower())
    return _unclear(turn) if universal is None else await _universal(turn, universal)


async def _universal(turn: Turn, word: words.Universal) -> Outcome:
    if word in _STOPS and await broadcasts.stopping.may_be_meant(turn):
        return await _begin(turn, broadcasts.stopping.stop)
    if word in _UNIVERSAL_FLOWS:
        return await _begin(turn, turn.house.flows[_UNIVERSAL_FLOWS[word]])
    if word is words.Universal.BACK:
        return _back(turn)
    if word is words.Universal.AGAIN:
        return Outcome(aside=True) if turn.state.offered else _unclear(turn)
    return turn.aside("menu.unsure_stop")


def _back(turn: Turn) -> Outcome:
    """The question before this one, with what was answered since kept in the draft (U6)."""
    if not turn.state.trail:
        return turn.aside("menu.no_way_back")
    earlier = turn.state.trail[-1]
    step = turn.house.flows.at(earlier["flow"], earlier["step"], turn.actor)
    if step is None:
        return turn.aside("menu.no_way_back")
    del turn.state.trail[-1]
    turn.state.offered = {}  # what is left now is not a place to come back to
    return Outcome((from_json(earlier["offered"]),), step, earlier["draft"], pushes=True)


async def _by_words(turn: Turn, step: Step | None) -> Outcome:
    """A hamlet's code, plain words for a command, a plain yes or no; else help."""
    if key := passing.plain_answer(turn, step):
        return await _heard(turn, key)
    if name := passing.flow_named(turn) or meant.in_words(turn):
        return await _begin(turn, turn.house.flows[name])
    if flow := await meant.claimed(turn):
        return await _begin(turn, flow)
    if step is None:
        return await _idle(turn)
    if key := passing.plain_choice(turn, step):
        return await _heard(turn, key)
    return _recapped(turn) or passing.in_passing(turn) or _unclear(turn)


async def _idle(turn: Turn) -> Outcome:
    """Nothing is open: whoever is new gets the welcome."""
    if not turn.actor.has_consent:
        return await _begin(turn, turn.house.flows["people"])
    return passing.in_passing(turn) or _unclear(turn)


def _recapped(turn: Turn) -> Outcome | None:
    last = turn.state.updated_at
    flow = turn.house.flows[turn.state.flow]
    if last is None or turn.now - last < RESUME_AFTER or flow.recap is None:
        return None
    said = flow.recap(turn)
    return Outcome((said,), aside=True) if said else None


def _unclear(turn: Turn) -> Outcome:
    """Not understood: an example, then the numbers again, then a person (U5)."""
    if not turn.state.offered:
        return turn.say("menu.unclear").then("menu")
    return Outcome(missed=True)


_UNDERSTOOD_BY: Final[Mapping[Kind, StepFunction]] = {
    Kind.TEXT: _typed,
    Kind.PRESS: _pressed,
    Kind.JOINED: _joined,
    Kind.HIDDEN: _hidden,
    Kind.CONTACT: _contact,
    Kind.PICTURE: _sent,
    Kind.VOICE: _sent,
    Kind.FILE: _filed,
}

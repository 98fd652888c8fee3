"""The steps that hear what is asked about a line, up to writing it."""

from dataclasses import replace

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.registers import entries, one_line, saying, service
from handlers.registers.asking import ask, go_on, year_of
from handlers.registers.draft import Draft
from handlers.registers.flow import flow
from handlers.registers.kinds import BOOK_OF, KINDS, MOST_MINUTES
from handlers.registers.place import Desk, at_desk
from handlers.registers.reading import Reading, Value
from handlers.registers.told import Answer, read_answer
from storage.registers import NewEntry


def sentence_of(desk: Desk, text: str, *, hint: tuple[str, ...] = ()) -> Desk | None:
    """The desk with the line that `text` tells, whatever was being told before."""
    found = desk.read(text, hint=hint) if text else None
    return desk.at(desk.draft.telling(found, text)) if found is not None else None


@flow.step(reads="text")
@at_desk
async def which_kind(turn: Turn, desk: Desk) -> Outcome:
    """The kind decides how the rest of the sentence is read."""
    if turn.choice in KINDS:
        draft = replace(desk.draft, kinds=(turn.choice,), book=BOOK_OF[turn.choice])
        again = desk.read(draft.said, hint=draft.kinds) if draft.said else None
        if again is not None and again.kinds == draft.kinds:
            draft = replace(draft, values=again.values, doubts=again.doubts)
        return await go_on(turn, desk.at(draft))
    told = sentence_of(desk, turn.text)
    return await go_on(turn, told) if told else turn.ask_again("registers.kind_unclear")


@flow.step(reads="text", yes="yes", no="other")
@at_desk
async def doubt(turn: Turn, desk: Desk) -> Outcome:
    """Which of several it is; or the figure that was asked once more."""
    draft, column = desk.draft, desk.draft.column
    choice = turn.choice or words.plain_choice(turn.text, yes="yes", no="other")
    if choice == "yes" and column in draft.known:
        return await go_on(turn, desk.at(replace(draft, sure=(*draft.sure, column))))
    if choice == "other":
        return ask(turn, desk.at(draft.without(column)), column)
    if choice in draft.asked.get(column, ()):
        value: Value = int(choice) if column in ("amount", "minutes") else choice
        return await go_on(turn, desk.at(draft.knowing({column: value})))
    return await _heard(turn, desk)


@flow.step(reads="text")
@at_desk
async def tell(turn: Turn, desk: Desk) -> Outcome:
    """One column of the line, perhaps more; or a sentence of its own."""
    column = desk.draft.column
    match turn.choice:
        case "none" | "none_there":
            value: Value = "" if column == "number" else None
            return await go_on(turn, desk.at(desk.draft.knowing({column: value})))
        case "today":
            today = desk.sent_at.date().isoformat()
            return await go_on(turn, desk.at(desk.draft.knowing({column: today})))
        case choice if choice.startswith("form_"):
            form = choice.removeprefix("form_")
            return await go_on(turn, desk.at(desk.draft.knowing({column: form})))
    return await _heard(turn, desk)


@flow.step(reads="number")
@at_desk
async def count(turn: Turn, desk: Desk) -> Outcome:
    """A figure: "0" is one here, and leads nowhere."""
    return await _heard(turn, desk)


async def _heard(turn: Turn, desk: Desk) -> Outcome:
    if not desk.draft.kind or not desk.draft.column:
        return await go_on(turn, desk)
    match read_answer(desk, turn.text):
        case Reading() as sentence:
            return await go_on(turn, desk.at(desk.draft.telling(sentence, turn.text)))
        case Answer(unclear="", values=values, doubts=doubts):
            return await go_on(turn, desk.at(desk.draft.doubting(doubts).knowing(values)))
        case Answer(unclear=unclear):
            most = MOST_MINUTES if desk.draft.column == "minutes" else KINDS[desk.draft.kind].most
            return turn.ask_again(unclear, most=words.say_number(most))


# --- the end -------------------------------------------------------------------------------------


@flow.step(reads="text")
@at_desk
async def check(turn: Turn, desk: Desk) -> Outcome:
    match turn.choice or words.plain_choice(turn.text, yes="write", no="change"):
        case "write":
            return await _write(turn, desk)
        case "change":
            return _ask_what(turn, desk)
        case "drop":
            dropped = turn.message("registers.dropped")
            return await entries.show_book(turn, desk.at(desk.draft.resting()), dropped)
    told = sentence_of(desk, turn.text)
    return await go_on(turn, told) if told else turn.ask_again("registers.check_unclear")


def _ask_what(turn: Turn, desk: Desk) -> Outcome:
    kind = desk.draft.kind
    columns = dict.fromkeys(("unit", *KINDS[kind].asked))
    choices = [Choice(one, saying.column_name(turn, kind, one)) for one in columns]
    return turn.ask(
        "registers.edit_what",
        hear=edit_what,
        choices=[Choice("kind", turn.text_of("registers.column_kind")), *choices],
        draft=desk.draft.dump(),
    )


@flow.step(reads="text")
@at_desk
async def edit_what(turn: Turn, desk: Desk) -> Outcome:
    draft = desk.draft
    if turn.choice == "kind":
        return await go_on(turn, desk.at(_of_another_kind(draft)))
    if turn.choice in ("unit", *KINDS[draft.kind].asked):
        return ask(turn, desk.at(draft.without(turn.choice)), turn.choice)
    told = sentence_of(desk, turn.text)
    return await go_on(turn, told) if told else turn.ask_again("registers.edit_unclear")


def _of_another_kind(draft: Draft) -> Draft:
    """Every kind is offered; what both have stays."""
    kinds = tuple(one for one in KINDS if one != draft.kind)
    kept = {key: value for key, value in draft.known.items() if key in ("unit", "on", "number")}
    return replace(draft, kinds=kinds, values=kept, doubts={}, sure=())


async def _write(turn: Turn, desk: Desk) -> Outcome:
    draft = desk.draft
    unit = desk.unit(draft.known.get("unit"))
    is_gone = draft.known.get("unit") is not None and unit is None
    if is_gone or not draft.kind:
        return turn.say("registers.gone").then("menu")
    entry = service.entry_of(
        draft.kind, draft.known, unit, commune_id=draft.commune, year=year_of(desk)
    )
    try:
        number = await _written(turn, draft, entry)
    except service.Denied:
        return turn.say("registers.denied").then("menu")
    except service.Gone:
        return await entries.show_book(turn, desk, turn.message("registers.gone"))
    except service.Twice as twice:
        said, number = "registers.twice", twice.number
    else:
        said = "registers.corrected" if draft.corrects else "registers.written"
    seen = desk.at(replace(draft.resting(), year=entry.year, page=0, line=number))
    return await one_line.show_one(turn, seen, turn.message(said))


async def _written(turn: Turn, draft: Draft, entry: NewEntry) -> int:
    if not draft.corrects:
        return await service.write(turn.tx, entry, by=turn.actor, now=turn.now)
    return await service.correct(turn.tx, draft.corrects, entry, by=turn.actor, now=turn.now)

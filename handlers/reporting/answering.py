"""The answers to the questions of a form: read, checked, saved, and on to the next (U6, N1-N8)."""

from dataclasses import replace
from datetime import date

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.reporting import rules
from handlers.reporting.answers import UNKNOWN, Answer
from handlers.reporting.asking import ask
from handlers.reporting.flow import flow
from handlers.reporting.form import MOST_LETTERS, Field, Kind
from handlers.reporting.going import go_on
from handlers.reporting.said import (
    names_something,
    read_figure,
    says_none,
    says_pass,
    says_unknown,
)
from handlers.reporting.shares import Share, read_share
from handlers.reporting.spot import Work
from handlers.reporting.steps import of_field


async def answered(turn: Turn, work: Work, field: Field, answer: Answer) -> Outcome:
    """Judge the answer, then keep it and go on."""
    verdict = rules.judge(
        field,
        answer,
        form=work.place.form,
        answers={key: one for key, one in work.answers.items() if key != field.key},
        people=work.place.people,
        last_year=work.place.last_year.get(field.key),
    )
    match verdict:
        case rules.Refused(text_id, values):
            return turn.ask_again(text_id, **values)
        case rules.Unusual(text_id, values):
            return _ask_whether_right(turn, work, answer, turn.text_of(text_id, **values))
    return await go_on(turn, work.with_answers({field.key: answer}))


async def passed(turn: Turn, work: Work, field: Field) -> Outcome:
    """Not now: asked again at the end if it is required."""
    return await go_on(turn, work.having_passed(field.key))


def _ask_whether_right(turn: Turn, work: Work, answer: Answer, why: str) -> Outcome:
    """An unusual figure, in figures and in words (T20)."""
    count = answer.value if isinstance(answer.value, int) else 0
    spot = replace(work.spot, pending=answer.to_json())
    return turn.ask(
        "reporting.is_right",
        hear=is_right,
        choices=("reporting.right", "reporting.again"),
        draft=spot.dump(),
        count=words.say_number(count),
        words=words.say_number_in_words(count),
        why=why,
    )


@flow.step(yes="right", no="again", reads="number")
@of_field
async def is_right(turn: Turn, work: Work, field: Field) -> Outcome:
    """Yes, no, or at once the figure that is; the same one typed again is a yes."""
    pending = Answer.from_json(work.spot.pending)
    match turn.choice or words.read_yes_no(turn.text):
        case "right" | True:
            return await answered(turn, work, field, replace(pending, sure=True))
        case "again" | False:
            return ask(turn, work, field)
    if field.kind is Kind.SHARE:
        return await _heard_share(turn, work, field)
    read = read_figure(turn.text)
    if isinstance(read, words.Count) and read.value == pending.value:
        return await answered(turn, work, field, replace(pending, sure=True))
    return await _heard_count(turn, work, field)


# --- figures -------------------------------------------------------------------------------------


@flow.step(reads="number")
@of_field
async def count(turn: Turn, work: Work, field: Field) -> Outcome:
    return await _heard_count(turn, work, field)


async def _heard_count(turn: Turn, work: Work, field: Field) -> Outcome:
    if says_pass(turn.text):
        return await passed(turn, work, field)
    match read_figure(turn.text):
        case words.Unknown():
            return await answered(turn, work, field, UNKNOWN)
        case words.Count(value=value, approximate=about):
            return await answered(turn, work, field, Answer(value, about=about))
        case words.Doubt(readings=readings):
            return _ask_which(turn, work, field, readings)
        case words.Refused():
            return turn.ask_again("reporting.negative")
        case _:
            example = field.help or _example(turn, rules.example_of(field, work.place.people))
            return turn.ask_again("reporting.number_unclear", help=example)


def _example(turn: Turn, example: str) -> str:
    return turn.text_of("reporting.for_example", example=example)


def _ask_which(turn: Turn, work: Work, field: Field, readings: tuple[int, ...]) -> Outcome:
    """One number may mean several: asked in figures and words, never guessed (N2, N4)."""
    choices = [
        Choice(str(one), f"{words.say_number(one)} ({words.say_number_in_words(one)})")
        for one in readings[:4]
    ]
    choices.append(Choice("again", turn.text_of("reporting.again")))
    return turn.ask(
        "reporting.which_number",
        hear=which_number,
        choices=choices,
        draft=work.spot.dump(),
        label=field.label,
    )


@flow.step(reads="number")
@of_field
async def which_number(turn: Turn, work: Work, field: Field) -> Outcome:
    """One of the readings, or another figure."""
    if turn.choice == "again" or (not turn.choice and words.read_yes_no(turn.text) is False):
        return ask(turn, work, field)
    if not turn.choice:
        return await _heard_count(turn, work, field)
    return await answered(turn, work, field, Answer(int(turn.choice)))


@flow.step(reads="number")
@of_field
async def share(turn: Turn, work: Work, field: Field) -> Outcome:
    return await _heard_share(turn, work, field)


async def _heard_share(turn: Turn, work: Work, field: Field) -> Outcome:
    """Two numbers; one alone is the part, or the whole where only that was asked for."""
    half = work.spot.pending.get("half")
    if says_pass(turn.text):
        known = work.answers.get(field.key)
        is_half = known is not None and not rules.is_answered(field, work.answers)
        return await passed(turn, work.with_answers({field.key: None}) if is_half else work, field)
    told = read_share(turn.text)
    if isinstance(told, words.Unknown):
        return await answered(turn, work, field, UNKNOWN)
    if told is None and isinstance(half, int):
        example = _example(turn, words.say_number(max(half, 1)))
        return turn.ask_again("reporting.number_unclear", help=example)
    if told is None:
        example = field.help or _example(turn, "120/185")
        return turn.ask_again("reporting.share_unclear", help=example)
    return await _with_share(turn, work, field, told)


async def _with_share(turn: Turn, work: Work, field: Field, told: Share) -> Outcome:
    half = work.spot.pending.get("half")
    part, whole, about = told.part, told.whole, told.about
    if whole is None and isinstance(half, int):
        known = work.answers.get(field.key)
        part, whole = half, told.part
        about = about or (known is not None and known.about)
    answer = Answer([part, whole], about=about)
    if whole and part > whole:
        return _ask_turned(turn, work, answer, part, whole)
    return await answered(turn, work, field, answer)


def _ask_turned(turn: Turn, work: Work, answer: Answer, part: int, whole: int) -> Outcome:
    """More than the whole: perhaps the two were told the other way round (design §9)."""
    turned = replace(answer, value=[whole, part]).to_json()
    half = {name: value for name, value in work.spot.pending.items() if name == "half"}
    spot = replace(work.spot, pending=turned | half)
    return turn.ask(
        "reporting.turned",
        hear=is_right,
        choices=("reporting.right", "reporting.again"),
        draft=spot.dump(),
        part=words.say_number(part),
        whole=words.say_number(whole),
    )


# --- days, choices, notes ------------------------------------------------------------------------


@flow.step(reads="text")
@of_field
async def day(turn: Turn, work: Work, field: Field) -> Outcome:
    if says_pass(turn.text):
        return await passed(turn, work, field)
    if says_unknown(turn.text):
        return await answered(turn, work, field, UNKNOWN)
    sent = turn.event.at.astimezone(turn.house.timezone)
    match words.read_date(turn.text, sent_at=sent, expects="past"):
        case date() as told if told <= turn.today:
            return await answered(turn, work, field, Answer(told.isoformat()))
        case date() | words.DateDoubt(reason="future"):
            return turn.ask_again("reporting.day_ahead")
        case words.DateRefused(month=int(month), last_day=int(last)):
            return turn.ask_again("reporting.day_no_such", month=month, last=last)
        case _:
            return turn.ask_again("reporting.day_unclear")


@flow.step(reads="text")
@of_field
async def option(turn: Turn, work: Work, field: Field) -> Outcome:
    """Pressed, or in plain words: "có rồi", "chưa", "tôi không biết"."""
    match turn.choice or _option_in_words(turn.text, field):
        case "":
            return turn.ask_again("reporting.option_unclear", help=field.help)
        case "_pass":
            return await passed(turn, work, field)
        case "_unknown":
            return await answered(turn, work, field, UNKNOWN)
        case key if field.option(key):
            return await answered(turn, work, field, Answer(key))
    return ask(turn, work, field)


def _option_in_words(text: str, field: Field) -> str:
    """The key of what was typed; "" = not understood."""
    if says_pass(text):
        return "_pass"
    if says_unknown(text):
        return "_unknown"
    said_yes = words.read_yes_no(text)
    plain = "" if said_yes is None else "yes" if said_yes else "no"
    if plain and field.option(plain):
        return plain
    match words.match_choice(text, [(one.key, one.label) for one in field.options]):
        case words.Exact(key) | words.Close(key):
            return key
    return ""


@flow.step(reads="text")
@of_field
async def options(turn: Turn, work: Work, field: Field) -> Outcome:
    """Several numbers in one line: "1, 3"; one may also be pressed."""
    if turn.choice and field.option(turn.choice):
        return await answered(turn, work, field, Answer([turn.choice]))
    if says_pass(turn.text):
        return await passed(turn, work, field)
    if words.read_yes_no(turn.text) is False:
        return await answered(turn, work, field, Answer([]))
    numbers = turn.text.replace(",", " ").replace("và", " ").split()
    if not all(one.isdecimal() and 1 <= int(one) <= len(field.options) for one in numbers):
        return turn.ask_again("reporting.options_unclear")
    keys = [field.options[int(one) - 1].key for one in numbers]
    return await answered(turn, work, field, Answer(list(dict.fromkeys(keys))))


@flow.step(reads="text")
@of_field
async def note(turn: Turn, work: Work, field: Field) -> Outcome:
    """In the person's own words; "không" is an answer, too."""
    if turn.choice == "_pass" or says_pass(turn.text):
        return await passed(turn, work, field)
    if turn.choice == "_none" or words.read_yes_no(turn.text) is False or says_none(turn.text):
        return await answered(turn, work, field, Answer(""))
    if says_unknown(turn.text):
        return await answered(turn, work, field, UNKNOWN)
    if not names_something(turn.text):
        return turn.ask_again("reporting.note_unclear")
    if len(turn.text) > MOST_LETTERS:
        return turn.ask_again("reporting.note_long", limit=MOST_LETTERS)
    return await answered(turn, work, field, Answer(turn.text))

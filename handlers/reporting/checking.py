"""Before anything is sent: what else, the summary, one line corrected, two reporters (U7, T19)."""

import re
from dataclasses import replace
from typing import Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import evidence, message, saying, sending, service
from handlers.reporting.answers import Answers, loaded
from handlers.reporting.asking import ask
from handlers.reporting.flow import flow
from handlers.reporting.form import Field, Kind
from handlers.reporting.going import go_on
from handlers.reporting.loading import drop_draft, evidence_keys, gone
from handlers.reporting.spot import Work
from handlers.reporting.steps import of_report
from handlers.reporting.summing import files_in, more, summary, with_evidence
from storage.reports import VersionInfo

# --- what is told besides ------------------------------------------------------------------------


@flow.step()
@of_report
async def which_more(turn: Turn, work: Work) -> Outcome:
    if turn.choice == "_done":
        return await go_on(turn, work.at(replace(work.spot, then="summary")))
    if turn.choice == "_rest":
        return await more(turn, work.at(replace(work.spot, page=work.spot.page + 1)))
    field = work.place.form.get(turn.choice)
    if field is None:
        return await more(turn, work)
    if field.kind is Kind.EVIDENCE:
        return await _ask_for_files(turn, work, field)
    return ask(turn, work.at(replace(work.spot, then="more")), field)


async def _ask_for_files(turn: Turn, work: Work, field: Field) -> Outcome:
    """Photos and PDF are awaited from now on; the list stays open beside them."""
    if work.spot.practice:
        return await more(turn, work)
    said = await evidence.asking(
        turn, unit_id=work.place.unit.id, period=work.place.period.key, field=field.key
    )
    asked = await more(turn, work)
    return replace(asked, messages=(*said, *asked.messages))


# --- the summary ---------------------------------------------------------------------------------


@flow.step(reads="text", says=dict.fromkeys(("đúng", "đúng rồi", "đúng hết"), ("send",)))
@of_report
async def check(turn: Turn, work: Work) -> Outcome:
    """Send it, mend a line, add something, or leave it for another time; or a sentence mends it."""
    match turn.choice or _plainly(turn.text):
        case "send":
            return await _send(turn, work)
        case "fill":
            return await fill(turn, work)
        case "edit":
            return await _ask_which_line(turn, work)
        case "add":
            return await go_on(turn, work.at(replace(work.spot, then="more", page=0)))
        case "later":
            return await _later(turn, work)
    if (told := _line_told(turn.text)) is not None:
        return await _mend_line(turn, work, *told)
    if (number := _line_number(turn.text)) is not None:
        return await _edit_line(turn, work, number)
    return await message.corrected(turn, work) or turn.ask_again("reporting.check_unclear")


def _plainly(text: str) -> str:
    """A plain no is "Sửa"; a yes to what may be either sends nothing, "đúng", "gửi luôn" do."""
    if _SEND.fullmatch(words.fold(text).strip(" .!")):
        return "send"
    return "edit" if words.read_yes_no(text) is False else ""


_SEND: Final = re.compile(
    r"(?:ok |vang |da |u |dung roi |xong )*gui(?: (?:di|lai|luon|nhe|nha|a|bao cao|cho xa|ngay))*"
)


def _line_number(text: str) -> int | None:
    """The line of "dòng 4", "sửa dòng 4", "(4)"."""
    folded = words.fold(text).strip(" ().")
    for lead in ("sua dong", "sua so", "sua muc", "dong so", "dong", "sua cau", "sua"):
        if folded.startswith(f"{lead} ") and folded.removeprefix(lead).strip().isdecimal():
            return int(folded.removeprefix(lead).strip()[:3])
    return None


async def fill(turn: Turn, work: Work) -> Outcome:
    """What is still open is asked once more, passed over or not."""
    draft = replace(work.draft, passed={"keys": []})
    return await go_on(turn, replace(work, draft=draft, spot=replace(work.spot, then="next")))


async def _later(turn: Turn, work: Work) -> Outcome:
    """A draft waits thirty days; a practice one for nobody."""
    if work.spot.practice:
        await drop_draft(turn, work.place, practice=True)
        return turn.say("reporting.practice_dropped").then("menu")
    return turn.say("reporting.kept_for_later", unit=work.place.name).then("menu")


async def _ask_which_line(turn: Turn, work: Work) -> Outcome:
    count = len(saying.shown(work.place.form, await with_evidence(turn, work)))
    if not count:
        return await summary(turn, work)
    return turn.ask("reporting.which_line", hear=edit_line, draft=work.spot.dump(), last=count)


@flow.step(reads="number")
@of_report
async def edit_line(turn: Turn, work: Work) -> Outcome:
    if (told := _line_told(turn.text)) is not None:
        return await _mend_line(turn, work, *told)
    number = _line_number(turn.text)
    if number is None and isinstance(read := words.read_count(turn.text), words.Count):
        number = read.value
    if number is not None:
        return await _edit_line(turn, work, number)
    return await message.corrected(turn, work) or turn.ask_again("reporting.line_unclear")


_LINE_TOLD: Final = re.compile(
    r"(?:sửa|sua)?\s*(?:dòng|dong|câu|cau|mục|muc)\s*(?:số|so)?\s*(\d{1,2})\s*"
    r"(?:[:=,-]|là|la|thành|thanh|sửa thành|sua thanh|phải là|phai la)\s*(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_TOLD_TO: Final = {
    Kind.COUNT: "count",
    Kind.SHARE: "share",
    Kind.DATE: "day",
    Kind.NOTE: "note",
    Kind.RECORDS: "record",
    Kind.BY_HAMLET: "by_hamlet",
}
"""Which step reads what was told for a line."""


def _line_told(text: str) -> tuple[int, str] | None:
    """The line and the rest of "dòng 4: 25 lượt"."""
    found = _LINE_TOLD.fullmatch(text.strip())
    return (int(found[1]), found[2].strip()) if found else None


async def _mend_line(turn: Turn, work: Work, number: int, told: str) -> Outcome:
    """One line told anew in one go: read exactly as an answer to its question."""
    fields = saying.shown(work.place.form, await with_evidence(turn, work))
    field = fields[number - 1] if 1 <= number <= len(fields) else None
    if field is None or field not in work.place.fields or field.kind not in _TOLD_TO:
        return await _edit_line(turn, work, number)
    asked = ask(turn, work.at(replace(work.spot, then="summary")), field)
    turn.state.draft = dict(asked.draft or {})
    turn.text, turn.choice = told, ""
    heard = await flow.steps[_TOLD_TO[field.kind]](turn)
    return replace(asked, messages=(*heard.messages, *asked.messages)) if heard.missed else heard


async def _edit_line(turn: Turn, work: Work, number: int) -> Outcome:
    fields = saying.shown(work.place.form, await with_evidence(turn, work))
    if not 1 <= number <= len(fields):
        return turn.ask_again("reporting.no_such_line", last=len(fields))
    field = fields[number - 1]
    if field not in work.place.fields:
        return turn.ask_again("reporting.not_yours_to_change", label=field.label)
    if field.kind is Kind.EVIDENCE:
        return await _ask_for_files(turn, work, field)
    return ask(turn, work.at(replace(work.spot, then="summary")), field)


# --- sending -------------------------------------------------------------------------------------


async def _send(turn: Turn, work: Work) -> Outcome:
    """Exactly what was shown, by who may at this moment (A3, T41, T42)."""
    answers = await with_evidence(turn, work)
    seen = (work.spot.shown, work.spot.form, work.spot.files)
    if seen != (work.draft.version, work.place.form.version, files_in(work.place, answers)):
        return await summary(turn, work, turn.message("reporting.changed_since"))
    if work.spot.practice:
        return await sending.practised(turn, work)
    try:
        receipt = await service.submit(
            turn.tx,
            work.place,
            _with_files(work, answers).draft,
            by=turn.actor,
            said_at=turn.event.at,
            now=turn.now,
            zone=turn.house.timezone,
        )
    except service.Denied:
        return gone(turn)
    except service.Frozen:
        return await sending.frozen(turn, work)
    except service.Incomplete:
        return await fill(turn, work)
    except service.Impossible as found:
        return await _ask_impossible(turn, work, found)
    except service.Overtaken as found:
        return await _ask_which_counts(turn, work, found.counted)
    return await sending.sent(turn, work, receipt)


def _with_files(work: Work, answers: Answers) -> Work:
    """The draft with exactly the evidence that is there now."""
    keys = evidence_keys(work.place)
    return work.with_answers({key: answers.get(key) for key in keys})


async def _ask_impossible(turn: Turn, work: Work, found: service.Impossible) -> Outcome:
    key, why = next(iter(found.why.items()))
    said = turn.message(why.text_id, **why.values)
    work = work.at(replace(work.spot, then="summary"))
    return ask(turn, work, work.place.form[key], said)


async def _ask_which_counts(turn: Turn, work: Work, counted: VersionInfo) -> Outcome:
    """Somebody else has sent since: both values side by side, never summed (T19)."""
    theirs, mine = loaded(counted.answers), await with_evidence(turn, work)
    texts, place = turn.house.texts, work.place
    lines = saying.differences(texts, place.form, theirs, mine, place.names)
    shown = "\n".join(lines) or turn.text_of("reporting.no_difference")
    spot = replace(work.spot, pending={"base": counted.number})
    return turn.ask(
        "reporting.which_counts",
        hear=which_counts,
        choices=("reporting.keep_theirs", "reporting.take_mine", "reporting.later"),
        draft=spot.dump(),
        before=(Outgoing(turn.text_of("reporting.overtaken", unit=place.name) + "\n" + shown),),
    )


@flow.step(exact=("take_mine",))
@of_report
async def which_counts(turn: Turn, work: Work) -> Outcome:
    if turn.choice == "keep_theirs":
        return await sending.kept_theirs(turn, work)
    if turn.choice == "later":
        return await _later(turn, work)
    base = int(work.spot.pending.get("base", 0))
    work = replace(work, draft=replace(work.draft, base=base))
    return await go_on(turn, work.at(replace(work.spot.asking(""), then="summary")))

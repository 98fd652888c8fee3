"""Answers of several pieces: models and examples one by one, and one share for each hamlet."""

import re
from dataclasses import replace
from typing import Any, Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.reporting.answering import answered, passed
from handlers.reporting.answers import UNKNOWN, Answer
from handlers.reporting.asking import ask, heading, step
from handlers.reporting.flow import flow
from handlers.reporting.form import MOST_RECORDS, Field, Part
from handlers.reporting.going import saved
from handlers.reporting.said import (
    names_something,
    says_done,
    says_more,
    says_none,
    says_pass,
    says_unknown,
)
from handlers.reporting.shares import RefusedRow, Rows, Share, read_rows, read_share
from handlers.reporting.spot import Work
from handlers.reporting.steps import of_field
from storage import units

_ROW: Final = re.compile(r'(?:"[^"]*"|“[^”]*”|[^;"“]|["“])+')
_WHOLE_COMMUNE: Final = re.compile(r"\b(?:cả xã|ca xa|toàn xã|toan xa|chung)\b", re.IGNORECASE)


@flow.step(reads="text")
@of_field
async def record(turn: Turn, work: Work, field: Field) -> Outcome:
    """One part of a record, in the person's own words or as one of its options."""
    part = _open_part(work, field)
    if part.key == field.parts[0].key:
        return await _heard_name(turn, work, field)
    return await _heard_part(turn, work, field, part)


async def _heard_name(turn: Turn, work: Work, field: Field) -> Outcome:
    """The name of a record, or of several; or that there is none, or no more."""
    told = _told(work)
    is_over = bool(told) and (says_done(turn.text) or says_unknown(turn.text))
    if turn.choice == "_none" or says_none(turn.text) or is_over:
        return await answered(turn, work, field, Answer(told))
    if turn.choice == "_pass" or says_pass(turn.text):
        return await passed(turn, work, field)
    if says_unknown(turn.text):
        return await answered(turn, work, field, UNKNOWN)
    records = _split(field, turn.text)
    names = [one[field.parts[0].key] for one in records]
    if not names or _is_command(turn) or not all(map(names_something, names)):
        example = turn.text_of("reporting.for_example", example=turn.text_of("reporting.a_model"))
        return turn.ask_again("reporting.name_unclear", help=field.help or example)
    if len(told) + len(records) > MOST_RECORDS:
        return turn.ask_again("reporting.records_many", limit=MOST_RECORDS)
    if long := next((found for one in records if (found := _too_long(field, one))), None):
        return turn.ask_again("reporting.note_long", limit=long.letters)
    pending = Answer(told).to_json() | {"rest": records[1:]}
    work = work.at(replace(work.spot, record={}, pending=pending))
    return await _with_parts(turn, work, field, records[0])


def _is_command(turn: Turn) -> bool:
    """Words that begin something else are no name."""
    typed = words.fold(turn.text)
    flows = turn.house.flows.open_to(turn.actor)
    return any(typed == words.fold(one) for flow in flows for one in flow.words)


async def _heard_part(turn: Turn, work: Work, field: Field, part: Part) -> Outcome:
    is_named = bool(turn.choice and part.options) or names_something(turn.text)
    if turn.choice == "_pass" or (part.optional and not is_named):
        return await _with_parts(turn, work, field, {part.key: ""})
    if part.options and turn.choice not in {one.key for one in part.options}:
        return turn.ask_again("reporting.choose_one")
    if not is_named:
        return turn.ask_again("reporting.part_needed")
    told = {part.key: turn.choice or turn.text}
    if long := _too_long(field, told):
        return turn.ask_again("reporting.note_long", limit=long.letters)
    return await _with_parts(turn, work, field, told)


def _too_long(field: Field, told: dict[str, str]) -> Part | None:
    return next((one for one in field.parts if len(told.get(one.key, "")) > one.letters), None)


def _split(field: Field, text: str) -> list[dict[str, str]]:
    """One record for each name: "Nhóm Zalo; Chợ số"; a semicolon in quotes is part of a name."""
    rows = (row.strip() for row in _ROW.findall(text))
    return [_pieces(field, row) for row in rows if row]


def _pieces(field: Field, text: str) -> dict[str, str]:
    """Two pieces where two were told: "Nhóm Zalo của xóm: ai hỏi cũng có người trả lời"."""
    name, mark, rest = text.partition(":")
    second = next((part for part in field.parts[1:] if not part.options), None)
    if mark and second is not None and name.strip() and rest.strip():
        return {field.parts[0].key: name.strip(), second.key: rest.strip()}
    return {field.parts[0].key: text}


def _open_part(work: Work, field: Field) -> Part:
    wanted = [one for one in field.parts if not one.optional or one.options]
    return next((one for one in wanted if one.key not in work.spot.record), field.parts[0])


def _told(work: Work) -> list[Any]:
    """The records told since the question was asked: told anew, they replace older ones."""
    told = work.spot.pending.get("value")
    return list(told) if isinstance(told, list) else []


def _rest(work: Work) -> list[dict[str, str]]:
    """The records named in the same message whose other parts are not asked for yet."""
    return list(work.spot.pending.get("rest", []))


async def _with_parts(turn: Turn, work: Work, field: Field, told: dict[str, str]) -> Outcome:
    """Keep what is told so far, and ask for what must be told besides.

    What may be left out is asked for only where one can press it.
    """
    record = {**work.spot.record, **told}
    whole = {key: text for key, text in record.items() if text}
    done, rest = [*_told(work), whole], _rest(work)
    work = await saved(turn, work.with_answers({field.key: Answer([*done, *rest])}))
    wanted = [one for one in field.parts if not one.optional or one.options]
    left = next((one for one in wanted if one.key not in record), None)
    if left is not None:
        return _ask_part(turn, work.at(replace(work.spot, record=record)), field, left)
    if rest:
        pending = Answer(done).to_json() | {"rest": rest[1:], "of": len(done) + len(rest)}
        work = work.at(replace(work.spot, record={}, pending=pending))
        return await _with_parts(turn, work, field, rest[0])
    return await _one_more(turn, work, field, done)


def _ask_part(turn: Turn, work: Work, field: Field, part: Part) -> Outcome:
    choices = [Choice(one.key, one.label) for one in part.options]
    if part.optional:
        choices.append(Choice("_pass", turn.text_of("reporting.pass")))
    return turn.ask(
        "reporting.field",
        hear=step("record"),
        choices=choices,
        draft=work.spot.dump(),
        heading=heading(turn, work, field),
        ask=_of_whom(work, field) + part.ask,
        ways=turn.text_of("reporting.ways_choice"),
    )


def _of_whom(work: Work, field: Field) -> str:
    """The name of the record, where several were told at once."""
    several = bool(_rest(work)) or "of" in work.spot.pending
    return f"{work.spot.record[field.parts[0].key]}: " if several else ""


async def _one_more(turn: Turn, work: Work, field: Field, told: list[Any]) -> Outcome:
    """Ask whether there is another."""
    if len(told) >= MOST_RECORDS:
        return await answered(turn, work, field, Answer(told))
    spot = replace(work.spot, record={}, pending=Answer(told).to_json())
    return turn.ask(
        "reporting.another",
        hear=another,
        choices=("reporting.no_other", "reporting.one_other"),
        draft=spot.dump(),
        label=field.label,
        count=len(told),
    )


@flow.step(yes="one_other", no="no_other", reads="text")
@of_field
async def another(turn: Turn, work: Work, field: Field) -> Outcome:
    """Goes on from what is stored: an older question may remember less (U6)."""
    kept = work.answers.get(field.key) or Answer.from_json(work.spot.pending)
    work = work.at(replace(work.spot, record={}, pending=kept.to_json()))
    said = turn.choice or _whether_another(turn.text)
    if said == "no_other":
        return await answered(turn, work, field, kept)
    if said == "one_other":
        asked = ask(turn, work, field)
        return replace(asked, draft={**(asked.draft or {}), "pending": kept.to_json()})
    return await _heard_name(turn, work, field)


def _whether_another(text: str) -> str:
    """Yes, no, or "" for what may be the name itself."""
    meant = words.read_yes_no(text)
    if meant is False or says_none(text) or says_done(text) or says_pass(text):
        return "no_other"
    return "one_other" if meant or says_more(text) else ""


# --- one share for each hamlet (design §5: entered once by its holder) ---------------------------


@flow.step(reads="text")
@of_field
async def by_hamlet(turn: Turn, work: Work, field: Field) -> Outcome:
    """Lines of "Xóm 5: 300/420", or one share for the whole commune."""
    if says_pass(turn.text):
        return await passed(turn, work, field)
    kept = work.answers.get(field.key)
    if work.spot.pending and kept and _is_all(turn.text):
        return await answered(turn, work, field, kept)
    if says_unknown(turn.text):
        return await answered(turn, work, field, UNKNOWN)
    return await _heard_rows(turn, work, field)


async def _heard_rows(turn: Turn, work: Work, field: Field) -> Outcome:
    """Lines of hamlets; beside some of them a bare share is of none, nor of the commune."""
    rows = Rows()
    bare, count = _WHOLE_COMMUNE.subn("", turn.text)
    whole = read_share(bare.strip(" :"))
    if isinstance(whole, Share) and whole.whole is not None and (count or not work.spot.pending):
        rows.add("", turn.text_of("reporting.all_commune"), [whole.part, whole.whole])
    else:
        commune = work.place.unit.commune_id
        hamlets = await units.hamlets(turn.tx, on=turn.today, commune_id=commune)
        rows = read_rows(turn.event.text, hamlets, work.place.names.hamlets)
    if not rows.known and rows.refused:
        return turn.ask_again("reporting.not_taken", **_why_not(turn, rows.refused[0]))
    if not rows.known:
        return turn.ask_again("reporting.rows_unclear")
    return await _with_rows(turn, work, field, rows)


def _why_not(turn: Turn, row: RefusedRow) -> dict[str, str]:
    told = f"{words.say_number(row.part)}/{words.say_number(row.whole)}"
    why = turn.text_of(row.why.text_id, **row.why.values)
    return {"label": row.name, "told": told, "why": why}


async def _with_rows(turn: Turn, work: Work, field: Field, rows: Rows) -> Outcome:
    """Keep the rows beside those told before; say which are still missing."""
    before = work.answers.get(field.key)
    kept = dict(before.value) if before and isinstance(before.value, dict) else {}
    is_whole = "" in rows.known
    together = rows.known if is_whole else {**{k: v for k, v in kept.items() if k}, **rows.known}
    hamlets = {} if is_whole else work.place.names.hamlets
    missing = [name for code, name in hamlets.items() if code not in together]
    if not missing and not rows.unread and not rows.refused:
        return await answered(turn, work, field, Answer(together))
    work = await saved(turn, work.with_answers({field.key: Answer(together)}))
    said = [turn.message("reporting.not_taken", **_why_not(turn, one)) for one in rows.refused]
    if rows.unread:
        said.append(turn.message("reporting.rows_unread", lines="; ".join(rows.unread)))
    names = ", ".join(missing[:15]) or turn.text_of("reporting.rows_none")
    return turn.ask(
        "reporting.rows_missing",
        hear=step("rest_of_hamlets"),
        choices=("reporting.rows_done", "reporting.rows_more"),
        draft=replace(work.spot, pending=Answer(together).to_json()).dump(),
        before=said,
        missing=names,
    )


@flow.step(reads="text")
@of_field
async def rest_of_hamlets(turn: Turn, work: Work, field: Field) -> Outcome:
    """That it is all, or more rows; what is stored counts, not what the question remembers (U6)."""
    kept = work.answers.get(field.key) or Answer.from_json(work.spot.pending)
    if turn.choice == "rows_done" or (not turn.choice and _is_all(turn.text)):
        return await answered(turn, work, field, kept)
    if turn.choice:
        asked = ask(turn, work, field)
        return replace(asked, draft={**(asked.draft or {}), "pending": kept.to_json()})
    return await _heard_rows(turn, work, field)


def _is_all(text: str) -> bool:
    is_none = says_none(text) or says_unknown(text) or words.read_yes_no(text) is not None
    return is_none or says_done(text) or says_pass(text)

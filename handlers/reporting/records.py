"""Answers of several pieces: models and examples one by one, and one share for each hamlet."""

from dataclasses import replace
from typing import Any

from handlers import places, words
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting.answering import answered, passed
from handlers.reporting.answers import UNKNOWN, Answer
from handlers.reporting.asking import ask, heading, step
from handlers.reporting.flow import flow
from handlers.reporting.form import MOST_RECORDS, Field, Part
from handlers.reporting.going import saved
from handlers.reporting.loading import of_field
from handlers.reporting.said import says_none, says_pass
from handlers.reporting.shares import Share, read_share
from handlers.reporting.spot import Work
from storage import units


@flow.step(reads="text")
@of_field
async def record(turn: Turn, work: Work, field: Field) -> Outcome:
    """One part of a record, in the person's own words or as one of its options."""
    part = _open_part(work, field)
    is_first = part.key == field.parts[0].key
    if is_first and (turn.choice == "_none" or says_none(turn.text)):
        return await _without(turn, work, field)
    if turn.choice == "_pass" or says_pass(turn.text):
        if is_first:
            return await passed(turn, work, field)
        if part.optional:
            return await _with_parts(turn, work, field, {part.key: ""})
    if part.options and not turn.choice:
        return turn.ask_again("reporting.choose_one")
    told = {part.key: turn.choice or turn.text}
    if is_first and not part.options:
        told = _split(field, turn.text)
    if long := next((p for p in field.parts if len(told.get(p.key, "")) > p.letters), None):
        return turn.ask_again("reporting.note_long", limit=long.letters)
    return await _with_parts(turn, work, field, told)


def _split(field: Field, text: str) -> dict[str, str]:
    """Two pieces where two were told: "Nhóm Zalo của xóm: ai hỏi cũng có người trả lời"."""
    name, mark, rest = text.partition(":")
    second = next((part for part in field.parts[1:] if not part.options), None)
    if mark and second is not None and name.strip() and rest.strip():
        return {field.parts[0].key: name.strip(), second.key: rest.strip()}
    return {field.parts[0].key: text}


def _open_part(work: Work, field: Field) -> Part:
    wanted = [one for one in field.parts if not one.optional or one.options]
    return next((one for one in wanted if one.key not in work.spot.record), field.parts[0])


async def _without(turn: Turn, work: Work, field: Field) -> Outcome:
    """Told after some others, "chưa có" ends the list; before them it is the answer."""
    return await answered(turn, work, field, Answer(_told(work)))


def _told(work: Work) -> list[Any]:
    """The records told since the question was asked: told anew, they replace older ones."""
    told = work.spot.pending.get("value")
    return list(told) if isinstance(told, list) else []


async def _with_parts(turn: Turn, work: Work, field: Field, told: dict[str, str]) -> Outcome:
    """What must be told besides is asked; what may be left out only where one can press it."""
    record = {**work.spot.record, **told}
    work = work.at(replace(work.spot, record=record))
    wanted = [one for one in field.parts if not one.optional or one.options]
    left = next((one for one in wanted if one.key not in record), None)
    if left is not None:
        return _ask_part(turn, work, field, left)
    whole = {key: text for key, text in record.items() if text}
    return await _one_more(turn, work, field, [*_told(work), whole])


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
        ask=part.ask,
        ways=turn.text_of("reporting.ways_choice" if choices else "reporting.ways_text"),
    )


async def _one_more(turn: Turn, work: Work, field: Field, told: list[Any]) -> Outcome:
    """Keep what was told and ask whether there is another."""
    if len(told) >= MOST_RECORDS:
        return await answered(turn, work, field, Answer(told))
    work = await saved(turn, work.with_answers({field.key: Answer(told)}))
    spot = replace(work.spot, record={}, pending=Answer(told).to_json())
    return turn.ask(
        "reporting.another",
        hear=another,
        choices=("reporting.no_other", "reporting.one_other"),
        draft=spot.dump(),
        label=field.label,
        count=len(told),
    )


@flow.step(yes="one_other", no="no_other")
@of_field
async def another(turn: Turn, work: Work, field: Field) -> Outcome:
    told = work.spot.pending
    if turn.choice != "one_other":
        return await answered(turn, work, field, Answer.from_json(told))
    asked = ask(turn, work, field)
    return replace(asked, draft={**(asked.draft or {}), "pending": told})


# --- one share for each hamlet (design §5: entered once by its holder) ---------------------------


@flow.step(reads="text")
@of_field
async def by_hamlet(turn: Turn, work: Work, field: Field) -> Outcome:
    """Lines of "Xóm 5: 300/420", or one share for the whole commune."""
    if says_pass(turn.text):
        return await passed(turn, work, field)
    whole = read_share(turn.text.lower().replace("cả xã", "").replace("ca xa", "").strip(" :"))
    if isinstance(whole, words.Unknown):
        return await answered(turn, work, field, UNKNOWN)
    if isinstance(whole, Share) and whole.whole is not None:
        return await _with_rows(turn, work, field, {"": [whole.part, whole.whole]}, [])
    rows, unread = await _read_rows(turn, work)
    if not rows:
        return turn.ask_again("reporting.rows_unclear")
    return await _with_rows(turn, work, field, rows, unread)


async def _read_rows(turn: Turn, work: Work) -> tuple[dict[str, list[int]], list[str]]:
    """(code of a hamlet -> its share, the lines that say nothing sure)."""
    hamlets = await units.hamlets(turn.tx, on=turn.today, commune_id=work.place.unit.commune_id)
    rows: dict[str, list[int]] = {}
    unread = []
    typed = turn.event.text.replace(";", "\n").splitlines()
    for line in (words.clean(one) for one in typed if one.strip()):
        name, colon, figures = line.rpartition(":")
        if not colon:
            name, _, figures = line.rpartition(" ")
        found, told = places.find(name, hamlets), read_share(figures)
        is_sure = len(found) == 1 and isinstance(told, Share) and told.whole is not None
        if is_sure and isinstance(told, Share) and told.part <= (told.whole or 0):
            rows[found[0].code] = [told.part, told.whole or 0]
        else:
            unread.append(line[:60])
    return rows, unread


async def _with_rows(
    turn: Turn, work: Work, field: Field, rows: dict[str, list[int]], unread: list[str]
) -> Outcome:
    """Keep the rows beside those told before; say which are still missing."""
    before = work.answers.get(field.key)
    kept = dict(before.value) if before and isinstance(before.value, dict) else {}
    together = rows if "" in rows else {**{k: v for k, v in kept.items() if k}, **rows}
    missing = (
        []
        if "" in together
        else [n for c, n in work.place.names.hamlets.items() if c not in together]
    )
    if not missing and not unread:
        return await answered(turn, work, field, Answer(together))
    work = await saved(turn, work.with_answers({field.key: Answer(together)}))
    spot = replace(work.spot, pending=Answer(together).to_json())
    said = [turn.message("reporting.rows_unread", lines="; ".join(unread))] if unread else []
    names = ", ".join(missing[:15]) or turn.text_of("reporting.rows_none")
    return turn.ask(
        "reporting.rows_missing",
        hear=step("rest_of_hamlets"),
        choices=("reporting.rows_done", "reporting.rows_more"),
        draft=spot.dump(),
        before=[Outgoing(one.text) for one in said],
        missing=names,
    )


@flow.step()
@of_field
async def rest_of_hamlets(turn: Turn, work: Work, field: Field) -> Outcome:
    if turn.choice == "rows_done":
        return await answered(turn, work, field, Answer.from_json(work.spot.pending))
    return ask(turn, work, field)

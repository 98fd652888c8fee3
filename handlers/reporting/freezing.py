"""/duyet: chốt số liệu of a period, and mở lại with a reason (design §5, A6)."""

from typing import Any, Final

from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice
from handlers.reporting import periods, service
from handlers.reporting.place import form_key
from handlers.reporting.service import DESK
from handlers.roles import communes_of
from handlers.words import say_date
from storage import reports, units

flow = Flow(
    "review",
    allow=DESK,
    command="/duyet",
    words=("duyệt báo cáo", "chốt số liệu", "mở lại báo cáo"),
    menu="review.menu",
)
_REASON_LETTERS: Final = 300


@flow.entry
async def begin(turn: Turn) -> Outcome:
    choices = []
    for commune in communes_of(turn.actor.grants, *DESK):
        settings = await units.settings_of(turn.tx, commune)
        for period in periods.open_on(turn.today, settings):
            title = periods.say_title(turn.house.texts, period)
            name = f"{settings.get('name', '')}, {title}".strip(", ")
            choices.append(Choice(f"{commune}:{period.key}", name))
    if len(choices) == 1:
        return await _status(turn, choices[0].key)
    return turn.ask("review.which", hear=which, choices=choices[:9])


@flow.step()
async def which(turn: Turn) -> Outcome:
    return await _status(turn, turn.choice)


async def _status(turn: Turn, key: str) -> Outcome:
    """How many reports count, and whether the figures are frozen."""
    commune, period = _parts(key)
    if commune not in communes_of(turn.actor.grants, *DESK):  # the right has ended meanwhile (T13)
        return turn.say("review.denied").then("menu")
    required = await _required(turn, commune)
    found = await reports.of_units(turn.tx, required, period)
    sent = sum(report.version > 0 for report in found.values())
    standing = await reports.frozen(turn.tx, commune, period)
    values: dict[str, Any] = {
        "sent": sent,
        "of": len(required),
        "period": await _title(turn, commune, period),
    }
    draft = {"key": key}
    if standing is None:
        choices = ("review.freeze", "review.home")
        return turn.ask("review.open", hear=act, choices=choices, draft=draft, **values)
    at = say_date(standing.frozen_at.astimezone(turn.house.timezone).date())
    choices = ("review.reopen", "review.home")
    return turn.ask("review.frozen", hear=act, choices=choices, draft=draft, at=at, **values)


async def _required(turn: Turn, commune: int) -> list[int]:
    known = await units.listed(turn.tx, on=turn.today)
    mine = [one for one in known if one.commune_id == commune and one.duty == "required"]
    return [one.id for one in mine if form_key(one)]


async def _title(turn: Turn, commune: int, period: str) -> str:
    found = periods.by_key(period, await units.settings_of(turn.tx, commune))
    return periods.say_title(turn.house.texts, found) if found else period


def _parts(key: str) -> tuple[int, str]:
    commune, _, period = key.partition(":")
    return int(commune) if commune.isdecimal() else 0, period


@flow.step(exact=("freeze", "reopen"))
async def act(turn: Turn) -> Outcome:
    key = str(turn.draft.get("key", ""))
    commune, period = _parts(key)
    title = await _title(turn, commune, period)
    if turn.choice == "freeze":
        choices = ("review.not_now", "review.freeze_it")
        return turn.ask(
            "review.freeze_sure", hear=sure, choices=choices, draft={"key": key}, period=title
        )
    if turn.choice == "reopen":
        return turn.ask("review.ask_reason", hear=reason, draft={"key": key}, period=title)
    return Outcome().then("menu")


@flow.step(exact=("freeze_it",), no="not_now")
async def sure(turn: Turn) -> Outcome:
    """The consequence was repeated, the safe choice is the first (U18)."""
    if turn.choice != "freeze_it":
        return turn.say("review.nothing_done").then("menu")
    commune, period = _parts(str(turn.draft.get("key", "")))
    try:
        count = await service.freeze(turn.tx, commune, period, by=turn.actor, now=turn.now)
    except service.Denied:
        return turn.say("review.denied").then("menu")
    if count is None:
        return turn.say("review.already").then("menu")
    title = await _title(turn, commune, period)
    return turn.say("review.froze", count=count, period=title).then("menu")


@flow.step(reads="text")
async def reason(turn: Turn) -> Outcome:
    """Frozen periods reopen only with a reason, which stands in the record (A6)."""
    if not 5 <= len(turn.text) <= _REASON_LETTERS:
        return turn.ask_again("review.reason_unclear")
    commune, period = _parts(str(turn.draft.get("key", "")))
    try:
        done = await service.reopen(
            turn.tx, commune, period, reason=turn.text, by=turn.actor, now=turn.now
        )
    except service.Denied:
        return turn.say("review.denied").then("menu")
    title = await _title(turn, commune, period)
    said = "review.reopened" if done else "review.was_open"
    return turn.say(said, period=title).then("menu")

"""`python -m bot check`: what a person should mend before it reaches people."""

import logging
from collections.abc import Iterator
from secrets import token_bytes
from typing import TYPE_CHECKING

from bot import opening
from bot.channels.web_chat import WebChat
from bot.clock import SystemClock
from bot.commands import opened, today_of
from bot.config import Settings
from bot.filing import Filing
from bot.mailbox import OutboxMailbox
from bot.opening import Foundations
from handlers import texts
from handlers.reporting import checks, forms
from handlers.texts import linting
from lessons import catalogue, checker
from storage.database import Database

if TYPE_CHECKING:
    from bot.channels.zalo_bot import ZaloBot
    from bot.channels.zalo_oa import ZaloOa

log = logging.getLogger(__name__)


async def findings(settings: Settings, *, channels: bool) -> list[str]:
    """One line for each finding; a line that begins with "warning" stops nothing."""
    about_lessons = checker.check(catalogue.HERE, today_of(settings))
    found = [f"{f.severity}: {f.where}: {f.what}" for f in about_lessons]
    found += [f"error: texts: {line}" for line in linting.findings(texts.load())]
    found += [f"error: forms: {line}" for line in _about_forms()]
    if channels:
        found += await _about_channels(settings)
    return found


def _about_forms() -> list[str]:
    try:
        every = list(forms.built_in().values())
    except (KeyError, ValueError) as error:
        return [f"cannot be read: {error}"]
    problems = [problem for form in every for problem in checks.problems_of(form)]
    problems += checks.problems_among(every)
    return [f"{problem.where}: {problem.what}" for problem in problems]


async def _about_channels(settings: Settings) -> list[str]:
    """A channel that does not answer, or does not know us, is a finding."""
    found: list[str] = []
    async with opened(settings, seeded=False) as database:
        ground = foundations(settings, database)
        if settings.has_telegram:
            telegram = opening.telegram(ground)
            if await telegram.ask_name() is None:
                found.append("error: telegram: does not answer, or refuses the token")
            await telegram.close()
        for zalo in _zalos(ground):
            found += await zalo.findings()
            await zalo.close()
    return found


def _zalos(ground: Foundations) -> "Iterator[ZaloOa | ZaloBot]":
    if ground.settings.has_zalo_oa:
        yield opening.zalo_oa(ground)
    if ground.settings.has_zalo_bot:
        yield opening.zalo_bot(ground)


def foundations(settings: Settings, database: Database) -> Foundations:
    """What channels need when a command uses them beside the service."""
    clock = SystemClock()
    filing = Filing(
        database, address="", clock=clock, entropy=token_bytes, keyed_hash=str, texts=texts.load()
    )
    able, picture = WebChat.able, opening.find_picture
    mailbox = OutboxMailbox(database, able=able, filing=filing, lane=str, picture=picture)
    return Foundations(settings, database, clock, "check", b"", "", mailbox, _logged)


def _logged(what: str, /, **values: object) -> None:
    log.warning("alarm", extra={"what": what, **values})

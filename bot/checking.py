"""`python -m bot check`: what a person should mend before it reaches people."""

from bot.clock import SystemClock
from bot.commands import opened, today_of
from bot.config import Settings
from bot.remembering import StoredMemory
from handlers import texts
from handlers.texts import linting
from lessons import catalogue, checker


async def findings(settings: Settings, *, channels: bool) -> list[str]:
    """One line for each finding; a line that begins with "warning" stops nothing."""
    about_lessons = checker.check(catalogue.HERE, today_of(settings))
    found = [f"{f.severity}: {f.where}: {f.what}" for f in about_lessons]
    found += [f"error: texts: {line}" for line in linting.findings(texts.load())]
    if channels and settings.has_telegram:
        found += await _about_telegram(settings)
    return found


async def _about_telegram(settings: Settings) -> list[str]:
    """A channel that does not answer, or does not know us, is a finding."""
    from bot.channels.telegram import Telegram

    async with opened(settings, seeded=False) as database:
        memory = StoredMemory(database, scope="telegram", owner="check", clock=SystemClock())
        telegram = Telegram(
            settings.telegram_token.get_secret_value(),
            memory=memory,
            menu=list,
            api_url=settings.telegram_api_url,
        )
        name = await telegram.ask_name()
        await telegram.close()
    return [] if name else ["error: telegram: does not answer, or refuses the token"]

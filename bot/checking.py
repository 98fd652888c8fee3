"""`python -m bot check`: what a person should mend before it reaches people."""

from bot.config import Settings
from handlers import texts
from handlers.texts import linting


async def findings(settings: Settings, *, channels: bool) -> list[str]:
    """One line for each finding; empty when all is good."""
    from bot.commands import today_of
    from lessons import checker

    found = [f"{f.severity}: {f.where}: {f.what}" for f in checker.check(today=today_of(settings))]
    found += linting.findings(texts.load())
    if channels:
        found += await _unknown_channels(settings)
    return found


async def _unknown_channels(settings: Settings) -> list[str]:
    """Ask each channel who we are; a channel that does not answer is a finding."""
    if not settings.has_telegram:
        return []
    from bot.channels.telegram import whoami

    name = await whoami(
        settings.telegram_token.get_secret_value(), api_url=settings.telegram_api_url
    )
    return [] if name else ["telegram: does not answer, or refuses the token"]

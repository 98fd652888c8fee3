"""What every command does in a terminal: read settings, run to its end, say what failed.

Exit codes: 0 good, 1 findings, 2 usage (design §2).
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, NoReturn

import typer

from bot import config, logs

FINDINGS: Final = 1
USAGE: Final = 2


def fail(message: str, *, code: int = USAGE) -> NoReturn:
    sys.stderr.write(message.rstrip() + "\n")
    raise typer.Exit(code)


def settings() -> config.Settings:
    try:
        read = config.read()
    except config.WrongSettings as error:
        fail(f"Settings are wrong (see .env.example):\n{error}")
    logs.set_up(read.log_level)
    return read


def running(job: Coroutine[Any, Any, None]) -> None:
    """Run a job on the fast loop; what users can mend is said in one sentence."""
    from bot.app import AlreadyRunning, OtherSecret
    from bot.seeding import Impossible, NoUnits
    from handlers.units import CommuneFileRefused
    from storage.database import Unavailable
    from storage.migrations import UnknownSchema

    gc.freeze()
    gc.enable()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(job)
    except AlreadyRunning:
        fail("Another process is already using this database (only PostgreSQL takes several).")
    except OtherSecret:
        fail("APP_SECRET (or DATA_DIR/secret) is not the one this database was begun with.")
    except NoUnits:
        fail("There are no units yet. First: python -m bot units import FILE --yes")
    except UnknownSchema as error:
        fail(f"The database belongs to a newer release ({error}): this one will not touch it.")
    except CommuneFileRefused as error:
        fail(f"The commune file has mistakes:\n{error}")
    except Unavailable as error:
        fail(f"The database cannot be used: {error}")
    except Impossible as error:
        fail(str(error), code=FINDINGS)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop

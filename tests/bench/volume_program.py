"""The program as it is, but for the ceiling of Telegram: `python -m tests.bench.volume_program N`.

A ceiling is a constant of its channel; nothing in the environment can raise it by mistake.
"""

import sys
from dataclasses import replace

from bot.channels.telegram import Telegram
from bot.cli import main

if __name__ == "__main__":
    ceiling = float(sys.argv[1])
    Telegram.able = replace(Telegram.able, per_second=ceiling)
    sys.argv = ["bot", "run"]
    main()

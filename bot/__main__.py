"""python -m bot: every command of the house (design §4)."""

import gc

gc.disable()  # nothing made while importing is garbage; the command switches it on again

from bot.cli import main  # noqa: E402

if __name__ == "__main__":
    main()

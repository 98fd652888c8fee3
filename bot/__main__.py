"""python -m bot: every command of the house (design §4)."""

from bot.cli import main

if __name__ == "__main__":
    main()

"""The registers of the officer: plans, visits, awards, publicity."""

from typing import Final

from handlers.flow import Flow
from handlers.registers.kinds import BOOKS
from handlers.roles import DESK

REGISTER: Final = "register"
"""First word of the purpose of a file handed in for a line: "register:12"."""

flow = Flow(
    "registers",
    allow=DESK,
    words=(
        *("sổ theo dõi", "ghi sổ theo dõi", "xem sổ theo dõi"),
        *(word for book in BOOKS.values() for word in book.words),
    ),
    menu="registers.menu",
)

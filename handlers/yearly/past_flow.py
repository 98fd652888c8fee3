"""The conversation about figures of a past year; its steps are in the other `past` files."""

from typing import Final

from handlers.flow import Flow
from handlers.roles import DESK

flow = Flow("past", allow=DESK, words=("nhập số liệu năm trước", "số liệu năm cũ"))

SHEET: Final = "past"
"""First word of the purpose of a handed-in workbook: "past:<commune>:<year>"."""
SHEET_READ: Final = "past_read"

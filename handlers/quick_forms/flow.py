"""The conversation by which an officer asks units for one to five figures or choices (/phieu)."""

from typing import Final

from handlers.flow import Flow
from handlers.roles import DESK

flow: Final = Flow(
    "quick",
    allow=DESK,
    command="/phieu",
    words=("hỏi nhanh", "phiếu hỏi", "phiếu hỏi nhanh"),
    menu="quick_forms.menu",
    keeps_attention=True,
)

"""The two conversations about what was done together: recording it, and what is recorded."""

from typing import Final

from handlers.activities.service import OFFICE, OWN_UNIT
from handlers.flow import Flow

WHO: Final = OWN_UNIT | OFFICE

flow = Flow(
    "activities",
    allow=WHO,
    command="/ghi",
    words=(
        "ghi so",
        "ghi vao so",
        "ghi buoi hoc",
        "ghi hoat dong",
        "ghi viec",
        "ghi nhan hoat dong",
    ),
    menu="activities.menu",
)
records = Flow("records", allow=WHO, words=("cac buoi da ghi", "so da ghi", "xem so", "sua so"))

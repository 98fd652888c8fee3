"""The conversation by which a unit reports (/baocao)."""

from typing import Final

from handlers.flow import Flow

WHO: Final = frozenset({"head", "reporter"})

flow = Flow(
    "reporting",
    allow=WHO,
    command="/baocao",
    words=("báo cáo", "nộp báo cáo", "gửi số liệu", "gửi báo cáo", "làm báo cáo", "bc"),
    menu="reporting.menu",
    keeps_attention=True,
)

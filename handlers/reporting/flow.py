"""The conversation by which a unit reports (/baocao)."""

from typing import Final

from handlers.flow import Flow

WHO: Final = frozenset({"head", "reporter"})
ENTERING: Final = frozenset({"officer", "admin", "helper"})
"""Who may enter what a unit told by phone or on paper (nhập giúp, design §5)."""

flow = Flow(
    "reporting",
    allow=WHO | ENTERING,
    offered_to=WHO,
    command="/baocao",
    words=("báo cáo", "nộp báo cáo", "gửi số liệu", "gửi báo cáo", "làm báo cáo", "bc"),
    menu="reporting.menu",
    keeps_attention=True,
)

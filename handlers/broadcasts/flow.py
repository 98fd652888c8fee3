"""The conversation by which the commune tells something to many people (/thongbao)."""

from typing import Final

from handlers.flow import Flow
from handlers.roles import DESK

flow: Final = Flow(
    "broadcast",
    allow=DESK,
    command="/thongbao",
    words=("thông báo", "gửi thông báo", "soạn thông báo", "gửi tin cho bà con", "tin đã gửi"),
    menu="broadcasts.menu",
    keeps_attention=True,
)

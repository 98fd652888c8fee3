"""/tonghop: what all reports of a commune come to; its steps are in the files beside this one."""

from handlers.flow import Flow, Step
from handlers.yearly.looking import READERS

flow = Flow(
    "yearly",
    allow=READERS,
    command="/tonghop",
    words=("tổng hợp", "bảng tổng hợp", "báo cáo tổng hợp", "tổng hợp báo cáo"),
    menu="yearly.menu",
)


def step(name: str) -> Step:
    """A step by its name, for files that only lead to it."""
    return flow.steps[name]

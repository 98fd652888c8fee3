"""The forms as the house brings them, read from the .toml files beside this one."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from handlers.reporting.form import Form, made

FOLDER: Final = Path(__file__).parent
NAMES: Final = ("xom", "co_quan", "truong_hoc", "mttq_ctxh", "doanh_nghiep", "luc_luong_vu_trang")


@cache
def built_in() -> dict[str, Form]:
    """Form key -> form. Raises ValueError or KeyError: always our own mistake."""
    fields = tomllib.loads((FOLDER / "fields.toml").read_text("utf-8"))["field"]
    found = {}
    for name in NAMES:
        head = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
        words = head.pop("words", {})
        found[name] = made(head, fields, words)
    return found

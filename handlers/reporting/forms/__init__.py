"""The forms as the house brings them, read from the .toml files beside this one."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from handlers.reporting.form import Form, made

FOLDER: Final = Path(__file__).parent
NAMES: Final = ("xom", "co_quan", "truong_hoc", "mttq_ctxh", "doanh_nghiep", "luc_luong_vu_trang")


@cache
def built_in() -> dict[str, Form]:
    """Form key -> form. Raises ValueError or KeyError: always our own mistake."""
    fields, found = _fields(), {}
    for name in NAMES:
        head = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
        words = head.pop("words", {})
        found[name] = made(head, fields, words)
    return found


@cache
def labels() -> dict[str, str]:
    """Key of each field we bring -> its label for all kinds of units."""
    return {field["key"]: field["label"] for field in _fields()}


def _fields() -> list[dict[str, Any]]:
    """As they stand in the file, for all kinds of units."""
    read: dict[str, list[dict[str, Any]]] = tomllib.loads(
        (FOLDER / "fields.toml").read_text("utf-8")
    )
    return read["field"]

"""Templates into HTML: everything that is put in is escaped (T49), every sentence has an id."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.file_pages import say_size
from handlers.texts import Texts
from handlers.words import say_date, say_number

_WEB: Final = Path(__file__).parents[1]
STATIC: Final = _WEB / "static" / "admin"
STATIC_PATH: Final = "/static/admin/"
FILES: Final = {
    "pico-2.1.1.min.css": "text/css",
    "admin.css": "text/css",
    "htmx-2.0.11.min.js": "text/javascript",
    "admin.js": "text/javascript",
}


def environment(texts: Texts, *, timezone: tzinfo) -> Environment:
    """The words of templates: `say(id, …)`, `asset(name)`, and the filters below."""
    made = Environment(
        loader=FileSystemLoader(_WEB / "templates" / "admin"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    contents = {name: (STATIC / name).read_bytes() for name in FILES}
    versions = {name: hashlib.sha256(body).hexdigest()[:16] for name, body in contents.items()}

    def asset(name: str) -> str:
        return f"{STATIC_PATH}{name}?v={versions[name]}"

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(timezone):%H:%M %d/%m/%Y}" if at else ""

    def day(at: date | datetime | None) -> str:
        if isinstance(at, datetime):
            at = at.astimezone(timezone).date()
        return f"{at:%d/%m/%Y}" if at else ""

    made.globals |= {"say": texts.say, "asset": asset}
    made.filters |= {
        "number": say_number,
        "day": day,
        "weekday": say_date,
        "moment": moment,
        "size": say_size,
    }
    return made


def draw(made: Environment, template: str, values: Mapping[str, Any]) -> str:
    return made.get_template(template).render(**values)

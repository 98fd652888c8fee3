"""Logs as JSON lines on stderr: events with ids, never people's words, never a token (P9, T50)."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_TOKEN: Final = re.compile(r"(bot)?\d{6,}:[A-Za-z0-9_-]{20,}")
_PLAIN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def _with_extra(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    record: logging.LogRecord = event["_record"]
    extra = {k: v for k, v in record.__dict__.items() if k not in _PLAIN}
    event.update(extra)
    return event


def _redacted(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _TOKEN.sub("<token>", value)
    return event


def set_up(level: str) -> None:
    """One JSON object a line; third parties speak only when something is wrong."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_extra,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _redacted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "apscheduler", "aiohttp.access", "telegram", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

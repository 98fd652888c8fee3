"""What goes wrong on demand, and how Zalo's refusals look (zalo.md §2.2, §2.11 row 6)."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from aiohttp import web

Trouble = Literal[
    "reset before", "reset after", "silence", "slow", "html", "nonsense", "soft", "zero",
    "list", "empty", "null",
]  # fmt: skip
"""What may go wrong, beside a plain status code, which is answered with Zalo's JSON.

reset before/after: the line breaks without/with the call done; silence: done, never answered;
slow: done, answered after `seconds`; html: 502 of a proxy; nonsense: 200 that is no JSON; soft:
`ok: false` with HTTP 200; zero: a success that says `error_code: 0`; list, empty, null: the other
shapes in which getUpdates was seen to answer.
"""

_DESCRIPTIONS: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Internal server error",  # so in Zalo's table
    404: "Not Found",
    408: "Request timeout",
    426: "Too many requests today",
    429: "Quota exceeded",
}


@dataclass(slots=True)
class Planned:
    trouble: Trouble | int
    method: str | None
    times: int
    code: int
    description: str
    seconds: float


def refusal(code: int, description: str = "", *, status: int | None = None) -> web.Response:
    """Answer as Zalo does: the key of the code is spelt differently for 426."""
    said = description or _DESCRIPTIONS.get(code, "Error")
    key = "errorCode" if code == 426 else "error_code"
    return web.json_response({"ok": False, "description": said, key: code}, status=status or code)


def wrong_answer(
    request: web.Request, planned: Planned, answer: dict[str, Any]
) -> web.StreamResponse:
    match planned.trouble:
        case int(code):
            return refusal(code, planned.description)
        case "soft":
            return refusal(planned.code, planned.description, status=200)
        case "html":
            body = "<html><body><h1>502 Bad Gateway</h1></body></html>"
            return web.Response(status=502, text=body, content_type="text/html")
        case "nonsense":
            return web.Response(text="<html>")
        case "slow" | "zero" | "list" | "empty" | "null":
            return web.json_response(_unusual(planned.trouble, answer))
    return _cut(request)


def _unusual(trouble: str, answer: dict[str, Any]) -> dict[str, Any]:
    match trouble:
        case "zero":
            return {**answer, "error_code": 0}
        case "list":
            return {"ok": True, "result": [answer["result"]]}
        case "empty":
            return {"ok": True, "result": {}}
        case "null":
            return {"ok": True, "result": None}
    return answer


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

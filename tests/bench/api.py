"""The platform's side, without its strictness: canned answers, and each message to its learner."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple, Self

from tests.bench.wire import Served

TOKEN: Final = "7000000001:token-of-the-bench"
MESSAGES: Final = (b"sendMessage", b"sendPhoto", b"sendDocument")
TEXT: Final = (
    "Thấy một dấu hiệu thôi là đủ để làm ba việc: dừng lại, gọi lại số quen, hỏi người thân. "
)

_CHAT: Final = re.compile(rb'chat_id(?:=|"(?:\r\n[^\r]+)*\r\n\r\n)(\d+)')
_SAID: Final = re.compile(rb'(?:\b|")(?:text|caption)(?:=|"(?:\r\n[^\r]+)*\r\n\r\n)([^&\r]*)')
_TOKEN: Final = re.compile(rb'callback_data(?:%22%3A(?:\+|%20)?%22|": ?")([\w-]+)')
_FROM: Final = {"id": 7000000001, "is_bot": True, "first_name": "Học vụ số", "username": "bench"}
_KEYS: Final = {"inline_keyboard": [[{"text": "Xem tiếp", "callback_data": "Zk3x9Qw21"}]]}
_PHOTO: Final = [
    {"file_id": "AgAC0", "file_unique_id": "AQAD0", "width": 800, "height": 600, "file_size": 9000}
]


class Heard(NamedTuple):
    """One message as it arrived. `token` is its first button's, None: it has no buttons."""

    chat: int
    text: bytes
    token: bytes | None
    number: int


def read(body: bytes, number: int) -> Heard:
    token = _TOKEN.search(body)
    first = token[1] if token else None
    if body[:1] == b"{":
        given = json.loads(body)
        said = str(given.get("text") or given.get("caption")).encode()
        return Heard(int(given["chat_id"]), said, first, number)
    chat, said_there = _CHAT.search(body), _SAID.search(body)
    assert chat is not None, body[:200]
    return Heard(int(chat[1]), said_there[1] if said_there else b"", first, number)


def _message(*, keys: bool, photo: bool) -> bytes:
    """A message as Telegram gives it back; %d: its number and its chat, twice."""
    result: dict[str, object] = {
        "message_id": -1,
        "from": _FROM,
        "chat": {"id": -2, "first_name": "Lan", "type": "private"},
        "date": 1796032800,
        "caption" if photo else "text": TEXT * 3,
    }
    if photo:
        result["photo"] = _PHOTO
    if keys:
        result["reply_markup"] = _KEYS
    text = json.dumps({"ok": True, "result": result}, ensure_ascii=False).replace("%", "%%")
    return text.replace("-1", "%d", 1).replace("-2", "%d", 1).encode()


def _http(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )


_PLAIN: Final = _message(keys=False, photo=False)
_WITH_KEYS: Final = _message(keys=True, photo=False)
_PICTURE: Final = _message(keys=True, photo=True)
_TRUE: Final = _http(b'{"ok":true,"result":true}')
DONE: Final = _http(_PLAIN % (1, 1))
"""The answer to a message of which nobody needs the number."""
_ME: Final = _http(json.dumps({"ok": True, "result": _FROM}).encode())


class Api:
    """Serves one program. `heard` is told every message that arrives for a person."""

    def __init__(self) -> None:
        self.calls: Counter[bytes] = Counter()
        self.recorded: list[tuple[bytes, bytes]] | None = None
        """Set to a list: every call with its body is appended."""
        self.heard: Callable[[Heard], None] = lambda _: None
        self.port = 0
        self._numbers = 0
        self._server: asyncio.Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Served(self._answer), "127.0.0.1", 0, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def _answer(self, transport: asyncio.WriteTransport, head: bytes, body: bytes) -> None:
        address = head.split(b" ", 2)[1]
        method = address[address.rfind(b"/") + 1 :]
        self.calls[method] += 1
        if self.recorded is not None:
            self.recorded.append((method, body))
        if method in MESSAGES:
            self._deliver(transport, method, body)
        elif method == b"getMe":
            transport.write(_ME)
        elif method == b"editMessageReplyMarkup":
            transport.write(_http(_PLAIN % (1, 1)))
        else:
            transport.write(_TRUE)

    def _deliver(self, transport: asyncio.WriteTransport, method: bytes, body: bytes) -> None:
        self._numbers += 1
        heard = read(body, self._numbers)
        if method != b"sendMessage":
            shape = _PICTURE
        else:
            shape = _WITH_KEYS if heard.token is not None else _PLAIN
        transport.write(_http(shape % (heard.number, heard.chat)))
        self.heard(heard)

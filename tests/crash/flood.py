"""One person at 10,000 updates a second, while others talk as always (T35, T36).

The program is the real process behind its webhook. A process of its own pours one person's updates
into it over many connections, as fast as they are taken; Telegram's fake delivers what the others
write, at a human pace, and measures how long they wait.
`python -m tests.crash.flood ADDRESS SECONDS RATE CONNECTIONS` pours alone.
"""

import asyncio
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.channels.telegram.webhook import PATH, SECRET_HEADER
from tests.crash import learner
from tests.crash.crowd import SECRET, all_play, check_all, crowd, within
from tests.crash.grounds import a_folder
from tests.fake_telegram import FakeTelegram
from tests.service import ROOT, SAMPLE, Service

OTHERS: Final = 20
LENGTH: Final = 24
SECONDS: Final = 20
RATE: Final = 10_000  # a second
CONNECTIONS: Final = 40  # as many as Telegram opens
FLOODER: Final = 7_000
P95: Final = 1.0  # seconds
RSS: Final = 256.0  # MiB
_WINDOW: Final = 32  # requests on their way, a connection
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3})")
_STATUS_LENGTH: Final = 12


# --- pouring -------------------------------------------------------------------------------------


class Hose(asyncio.Protocol):
    """One connection that writes requests without waiting for the answers to the earlier ones."""

    def __init__(self) -> None:
        self.statuses: Counter[bytes] = Counter()
        self.sent = 0
        self._tail = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        text = self._tail + data
        self.statuses.update(_STATUS.findall(text))
        self._tail = text[-(_STATUS_LENGTH - 1) :]

    @property
    def room(self) -> int:
        return _WINDOW - (self.sent - self.statuses.total())

    def pour(self, requests: bytes, count: int) -> None:
        self.sent += count
        self._transport.write(requests)

    def close(self) -> None:
        self._transport.close()


def request(number: int) -> bytes:
    """One update of the flooder, as Telegram would post it."""
    who = {"id": FLOODER, "is_bot": False, "first_name": "Người vội", "language_code": "vi"}
    message = {
        "message_id": number,
        "from": who,
        "chat": {"id": FLOODER, "first_name": "Người vội", "type": "private"},
        "date": int(time.time()),
        "text": str(number),
    }
    body = json.dumps({"update_id": 10_000_000 + number, "message": message}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{SECRET_HEADER}: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def pour(port: int, seconds: float, rate: int, connections: int) -> dict[str, int]:
    """Send at most `rate` a second for so long; how many were sent, and what was answered."""
    loop = asyncio.get_running_loop()
    hoses = [(await loop.create_connection(Hose, "127.0.0.1", port))[1] for _ in range(connections)]
    began, sent = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        for hose in hoses:
            count = min(hose.room, int(passed * rate) - sent)
            if count > 0:
                hose.pour(b"".join(request(sent + n) for n in range(count)), count)
                sent += count
        await asyncio.sleep(0.002)
    for _ in range(500):
        if all(hose.room == _WINDOW for hose in hoses):
            break
        await asyncio.sleep(0.02)
    statuses: Counter[bytes] = Counter()
    for hose in hoses:
        statuses.update(hose.statuses)
        hose.close()
    return {"sent": sent} | {status.decode(): count for status, count in statuses.items()}


async def pour_from_elsewhere(port: int, seconds: float, rate: int, connections: int) -> Any:
    """The same from a process of its own."""
    words = (str(port), str(seconds), str(rate), str(connections))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.flood", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return json.loads(out)


# --- one flood -----------------------------------------------------------------------------------


@dataclass
class Flood:
    """What was seen while it lasted and after it."""

    poured: dict[str, int]
    waits: list[float]
    rss: float
    """MiB, the most the process ever had."""
    answers: int
    """Messages to the flooder, "more slowly please" among them."""
    counted: dict[str, int] = field(default_factory=dict)


async def flood(
    folder: Path, *, seed: int, others: int, length: int, seconds: float, pause: float
) -> Flood:
    """One flood on a fresh program; raises `AssertionError` if somebody else lost anything."""
    chance = random.Random(seed)
    async with FakeTelegram() as fake:
        service = Service(
            folder,
            TELEGRAM_TOKEN=fake.token,
            TELEGRAM_API_URL=fake.url,
            TELEGRAM_WEBHOOK_SECRET=SECRET,
            COMMUNE_FILE=str(SAMPLE),
        )
        service._more["PUBLIC_URL"] = service.url
        people = crowd(fake, chance, count=others, length=length, pause=pause)
        async with service:
            playing = asyncio.create_task(all_play(people))
            await asyncio.sleep(1)
            poured = await pour_from_elsewhere(service.port, seconds, RATE, CONNECTIONS)
            answers = len(fake.seen(FLOODER))
            await within(60, playing, people)
            await _is_kind_to_the_flooder(fake)
            rss = _most_memory(service.process.pid)
        waits = [wait for person in people for wait in person.waits]
        return Flood(poured, waits, rss, answers, check_all(people))


async def _is_kind_to_the_flooder(fake: FakeTelegram) -> None:
    """Asked once to write more slowly, and answered again as soon as that is done."""
    slow = learner.say("menu.slow")
    assert [message.text for message in fake.seen(FLOODER)].count(slow) == 1
    await asyncio.sleep(3)  # a drop and a half
    before = len(fake.seen(FLOODER))
    await fake.user_says(FLOODER, "/trogiup")
    answer = await fake.wait_for_message(FLOODER, before + 1, 10)
    assert answer.text == learner.say("menu.help_text")


def _most_memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


async def trial(seed: int) -> dict[str, Any]:
    async with a_folder() as folder:
        seen = await flood(
            folder, seed=seed, others=OTHERS, length=LENGTH, seconds=SECONDS, pause=0.8
        )
    p95 = statistics.quantiles(seen.waits, n=20)[-1]
    assert p95 <= P95, f"p95 of the others: {p95:.2f} s, of {len(seen.waits)} answers"
    assert seen.rss <= RSS, f"{seen.rss:.0f} MiB"
    return {
        "sent_a_second": round(seen.poured["sent"] / SECONDS),
        "others_p50_ms": round(statistics.median(seen.waits) * 1_000),
        "others_p95_ms": round(p95 * 1_000),
        "others_max_ms": round(max(seen.waits) * 1_000),
        "rss_mib": round(seen.rss),
        "answers_to_flooder": seen.answers,
        **seen.counted,
        **{f"status_{name}": n for name, n in seen.poured.items() if name != "sent"},
    }


def main() -> None:
    port, seconds, rate, connections = sys.argv[1:]
    poured = asyncio.run(pour(int(port), float(seconds), int(rate), int(connections)))
    sys.stdout.write(json.dumps(poured))


if __name__ == "__main__":
    main()

"""The real process: Telegram by polling and by webhook, start, stop, refusals."""

import asyncio
import signal
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.fake_telegram import FakeTelegram
from tests.service import SAMPLE, Service, command

USER: Final = 77
SECRET: Final = "a-secret-of-the-tests-only"
LINES: Final = ("x5", "1", "1", "1", "1", "1", "2", "1", "1")


async def dialogue(fake: FakeTelegram) -> list[str]:
    """A resident from the hamlet's code to the result of lesson 1, by digits only."""
    await fake.user_says(USER, "/start h_xom-05")
    await fake.wait_for_message(USER, 2, 15)
    for line in LINES[1:]:
        before = len(fake.seen(USER))
        await fake.user_says(USER, line)
        await fake.wait_for_message(USER, before + 1, 15)
        await settled(fake)
    return [message.text for message in fake.seen(USER)]


async def settled(fake: FakeTelegram) -> None:
    """Wait until no further message has come for a moment."""
    count = -1
    while count != len(fake.sent):
        count = len(fake.sent)
        await asyncio.sleep(0.15)


def stored(folder: Path) -> dict[str, list[Any]]:
    """What counts, without times and ids of the platform."""
    with sqlite3.connect(folder / "hoc-vu-so.db") as database:
        return {
            table: database.execute(query).fetchall()
            for table, query in {
                "persons": "SELECT name, unit_id FROM persons",
                "consents": "SELECT purpose, version, text_hash, channel FROM consents",
                "progress": "SELECT lesson_id, page FROM lesson_progress",
                "attempts": "SELECT lesson_id, unit_id, content_version FROM attempts",
                "answers": "SELECT question_id, option, correct FROM answers",
                "inbox": "SELECT state, raw FROM inbox",
            }.items()
        }


async def test_polling_and_webhook_store_the_same(tmp_path: Path) -> None:
    told: list[list[str]] = []
    rows: list[dict[str, list[Any]]] = []
    for way in ("polling", "webhook"):
        folder = tmp_path / way
        folder.mkdir()
        async with FakeTelegram() as fake:
            more = {
                "TELEGRAM_TOKEN": fake.token,
                "TELEGRAM_API_URL": fake.url,
                "COMMUNE_FILE": str(SAMPLE),
            }
            service = Service(folder, **more)
            if way == "webhook":
                service = Service(folder, **more, TELEGRAM_WEBHOOK_SECRET=SECRET)
                service._more["PUBLIC_URL"] = service.url
            async with service:
                told.append(await dialogue(fake))
            rows.append(stored(folder))
            assert fake.token not in service.log.read_text()
            assert "Bác" not in service.log.read_text()
    assert told[0] == told[1]
    assert rows[0] == rows[1]
    assert rows[0]["answers"]
    assert set(rows[0]["inbox"]) == {("done", "")}


async def test_a_webhook_without_the_secret_or_too_big_stores_nothing(tmp_path: Path) -> None:
    """T07, T36."""
    async with FakeTelegram() as fake:
        service = Service(
            tmp_path,
            TELEGRAM_TOKEN=fake.token,
            TELEGRAM_API_URL=fake.url,
            COMMUNE_FILE=str(SAMPLE),
            TELEGRAM_WEBHOOK_SECRET=SECRET,
        )
        service._more["PUBLIC_URL"] = service.url
        async with service, aiohttp.ClientSession() as http:
            update = {"update_id": 1, "message": fake.message(USER, text="x5")}
            address = f"{service.url}/webhook/telegram"
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
                async with http.post(address, json=update, headers=headers) as answer:
                    assert answer.status in (401, 403)
            right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            update["padding"] = "x" * 300_000
            async with http.post(address, json=update, headers=right) as answer:
                assert answer.status in (400, 403, 413)
        with sqlite3.connect(tmp_path / "hoc-vu-so.db") as database:
            assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
            assert database.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


async def test_it_ends_cleanly_and_keeps_its_secret_to_itself(tmp_path: Path) -> None:
    """R31, S2."""
    service = Service(tmp_path)
    await service.start()
    started = time.monotonic()
    assert await service.stop() == 0
    assert time.monotonic() - started < 10
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


async def test_a_killed_process_is_followed_by_another(tmp_path: Path) -> None:
    service = Service(tmp_path)
    await service.start()
    assert await service.stop(by=signal.SIGKILL) == -signal.SIGKILL
    async with Service(tmp_path):
        pass


async def test_a_second_process_on_the_same_file_refuses_to_start(tmp_path: Path) -> None:
    """T60."""
    async with Service(tmp_path):
        code, _, said = await command(tmp_path, "run", PORT="1")
    assert code == 2
    assert "Another process" in said


async def test_tokens_without_units_stop_with_the_next_step(tmp_path: Path) -> None:
    code, _, said = await command(tmp_path, "run", TELEGRAM_TOKEN="12345:abcdef")
    assert code == 2
    assert "units import" in said


async def test_a_public_host_has_no_personas(tmp_path: Path) -> None:
    """Design §2: personas only on loopback without tokens."""
    service = Service(tmp_path, HOST="0.0.0.0", COMMUNE_FILE=str(SAMPLE))  # noqa: S104
    async with (
        service,
        aiohttp.ClientSession() as http,
        http.get(f"{service.url}/chat/config") as answer,
    ):
        config = await answer.json()
    assert config["demo"] is False
    assert not config.get("personas")


async def test_a_script_in_the_terminal_reaches_lesson_1(tmp_path: Path) -> None:
    script = tmp_path / "lines.txt"
    script.write_text("\n".join(LINES))
    saved = tmp_path / "saved.txt"
    code, out, _ = await command(
        tmp_path, "chat", "--script", str(script), "--save", str(saved), "--fresh"
    )
    assert code == 0
    assert "Bài 1." in out
    assert saved.read_text() == out

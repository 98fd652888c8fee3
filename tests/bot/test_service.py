"""The real process: Telegram by polling and by webhook, start, stop, refusals."""

import asyncio
import json
import signal
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

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


@pytest.mark.parametrize("words", [("run", "--role", "web"), ("units",), ("no-such-thing",)])
async def test_wrong_usage_is_exit_code_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, _, _ = await command(tmp_path, *words)
    assert code == 2


async def test_units_are_listed_as_the_contract_says(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path, "units", "list", "--json")
    assert code == 0
    units = json.loads(out)
    assert {
        "code": "xom-05",
        "name": "Xóm 5",
        "kind": "xom",
        "parent": "xa-giao-minh",
        "duty": "required",
        "adults": 420,
        "start": "h_xom-05",
    } in units
    assert len({unit["code"] for unit in units}) == len(units)


async def test_an_import_is_all_or_nothing(tmp_path: Path) -> None:
    """T53."""
    more = {"TELEGRAM_TOKEN": "12345:abcdef"}  # not a demo: no sample is loaded
    head = "code,name,kind,parent,duty,adults,households,aliases,from,until\n"
    good = head + "xa-a,UBND xã A,ubnd_xa,,,,,,,\nxom-1,Xóm 1,xom,xa-a,,300,,,,\n"
    file = tmp_path / "units.csv"
    file.write_text(good + "xom-2,Xóm 2,xom,nowhere,,,,,,\n")
    code, _, said = await command(tmp_path, "units", "import", str(file), "--yes", **more)
    assert code == 1
    assert "nothing is written" in said
    file.write_text(good)
    code, out, _ = await command(tmp_path, "units", "import", str(file), **more)
    assert (code, "+ xom-1" in out) == (0, True)
    assert json.loads((await command(tmp_path, "units", "list", "--json", **more))[1]) == []
    await command(tmp_path, "units", "import", str(file), "--yes", **more)
    listed = json.loads((await command(tmp_path, "units", "list", "--json", **more))[1])
    assert [unit["code"] for unit in listed] == ["xa-a", "xom-1"]


async def test_an_invite_of_the_command_line_works_once(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path, "invite", "--role", "admin", "--json")
    assert code == 0
    made = json.loads(out)
    assert set(made) == {"code", "start", "telegram_url", "role", "unit", "expires_at"}
    assert made["start"].startswith("i_")
    assert len(made["start"]) == 24
    code, out, _ = await command(tmp_path, "invite", "--role", "head", "--unit", "xom-05")
    plain = dict(line.split(": ", 1) for line in out.splitlines() if ": " in line)
    assert plain["unit"] == "xom-05"
    assert plain["role"] == "head"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("invite", "--role", "king"), "No such role"),
        (("invite", "--role", "head"), "--unit"),
        (("invite", "--role", "head", "--unit", "xom-99"), "units list"),
    ],
)
async def test_an_impossible_invite_says_why(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    code, out, said = await command(tmp_path, *words, "--json")
    assert (code, out) == (1, "")
    assert says in said


async def test_the_invite_sheet_is_a_pdf(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    code, _, _ = await command(tmp_path, "invites", "sheet", str(file))
    assert code == 0
    assert file.read_bytes().startswith(b"%PDF")


async def test_the_shipped_lessons_and_texts_are_good(tmp_path: Path) -> None:
    code, _, said = await command(tmp_path, "check")
    assert code == 0, said


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

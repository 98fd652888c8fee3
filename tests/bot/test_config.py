"""Settings: everything is in .env.example, and every mistake is named at once (S2)."""

import re
from pathlib import Path
from typing import Final

import pytest

from bot import config
from bot.config import Settings, WrongSettings

EXAMPLE: Final = Path(__file__).parents[2] / ".env.example"
ONLY_TESTS: Final = {"TEST_DATABASE_URL"}
CONTRACT: Final = {  # design §4
    *("HOST", "PORT", "PUBLIC_URL", "DATA_DIR", "DATABASE_URL", "COMMUNE_FILE", "TIMEZONE"),
    *("APP_SECRET", "LOG_LEVEL", "METRICS_TOKEN", "BACKUP_DIR", "BACKUP_KEY_FILE"),
    *("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET"),
    *("ZALO_OA_ID", "ZALO_OA_APP_ID", "ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY"),
    *("ZALO_OA_CODE_VERIFIER", "ZALO_OA_REFRESH_TOKEN", "ZALO_OA_SIGNATURE"),
    *("ZALO_OA_API_URL", "ZALO_OAUTH_URL", "ZALO_ZBS_API_URL"),
    *("ZALO_BOT_TOKEN", "ZALO_BOT_WEBHOOK_SECRET", "ZALO_BOT_API_URL"),
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*CONTRACT, *ONLY_TESTS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def in_example() -> dict[str, str]:
    found = re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    return dict(found)


def test_every_variable_is_in_the_example_and_the_other_way_round() -> None:
    fields = {name.upper() for name in Settings.model_fields}
    assert set(in_example()) - ONLY_TESTS == fields == CONTRACT


def test_the_example_says_the_true_defaults() -> None:
    read = config.read()
    for name, said in in_example().items():
        if name in ONLY_TESTS or not said:
            continue
        assert str(getattr(read, name.lower())) == said, name


def test_all_mistakes_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("TIMEZONE", "Giao/Minh")
    monkeypatch.setenv("APP_SECRET", "short")
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    with pytest.raises(WrongSettings) as said:
        config.read()
    for name in ("PORT", "TIMEZONE", "APP_SECRET", "DATABASE_URL"):
        assert name in str(said.value)


def test_a_mistake_never_shows_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "not-a-token-but-secret")
    with pytest.raises(WrongSettings) as said:
        config.read()
    assert "but-secret" not in str(said.value)


def test_half_a_channel_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZALO_OA_ID", "123")
    with pytest.raises(WrongSettings, match="ZALO_OA_SECRET_KEY"):
        config.read()


def test_a_webhook_without_a_secret_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """T07: fail closed."""
    monkeypatch.setenv("TELEGRAM_TOKEN", "12345:abc")
    monkeypatch.setenv("PUBLIC_URL", "https://xa.example.vn")
    with pytest.raises(WrongSettings, match="TELEGRAM_WEBHOOK_SECRET"):
        config.read()


@pytest.mark.parametrize(
    ("key_file", "says"), [("", "BACKUP_KEY_FILE is needed"), ("kept/key", "must not lie")]
)
def test_backups_need_a_key_that_lies_elsewhere(
    monkeypatch: pytest.MonkeyPatch, key_file: str, says: str
) -> None:
    """P14."""
    monkeypatch.setenv("BACKUP_DIR", "kept")
    monkeypatch.setenv("BACKUP_KEY_FILE", key_file)
    with pytest.raises(WrongSettings, match=says):
        config.read()
    monkeypatch.setenv("BACKUP_KEY_FILE", "elsewhere/key")
    assert config.read().backup_dir == Path("kept")


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("postgresql://u:p@host/db", "postgresql+asyncpg://u:p@host/db"),
        ("postgres://u:p@host/db", "postgresql+asyncpg://u:p@host/db"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_database_urls_are_read_with_our_drivers(
    monkeypatch: pytest.MonkeyPatch, given: str, read_as: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert config.read().url_of_database == read_as


def test_the_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nLOG_LEVEL=ERROR\n")
    monkeypatch.setenv("PORT", "9002")
    read = config.read()
    assert (read.port, read.log_level) == (9002, "ERROR")


@pytest.mark.parametrize(
    ("environment", "is_demo"),
    [
        ({}, True),
        ({"HOST": "localhost"}, True),
        ({"HOST": "192.0.2.7"}, False),
        ({"TELEGRAM_TOKEN": "12345:abc"}, False),
        ({"ZALO_BOT_TOKEN": "123:abc"}, False),
    ],
)
def test_demo_mode_is_no_token_and_a_loopback_host(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, is_demo: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert config.read().is_demo is is_demo

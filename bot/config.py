"""The only reader of the environment (design §4). `.env.example` explains every name."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_EXAMPLE: Final = re.compile(r"example|changeme|change-me|your[-_ ]|xxxx|123456", re.IGNORECASE)
_NOTHING: Final = SecretStr("")
_EITHER: Final = (
    # One of these is set -> all of them must be: half a channel is a mistake.
    ("ZALO_OA_ID", "ZALO_OA_APP_ID", "ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY"),
)


class Settings(BaseSettings):
    """Settings of one process. Empty text = not set."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65_535)
    public_url: str = ""
    data_dir: Path = Path("var")
    database_url: str = ""
    commune_file: Path | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    app_secret: SecretStr = _NOTHING
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    metrics_token: SecretStr = _NOTHING
    backup_dir: Path | None = None
    backup_key_file: Path | None = None

    telegram_token: SecretStr = _NOTHING
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr = _NOTHING

    zalo_oa_id: str = ""
    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: SecretStr = _NOTHING
    zalo_oa_secret_key: SecretStr = _NOTHING
    zalo_oa_code_verifier: SecretStr = _NOTHING
    zalo_oa_refresh_token: SecretStr = _NOTHING
    zalo_oa_signature: Literal["enforce", "soak"] = "enforce"
    zalo_oa_api_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_zbs_api_url: str = "https://business.openapi.zalo.me"

    zalo_bot_token: SecretStr = _NOTHING
    zalo_bot_webhook_secret: SecretStr = _NOTHING
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"

    @field_validator(
        "public_url",
        "telegram_api_url",
        "zalo_oa_api_url",
        "zalo_oauth_url",
        "zalo_zbs_api_url",
        "zalo_bot_api_url",
    )
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^\s/]+", value):
            raise ValueError("must begin with https:// (or http:// on this machine)")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone, for example Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, value: str) -> str:
        """`postgresql://` and `sqlite:///` are read with the drivers we ship (design §4)."""
        for plain, ours in (
            ("postgres://", "postgresql+asyncpg://"),
            ("postgresql://", "postgresql+asyncpg://"),
            ("sqlite:///", "sqlite+aiosqlite:///"),
        ):
            if value.startswith(plain):
                return ours + value.removeprefix(plain)
        if value and not value.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite:///")):
            raise ValueError("only postgresql:// and sqlite:/// are known")
        return value

    @field_validator("app_secret", "telegram_webhook_secret", "zalo_bot_webhook_secret")
    @classmethod
    def _is_strong(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and (len(secret) < 16 or _EXAMPLE.search(secret)):
            raise ValueError("too short (16 characters at least), or copied from an example (S2)")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"\d+:\S+", value.get_secret_value()):
            raise ValueError("a token of @BotFather looks like <digits>:<letters>")
        return value

    @field_validator("zalo_bot_token")
    @classmethod
    def _is_bot_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"\d+:\S+", value.get_secret_value()):
            raise ValueError("a token of Zalo Bot Creator looks like <digits>:<letters>")
        return value

    @field_validator("zalo_oa_code_verifier")
    @classmethod
    def _is_verifier(cls, value: SecretStr) -> SecretStr:
        verifier = value.get_secret_value()
        if verifier and not re.fullmatch(r"[A-Za-z0-9]{43}", verifier):
            raise ValueError("43 letters and digits exactly (zalo.md 3.2)")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> "Settings":
        problems = []
        if self.public_url and self.has_telegram and not _set(self.telegram_webhook_secret):
            problems.append("TELEGRAM_WEBHOOK_SECRET is needed together with PUBLIC_URL")
        if self.public_url and self.has_zalo_bot and not _set(self.zalo_bot_webhook_secret):
            problems.append("ZALO_BOT_WEBHOOK_SECRET is needed together with PUBLIC_URL")
        problems += self._about_backups()
        for names in _EITHER:
            missing = [name for name in names if not _set(getattr(self, name.lower()))]
            if missing and len(missing) < len(names):
                problems.append(f"half a channel: {', '.join(missing)} missing")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _about_backups(self) -> list[str]:
        if self.backup_dir is None:
            return []
        if self.backup_key_file is None:
            return ["BACKUP_KEY_FILE is needed together with BACKUP_DIR"]
        if self.backup_key_file.absolute().is_relative_to(self.backup_dir.absolute()):
            return ["BACKUP_KEY_FILE must not lie in BACKUP_DIR: who has one would have the other"]
        return []

    @property
    def has_telegram(self) -> bool:
        return _set(self.telegram_token)

    @property
    def has_zalo_oa(self) -> bool:
        return bool(self.zalo_oa_id)

    @property
    def has_zalo_bot(self) -> bool:
        return _set(self.zalo_bot_token)

    @property
    def has_channels(self) -> bool:
        return self.has_telegram or self.has_zalo_oa or self.has_zalo_bot

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_demo(self) -> bool:
        """No channel token and a loopback host: nobody else can reach it (design §2)."""
        return not self.has_channels and self.is_loopback

    @property
    def url_of_database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'hoc-vu-so.db'}"


def _set(value: str | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


class WrongSettings(Exception):
    """Everything that is wrong with the environment, one line each."""


def read() -> Settings:
    """Read `.env` and the environment (which wins). Raises `WrongSettings` with all mistakes."""
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic fills the fields from outside
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(p) for p in e['loc']).upper() or 'SETTINGS'}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise WrongSettings("\n".join(lines)) from None

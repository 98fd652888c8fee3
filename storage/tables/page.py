"""The admin page: who is logged in, and what waits to be confirmed in chat. Wall-clock times."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, UtcTime, one_of


class PageLogin(Table):
    """A one-time address /quan-tri/vao/<token>; at most ten minutes (T46, T47)."""

    __tablename__ = "page_logins"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    chat: Mapped[str] = mapped_column(String(128))
    """Where it was asked for: what the page must have confirmed is asked there."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(UtcTime(), index=True)
    used_at: Mapped[datetime | None]


class PageSession(Table):
    """One browser that is logged in (W2): the cookie's hash, never the cookie."""

    __tablename__ = "page_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    chat: Mapped[str] = mapped_column(String(128))
    browser: Mapped[str] = mapped_column(String(60))
    """As its owner would name it: "Chrome, Android"."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(UtcTime(), index=True)
    """Eight hours after the login, whatever is done meanwhile."""
    ended_at: Mapped[datetime | None]
    talk: Mapped[Json | None]
    """The conversation that is held on the page itself."""
    talk_version: Mapped[int] = mapped_column(default=0)


class PageAct(Table):
    """Something begun on the page that is done when its owner says so in chat (W5)."""

    __tablename__ = "page_acts"
    __table_args__ = (one_of("state", "asked", "done", "refused"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[Json]
    state: Mapped[str] = mapped_column(String(8), default="asked")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(UtcTime(), index=True)
    settled_at: Mapped[datetime | None]

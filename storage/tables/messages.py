"""The path of a message, slow work, files; what the house remembers about itself."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, UtcTime, one_of

# --- what the house remembers about itself -------------------------------------------------------


class Fact(Table):
    """One small fact: the demo's clock offset, a channel's token or offset, a sent file's id."""

    __tablename__ = "facts"
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[str]


class Lease(Table):
    """A single role (poller, scheduler) or a living process; `until` is the wall clock (R26)."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]
    fence: Mapped[int]


# --- the path of a message -----------------------------------------------------------------------


class Conversation(Table):
    """The whole memory of one conversation (style a3)."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("account_id", "chat", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    chat: Mapped[str] = mapped_column(String(128))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    flow: Mapped[str] = mapped_column(String(40), default="")
    step: Mapped[str] = mapped_column(String(40), default="")
    draft: Mapped[Json]
    offered: Mapped[Json]
    """The open question: token, text, choices; what "nói lại" repeats and a press must fit."""
    trail: Mapped[list[Json]]
    """Earlier questions of this flow, for "quay lại"; at most ten."""
    misses: Mapped[int] = mapped_column(default=0)
    last_text: Mapped[str] = mapped_column(String(32), default="")
    """Keyed hash of what was typed last, and when: a double tap counts once (T37)."""
    last_at: Mapped[datetime | None]
    held_by: Mapped[int | None]
    held_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime(), index=True)


class InboxRow(Table):
    """One event, stored before it is acknowledged (R1). Wall-clock times."""

    __tablename__ = "inbox"
    __table_args__ = (
        one_of("state", "ready", "taken", "done", "quarantined"),
        Index(
            "ix_inbox_waiting",
            "lane",
            "id",
            sqlite_where=text("state IN ('ready', 'taken')"),
            postgresql_where=text("state IN ('ready', 'taken')"),
        ),
        Index(
            "ix_inbox_ready",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index("ix_inbox_received_at", "received_at"),
        Index(
            "ix_inbox_quarantined",
            "id",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Keyed hash of channel, bot and event id (R2, P10); kept 90 days."""
    lane: Mapped[str] = mapped_column(String(32))
    """Keyed hash of channel, bot and account: order is kept per lane (R4)."""
    channel: Mapped[str] = mapped_column(String(20))
    raw: Mapped[str]
    """The event as JSON; emptied by the commit that marks the row done (P10)."""
    state: Mapped[str] = mapped_column(String(12), default="ready")
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(String(40), default="")
    not_before: Mapped[datetime | None]
    received_at: Mapped[datetime]


class OutboxRow(Table):
    """One message on its way out (R8). Wall-clock times."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of(
            "state",
            *("queued", "sending", "retry_wait", "sent", "failed", "uncertain"),
            *("cancelled", "superseded", "expired"),
        ),
        one_of("kind", "reply", "notice", "reminder", "broadcast"),
        Index(
            "ix_outbox_waiting",
            "account_id",
            "id",
            sqlite_where=text("state IN ('queued', 'sending', 'retry_wait')"),
            postgresql_where=text("state IN ('queued', 'sending', 'retry_wait')"),
        ),
        Index("ix_outbox_account_id_id", "account_id", "id"),
        Index(
            "ix_outbox_person_id",
            "person_id",
            "id",
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index("ix_outbox_created_at", "created_at"),
        Index(
            "ix_outbox_queued",
            "kind",
            "channel",
            "id",
            sqlite_where=text("state IN ('queued', 'retry_wait')"),
            postgresql_where=text("state IN ('queued', 'retry_wait')"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The account's: with 100,000 rows waiting, those of one channel are found at once."""
    person_id: Mapped[int | None]
    """Whom a proactive message is for: on a household's phone perhaps not who speaks there."""
    chat: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    body: Mapped[Json]
    token: Mapped[str | None] = mapped_column(String(12), unique=True)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """What makes a proactive message one and the same (never doubled)."""
    owner: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)
    """How many parts of a split message have arrived: a retry goes on behind them."""
    doubts: Mapped[int] = mapped_column(default=0)
    """How often we could not know whether it arrived (R9)."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    platform_id: Mapped[str] = mapped_column(String(80), default="")
    quota: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What the platform counted this message against: the cost meter; "" = nothing or unknown."""
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When one of a notice's buttons was pressed: they work once (T05)."""


class WorkRow(Table):
    """Slow work: made by a short-lived process outside any transaction (style a2). Wall clock."""

    __tablename__ = "work"
    __table_args__ = (one_of("state", "queued", "running", "done", "failed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[Json]
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(String(40), default="")
    lease_until: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    chat: Mapped[str] = mapped_column(String(128), default="", server_default="")
    """Where it was asked for, and so where it goes."""
    said_at: Mapped[datetime | None]
    """When "Đang làm…" was said (U14)."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class File(Table):
    """A small file inside the database (design §7): at most 5 MB."""

    __tablename__ = "files"
    __table_args__ = (CheckConstraint("size <= 5242880", name="size"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    body: Mapped[bytes]
    created_at: Mapped[datetime]


class FileLink(Table):
    """A one-time address /tai/<token>, to fetch a file or to hand one in; at most ten minutes."""

    __tablename__ = "file_links"
    __table_args__ = (one_of("way", "fetch", "hand_in"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    way: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(40))
    """What the file is for, in our own words: "mydata", "evidence"."""
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    chat: Mapped[str] = mapped_column(String(128))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(UtcTime(), index=True)
    used_at: Mapped[datetime | None]

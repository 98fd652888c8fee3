"""People helping people, and the record of acts."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, one_of


class Ticket(Table):
    """Somebody asked for a person (/gapcanbo), or told of a difficulty (/vuongmac)."""

    __tablename__ = "tickets"
    __table_args__ = (one_of("state", "open", "answered", "closed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(12), default="question", server_default="question")
    """"question", "difficulty"."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The unit for which a difficulty was told (NV-5.1); NULL = one's own."""
    question: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    answer: Mapped[str] = mapped_column(Text(), default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class AuditRow(Table):
    """Append-only; ids, never names. `seal` chains a row to all before it, nightly (A5)."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(12))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(80))
    before: Mapped[Json | None]
    after: Mapped[Json | None]
    channel: Mapped[str] = mapped_column(String(20))
    seal: Mapped[str | None] = mapped_column(String(64))

"""Units, and who is who: persons, accounts, roles, codes."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, UtcTime, one_of

# --- units ---------------------------------------------------------------------------------------


class Unit(Table):
    __tablename__ = "units"
    __table_args__ = (
        one_of("duty", "required", "requested", "encouraged", "none"),
        Index("ix_units_commune_id_kind", "commune_id", "kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    duty: Mapped[str] = mapped_column(String(12))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date | None]
    until: Mapped[date | None]


class UnitAlias(Table):
    __tablename__ = "unit_aliases"
    __table_args__ = (UniqueConstraint("unit_id", "alias"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    alias: Mapped[str] = mapped_column(String(200))
    alias_folded: Mapped[str] = mapped_column(String(200))


class Headcount(Table):
    """Adults and households of a unit from a day on: the denominators, perhaps unknown."""

    __tablename__ = "headcounts"
    __table_args__ = (CheckConstraint("adults >= 0", name="adults"),)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    adults: Mapped[int | None]
    households: Mapped[int | None]


class CommuneSettings(Table):
    """Settings of a commune, on its unit; read through `units.settings_of`."""

    __tablename__ = "commune_settings"
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    settings: Mapped[Json]


# --- who is who ----------------------------------------------------------------------------------


class Person(Table):
    """Somebody. Without consent only the ids are kept (P10)."""

    __tablename__ = "persons"
    id: Mapped[int] = mapped_column(primary_key=True)
    canonical_id: Mapped[int | None] = mapped_column(index=True)
    """Smallest id of all that are the same person now; kept by linking, NULL = this one."""
    name: Mapped[str] = mapped_column(String(80), default="")
    name_folded: Mapped[str] = mapped_column(String(80), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Account(Table):
    """One platform identity: `(channel, bot, user_id)`, found by the keyed hash `lane`."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("channel", "bot", "user_id"),
        one_of("state", "active", "stopped", "suspended"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(32), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    bot: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(String(128))
    chat: Mapped[str] = mapped_column(String(128), default="")
    """The private chat last used: where a message that is no reply goes."""
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    """Who speaks now (`active_person`); memberships hold who may."""
    state: Mapped[str] = mapped_column(String(10), default="active")
    muted_at: Mapped[datetime | None]
    """Since when nothing proactive is wanted ("dừng nhắc")."""
    chosen_at: Mapped[datetime | None]
    """When somebody last said who of the household is speaking ("Ai đang học?")."""
    phone: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Shared through the platform itself, for approved templates only (T17); mostly empty."""
    seen_at: Mapped[datetime]
    created_at: Mapped[datetime]
    arrived_on: Mapped[date | None]
    """The day on which it was counted as come by a poster; which poster is not kept with it."""


class Membership(Table):
    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class SamePerson(Table):
    """A link between two persons; unlinking closes the row, learning rows are never rewritten."""

    __tablename__ = "same_person"
    __table_args__ = (CheckConstraint("a < b", name="order"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    b: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Consent(Table):
    """Evidence of one answer to one consent text (P3)."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person_id_purpose", "person_id", "purpose"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    text_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Role(Table):
    """One grant: who may act as what, where, from when to when (A1)."""

    __tablename__ = "roles"
    __table_args__ = (
        one_of("role", "helper", "reporter", "head", "officer", "leader", "admin"),
        Index("ix_roles_person_id_until", "person_id", "until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    invite_id: Mapped[int | None] = mapped_column(ForeignKey("invites.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class Invite(Table):
    """A one-time code for a role; both of its spellings are stored as keyed hashes only (T03)."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    typed_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    hands_over: Mapped[int | None]
    """Id of the role that ends when this invite is taken: its holder hands the duty over."""


class LinkCode(Table):
    """Six digits that join two apps of one person: ten minutes, once (T03, T18)."""

    __tablename__ = "link_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    used_at: Mapped[datetime | None]


class WrongCode(Table):
    """One wrong code typed, for the limits of T03; swept after a day."""

    __tablename__ = "wrong_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcTime(), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """"session": villagers' slips, which use up nobody else's tries; "" = roles and links."""

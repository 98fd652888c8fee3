"""The tables. Times are aware UTC, ids are 64-bit, states are words checked by the database.

Wall-clock columns (inbox, outbox, leases, work) say so; every other time is the domain's clock
(design §2): the wall clock plus the demo offset.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, TypeDecorator

NAMING: Final = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out; a naive time is refused (SQLite would hand it back naive)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time: every stored time is aware UTC")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer(), "sqlite")
Json = dict[str, Any]


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy, never changed
        datetime: UtcTime(),
        date: Date(),
        int: Id,
        Json: JSON(),
        list[Json]: JSON(),
        bytes: LargeBinary(),
        str: Text(),
    }


def one_of(column: str, *words: str) -> CheckConstraint:
    quoted = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


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
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
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


# --- learning ------------------------------------------------------------------------------------


class LessonProgress(Table):
    """How far a person is in a lesson: the open page, and whether it was ever finished."""

    __tablename__ = "lesson_progress"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    page: Mapped[int]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Attempt(Table):
    """One go at a lesson's quiz. The unit is the person's at that time: moving keeps old counts."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index("ix_attempts_unit_id_finished_at", "unit_id", "finished_at"),
        Index(
            "ix_attempts_counted",
            *("unit_id", "person_id", "finished_at", "activity_id", "answered", "correct"),
            sqlite_where=text("finished_at IS NOT NULL"),
            postgresql_where=text("finished_at IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    lesson_id: Mapped[str] = mapped_column(String(40))
    content_version: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"))
    """The session it was begun at ("học tại buổi"); NULL = by oneself ("tự học")."""
    answered: Mapped[int] = mapped_column(default=0, server_default="0")
    correct: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many answers it has and how many are right, written when it is finished."""


class AnswerRow(Table):
    """The first answer to a question within an attempt: a set, not a counter (T43)."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_at_attempt_id", "at", "attempt_id"),)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[int]
    correct: Mapped[bool]
    at: Mapped[datetime]


class Completion(Table):
    """Who has finished every lesson of a module: a summary of attempts, never a source.

    Rewritten for the human in the transaction that changes what it is made of, and counted anew
    every night (`completions`).
    """

    __tablename__ = "completions"
    __table_args__ = (Index("ix_completions_unit_id_at", "unit_id", "at"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    """The canonical person."""
    module: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """Where the last of its lessons was finished for the first time."""
    at: Mapped[datetime]


# --- what is done together -----------------------------------------------------------------------


class Activity(Table):
    """A session or another activity: recorded in a sentence (/ghi) or held with a code (/buoihoc).

    People counted at it (`heads`) are never accounts; who joined by the code is in `attendances`.
    """

    __tablename__ = "activities"
    __table_args__ = (
        one_of("state", "open", "recorded", "undone"),
        one_of("source", "told", "session"),
        one_of("kind", "class", "home_visit", "campaign", "other"),
        CheckConstraint("heads >= 0", name="heads"),
        CheckConstraint("sessions >= 1", name="sessions"),
        Index("ix_activities_commune_id_held_on", "commune_id", "held_on"),
        Index("ix_activities_unit_id_held_on", "unit_id", "held_on"),
        Index(
            "uq_activities_code",
            "code",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    """Who held it first of all; everybody who took part is in `activity_units`."""
    state: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(12))
    held_on: Mapped[date]
    """The local day."""
    sessions: Mapped[int] = mapped_column(default=1)
    heads: Mapped[int | None]
    """People counted by hand, all its sessions together; NULL = "chưa nắm được"."""
    is_about: Mapped[bool] = mapped_column(default=False)
    """"khoảng 35"."""
    households: Mapped[int | None]
    nameless: Mapped[int] = mapped_column(default=0)
    """Those who had joined by the code and were erased since (P5)."""
    topics: Mapped[str] = mapped_column(String(120), default="")
    """Topic words, separated by commas."""
    contents: Mapped[str] = mapped_column(String(60), default="")
    """Codes of the plan's seven contents, "ND-5,ND-6": at least one (plan.md §2)."""
    lesson_id: Mapped[str | None] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(120), default="")
    led_by: Mapped[str] = mapped_column(String(80), default="")
    code: Mapped[str | None] = mapped_column(String(8))
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    recorded_as: Mapped[str] = mapped_column(String(12))
    """The role it was recorded in."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    version: Mapped[int] = mapped_column(default=1)


class ActivityUnit(Table):
    """A unit that took part in an activity: the same one counts once in every sum."""

    __tablename__ = "activity_units"
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class Attendance(Table):
    """Somebody joined a session by its code, once."""

    __tablename__ = "attendances"
    __table_args__ = (Index("ix_attendances_person_id_at", "person_id", "at"),)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The hamlet of that moment."""
    at: Mapped[datetime]


class Flag(Table):
    """Something about an activity that a person should look at; nothing is ever deleted (T44)."""

    __tablename__ = "flags"
    __table_args__ = (UniqueConstraint("activity_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    seen_at: Mapped[datetime | None]


# --- what units report ---------------------------------------------------------------------------


class FormRow(Table):
    """A commune's own version of a report form, as data; without one the built-in form counts."""

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("commune_id", "form", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    form: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    definition: Mapped[Json]
    """`handlers.reporting.form.Form` as JSON."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]


class Report(Table):
    """What one unit reports for one period: its state, and which version counts.

    `version` 0 = nothing counts: never sent, or taken back.
    """

    __tablename__ = "reports"
    __table_args__ = (
        one_of("state", "draft", "submitted", "accepted", "returned"),
        UniqueConstraint("unit_id", "period"),
        Index("ix_reports_commune_id_period", "commune_id", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    form: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(20))
    """"2026", "so_ket_2027", "tong_ket_2030"."""
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=0)
    first_sent_at: Mapped[datetime | None]
    """Of the first version that was not taken back: decides what is late."""
    changed_at: Mapped[datetime]


class ReportVersion(Table):
    """One report as it was sent: never changed afterwards (A6)."""

    __tablename__ = "report_versions"
    __table_args__ = (
        one_of("via", "guided", "message", "file"),
        one_of("source", "unit", "phone", "paper"),
    )
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    form_version: Mapped[int]
    answers: Mapped[Json]
    via: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(8), default="unit")
    """Who told it: the unit itself, or somebody who entered it from the phone or from paper."""
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    sent_as: Mapped[str] = mapped_column(String(12))
    sent_at: Mapped[datetime]
    is_late: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]


class ReportDraft(Table):
    """What somebody has answered so far, saved with each answer; of one human on all their apps.

    A practice draft never becomes a report.
    """

    __tablename__ = "report_drafts"
    __table_args__ = (
        UniqueConstraint("person_id", "unit_id", "period", "practice"),
        one_of("via", "guided", "message", "file"),
        Index("ix_report_drafts_unit_id_period", "unit_id", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    form: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(20))
    practice: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[Json]
    passed: Mapped[Json]
    """{"keys": […]}: fields that were passed over, so that they are not asked again."""
    base: Mapped[int] = mapped_column(default=0)
    """The report's version that this draft corrects; another one by now is shown first (T19)."""
    via: Mapped[str] = mapped_column(String(8), default="guided")
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change: a summary shown before is shown anew (T42)."""
    changed_at: Mapped[datetime]


class ReportFile(Table):
    """A photo or PDF as evidence of a field, or the signed scan; kept while anything counts it."""

    __tablename__ = "report_files"
    __table_args__ = (Index("ix_report_files_unit_id_period", "unit_id", "period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(String(20))
    field: Mapped[str] = mapped_column(String(40))
    """Key of the form's field; "scan" = the signed and stamped report itself."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    """NULL: taken out again."""
    name: Mapped[str] = mapped_column(String(120))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    given_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Freeze(Table):
    """Chốt số liệu of a period: from then on nothing changes, until an officer reopens it."""

    __tablename__ = "freezes"
    __table_args__ = (
        Index(
            "uq_freezes_standing",
            "commune_id",
            "period",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(String(20))
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    frozen_at: Mapped[datetime]
    snapshot: Mapped[Json]
    """{report id: the version that counts}."""
    reopened_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reopened_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")


# --- people helping people, and the record of acts ----------------------------------------------


class Ticket(Table):
    """Somebody asked for a person (/gapcanbo)."""

    __tablename__ = "tickets"
    __table_args__ = (one_of("state", "open", "answered", "closed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
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

"""What goes out unasked: deadlines, reminders, what pauses them, learning nudges, broadcasts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, one_of

# --- what is due ---------------------------------------------------------------------------------


class Deadline(Table):
    """A last day on time that an officer set, and when to remind of it (/nhac)."""

    __tablename__ = "deadlines"
    __table_args__ = (
        one_of("kind", "report", "plans", "onward", "own"),
        Index(
            "uq_deadlines_standing",
            "commune_id",
            "kind",
            "period",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND kind <> 'own'"),
            postgresql_where=text("ended_at IS NULL AND kind <> 'own'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    """report, plans (the units' own), onward (the commune's report upward), own (anything else)."""
    period: Mapped[str] = mapped_column(String(20), default="")
    """"2026", "so_ket_2027"; "" for an own one."""
    title: Mapped[str] = mapped_column(String(120), default="")
    """What is handed in, of an own one."""
    whom: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Of an own one: a group that is asked, "" = the units of `deadline_units` and no others."""
    due_on: Mapped[date]
    """The last local day on time."""
    rungs: Mapped[Json]
    """{"before": [30, 14, 7, 3, 1]}, days before that day; {} = the usual ladders."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    ended_at: Mapped[datetime | None]


class DeadlineUnit(Table):
    """A unit that an own deadline names, or that has done what it asks."""

    __tablename__ = "deadline_units"
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    done_at: Mapped[datetime | None]


# --- who was reminded ----------------------------------------------------------------------------


class Reminder(Table):
    """A unit is reminded of something due, once for each stage: an obligation (design §5)."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("unit_id", "about", "stage"),
        one_of("state", "due", "told", "superseded", "dropped", "lost"),
        Index(
            "ix_reminders_due",
            "commune_id",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    about: Mapped[str] = mapped_column(String(40))
    """"report:2026", "quick:12"."""
    stage: Mapped[str] = mapped_column(String(40))
    """"2026-12-08 08:00", local; "asked:2026-12-10" when an officer asked for it on that day."""
    state: Mapped[str] = mapped_column(String(10), default="told", server_default="told")
    """due (waits for its message), told, superseded (R16), dropped (not needed any more), lost
    (nobody there can be told)."""
    with_head: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]


class ReminderDelivery(Table):
    """Which message to one person names which obligations: one message a person and day (R15)."""

    __tablename__ = "reminder_deliveries"
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminders.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
    """That of the outbox row; one sent through another account has ">…" behind it."""


# --- what pauses reminders -----------------------------------------------------------------------


class Claim(Table):
    """A unit says it has handed something in on paper: it rests until an officer has looked."""

    __tablename__ = "claims"
    __table_args__ = (
        one_of("verdict", "", "seen", "unseen", "needless"),
        Index(
            "uq_claims_standing",
            "unit_id",
            "about",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    about: Mapped[str] = mapped_column(String(40))
    """As of a reminder: "report:2026"."""
    said_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    said_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(8), default="")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    settled_at: Mapped[datetime | None]


class ReminderPause(Table):
    """An officer holds reminders back: of a commune or one unit, of one thing or of everything."""

    __tablename__ = "reminder_pauses"
    __table_args__ = (
        Index(
            "uq_reminder_pauses_whole",
            "commune_id",
            "about",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND unit_id IS NULL"),
            postgresql_where=text("ended_at IS NULL AND unit_id IS NULL"),
        ),
        Index(
            "uq_reminder_pauses_unit",
            "unit_id",
            "about",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """None: all units."""
    about: Mapped[str] = mapped_column(String(40), default="")
    """As of a reminder; "" = everything."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    ended_at: Mapped[datetime | None]


# --- what people asked for themselves ------------------------------------------------------------


class NudgeWish(Table):
    """What somebody said to being told of the next lesson; the consent is "nudges" (P3)."""

    __tablename__ = "nudge_wishes"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    weekday: Mapped[int | None] = mapped_column(index=True)
    """0 = Monday; None: was asked, and wants none."""
    at: Mapped[str] = mapped_column(String(5), default="")
    """Local, "18:30" to "20:00"."""
    not_until: Mapped[date | None]
    """"Tuần sau": before this local day nothing is said."""
    said_at: Mapped[datetime]
    """When it was asked or said last: of linked persons the newest counts."""


# --- broadcasts ----------------------------------------------------------------------------------


class Broadcast(Table):
    """One message of the commune to a set of persons (/thongbao)."""

    __tablename__ = "broadcasts"
    __table_args__ = (one_of("state", "asked", "waiting", "sending", "sent", "stopped", "refused"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What people can check it by."""
    text: Mapped[str] = mapped_column(Text)
    audience: Mapped[Json]
    """`handlers.broadcasts` says of what shape."""
    state: Mapped[str] = mapped_column(String(8))
    """asked (a second approver has to say yes), waiting (may still be stopped), sending, sent,
    stopped, refused (by the second approver)."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    starts_at: Mapped[datetime | None]
    """Not before; unknown while somebody has to approve."""
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Who stopped or refused it; nobody: it stopped by itself (`reason`)."""
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """Why it was refused, in the second approver's words."""
    size: Mapped[int]
    """How many people it was confirmed for."""
    reported_at: Mapped[datetime | None]
    """When its maker was told what became of it."""
    tally: Mapped[Json | None]
    """What became of it, in people, from `reported_at` on: its messages are swept one day (P10)."""


class BroadcastPerson(Table):
    """One human (the canonical person) of the audience, as it was confirmed."""

    __tablename__ = "broadcast_people"
    __table_args__ = (
        Index(
            "ix_broadcast_people_waiting",
            "broadcast_id",
            "person_id",
            sqlite_where=text("queued_at IS NULL"),
            postgresql_where=text("queued_at IS NULL"),
        ),
    )
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    queued_at: Mapped[datetime | None]
    """When its message was put into the outbox (key "broadcast:<id>:<person>"), or left out."""
    wait_until: Mapped[datetime | None]
    """Not before: this human was told something else that day (U11)."""
    left_out: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """Why no message was made: muted, locked, left (no consent, no role any more), linked (told as
    another person of the same human), late."""

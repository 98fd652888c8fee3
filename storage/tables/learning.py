"""Lessons, and what is done together."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, one_of

# --- learning ------------------------------------------------------------------------------------


class LessonProgress(Table):
    """How far a person is in a lesson: the open page, and whether it was ever finished."""

    __tablename__ = "lesson_progress"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    page: Mapped[int]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class LessonRecording(Table):
    """A lesson read aloud by somebody of the commune: a file of sound."""

    __tablename__ = "lesson_recordings"
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    content_version: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    made_at: Mapped[datetime]


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

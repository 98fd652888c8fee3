"""What units report."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, one_of


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

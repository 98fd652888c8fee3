"""The officer's year: who owes what, receiving, quick forms, registers, the commune's report."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Json, Table, one_of

# --- who owes, and what was done about it --------------------------------------------------------


class DutyMark(Table):
    """Đã nhận bản giấy, gia hạn, miễn: why a unit is not asked for a report (design §5)."""

    __tablename__ = "duty_marks"
    __table_args__ = (
        one_of("kind", "paper", "extended", "exempt"),
        Index(
            "uq_duty_marks_standing",
            "unit_id",
            "period",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_duty_marks_commune_id_period", "commune_id", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    until: Mapped[date | None]
    """Of an extension: the last local day on time."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    ended_at: Mapped[datetime | None]


class ReportReview(Table):
    """One verdict of an officer about one version of a report; the newest of a version stands."""

    __tablename__ = "report_reviews"
    __table_args__ = (
        one_of("verdict", "accepted", "returned"),
        Index("ix_report_reviews_report_id", "report_id", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    number: Mapped[int]
    """Of the version that was looked at."""
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(500), default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]


# --- quick forms ---------------------------------------------------------------------------------


class QuickForm(Table):
    """One to five questions to chosen units, with a deadline (/phieu)."""

    __tablename__ = "quick_forms"
    __table_args__ = (one_of("state", "open", "closed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    questions: Mapped[Json]
    """{"questions": […]}: `handlers.quick_forms` says of what shape."""
    due_on: Mapped[date]
    """The last local day on time."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class QuickFormUnit(Table):
    """A unit that is asked."""

    __tablename__ = "quick_form_units"
    form_id: Mapped[int] = mapped_column(ForeignKey("quick_forms.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class QuickAnswer(Table):
    """What a unit answered; a correction is the next number, the highest counts (A6)."""

    __tablename__ = "quick_answers"
    __table_args__ = (one_of("source", "unit", "phone", "paper"),)
    form_id: Mapped[int] = mapped_column(ForeignKey("quick_forms.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[Json]
    source: Mapped[str] = mapped_column(String(8), default="unit")
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    sent_as: Mapped[str] = mapped_column(String(12))
    sent_at: Mapped[datetime]


# --- registers -----------------------------------------------------------------------------------


class RegisterEntry(Table):
    """One line of a register: a plan issued, a visit, an award, a broadcast (plan.md §4, GP-5).

    Which columns a register uses and what they are called there: `handlers.registers`.
    """

    __tablename__ = "register_entries"
    __table_args__ = (Index("ix_register_entries_commune_id", "commune_id", "register", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    """NULL: the commune's own."""
    register: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    """The reporting year it counts in."""
    held_on: Mapped[date | None]
    number: Mapped[str] = mapped_column(String(60), default="")
    """Số, ký hiệu of a document."""
    what: Mapped[str] = mapped_column(Text(), default="")
    amount: Mapped[int | None]
    """People awarded, broadcasts, articles."""
    minutes: Mapped[int | None]
    """Of a broadcast."""
    due_on: Mapped[date | None]
    """When to look again."""
    done_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    removed_at: Mapped[datetime | None]


# --- the commune's own report --------------------------------------------------------------------


class CollectedPoint(Table):
    """A difficulty, a proposal, an example, that an officer picked and perhaps merged.

    It stands in the commune's report; a difficulty or proposal may be put before UBND xã (NV-5.1).
    """

    __tablename__ = "collected_points"
    __table_args__ = (
        one_of("kind", "difficulty", "proposal", "example"),
        Index("ix_collected_points_commune_id_period", "commune_id", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str]
    sources: Mapped[Json]
    """{"reports": [[report id, version], …], "tickets": [id, …], "units": [unit id, …]}."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    submitted_on: Mapped[date | None]
    """When it was put before UBND xã."""
    decision: Mapped[str] = mapped_column(Text(), default="")
    decided_on: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Who wrote the decision down."""


class FrameText(Table):
    """A sentence of the commune's report as its officer wants it; without one, the built-in one."""

    __tablename__ = "frame_texts"
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    changed_at: Mapped[datetime]


class OnwardReport(Table):
    """The commune's report went to who stands above: to whom, with which number, on which day."""

    __tablename__ = "onward_reports"
    __table_args__ = (Index("ix_onward_reports_commune_id_period", "commune_id", "period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str] = mapped_column(String(20))
    addressee: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60), default="")
    sent_on: Mapped[date]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    noted_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class FigureImport(Table):
    """Figures of a past year out of a workbook: read, then written as report versions, or not."""

    __tablename__ = "figure_imports"
    __table_args__ = (one_of("state", "read", "done", "dropped", "undone"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    period: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(8))
    rows: Mapped[Json]
    """What was read: {"units": {unit id: {field key: answer}}}."""
    versions: Mapped[Json]
    """What was written: {report id: version}."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    undone_at: Mapped[datetime | None]

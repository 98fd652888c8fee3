"""Reminders that go out by themselves: obligations with a state, and the messages that name them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_STATES = "state IN ('due', 'told', 'superseded', 'dropped', 'lost')"


def _add_state() -> None:
    """With its check: SQLite can add one only together with the column."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE reminders ADD COLUMN state VARCHAR(10) DEFAULT 'told' NOT NULL"
            f" CONSTRAINT ck_reminders_state CHECK ({_STATES})"
        )
        return
    op.add_column(
        "reminders",
        sa.Column("state", sa.String(length=10), server_default="told", nullable=False),
    )
    op.create_check_constraint(op.f("ck_reminders_state"), "reminders", _STATES)


def upgrade() -> None:
    op.create_table(
        "reminder_deliveries",
        sa.Column(
            "reminder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_reminder_deliveries_reminder_id")
        ),
        sa.PrimaryKeyConstraint("reminder_id", "key", name=op.f("pk_reminder_deliveries")),
    )
    op.create_index(op.f("ix_reminder_deliveries_key"), "reminder_deliveries", ["key"])
    _add_state()
    op.add_column(
        "reminders",
        sa.Column("with_head", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_reminders_due",
        "reminders",
        ["commune_id"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )

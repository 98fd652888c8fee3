"""Deadlines set by officers, claims of paper, pauses, learning nudges, broadcasts."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("starts_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reported_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.Column("tally", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'waiting', 'sending', 'sent', 'stopped', 'refused')",
            name=op.f("ck_broadcasts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["persons.id"], name=op.f("fk_broadcasts_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["units.id"], name=op.f("fk_broadcasts_commune_id")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["persons.id"], name=op.f("fk_broadcasts_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["persons.id"], name=op.f("fk_broadcasts_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("code", name=op.f("uq_broadcasts_code")),
    )
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcasts_commune_id"), ["commune_id"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("said_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("said_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column(
            "settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("settled_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('', 'seen', 'unseen', 'needless')", name=op.f("ck_claims_verdict")
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["units.id"], name=op.f("fk_claims_commune_id")),
        sa.ForeignKeyConstraint(["said_by"], ["persons.id"], name=op.f("fk_claims_said_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["persons.id"], name=op.f("fk_claims_settled_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_claims_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claims_commune_id"), ["commune_id"], unique=False)
        batch_op.create_index(
            "uq_claims_standing",
            ["unit_id", "about"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "deadlines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("whom", sa.String(length=20), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('report', 'plans', 'onward', 'own')", name=op.f("ck_deadlines_kind")
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["units.id"], name=op.f("fk_deadlines_commune_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["persons.id"], name=op.f("fk_deadlines_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["persons.id"], name=op.f("fk_deadlines_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadlines_commune_id"), ["commune_id"], unique=False)
        batch_op.create_index(
            "uq_deadlines_standing",
            ["commune_id", "kind", "period"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND kind <> 'own'"),
            postgresql_where=sa.text("ended_at IS NULL AND kind <> 'own'"),
        )

    op.create_table(
        "nudge_wishes",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("weekday", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("not_until", sa.Date(), nullable=True),
        sa.Column("said_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_nudge_wishes_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_nudge_wishes")),
    )
    with op.batch_alter_table("nudge_wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nudge_wishes_weekday"), ["weekday"], unique=False)

    op.create_table(
        "reminder_pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["units.id"], name=op.f("fk_reminder_pauses_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["persons.id"], name=op.f("fk_reminder_pauses_ended_by")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["persons.id"], name=op.f("fk_reminder_pauses_made_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_reminder_pauses_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_pauses")),
    )
    with op.batch_alter_table("reminder_pauses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reminder_pauses_commune_id"), ["commune_id"], unique=False
        )
        batch_op.create_index(
            "uq_reminder_pauses_whole",
            ["commune_id", "about"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND unit_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND unit_id IS NULL"),
        )
        batch_op.create_index(
            "uq_reminder_pauses_unit",
            ["unit_id", "about"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "broadcast_people",
        sa.Column(
            "broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("queued_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.Column("wait_until", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.Column("left_out", sa.String(length=10), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_broadcast_people_broadcast_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_broadcast_people_person_id")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id", name=op.f("pk_broadcast_people")),
    )
    with op.batch_alter_table("broadcast_people", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_broadcast_people_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_broadcast_people_waiting",
            ["broadcast_id", "person_id"],
            unique=False,
            sqlite_where=sa.text("queued_at IS NULL"),
            postgresql_where=sa.text("queued_at IS NULL"),
        )

    op.create_table(
        "deadline_units",
        sa.Column(
            "deadline_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("done_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name=op.f("fk_deadline_units_deadline_id")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["persons.id"], name=op.f("fk_deadline_units_done_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_deadline_units_unit_id")),
        sa.PrimaryKeyConstraint("deadline_id", "unit_id", name=op.f("pk_deadline_units")),
    )
    with op.batch_alter_table("deadline_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_units_unit_id"), ["unit_id"], unique=False)

    op.add_column(
        "outbox", sa.Column("channel", sa.String(length=20), server_default="", nullable=False)
    )
    op.execute(
        "UPDATE outbox SET channel = (SELECT channel FROM accounts WHERE id = outbox.account_id)"
    )
    op.create_index(
        "ix_outbox_queued",
        "outbox",
        ["kind", "channel", "id"],
        sqlite_where=sa.text("state IN ('queued', 'retry_wait')"),
        postgresql_where=sa.text("state IN ('queued', 'retry_wait')"),
    )

"""Lessons read aloud by somebody of the commune."""

import sqlalchemy as sa
from alembic import op

import storage.tables.base

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "lesson_recordings",
        sa.Column(
            "commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("lesson_id", sa.String(length=40), nullable=False),
        sa.Column("content_version", sa.String(length=16), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["units.id"], name=op.f("fk_lesson_recordings_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_lesson_recordings_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["persons.id"], name=op.f("fk_lesson_recordings_made_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "lesson_id", name=op.f("pk_lesson_recordings")),
    )
    with op.batch_alter_table("lesson_recordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_recordings_made_by"), ["made_by"], unique=False)

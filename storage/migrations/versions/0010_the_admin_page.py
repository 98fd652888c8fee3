"""Who is logged in at the admin page."""

import sqlalchemy as sa
from alembic import op

import storage.tables.base

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "page_acts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("settled_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'refused')", name=op.f("ck_page_acts_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_page_acts_account_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_page_acts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_acts")),
    )
    with op.batch_alter_table("page_acts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_acts_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_page_acts_person_id"), ["person_id"], unique=False)

    op.create_table(
        "page_logins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("created_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("used_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_page_logins_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_page_logins_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_logins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_page_logins_token_hash")),
    )
    with op.batch_alter_table("page_logins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_logins_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_page_logins_person_id"), ["person_id"], unique=False)

    op.create_table(
        "page_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("created_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("seen_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", storage.tables.base.UtcTime(timezone=True), nullable=False),
        sa.Column("ended_at", storage.tables.base.UtcTime(timezone=True), nullable=True),
        sa.Column("talk", sa.JSON(), nullable=True),
        sa.Column(
            "talk_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_page_sessions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_page_sessions_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_sessions")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_page_sessions_key_hash")),
    )
    with op.batch_alter_table("page_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_page_sessions_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_page_sessions_person_id"), ["person_id"], unique=False)

    # ### end Alembic commands ###

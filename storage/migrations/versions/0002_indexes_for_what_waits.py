"""Indexes for what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    is_quarantined = sa.text("state = 'quarantined'")
    op.create_index(
        "ix_inbox_quarantined",
        "inbox",
        ["id"],
        sqlite_where=is_quarantined,
        postgresql_where=is_quarantined,
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])

"""Where posters hang, and how many come by each."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "poster_places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["units.id"], name=op.f("fk_poster_places_commune_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster_places")),
        sa.UniqueConstraint("code", name=op.f("uq_poster_places_code")),
    )
    with op.batch_alter_table("poster_places", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_poster_places_commune_id"), ["commune_id"], unique=False
        )

    op.create_table(
        "arrivals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (place_id IS NULL)", name=op.f("ck_arrivals_from_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["poster_places.id"], name=op.f("fk_arrivals_place_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_arrivals_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
    )
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrivals_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_arrivals_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("arrived_on", sa.Date(), nullable=True))

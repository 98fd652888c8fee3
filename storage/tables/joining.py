"""Where posters hang, and how many came from each."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table


class PosterPlace(Table):
    """Somewhere a poster hangs that is no hamlet: a market, a school, the one-stop office."""

    __tablename__ = "poster_places"
    id: Mapped[int] = mapped_column(primary_key=True)
    """What is typed where no link can carry anything: "P7"."""
    commune_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    """What stands behind `p_` (design §4)."""
    name: Mapped[str] = mapped_column(String(80))


class Arrival(Table):
    """An account came by a poster, once: from where and on which day, and never whose it is."""

    __tablename__ = "arrivals"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (place_id IS NULL)", name="from_one_place"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("poster_places.id"), index=True)
    arrived_on: Mapped[date] = mapped_column()
    """The local day."""

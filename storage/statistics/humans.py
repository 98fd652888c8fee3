"""Which persons count, and as whom."""

from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from storage.linking import canonical
from storage.tables import Consent, Person

HUMAN: Final = canonical(Person).label("human")


def counts() -> Any:
    """Persons who agree now, themselves or on a linked app, and were not erased."""
    # Asked once for all of them: for each by itself, planners know little of what it costs.
    speaker = aliased(Person)
    agreed = (
        select(canonical(speaker))
        .join(Consent, Consent.person_id == speaker.id)
        .where(Consent.purpose == "learning", Consent.withdrawn_at.is_(None))
    )
    return and_(Person.erased_at.is_(None), HUMAN.element.in_(agreed))

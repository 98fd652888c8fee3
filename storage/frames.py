"""Sentences of the commune's yearly report as its officer wants them; the rest are built in.

Who may change them is the caller's to decide; every question names the commune (T13).
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Transaction, upsert
from storage.tables import FrameText, Unit


async def of(tx: Transaction, commune_id: int) -> Mapping[str, str]:
    """Key -> text, of those that were changed."""
    statement = select(FrameText.key, FrameText.text).where(FrameText.commune_id == commune_id)
    return {row.key: row.text for row in await tx.execute(statement)}


async def hold(tx: Transaction, commune_id: int) -> None:
    """Nobody else writes this commune's sentences until we commit (T19); SQLite has us alone."""
    await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update(key_share=True))


async def put(
    tx: Transaction, commune_id: int, key: str, text: str, *, by: int, now: datetime
) -> None:
    """From now on this commune's sentence."""
    values = {"text": text, "changed_by": by, "changed_at": now}
    statement = upsert(tx, FrameText).values(commune_id=commune_id, key=key, **values)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[FrameText.commune_id, FrameText.key], set_=values
        )
    )


async def drop(tx: Transaction, commune_id: int, key: str) -> bool:
    """Back to the built-in sentence; False if it was that."""
    gone = await tx.scalar(
        delete(FrameText)
        .where(FrameText.commune_id == commune_id, FrameText.key == key)
        .returning(FrameText.key)
    )
    return gone is not None

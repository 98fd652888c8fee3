"""The versions of report forms that a commune has made its own, as data."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select

from storage.database import Transaction
from storage.tables import FormRow, Json


async def newest(tx: Transaction, commune_id: int) -> Mapping[str, Json]:
    """Form key -> the newest definition of this commune; a form that is missing is built in."""
    statement = select(FormRow.form, FormRow.definition).where(FormRow.commune_id == commune_id)
    return dict((await tx.execute(statement.order_by(FormRow.version))).all())


async def of_version(tx: Transaction, commune_id: int, form: str, version: int) -> Json | None:
    """The definition that a report version was made with; None if it is built in."""
    return await tx.scalar(
        select(FormRow.definition).where(
            FormRow.commune_id == commune_id, FormRow.form == form, FormRow.version == version
        )
    )


async def all_versions(tx: Transaction, commune_id: int) -> Mapping[tuple[str, int], Json]:
    """(form key, version) -> the definition, of every version this commune has made."""
    statement = select(FormRow.form, FormRow.version, FormRow.definition)
    rows = await tx.execute(statement.where(FormRow.commune_id == commune_id))
    return {(form, version): definition for form, version, definition in rows}


async def add(
    tx: Transaction,
    commune_id: int,
    form: str,
    *,
    version: int,
    definition: Json,
    by: int,
    now: datetime,
) -> None:
    """Keep a new version; an older one stays, for the reports that were made with it."""
    values = {"commune_id": commune_id, "form": form, "version": version}
    await tx.execute(
        insert(FormRow).values(**values, definition=definition, made_by=by, made_at=now)
    )


async def keys_ever(tx: Transaction, commune_id: int, form: str) -> list[str]:
    """Keys of fields that any version of this commune's form has had."""
    statement = select(FormRow.definition).where(
        FormRow.commune_id == commune_id, FormRow.form == form
    )
    definitions = (await tx.execute(statement)).scalars()
    return list({field["key"] for one in definitions for field in one["fields"]})

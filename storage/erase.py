"""The end of what is stored about one person (P5).

Every column that points at a person or an account has its fate in `PERSON_COLUMNS` or
`ACCOUNT_COLUMNS`; a test refuses a new column that has none.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, or_, select, update
from sqlalchemy.sql.schema import Column

from storage import activities, file_links, files, households, memory, points, recordings, shown
from storage.database import Transaction, long
from storage.linking import canonical
from storage.outbox import WAITING
from storage.people import forget_phones, holds_now
from storage.roles import persons_of
from storage.tables import (
    Account,
    AnswerRow,
    Attempt,
    Fact,
    InboxRow,
    Membership,
    OutboxRow,
    Person,
    Role,
    Table,
    WrongCode,
)


class Fate(Enum):
    DELETE = "the row goes"
    FORGET = "the row stays as an act, without the person"
    MOVE = "handled by hand in `erase`"


PERSON_COLUMNS: Final[Mapping[str, Fate]] = {
    "accounts.person_id": Fate.MOVE,
    "activities.recorded_by": Fate.FORGET,
    "activities.undone_by": Fate.FORGET,
    "attempts.person_id": Fate.DELETE,
    "attendances.person_id": Fate.MOVE,
    "broadcast_people.person_id": Fate.DELETE,
    "broadcasts.approved_by": Fate.FORGET,
    "broadcasts.ended_by": Fate.FORGET,
    "broadcasts.made_by": Fate.FORGET,
    "claims.said_by": Fate.FORGET,
    "claims.settled_by": Fate.FORGET,
    "collected_points.decided_by": Fate.FORGET,
    "collected_points.made_by": Fate.FORGET,
    "completions.person_id": Fate.DELETE,
    "consents.person_id": Fate.DELETE,
    "conversations.person_id": Fate.DELETE,
    "deadline_units.done_by": Fate.FORGET,
    "deadlines.ended_by": Fate.FORGET,
    "deadlines.made_by": Fate.FORGET,
    "duty_marks.ended_by": Fate.FORGET,
    "duty_marks.made_by": Fate.FORGET,
    "figure_imports.made_by": Fate.FORGET,
    "figure_imports.undone_by": Fate.FORGET,
    "file_links.person_id": Fate.DELETE,
    "flags.seen_by": Fate.FORGET,
    "forms.made_by": Fate.FORGET,
    "frame_texts.changed_by": Fate.FORGET,
    "freezes.frozen_by": Fate.FORGET,
    "freezes.reopened_by": Fate.FORGET,
    "invites.created_by": Fate.FORGET,
    "invites.used_by": Fate.FORGET,
    "lesson_progress.person_id": Fate.DELETE,
    "lesson_recordings.made_by": Fate.DELETE,  # somebody's voice
    "link_codes.person_id": Fate.DELETE,
    "link_codes.used_by": Fate.FORGET,
    "memberships.person_id": Fate.DELETE,
    "nudge_wishes.person_id": Fate.DELETE,
    "onward_reports.noted_by": Fate.FORGET,
    "page_acts.person_id": Fate.DELETE,
    "page_logins.person_id": Fate.DELETE,
    "page_sessions.person_id": Fate.DELETE,
    "quick_answers.sent_by": Fate.FORGET,
    "quick_forms.made_by": Fate.FORGET,
    "register_entries.made_by": Fate.FORGET,
    "register_entries.removed_by": Fate.FORGET,
    "reminder_pauses.ended_by": Fate.FORGET,
    "reminder_pauses.made_by": Fate.FORGET,
    "reminders.made_by": Fate.FORGET,
    "report_drafts.person_id": Fate.DELETE,
    "report_files.given_by": Fate.FORGET,
    "report_reviews.made_by": Fate.FORGET,
    "report_versions.sent_by": Fate.FORGET,
    "roles.ended_by": Fate.FORGET,
    "roles.granted_by": Fate.FORGET,
    "roles.person_id": Fate.DELETE,
    "same_person.a": Fate.DELETE,
    "same_person.b": Fate.DELETE,
    "tickets.answered_by": Fate.FORGET,
    "tickets.person_id": Fate.DELETE,
    "work.person_id": Fate.DELETE,
}
ACCOUNT_COLUMNS: Final[Mapping[str, Fate]] = {
    # Through the person: an account may also serve others of the household.
    "conversations.account_id": Fate.MOVE,
    "file_links.account_id": Fate.MOVE,
    "link_codes.account_id": Fate.MOVE,
    "memberships.account_id": Fate.MOVE,
    "page_acts.account_id": Fate.MOVE,
    "page_logins.account_id": Fate.MOVE,
    "page_sessions.account_id": Fate.MOVE,
    "tickets.account_id": Fate.MOVE,
    "work.account_id": Fate.MOVE,
    "outbox.account_id": Fate.DELETE,
    "wrong_codes.account_id": Fate.DELETE,
}
SCOPE: Final = "erased"


# --- the end -------------------------------------------------------------------------------------


async def erase(
    tx: Transaction, canonical_id: int, *, keyed_hash: Callable[[str], str], now: datetime
) -> dict[int, int]:
    """Remove everything that leads to this person; who each account speaks for from now on.

    The person's row stays, nameless, because acts (audit, signed reports) point at its id. Roles
    must have been ended before (their rows go here).
    """
    persons = await persons_of(tx, canonical_id)
    behind = await _accounts(tx, persons)
    held = await file_links.files_of(tx, persons)
    held |= await recordings.files_of(tx, persons)
    held |= await _carried(tx, [account.id for account in behind])
    await shown.forget(tx, persons)
    for account in behind:
        for person in persons:  # none of the rest of the household, after a restore
            listed = keyed_hash(f"erased|{account.lane}|{person}")
            await memory.put(tx, SCOPE, listed, now.isoformat())
        await _empty_inbox(tx, account.lane)
        await _forget_messages(tx, account, persons)
        await tx.execute(delete(WrongCode).where(WrongCode.account_id == account.id))
    await forget_phones(tx, persons)
    await drop_rows(tx, persons)
    await files.let_go(tx, held)
    await _make_nameless(tx, persons, now=now)
    speakers = [account.id for account in behind if account.speaks]
    return {number: await households.hand_on(tx, number, now=now) for number in speakers}


class _Behind(NamedTuple):
    """An account of the person; `speaks` is False while somebody else of the household does."""

    id: int
    lane: str
    speaks: bool
    is_shared: bool
    """Other members live there too."""


async def _accounts(tx: Transaction, persons: Collection[int]) -> list[_Behind]:
    """Every account these persons may speak through."""
    is_theirs = Membership.person_id.in_(persons)
    members = select(Membership.account_id).where(Membership.until.is_(None))
    speaks = Account.person_id.in_(persons)
    theirs = or_(speaks, Account.id.in_(members.where(is_theirs).scalar_subquery()))
    is_shared = Account.id.in_(members.where(~is_theirs).scalar_subquery())
    statement = select(Account.id, Account.lane, speaks, is_shared).where(theirs)
    rows = await tx.execute(statement.order_by(Account.id))
    return [_Behind(row[0], row[1], bool(row[2]), bool(row[3])) for row in rows]


async def _carried(tx: Transaction, accounts: Collection[int]) -> set[int]:
    """Files that went into these chats themselves: no link leads to them."""
    document = OutboxRow.body["document"].as_integer()
    carries = select(document).where(OutboxRow.account_id.in_(accounts), document.is_not(None))
    return {row[0] for row in await long(tx, carries.distinct())}


async def _forget_messages(tx: Transaction, account: _Behind, persons: Collection[int]) -> None:
    """What the chat showed may be this person's; what waits for another member is not."""
    mine = OutboxRow.account_id == account.id
    if not account.is_shared:
        await shown.delete_told(tx, mine)
        return
    nobodys = OutboxRow.person_id.is_(None)
    waits = OutboxRow.state.in_(WAITING)
    answers = nobodys & (OutboxRow.kind == "reply")
    told = nobodys & ~waits  # of the time before it was noted for whom
    answered = answers if account.speaks else answers & ~waits
    await shown.delete_told(tx, mine & or_(OutboxRow.person_id.in_(persons), answered, told))


async def _empty_inbox(tx: Transaction, lane: str) -> None:
    """Words that quarantine still holds."""
    await tx.execute(
        update(InboxRow)
        .where(InboxRow.lane == lane, InboxRow.state == "quarantined")
        .values(state="done", raw="")
    )


async def drop_rows(tx: Transaction, persons: Collection[int]) -> None:
    """Everything that points at these persons, but their accounts."""
    await activities.forget(tx, persons)
    await points.forget(tx, persons)
    goes = select(Attempt.id).where(Attempt.person_id.in_(persons)).scalar_subquery()
    await tx.execute(delete(AnswerRow).where(AnswerRow.attempt_id.in_(goes)))
    for name, fate in PERSON_COLUMNS.items():
        column = _column(name)
        if fate is Fate.DELETE:
            await tx.execute(delete(column.table).where(column.in_(persons)))
        elif fate is Fate.FORGET:
            forgotten = {column.name: None}
            await tx.execute(update(column.table).where(column.in_(persons)).values(forgotten))


def _column(name: str) -> Column[Any]:
    table, _, column = name.partition(".")
    return Table.metadata.tables[table].c[column]


async def _make_nameless(tx: Transaction, persons: Collection[int], *, now: datetime) -> None:
    nothing = {"name": "", "name_folded": "", "unit_id": None, "canonical_id": None}
    await tx.execute(update(Person).where(Person.id.in_(persons)).values(**nothing, erased_at=now))


# --- after a restore -----------------------------------------------------------------------------


async def deletions(tx: Transaction) -> dict[str, str]:
    """The list that outlives a backup: hash of an account -> when it was erased."""
    statement = select(Fact.key, Fact.value).where(Fact.scope == SCOPE)
    return {row[0]: row[1] for row in await tx.execute(statement)}


async def reapply(
    tx: Transaction,
    list_: Mapping[str, str],
    *,
    keyed_hash: Callable[[str], str],
    now: datetime,
) -> int:
    """Erase again whoever an older backup brought back; how many persons (P5)."""
    statement = (
        select(Account.lane, Person.id, canonical(Person), Person.created_at, Account.person_id)
        .join(Membership, Membership.account_id == Account.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.until.is_(None))
    )
    back = set[int]()
    for lane, person, human, created_at, speaker in await tx.execute(statement):
        erased = list_.get(keyed_hash(f"erased|{lane}|{person}"))
        if erased is None and person == speaker:  # noted before phones were shared
            erased = list_.get(keyed_hash(f"erased|{lane}"))
        if erased is not None and created_at < datetime.fromisoformat(erased):
            back.add(human)
    for human in back:
        await _end_roles(tx, human, now=now)
        await erase(tx, human, keyed_hash=keyed_hash, now=now)
    return len(back)


async def _end_roles(tx: Transaction, canonical_id: int, *, now: datetime) -> None:
    persons = await persons_of(tx, canonical_id)
    running = Role.person_id.in_(persons) & holds_now()
    await tx.execute(update(Role).where(running).values(until=now))

"""What of a message and of a stranger is forgotten, and when (P10)."""

from sqlalchemy import func

from storage.tables import Account, Conversation, InboxRow, OutboxRow, Person
from tests.talk import Talk


async def test_a_stranger_is_forgotten_after_a_day(talk: Talk) -> None:
    """P10."""
    await talk.says("chào")
    friend = Talk(talk.house, "friend")
    await friend.enrolled()
    talk.house.clock.passes(hours=25)
    await talk.app.jobs.forget()
    assert await talk.house.rows(Account.user_id) == ["friend"]
    assert await talk.house.rows(func.count(Person.id)) == [1]
    await talk.says("chào")
    assert talk.heard[-1].startswith("Để nhớ bài")


async def test_the_sweep_keeps_what_must_be_kept(talk: Talk) -> None:
    await talk.enrolled()
    talk.house.clock.passes(days=31)
    await talk.app.jobs.sweep()
    assert await talk.house.rows(Conversation.id) == []
    assert await talk.house.rows(func.count(InboxRow.id)) == [2]
    talk.house.clock.passes(days=60)
    await talk.app.jobs.sweep()
    assert await talk.house.rows(InboxRow.id) == []
    assert await talk.house.rows(OutboxRow.id) == []

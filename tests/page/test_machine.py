"""The figures of the machine are those of /quantri (R32)."""

from datetime import timedelta

from storage import backups
from storage.backups import Backup
from tests.page.conftest import Sits
from tests.talk import Talk


async def test_the_page_and_the_chat_say_the_same(talk: Talk, sits: Sits) -> None:
    await talk.holds("admin")
    desk = await sits(talk)
    page = await desk.get("/may")
    sent = page.text.split("Tin đã gửi")[1].split()[0]
    await talk.says("/quantri", "5")
    said = "\n".join(await talk.gets("Trợ lý chạy thế nào"))
    in_chat = int(said.split("tin gửi đi: ")[1].split(" ")[0].replace(".", ""))
    assert 0 < int(sent.replace(".", "")) <= in_chat
    assert "Chưa có bản sao lưu nào" in page.text


async def test_the_newest_backup_is_named(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    now = talk.house.clock.wall()
    async with talk.app.database.transaction() as tx:
        made = Backup("x", "daily", now, 2_048_000, now + timedelta(minutes=1))
        await backups.note(tx, made)
    page = await (await sits(talk)).get("/may")
    assert "2,0" in page.text
    assert "Đã mở thử" in page.text

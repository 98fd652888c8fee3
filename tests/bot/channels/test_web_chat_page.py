"""The chat page itself: its words, its files, its headers, its pictures."""

import re
from pathlib import Path

import pytest

from tests.bot.channels.web_chat_setup import HEADERS, Site, running


async def test_the_page_names_its_parts_and_says_what_not_to_send(site: Site) -> None:
    answer = await site.client.get("/")
    page = await answer.text()
    for words in (
        '<html lang="vi">',
        'role="log"',
        'aria-label="Tin nhắn"',
        ">Gửi</button>",
        "Máy trả lời tự động. Không gửi căn cước, mật khẩu, mã OTP.",
        "DỮ LIỆU MẪU",
        ">Vai</label>",
        ">Ngày</label>",
    ):
        assert words in page
    assert not re.search(r"<script>|<style|style=|\son\w+=|https?://", page)


async def test_the_files_of_the_page_are_kept_under_their_content(site: Site) -> None:
    page = await (await site.client.get("/")).text()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {address.partition("?")[0] for address in addresses} == {
        "/static/chat.css",
        "/static/chat.js",
        "/static/chat.svg",
    }
    for address in addresses:
        answer = await site.client.get(address)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "?v=" in address


async def test_the_page_is_small_and_asks_nobody_else(site: Site) -> None:
    del site
    files = list((Path(__file__).parents[3] / "bot" / "web" / "static").glob("chat.*"))
    assert sum(file.stat().st_size for file in files) <= 25 * 1024
    script = next(file for file in files if file.suffix == ".js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    assert not re.search(r"\?\.|\?\?|catch \{|\.\.\.\w+ \}", script), "newer than ES2017"


async def test_a_page_that_is_known_is_not_sent_again(site: Site) -> None:
    first = await site.client.get("/")
    again = await site.client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""


@pytest.mark.parametrize(
    "path", ["/", "/static/chat.js", "/chat/config", "/pictures/x.png", "/chat/stream"]
)
async def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    answer = await site.client.get(path)
    assert all(name in answer.headers for name in HEADERS) or answer.status == 404
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "unsafe" not in policy


async def test_pictures_come_from_their_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "lua-dao.png").write_bytes(b"\x89PNG")
    (folder / "folder.png").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "secret").write_bytes(b"secret")
    async with running(Site(demo=None, pictures=folder)) as site:
        good = await site.client.get("/pictures/lua-dao.png")
        assert (good.status, good.content_type) == (200, "image/png")
        for name in (
            "%2e%2e%2fsecret.png",
            "..%2Fsecret",
            "%2e%2e/secret.png",
            "..%5csecret.png",
            "lua-dao.png%00",
            "lua-dao.jpg",
            "lua-dao",
            "LUA-DAO.PNG",
            "lua-dao.png.png",
            "folder.png",
            "none.png",
            "%ff.png",
        ):
            answer = await site.client.get(f"/pictures/{name}")
            assert answer.status in (400, 403, 404), name
            assert b"secret" not in await answer.read()

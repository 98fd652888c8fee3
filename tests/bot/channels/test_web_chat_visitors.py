"""Who speaks on the chat page: visitors, the personas of the demo, and its date."""

import re

import pytest

from tests.bot.channels.web_chat_setup import Site


async def test_the_first_look_gives_a_visitor_a_name_to_come_back_with(site: Site) -> None:
    answer = await site.client.get("/chat/config")
    assert (await answer.json())["commune"] == "Xã Giao Minh"
    written = answer.headers["Set-Cookie"]
    assert re.search(r"hvs=[0-9a-f]{32};", written)
    assert "HttpOnly" in written
    assert "SameSite=Strict" in written
    assert "Secure" not in written
    await site.says(text="xin chào")
    await site.says(text="lần nữa")
    first, second = site.inbox
    assert first["account"] == first["chat"] == second["account"]
    assert re.fullmatch(r"w-[0-9a-f]{32}", first["account"])
    assert first["account"].removeprefix("w-") not in written, "the account is not the secret"


async def test_behind_https_the_cookie_is_secure(site: Site) -> None:
    answer = await site.client.get("/chat/config", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]


async def test_a_link_from_another_site_does_not_take_the_account_away(site: Site) -> None:
    """Such a visit arrives without the SameSite=Strict cookie; a new one would replace it."""
    for path in ("/", "/chat/config"):
        answer = await site.client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["x", "A" * 32, "0" * 33, "../../etc", ""])
async def test_a_cookie_that_we_did_not_make_is_replaced(site: Site, cookie: str) -> None:
    answer = await site.client.get("/chat/config", headers={"Cookie": f"hvs={cookie}"})
    assert re.search(r"hvs=[0-9a-f]{32};", answer.headers["Set-Cookie"])


async def test_in_demo_mode_a_tab_speaks_as_its_persona(demo: Site) -> None:
    for key in ("can-bo", "nguoi-dan", None, "nobody", 7):
        await demo.says(text="/start", played=key)
    officer, *others = [raw["account"] for raw in demo.inbox]
    assert officer == "demo-can-bo"
    assert len(set(others)) == 1
    assert others[0].startswith("w-")
    shown = await (await demo.client.get("/chat/config")).json()
    assert shown["personas"][0] == {
        "key": "nguoi-dan",
        "label": "Người dân xóm 5",
        "start": "h_xom-05",
    }
    assert shown["date"] == "2026-12-08"


async def test_without_demo_mode_nobody_plays_and_the_date_stays(site: Site) -> None:
    await site.says(text="/start", played="can-bo")
    assert site.inbox[0]["account"].startswith("w-")
    shown = await (await site.client.get("/chat/config")).json()
    assert (shown["demo"], shown["personas"]) == (False, [])
    assert (await site.client.get("/chat/date")).status == 404
    assert (await site.client.post("/chat/date", json={"date": "2026-01-01"})).status == 404


async def test_the_date_can_be_moved(demo: Site) -> None:
    answer = await demo.client.post("/chat/date", json={"date": "2026-12-14"})
    assert await answer.json() == {"date": "2026-12-14"}
    assert await (await demo.client.get("/chat/date")).json() == {"date": "2026-12-14"}


@pytest.mark.parametrize("wrong", ["14/12/2026", "0002-12-14", "9999-01-01", "", None, 5, [[]]])
async def test_a_wrong_date_is_refused_kindly(demo: Site, wrong: object) -> None:
    answer = await demo.client.post("/chat/date", json={"date": wrong})
    assert answer.status == 400
    assert "Xin chọn" in (await answer.json())["error"]

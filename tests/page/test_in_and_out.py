"""Into the page and out again (T46, T47, T14, T15, W2, W5)."""

import asyncio
import re

from tests.page.conftest import Sits
from tests.page.desk import Desk, link
from tests.talk import Talk, in_demo_days

ANNOUNCED = "Trang quản trị vừa được mở"


async def test_looking_at_the_link_spends_nothing(talk: Talk) -> None:
    """T46: a preview robot opens it, the person presses later."""
    await talk.holds("officer")
    path = await link(talk)
    robot, desk = await Desk.open(talk.house), await Desk.open(talk.house)
    for _ in range(5):
        assert "Mở trang quản trị" in (await robot.get(path)).text
    assert not any(ANNOUNCED in said for said in talk.heard)
    assert "Tổng quan" in (await desk.post(path)).text
    assert ANNOUNCED in talk.last
    for one in (robot, desk):
        await one.close()


async def test_of_two_browsers_one_wins(talk: Talk) -> None:
    """T47."""
    await talk.holds("officer")
    path = await link(talk)
    desks = [await Desk.open(talk.house), await Desk.open(talk.house)]
    pages = await asyncio.gather(*(desk.post(path) for desk in desks))
    assert sorted(page.status for page in pages) == [200, 410]
    assert sum(ANNOUNCED in said for said in talk.heard) == 1
    for desk in desks:
        await desk.close()


async def test_after_ten_minutes_the_link_is_dead(talk: Talk) -> None:
    await talk.holds("officer")
    path = await link(talk)
    talk.house.clock.passes(minutes=11)
    desk = await Desk.open(talk.house)
    assert (await desk.get(path)).status == 410
    assert (await desk.post(path)).status == 410
    await desk.close()


async def test_a_link_that_never_was_is_not_found(talk: Talk) -> None:
    desk = await Desk.open(talk.house)
    guessed, odd = await desk.get("/vao/" + "a" * 22), await desk.get("/vao/x'--")
    assert guessed.status == odd.status == 404
    await desk.close()


async def test_whoever_did_not_log_in_shuts_everything(talk: Talk, sits: Sits) -> None:
    """T46: the link was forwarded, and the chat that asked for it hears of the login."""
    await talk.holds("officer")
    desk = await sits(talk)
    waiting = await link(talk)
    await talk.presses("Không phải, đóng lại")
    assert "Đã đóng trang quản trị ở mọi nơi" in "\n".join(talk.heard[-3:])
    assert (await desk.get("")).status == 401
    assert (await desk.post(waiting)).status == 410


async def test_five_links_in_a_quarter_of_an_hour(talk: Talk) -> None:
    """W5."""
    await talk.holds("officer")
    for _ in range(5):
        await link(talk)
    assert "5 lần trong 15 phút" in "\n".join(await talk.asks("trang quản trị"))
    talk.house.clock.passes(minutes=16)
    await link(talk)


async def test_half_an_hour_of_silence_and_eight_hours_end_it(talk: Talk, sits: Sits) -> None:
    """W2; each look counts, to the minute."""
    await talk.holds("officer")
    desk = await sits(talk)
    for _ in range(19):
        talk.house.clock.passes(minutes=25)
        assert (await desk.get("")).status == 200
    talk.house.clock.passes(minutes=25)
    assert (await desk.get("")).status == 401
    again = await sits(talk)
    talk.house.clock.passes(minutes=31)
    assert (await again.get("")).status == 401


async def test_the_moved_date_of_the_demo_changes_nothing(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    desk = await sits(talk)
    await in_demo_days(talk.house, 40)
    assert (await desk.get("")).status == 200


async def test_a_role_that_ends_ends_the_page(talk: Talk, sits: Sits) -> None:
    """T14: also between the form and its press."""
    await talk.holds("officer")
    desk = await sits(talk)
    await desk.get("/noi")
    path = await link(talk)
    admin = await talk.somebody("Quản trị", role="admin")
    await admin.says("/quantri", "1")
    await admin.presses("Cán bộ", "Thu hồi")
    assert (await desk.post("/noi", text="trang đầu", version="0")).status == 401
    assert (await desk.post(path)).status == 410
    assert "quan-tri" not in "\n".join(await talk.asks("trang quản trị"))


async def test_a_locked_account_is_out_at_once(talk: Talk, sits: Sits) -> None:
    """T15: the telephone was stolen."""
    await talk.holds("officer")
    desk = await sits(talk)
    admin = await talk.somebody("Quản trị", role="admin")
    await admin.says("/quantri", "4")
    await admin.presses("Cán bộ", "Khóa tài khoản")
    assert (await desk.get("")).status == 401


async def test_logging_out_and_ending_another_browser(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    here, there = await sits(talk), await sits(talk)
    listed = await here.get("/phien")
    assert listed.text.count("Đóng") >= 3
    others = [n for n in _ids(listed.html) if n not in _here(listed.html)]
    assert "Đã đóng." in (await here.post(f"/phien/{others[0]}/dong")).text
    assert (await there.get("")).status == 401
    await here.get("")
    assert "Đã đóng trang quản trị" in (await here.post("/ra")).text
    assert (await here.get("")).status == 401


async def test_another_ones_session_is_not_found(talk: Talk, sits: Sits) -> None:
    """T13."""
    await talk.holds("officer")
    mine = await sits(talk)
    other = await sits(await (await talk.somebody("Cô Tư")).holds("officer"))
    number = _ids((await other.get("/phien")).html)[0]
    await mine.get("")
    await mine.post(f"/phien/{number}/dong")
    assert (await other.get("")).status == 200


async def test_a_session_lives_through_a_restart(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    desk = await sits(talk)
    cookies = {
        name: one.value
        for name, one in desk.client.session.cookie_jar.filter_cookies(
            desk.client.make_url("/")
        ).items()
    }
    await talk.restart()
    again = await Desk.open(talk.house)
    again.client.session.cookie_jar.update_cookies(cookies, again.client.make_url("/"))
    assert (await again.get("")).status == 200
    await again.close()


async def test_the_cookie_is_strict_and_a_preset_one_is_not_adopted(talk: Talk) -> None:
    """W3."""
    await talk.holds("officer")
    desk = await Desk.open(talk.house)
    preset = "a" * 43
    for headers, name in (
        ({}, "hvs_page"),
        ({"X-Forwarded-Proto": "https"}, "__Host-hvs_page"),
    ):
        headers = {**headers, "Cookie": f"{name}={preset}"}
        answer = await desk.client.post(await link(talk), headers=headers, allow_redirects=False)
        assert answer.status == 303
        given = answer.cookies[name]
        assert given.value != preset
        assert given["httponly"]
        assert given["samesite"] == "Strict"
        assert bool(given["secure"]) == (name == "__Host-hvs_page")
        assert given["path"] == "/"
        assert not given["domain"]
    await desk.close()


def _ids(html: str) -> list[str]:
    return re.findall(r"/phien/(\d+)/dong", html)


def _here(html: str) -> list[str]:
    row = next(row for row in html.split("<tr>") if "máy này" in row)
    return _ids(row)

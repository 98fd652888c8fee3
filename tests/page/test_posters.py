"""Posters from the page are those of the chat, and so is who came by them."""

from tests.page.conftest import Sits
from tests.talk import Talk


async def test_one_poster_and_the_whole_set(talk: Talk, sits: Sits) -> None:
    desk = await sits(await talk.holds("officer"))
    page = await desk.get("/ap-phich")
    assert "Xóm 5" in page.text
    one = await desk.get("/ap-phich/in.pdf?noi=h_xom-05&kho=a3")
    whole = await desk.get("/ap-phich/in.pdf")
    for file in (one, whole):
        assert file.body.startswith(b"%PDF-")
        assert "attachment" in file.headers["Content-Disposition"]
    assert len(whole.body) > len(one.body)
    first, second = [made.body for made in talk.house.makers.made]
    assert (len(first["posters"]), first["paper"]) == (1, "a3")
    assert len(second["posters"]) == page.html.count('value="h_')
    assert (await desk.get("/ap-phich/in.pdf?noi=h_khong-co")).status == 404
    assert (await desk.get("/ap-phich/in.pdf?kho=a0")).status == 404


async def test_who_came_by_a_poster_is_counted_here_as_in_the_chat(talk: Talk, sits: Sits) -> None:
    await (await talk.somebody("Bà Sáu")).says("h_xom-05")
    await (await talk.somebody("Bà Bảy")).says("h_xom-05")
    await talk.holds("officer")
    desk = await sits(talk)
    line = (await desk.get("/ap-phich")).text.split("Số tài khoản")[1]
    assert line.split("Cả xã")[0].split() == ["Xóm", "5", "2"]
    said = "\n".join([*await talk.asks("in áp phích"), *await talk.gets("Bao nhiêu người")])
    assert "Xóm 5: 2" in said

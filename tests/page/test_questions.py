"""Residents' questions are answered from the page by the rules of the chat (T13, T49)."""

from tests.page.conftest import Sits
from tests.talk import Talk

HOSTILE = '<script>alert("x")</script> lớp học ở đâu?'


async def test_an_answer_reaches_the_one_who_asked(talk: Talk, sits: Sits) -> None:
    await talk.enrolled()
    await talk.says("/gapcanbo", HOSTILE, "1")
    officer = await (await talk.somebody("Cô Tư")).holds("officer")
    desk = await sits(officer)
    page = await desk.get("/hoi")
    assert "<script>alert" not in page.html
    assert "Xóm 5" in page.text
    number = page.html.split("/hoi/")[1].split('"')[0]
    await desk.get(f"/hoi/{number}")
    done = await desk.post(f"/hoi/{number}", answer="Tối thứ Năm, ở nhà văn hóa xóm.")
    assert done.path == "/quan-tri/hoi"
    assert "Không có câu hỏi nào đang chờ" in done.text
    assert "Tối thứ Năm" in talk.last
    assert "Cô Tư" not in talk.last


async def test_of_two_answers_the_first_counts_and_the_second_is_kept(
    talk: Talk, sits: Sits
) -> None:
    await talk.enrolled()
    await talk.says("/gapcanbo", "Lớp học ở đâu?", "1")
    first = await sits(await (await talk.somebody("Cô Tư")).holds("officer"))
    second = await sits(await (await talk.somebody("Anh Bảy")).holds("admin"))
    number = (await first.get("/hoi")).html.split("/hoi/")[1].split('"')[0]
    await second.get(f"/hoi/{number}")
    await first.get(f"/hoi/{number}")
    await first.post(f"/hoi/{number}", answer="Ở nhà văn hóa.")
    page = await second.post(f"/hoi/{number}", answer="Ở trường học.")
    assert page.status == 422
    assert "Cán bộ" in page.text
    assert "Ở trường học." in page.html
    assert not any("Ở trường học." in said for said in talk.heard)


async def test_an_empty_answer_is_asked_again(talk: Talk, sits: Sits) -> None:
    await talk.enrolled()
    await talk.says("/gapcanbo", "Lớp học ở đâu?", "1")
    desk = await sits(await (await talk.somebody("Cô Tư")).holds("officer"))
    number = (await desk.get("/hoi")).html.split("/hoi/")[1].split('"')[0]
    await desk.get(f"/hoi/{number}")
    for text in ("", "x" * 361):
        page = await desk.post(f"/hoi/{number}", answer=text)
        assert (page.status, text in page.html) == (422, True)
        assert "Xin viết lại" in page.text

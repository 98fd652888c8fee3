"""An officer writes the sentences of the commune's report anew, as text (T28, T32)."""

import io
import json

import docx
import pytest

from handlers import texts
from handlers.yearly.letter import framing
from storage import roles
from storage.tables import AuditRow, FrameText
from tests.handlers.commune_letter_examples import SETTINGS, period_of
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk

TEXTS = texts.load()
FRAMES = "câu chữ báo cáo"
OPENING = "Ủy ban nhân dân {xa} kính gửi báo cáo {ky}"


async def officer(talk: Talk) -> Talk:
    return await talk.holds("officer")


async def at_opening(talk: Talk) -> Talk:
    """The opening stands last in the first part."""
    await talk.says(FRAMES)
    await talk.presses("Phần đầu báo cáo", "Câu khác", "Ủy ban nhân dân {xa} báo cáo")
    return talk


async def own(house: House) -> list[tuple[str, str]]:
    return await house.rows(FrameText.key, FrameText.text)


# --- the conversation ----------------------------------------------------------------------------


async def test_an_officer_writes_a_sentence_anew(house: House, talk: Talk) -> None:
    await at_opening(await officer(talk))
    assert "Câu gốc đang dùng:" in talk.heard
    await talk.presses("Viết câu khác")
    assert "{xa} là tên xã" in talk.last
    await talk.says(OPENING)
    assert "Ủy ban nhân dân xã Giao Minh kính gửi báo cáo năm 2026" in talk.heard
    assert await own(house) == []
    await talk.presses("Dùng câu này")
    assert await own(house) == [("opening", OPENING)]
    assert any(label.startswith("(đã sửa)") for label in talk.labels)


async def test_the_next_letter_has_the_new_sentence(house: House, talk: Talk) -> None:
    await at_opening(await officer(talk))
    await talk.presses("Viết câu khác")
    await talk.says(OPENING, "1")
    await reported(await head(await talk.somebody("Trưởng Năm")))
    await talk.says("/tonghop")
    await talk.presses("Báo cáo Word")
    made = await house.make_all()
    letter = docx.Document(io.BytesIO(made[-1].content))
    said = [paragraph.text for paragraph in letter.paragraphs]
    assert "Ủy ban nhân dân xã Giao Minh kính gửi báo cáo năm 2026" in said


async def test_back_to_the_built_in_sentence(house: House, talk: Talk) -> None:
    """U18: the consequence first, and keeping is number 1."""
    await at_opening(await officer(talk))
    await talk.presses("Viết câu khác")
    await talk.says(OPENING, "1")
    await talk.presses("(đã sửa)", "Về câu gốc")
    assert talk.labels == ["Giữ câu đã sửa", "Dùng câu gốc"]
    await talk.presses("Dùng câu gốc")
    assert await own(house) == []
    assert "Đã về câu gốc." in talk.heard


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("abc", "từ 5 đến 1.000 ký tự"),
        ("x" * 1_001, "từ 5 đến 1.000 ký tự"),
        ("Báo cáo của {huyen} đây", "không có số liệu cho {huyen}"),
        ("Báo cáo {0.__class__} đây", "không có số liệu cho"),
        ("Báo cáo {xa của xã", "không có số liệu cho {"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_the_places(
    house: House, talk: Talk, said: str, answer: str
) -> None:
    """T28: an unknown place never reaches a formatter."""
    await at_opening(await officer(talk))
    await talk.presses("Viết câu khác")
    await talk.says(said)
    assert answer in talk.last
    await talk.says(OPENING, "1")
    assert await own(house) == [("opening", OPENING)]


async def test_a_sentence_keeps_its_figure(house: House, talk: Talk) -> None:
    """No figure is typed by hand: without {so} it would be missing from the letter."""
    await talk.holds("officer")
    await talk.says(FRAMES)
    await talk.presses("Kết quả thực hiện", "Các đơn vị đã thực hiện {so} lượt")
    await talk.presses("Viết câu khác")
    await talk.says("Xã đã tuyên truyền 120 lượt")
    assert "phải giữ {so}" in talk.last
    await talk.says("Cả xã có {Số} lượt tuyên truyền, vượt 20 lượt")
    assert any("Trong câu có số viết tay: 20" in one for one in talk.heard)
    await talk.presses("Dùng câu này")
    assert await own(house) == [("said_publicity", "Cả xã có {so} lượt tuyên truyền, vượt 20 lượt")]


async def test_two_officers_do_not_write_over_each_other(house: House, talk: Talk) -> None:
    """T19."""
    await at_opening(await officer(talk))
    other = await talk.somebody("Cán bộ Hai", role="officer")
    await at_opening(other)
    await talk.presses("Viết câu khác")
    await other.presses("Viết câu khác")
    await talk.says(OPENING, "1")
    await other.says("Xã xin báo cáo như sau", "1")
    assert await own(house) == [("opening", OPENING)]
    assert any("vừa được người khác sửa" in one for one in other.heard)


async def test_dropping_leaves_everything_as_it_was(house: House, talk: Talk) -> None:
    await at_opening(await officer(talk))
    await talk.presses("Viết câu khác")
    await talk.says(OPENING)
    await talk.presses("Thôi, giữ câu cũ")
    assert await own(house) == []


@pytest.mark.parametrize("role", ["leader", "head", "reporter", "helper"])
async def test_only_the_desk_writes_sentences(house: House, talk: Talk, role: str) -> None:
    """A2, T12: for anybody else the flow does not exist."""
    await talk.holds(role, "" if role == "leader" else "xom-05")
    await talk.says(FRAMES)
    assert not any("Phần đầu báo cáo" in label for label in talk.labels)


async def test_who_lost_the_role_meanwhile_writes_nothing(house: House, talk: Talk) -> None:
    """A3, T41: the right is that of this very moment."""
    await at_opening(await officer(talk))
    await talk.presses("Viết câu khác")
    await talk.says(OPENING)
    await _ended(house, talk)
    await talk.says("1")
    assert await own(house) == []


async def _ended(house: House, talk: Talk) -> None:
    [grant] = (await talk.actor()).grants
    async with house.app.database.transaction() as tx:
        await roles.end(tx, grant.id, by=None, now=house.clock.wall())


async def test_every_change_is_audited_without_words(house: House, talk: Talk) -> None:
    """A5: ids, never texts."""
    await at_opening(await officer(talk))
    await talk.presses("Viết câu khác")
    await talk.says(OPENING, "1")
    await talk.presses("(đã sửa)", "Về câu gốc", "Dùng câu gốc")
    acts = await house.rows(AuditRow.action, AuditRow.object, AuditRow.after)
    mine = [one for one in acts if one[0].startswith("frame.")]
    assert [one[0] for one in mine] == ["frame.changed", "frame.reset"]
    assert mine[0][1].endswith(":opening")
    assert "kính gửi" not in json.dumps(mine, ensure_ascii=False)


# --- the sentences themselves --------------------------------------------------------------------


def test_every_sentence_is_in_one_part_only() -> None:
    assert len(set(framing.KEYS)) == len(framing.KEYS) > 0
    assert all(len(key) <= 40 for key in framing.KEYS)


def test_every_built_in_sentence_can_stand_in_the_letter() -> None:
    for key in framing.KEYS:
        assert framing.problem(TEXTS, key, framing.built_in(TEXTS, key)) is None
        text = framing.built_in(TEXTS, key)
        said = framing.example(TEXTS, key, text, settings=SETTINGS, period=period_of())
        assert "{" not in said


def test_every_place_has_its_meaning() -> None:
    places = {place for key in framing.KEYS for place in framing.allowed(TEXTS, key)}
    assert places
    for place in places:
        assert f"{{{place}}}" in TEXTS[f"frames.place_{place}"]


def test_an_own_sentence_that_fits_no_more_gives_way() -> None:
    """A later release may take a place away: the letter is made all the same."""
    framed = framing.framed(TEXTS, {"opening": "Kính gửi {huyen}", "closing": "Xin hết báo cáo"})
    assert framed["commune_letter.opening"] == TEXTS["commune_letter.opening"]
    assert framed["commune_letter.closing"] == "Xin hết báo cáo"


@pytest.mark.parametrize("value", ["{xa}", "{so}", "{0}", "%s", "{{}}", "{tinh.__class__}"])
def test_a_value_is_never_a_template(value: str) -> None:
    """T28: what stands in the settings is put in as it is."""
    settings = {"name": value}
    said = framing.example(TEXTS, "opening", "Của {xa} nhé", settings=settings, period=period_of())
    assert said == f"Của {value} nhé"

"""Hostile strings in every text that can reach the program by chat: stored and shown as plain text.

T23-T25, T28, T29; the names, questions and answers below are what people typed, nothing more.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from sqlalchemy import select

from storage.tables import InboxRow, OutboxRow, Person, Table, Ticket
from tests.handlers.test_every_question import World
from tests.handlers.walking import flaws
from tests.talk import House, Talk

CORPUS: Final = (
    # SQL
    *("'; DROP TABLE persons; --", "' OR '1'='1", '" OR ""="', "1); DELETE FROM units; --", "';--"),
    *("admin'--", "x' UNION SELECT name FROM persons --", "Robert'); DROP TABLE roles;--", "\\'; --"),  # noqa: E501
    *("%' OR name LIKE '%", "_%_%_%", "$$; DROP TABLE inbox; $$", "E'\\x27'", "0x27", "NULL", "null"),  # noqa: E501
    *(":name", ":1 :2 ?1 $1", "?", "%(name)s", "@@version"),
    # templates and formats
    *("{evil}", "{evil.__class__.__mro__}", "{0}", "{}", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7 %>"),
    *("%s%s%s%n", "%d", "%(evil)s", "{question}", "{name}", "{answer}", "\\1\\g<0>", "$1 $& $`"),
    # markup
    *("<b>đậm</b>", "<script>alert(1)</script>", "&lt;b&gt; &amp; &#39;", "<img src=x onerror=a>"),
    *("_nghiêng_ *đậm* `mã` ~gạch~", "[bấm](http://vi.du)", "]]>", "<!--", "```", "<a href='x'>y</a>"),  # noqa: E501
    # formulas, paths, logs, shells
    *("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "../../etc/passwd", "C:\\Windows", "file:///x"),
    *("a\r\nlevel=error giả", "\x1b[31mđỏ\x1b[0m", "a\tb", "; rm -rf /", "$(reboot)", "`id`", "a\\"),  # noqa: E501
    # Unicode
    *("a\x00b", "\u202eevil\u202c", "\u2066kín\u2069", "a\u200bb\u200cc\u2060d", "\ufeffđầu", "ﷺ" * 20),  # noqa: E501
    *("Z\u0351\u036b\u0343\u034a\u0300\u0301a", "👨‍👩‍👧‍👦 nhà", "🇻🇳", "e\u0301\u0323", "\ufffd\ufffe"),  # noqa: E501
    *("שלום ạ", "مرحبا ạ", "K\u212a", "ＦＵＬＬ", "\u0130\u0131", "ẞß", "x" * 359, "{" * 100, "'" * 100),  # noqa: E501
)  # fmt: skip
BROKEN: Final = ("\ud800", "a\udfffb", "đúng \ud83d")
"""Halves of characters: JSON may carry them, no database stores them."""


def plain(text: str) -> str:
    """The text as a person would see it: nothing that prints nothing, one form of each letter."""
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def letters(text: str) -> str:
    """For comparing: what is left without blanks, marks and joiners."""
    bare = unicodedata.normalize("NFD", plain(text.replace("\r", " ").replace("\n", " ")))
    return "".join(c for c in bare if not c.isspace() and unicodedata.category(c)[0] != "M")


async def everything(house: House, *without: str) -> Mapping[str, Any]:
    """All rows of all tables but those that this act may change."""
    found: dict[str, Any] = {}
    async with house.app.database.reading() as tx:
        for table in Table.metadata.sorted_tables:
            if table.name not in without:
                rows = await tx.execute(select(table))
                found[table.name] = sorted(map(repr, rows))
    return found


PATH: Final = ("inbox", "outbox", "conversations", "leases", "facts")
"""Every message goes through these."""


def assert_harmless(house: House, since: int) -> None:
    for heard in house.heard[since:]:
        typed = heard.text
        for hostile in CORPUS:
            typed = typed.replace(hostile, "")
        assert not [c for c in typed if c != "\n" and unicodedata.category(c) == "Cc"], heard.text
        assert not set(typed) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u200b\ufeff")
        found = [flaw for flaw in flaws(heard) if "place" not in flaw]
        assert not found or "NULL" in heard.text, (found, heard.text)


async def assert_settled(house: House) -> None:
    assert set(await house.rows(InboxRow.state)) == {"done"}
    assert set(await house.rows(OutboxRow.state)) <= {"sent", "cancelled"}


async def test_the_corpus_is_large_enough() -> None:
    assert len(set(CORPUS)) >= 60


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_display_names(house: House) -> None:
    others = ("persons", "accounts", "memberships", "consents", "lesson_progress", "arrivals")
    before = await everything(house, *PATH, *others)
    talks = [Talk(house, f"n{number}", name=name) for number, name in enumerate(CORPUS)]
    for text in ("x5", "1", "/start", "/dulieu", "1"):
        await all_say(house, talks, [text] * len(talks))
    assert await everything(house, *PATH, *others) == before
    kept = [name for _, name in sorted(await house.rows(Person.id, Person.name))]
    assert len(kept) == len(CORPUS)
    for name, typed in zip(kept, CORPUS, strict=True):
        assert len(name) <= 60 + name.count("\u200d") * 2
        assert letters(typed).startswith(letters(name)), (name, typed)
        assert name or not letters(typed), typed
    for talk, name in zip(talks, kept, strict=True):
        assert f"Tên gọi: {name or 'chưa có'}" in "\n".join(talk.heard)
    assert_harmless(house, 0)
    await assert_settled(house)


async def all_say(house: House, talks: Sequence[Talk], texts: Sequence[str]) -> None:
    """Everybody types at the same time, each one's own text."""
    for talk, text in zip(talks, texts, strict=True):
        await talk.sends(text=text)
    await house.settle()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_names_typed_for_correction(house: House) -> None:
    talks = await World(house).people("agreed", len(CORPUS))
    for text in ("/dulieu", "2", "1"):
        await all_say(house, talks, [text] * len(talks))
    before = await everything(house, *PATH, "persons", "audit")
    mark = len(house.heard)
    await all_say(house, talks, CORPUS)
    kept = [name for _, name in sorted(await house.rows(Person.id, Person.name))]
    for talk, text, name in zip(talks, CORPUS, kept, strict=True):
        if text == "?":  # a word that works everywhere: help
            assert talk.text("menu.help_text") in talk.heard
        elif letters(text):
            assert letters(text).startswith(letters(name)), (text, name)
            assert talk.text("mydata.renamed", name=name) in talk.heard, text
    assert await everything(house, *PATH, "persons", "audit") == before
    assert_harmless(house, mark)
    await assert_settled(house)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_questions_and_answers_go_round_as_they_were_typed(house: House) -> None:
    """A resident's question, an officer's answer: shown to the other one word for word."""
    officer = await Talk(house, "officer", name="Anh Bình").holds("officer")
    texts = [text for text in CORPUS if letters(text) and text != "?"]
    talks = [Talk(house, f"q{number}") for number in range(len(texts))]
    changed = ("persons", "accounts", "memberships", "consents", "tickets", "audit")
    before = await everything(house, *PATH, *changed)
    mark = len(house.heard)
    for said in (["gặp cán bộ"] * len(texts), texts, ["1"] * len(texts)):
        await all_say(house, talks, said)
    questions = [question for _, question in sorted(await house.rows(Ticket.id, Ticket.question))]
    for text, question in zip(texts, questions, strict=True):
        assert letters(question) == letters(text), text
        assert any(f"“{question}”" in heard for heard in officer.heard), text
    await _answer_all(officer, talks, texts)
    assert await everything(house, *PATH, *changed) == before
    assert_harmless(house, mark)
    await assert_settled(house)


async def _answer_all(officer: Talk, talks: Sequence[Talk], texts: Sequence[str]) -> None:
    """The officer answers each question with its own words, in whatever order they came (R12)."""
    notices = [heard for heard in officer.seen if "Trả lời" in heard.buttons]
    asked = {letters(text): text for text in texts}
    assert len(notices) == len(texts)
    for notice in notices:
        await officer.sends(kind="press", button=notice.buttons["Trả lời"])
        await officer.house.settle()
        await officer.says(asked[_quoted(notice.text)], "1")
    for talk, text in zip(talks, texts, strict=True):
        [answer] = [heard for heard in talk.heard if "trả lời:\n“" in heard]
        assert letters(text) in letters(answer), (text, answer)


def _quoted(notice: str) -> str:
    return letters(notice.partition("“")[2].rpartition("”")[0])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "form",
    ["/start h_{}", "i_{}", "/hoc {}"],
)
async def test_codes_and_arguments_of_everybody(house: House, form: str) -> None:
    """Whoever types it reads an answer; nothing is stored but the state of the conversation."""
    talks = [Talk(house, f"a{number}") for number in range(len(CORPUS))]
    changed = ("persons", "accounts", "memberships", "wrong_codes", "audit")
    before = await everything(house, *PATH, *changed)
    await all_say(house, talks, [form.replace("{}", text, 1) for text in CORPUS])
    for talk, text in zip(talks, CORPUS, strict=True):
        assert talk.heard, text
    assert await everything(house, *PATH, *changed) == before
    assert set(await house.rows(Person.name, Person.unit_id)) == {("", None)}
    assert_harmless(house, 0)
    await assert_settled(house)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("who", "way"),
    [
        ("new", ("chào", "1", "{}")),
        ("agreed", ("/dulieu", "2", "2", "{}")),
        ("admin", ("/thongke {}",)),
        ("admin", ("/thongke xóm 99", "{}")),
        ("admin", ("/quantri {}",)),
        ("admin", ("/quantri", "2", "1", "{}")),
    ],
)
async def test_places_and_periods(house: House, who: str, way: tuple[str, ...]) -> None:
    """Hamlets, units and periods are searched for: no hostile text finds or changes one."""
    talks = await World(house).people(who, len(CORPUS))
    for text in way[:-1]:
        await all_say(house, talks, [text] * len(talks))
    changed = ("persons", "invites", "audit", "lesson_progress", "accounts", "tickets", "consents")
    before = await everything(house, *PATH, *changed)
    mark = len(house.heard)
    await all_say(house, talks, [way[-1].replace("{}", text, 1) for text in CORPUS])
    answered = {heard.chat for heard in house.heard[mark:]}
    assert answered == {talk.account for talk in talks}
    assert await everything(house, *PATH, *changed) == before
    assert_harmless(house, mark)
    await assert_settled(house)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", BROKEN)
async def test_halves_of_characters_are_answered(talk: Talk, text: str) -> None:
    await talk.says("x5", "1", text)
    assert len(talk.heard) > 3

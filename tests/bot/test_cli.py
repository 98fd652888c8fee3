"""The command line, in this process: exit codes, JSON alone on stdout (design §2)."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.service import environment


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No `.env` of the checkout, and the tests' own log handlers afterwards."""
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def command(folder: Path, *words: str, **more: str) -> tuple[int, str, str]:
    """Run `python -m bot ...`: exit code, stdout, stderr."""
    result = CliRunner().invoke(app, words, env=environment(folder, **more))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("words", [("run", "--role", "web"), ("units",), ("no-such-thing",)])
def test_wrong_usage_is_exit_code_2(
    tmp_path: Path, in_this_process: None, words: tuple[str, ...]
) -> None:
    code, _, _ = command(tmp_path, *words)
    assert code == 2


def test_units_are_listed_as_the_contract_says(tmp_path: Path, in_this_process: None) -> None:
    code, out, _ = command(tmp_path, "units", "list", "--json")
    assert code == 0
    units = json.loads(out)
    assert {
        "code": "xom-05",
        "name": "Xóm 5",
        "kind": "xom",
        "parent": "xa-giao-minh",
        "duty": "required",
        "adults": 420,
        "start": "h_xom-05",
    } in units
    assert len({unit["code"] for unit in units}) == len(units)


def test_an_import_is_all_or_nothing(tmp_path: Path, in_this_process: None) -> None:
    """T53."""
    more = {"TELEGRAM_TOKEN": "12345:abcdef"}  # not a demo: no sample is loaded
    head = "code,name,kind,parent,duty,adults,households,aliases,from,until\n"
    good = head + "xa-a,UBND xã A,ubnd_xa,,,,,,,\nxom-1,Xóm 1,xom,xa-a,,300,,,,\n"
    file = tmp_path / "units.csv"
    file.write_text(good + "xom-2,Xóm 2,xom,nowhere,,,,,,\n")
    code, _, said = command(tmp_path, "units", "import", str(file), "--yes", **more)
    assert code == 1
    assert "nothing is written" in said
    file.write_text(good)
    code, out, _ = command(tmp_path, "units", "import", str(file), **more)
    assert (code, "+ xom-1" in out) == (0, True)
    assert json.loads(command(tmp_path, "units", "list", "--json", **more)[1]) == []
    command(tmp_path, "units", "import", str(file), "--yes", **more)
    listed = json.loads(command(tmp_path, "units", "list", "--json", **more)[1])
    assert [unit["code"] for unit in listed] == ["xa-a", "xom-1"]


def test_an_invite_of_the_command_line_works_once(tmp_path: Path, in_this_process: None) -> None:
    code, out, _ = command(tmp_path, "invite", "--role", "admin", "--json")
    assert code == 0
    made = json.loads(out)
    assert set(made) == {"code", "start", "telegram_url", "role", "unit", "expires_at"}
    assert made["start"].startswith("i_")
    assert len(made["start"]) == 24
    code, out, _ = command(tmp_path, "invite", "--role", "head", "--unit", "xom-05")
    plain = dict(line.split(": ", 1) for line in out.splitlines() if ": " in line)
    assert plain["unit"] == "xom-05"
    assert plain["role"] == "head"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("invite", "--role", "king"), "No such role"),
        (("invite", "--role", "head"), "--unit"),
        (("invite", "--role", "head", "--unit", "xom-99"), "units list"),
    ],
)
def test_an_impossible_invite_says_why(
    tmp_path: Path, in_this_process: None, words: tuple[str, ...], says: str
) -> None:
    code, out, said = command(tmp_path, *words, "--json")
    assert (code, out) == (1, "")
    assert says in said


def test_the_whole_set_of_posters_is_one_pdf(tmp_path: Path, in_this_process: None) -> None:
    file = tmp_path / "ap-phich.pdf"
    code, _, said = command(tmp_path, "posters", str(file), "--paper", "A3")
    assert code == 0
    assert "13 posters, A3" in said
    assert file.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("unit", "code", "what"),
    [("xom-03b", 0, "1 posters"), ("mn-a", 1, "no hamlet"), ("xom-99", 1, "No unit has the code")],
)
def test_one_hamlets_poster_is_printed_by_its_code(
    tmp_path: Path, in_this_process: None, unit: str, code: int, what: str
) -> None:
    file = tmp_path / "ap-phich.pdf"
    ended, _, said = command(tmp_path, "posters", str(file), "--unit", unit)
    assert (ended, file.exists()) == (code, code == 0)
    assert what in said


def test_the_invite_sheet_is_a_pdf(tmp_path: Path, in_this_process: None) -> None:
    file = tmp_path / "sheet.pdf"
    code, _, _ = command(tmp_path, "invites", "sheet", str(file))
    assert code == 0
    assert file.read_bytes().startswith(b"%PDF")


def test_the_paper_of_a_module_is_two_pdfs(tmp_path: Path, in_this_process: None) -> None:
    code, _, _ = command(tmp_path, "lessons", "sheet", "DAN5", "--into", str(tmp_path))
    assert code == 0
    for name in ("dan5-phieu-A5.pdf", "dan5-kich-ban-doc.pdf"):
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")


def test_a_module_without_lessons_has_no_paper(tmp_path: Path, in_this_process: None) -> None:
    code, out, said = command(tmp_path, "lessons", "sheet", "dan99")
    assert (code, out) == (1, "")
    assert "dan5" in said


def test_the_shipped_lessons_and_texts_are_good(tmp_path: Path, in_this_process: None) -> None:
    code, _, said = command(tmp_path, "check")
    assert code == 0, said

"""The shape of the house: an import may only point to the right (style a1)."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("bot", "handlers", "lessons", "storage")
MAY_IMPORT: Final = {
    "bot": {"bot", "handlers", "lessons", "storage"},
    "handlers": {"handlers", "lessons", "storage"},
    "lessons": {"lessons"},
    "storage": {"storage"},
}
HOME: Final = {
    "telegram": r"bot/channels/telegram(/|\.py)",
    "sqlalchemy": r"storage/",
    "alembic": r"storage/",
    "aiohttp": r"bot/",
    "uvloop": r"bot/",
    "apscheduler": r"bot/jobs\.py",
    "cryptography": r"bot/backups/",
    "pydantic_settings": r"bot/config\.py",
    "docx": r"handlers/documents/",
    "segno": r"handlers/documents/",
    "typst": r"handlers/documents/|lessons/draw\.py",
}
NEVER: Final = {"utils", "helpers", "common", "manager", "core"}


def modules() -> list[Path]:
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def imports(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.append(node.module or "")
    return found


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_to_the_right(file: Path) -> None:
    place = str(file.relative_to(ROOT))
    package = place.split("/")[0]
    for name in imports(file):
        top = name.split(".")[0]
        if top in PACKAGES or top == "tests":
            assert top in MAY_IMPORT[package], f"{place} imports {name}"
        home = HOME.get(top)
        assert home is None or re.match(home, place), f"{place} imports {name}"


@pytest.mark.parametrize(
    "file",
    [f for f in modules() if "bot/channels/" in str(f)],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_a_channel_knows_only_its_contract(file: Path) -> None:
    """Never the dispatcher, the web or storage (style a1, rule 1)."""
    allowed = ("bot.channels", "handlers.messages")
    for name in imports(file):
        if name.split(".")[0] in PACKAGES:
            assert name.startswith(allowed), f"{file} imports {name}"


def test_there_is_no_fifth_package_and_no_drawer_for_everything() -> None:
    tops = {p.parent.name for p in ROOT.glob("*/__init__.py")}
    assert tops == {*PACKAGES, "tests"}
    named = {file.stem for file in modules()} | {file.parent.name for file in modules()}
    assert not named & NEVER


def test_every_folder_is_a_regular_package() -> None:
    """Without __init__.py an installed package of the same name would win (ADR 4)."""
    folders = {file.parent for file in modules()}
    assert not [f for f in folders if not (f / "__init__.py").exists()]


def test_steps_and_channels_register_nothing_by_being_imported() -> None:
    """`FLOWS` and `channels_of` are written out; no module builds an engine or a bot (rule 3)."""
    for file in modules():
        for node in ast.parse(file.read_text("utf-8")).body:
            value = getattr(node, "value", None)
            called = getattr(getattr(value, "func", None), "id", "")
            assert called not in ("Database", "Bot", "create_async_engine"), str(file)

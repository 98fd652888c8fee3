"""`make test` finds Chromium, or installs it, or names the one command to run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.browser import chromium
from tests.service import ROOT

APT: Final = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/asked"
case "$*" in *install*) {install} ;; esac
"""
MAKES_IT: Final = 'printf "#!/bin/sh\\n" > "$(dirname "$0")/chromium"; chmod +x "${0%/*}/chromium"'


def program(folder: Path, name: str, script: str = "#!/bin/sh\n") -> Path:
    file = folder / name
    file.write_text(script)
    file.chmod(0o755)
    return file


def machine(folder: Path, *, apt: str | None = None, sudo: str | None = None) -> Path:
    """A folder that is the whole PATH: what a machine has, besides the shell's own tools."""
    for name in ("sh", "env", "dirname", "chmod"):
        (folder / name).symlink_to(f"/bin/{name}")
    if apt is not None:
        program(folder, "apt-get", APT.format(install=apt))
    if sudo is not None:
        program(folder, "sudo", sudo)
    return folder


def run(path: Path, *, root: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    code = f"import os; os.geteuid = lambda: {0 if root else 1000}\n"
    code += "from tests.browser import chromium; chromium.main()"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": str(path), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_browser_that_is_there_is_found_and_nothing_is_installed(tmp_path: Path) -> None:
    machine(tmp_path, apt=MAKES_IT)
    program(tmp_path, "google-chrome")
    done = run(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("root", [True, False])
def test_a_missing_browser_is_installed_once_from_fresh_lists(tmp_path: Path, root: bool) -> None:
    machine(tmp_path, apt=MAKES_IT, sudo='#!/bin/sh\n[ "$1" = -n ] && shift && exec "$@"\n')
    assert run(tmp_path, root=root).returncode == 0
    assert run(tmp_path, root=root).returncode == 0
    update, install = (tmp_path / "asked").read_text().splitlines()
    assert update.endswith(" update")
    assert "install -y --no-install-recommends chromium" in install


@pytest.mark.parametrize(
    ("root", "apt", "sudo"),
    [
        (True, None, None),  # not Debian
        (True, "exit 100", None),  # no network
        (False, MAKES_IT, None),  # nobody who may
        (False, MAKES_IT, "#!/bin/sh\nexit 1\n"),  # sudo wants a password
    ],
)
def test_where_it_cannot_be_installed_one_command_is_named(
    tmp_path: Path, root: bool, apt: str | None, sudo: str | None
) -> None:
    done = run(machine(tmp_path, apt=apt, sudo=sudo), root=root)
    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y chromium" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_browser_that_somebody_names_is_the_only_one_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = program(tmp_path, "my-browser")
    monkeypatch.setenv("PATH", str(machine(tmp_path)) + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert chromium.find() == str(mine)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert chromium.find() is None

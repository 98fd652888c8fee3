"""Find Chromium for the browser test, or install Debian's: `python -m tests.browser.chromium`.

`make test` runs this once before pytest, so that workers side by side never install together.
Playwright's own browser is not used: it would come from a server that is no package registry.
"""

import os
import shutil
import sys
from typing import Final

from tests import debian

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PACKAGES: Final = ("chromium", "fonts-dejavu-core")  # a bare machine has no letters at all
MISSING: Final = (
    f"The browser test needs Chromium. Please run: {debian.command(*PACKAGES)}\n"
    "(or set CHROMIUM to the program of a Chromium that is there)"
)


def find() -> str | None:
    """Path of the browser: `CHROMIUM` if it is set, else the first of `NAMES`; None without one."""
    given = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([given] if given else NAMES))
    return next((path for path in found if path), None)


def install() -> None:
    """Try to install Debian's packages, without asking anything. `find` says whether it worked."""
    if not os.environ.get("CHROMIUM"):  # or another browser than Debian's is wanted
        debian.install(*PACKAGES)


def main() -> None:
    if find() is not None:
        return
    sys.stderr.write("Installing Chromium for the browser test ...\n")
    install()
    if find() is None:
        raise SystemExit(MISSING)


if __name__ == "__main__":
    main()

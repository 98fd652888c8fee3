"""Find Chromium for the browser test, or install Debian's: `python -m tests.browser.chromium`.

`make test` runs this once before pytest, so that workers side by side never install together.
Playwright's own browser is not used: it would come from a server that is no package registry.
"""

import os
import shutil
import subprocess
import sys
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PACKAGES: Final = ("chromium", "fonts-dejavu-core")  # a bare machine has no letters at all
MISSING: Final = (
    "The browser test needs Chromium. Please run:"
    f" sudo apt-get update && sudo apt-get install -y {' '.join(PACKAGES)}\n"
    "(or set CHROMIUM to the program of a Chromium that is there)"
)


def find() -> str | None:
    """Path of the browser: `CHROMIUM` if it is set, else the first of `NAMES`; None without one."""
    given = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([given] if given else NAMES))
    return next((path for path in found if path), None)


def install() -> None:
    """Try to install Debian's packages, without asking anything. `find` says whether it worked."""
    if shutil.which("apt-get") is None or os.environ.get("CHROMIUM"):
        return  # not Debian; or another browser than Debian's is wanted
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        return
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o", "DPkg::Lock::Timeout=300"]  # another installation may be running
    # A stale list names packages that are gone; a failed update may still leave a good one.
    for words in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run([*apt, *words], stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)


def main() -> None:
    if find() is not None:
        return
    sys.stderr.write("Installing Chromium for the browser test ...\n")
    install()
    if find() is None:
        raise SystemExit(MISSING)


if __name__ == "__main__":
    main()

"""Installs Debian's packages for the tests that need a program which is no Python package."""

import os
import shutil
import subprocess
import sys


def install(*packages: str) -> None:
    """Try it without asking anything. Whoever calls looks afterwards whether it worked."""
    if shutil.which("apt-get") is None:
        return  # not Debian
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        return
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o", "DPkg::Lock::Timeout=300"]  # another installation may be running
    # A stale list names packages that are gone; a failed update may still leave a good one.
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run([*apt, *words], stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)


def command(*packages: str) -> str:
    """What a person runs who may."""
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"

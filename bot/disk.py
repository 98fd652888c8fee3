"""How much disk is left, and what is not begun any more because of it (R28)."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOW: Final = 500 * 1024 * 1024  # bytes: no more files are taken
FULL: Final = 100 * 1024 * 1024  # bytes: no broadcasts and no exports either; answers go on


class Disk:
    """The disk of `DATA_DIR`."""

    def __init__(self, folder: Path) -> None:
        self.free: Callable[[], int] = lambda: shutil.disk_usage(folder).free
        """Bytes."""

    def is_low(self) -> bool:
        return self.free() < LOW

    def is_full(self) -> bool:
        return self.free() < FULL

    def why_not(self, *, is_inward: bool) -> str:
        """Why nothing that comes in, or goes out, is made now; "" = it is."""
        return "disk" if (self.is_low() if is_inward else self.is_full()) else ""

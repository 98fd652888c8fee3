"""The paragraphs of the commune's plan that a question may rest on, by our codes (plan.md).

The codes are ours: the plan itself has none. CS-01…CS-06 are what communes report anyway
(curriculum-facts §14).
"""

from collections.abc import Iterator, Mapping
from typing import Final

_AIMS: Final = {"MT-": 3, "YC-": 2, "ND-": 7, "TC-A": 6, "TC-B": 2, "TC-C": 3, "TC-D": 2}
_MEANS: Final = {"HT-": 6, "GP-": 5}
_TASKS: Final = {"NV-1.": 4, "NV-2.": 2, "NV-3.": 3, "NV-4.": 1, "NV-5.": 1}
_REPORTED: Final = 6


def _numbered(most: Mapping[str, int]) -> Iterator[str]:
    for prefix, last in most.items():
        yield from (f"{prefix}{number}" for number in range(1, last + 1))


def _codes() -> Iterator[str]:
    yield from _numbered(_AIMS)
    yield "HT"  # rewards of every year and of sơ kết: the plan names no form of them
    yield from _numbered(_MEANS)
    yield from _numbered(_TASKS)
    yield from (f"CS-{number:02}" for number in range(1, _REPORTED + 1))


PARAGRAPHS: Final = tuple(_codes())

_OFFICES: Final = ("co_quan", "truong_hoc", "xom", "luc_luong_vu_trang")
"""The armed forces by NV-1.2. "Đoàn thể" stand in VI.1 too, so NV-1 may be asked of the Front's."""
_SPEAKS_TO: Final = {
    "NV-1.": (*_OFFICES, "mttq_ctxh"),
    "TC-A": _OFFICES,
    "NV-2.": ("mttq_ctxh",),
    "TC-B": ("mttq_ctxh",),
    "NV-3.": ("phong_vhxh",),
    "NV-4.": ("doanh_nghiep",),
    "TC-C": ("doanh_nghiep",),
}


def speaks_to(code: str, kind: str) -> bool:
    """Whether a paragraph is meant for units of that kind; most are for everybody."""
    return all(kind in kinds for prefix, kinds in _SPEAKS_TO.items() if code.startswith(prefix))

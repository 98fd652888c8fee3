"""The units of a commune: reading and checking the file that lists them, and its settings.

Pure: a file that is handed in is read, nothing else is touched. Nothing here raises on a hostile
units file: what is wrong becomes a `Problem`, and the caller decides (T53: all or nothing).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from handlers.units.checks import check
from handlers.units.commune import (
    Commune,
    CommuneFileRefused,
    Deadlines,
    Holders,
    Letterhead,
    YearlyDay,
    read_commune,
)
from handlers.units.model import (
    Duty,
    Import,
    Problem,
    UnitKind,
    UnitRow,
    default_duty,
    distinct_names,
    hamlet_number,
    start_payload,
    units_json,
)
from handlers.units.records import COLUMNS, csv_records, read_text, toml, units_of

__all__ = [
    "COLUMNS",
    "SAMPLE_COMMUNE",
    "Commune",
    "CommuneFileRefused",
    "Deadlines",
    "Duty",
    "Holders",
    "Import",
    "Letterhead",
    "Problem",
    "UnitKind",
    "UnitRow",
    "YearlyDay",
    "default_duty",
    "distinct_names",
    "hamlet_number",
    "read_commune",
    "read_units",
    "start_payload",
    "units_json",
]

SAMPLE_COMMUNE: Final = Path(__file__).parent.parent / "sample" / "commune.toml"


def read_units(path: Path, *, known: Mapping[str, str | None] | None = None) -> Import:
    """Read and check a CSV or TOML file of one commune's units.

    `known` maps the codes of the units that are already stored to their parents; without it the
    file must bring the commune itself.
    """
    problems: list[Problem] = []
    text = read_text(path, problems)
    if problems:
        return Import((), tuple(problems))
    if path.suffix.lower() == ".toml":
        records = units_of(toml(text, problems), text, problems)
    else:
        records = csv_records(text, problems)
    return check(records, problems, known or {})

"""Which share a told pair is: "300/420" of level 2, of those who pay without cash, of a staff."""

from handlers.reporting.form import Form, Kind
from handlers.reporting.readers.around import TURNS, Around, Meant


def share_meant(around: Around, form: Form) -> Meant | None:
    """Which share it is; what is said closest decides."""
    found = _share_keys(around)
    own = [one[1:] for one in (*around.left, *around.right) if one[:1] == "@"]
    keys = tuple(
        key
        for key in (*own[:1], *found)
        if (one := form.get(key)) and one.asked and one.kind is Kind.SHARE
    )
    return Meant(keys, len(keys) == 1 and around.unit not in TURNS) if keys else None


def _share_keys(around: Around) -> tuple[str, ...]:
    near = around.near
    if near & {"PARENT", "phi"}:
        return ()
    if "LEVEL2" in near:
        return ("vneid_level_2",)
    if "PAY" in near:
        return ("payment",)
    if near & {"FILES", "FILE"}:
        return ("online_files",)
    close = (*reversed(around.left), around.unit, *around.right)
    first = next((one for one in close if one in ("PUPIL", "STAFF")), "")
    if around.unit in ("PUPIL", "STAFF") and "PUPIL" not in around.left:
        first = around.unit
    if first == "PUPIL" or (around.unit == "em" and first != "STAFF"):
        return ("pupils_skilled",)
    if near & {"SKILL", "STAFF"}:
        return ("skilled",)
    return ("vneid_level_2",) if "VNEID" in near else ()

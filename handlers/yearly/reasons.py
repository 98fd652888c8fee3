"""Why a unit has no figures in the totals; to the Front's side it is a request (design §5)."""

from handlers.office.owing import Obligation, Standing
from handlers.texts import Texts


def why_silent(texts: Texts, one: Obligation) -> str:
    """What stands behind its name in what goes out: "chưa gửi báo cáo", "được miễn"."""
    if one.standing is Standing.EXEMPT:
        return texts["yearly.why_exempt"]
    own = f"yearly.why_{one.standing}_{one.duty}"
    return texts[own if own in texts else f"yearly.why_{one.standing}"]


def why_in_full(texts: Texts, one: Obligation) -> str:
    """The same with the officer's own words, for the office's workbook."""
    given = [mark.reason for mark in one.marks if mark.kind == "exempt" and mark.reason]
    said = why_silent(texts, one)
    return f"{said}: {given[-1]}" if given and one.standing is Standing.EXEMPT else said

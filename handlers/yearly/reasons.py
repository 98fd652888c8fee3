"""Why a unit has no figures in the totals; to the Front's side it is a request (design §5)."""

from handlers.office.owing import Obligation, Standing
from handlers.texts import Texts


def why_silent(texts: Texts, one: Obligation) -> str:
    """What stands behind its name: "chưa gửi báo cáo", "được miễn: …"."""
    if one.standing is Standing.EXEMPT:
        given = [mark.reason for mark in one.marks if mark.kind == "exempt" and mark.reason]
        said = texts["yearly.why_exempt"]
        return f"{said}: {given[-1]}" if given else said
    own = f"yearly.why_{one.standing}_{one.duty}"
    return texts[own if own in texts else f"yearly.why_{one.standing}"]

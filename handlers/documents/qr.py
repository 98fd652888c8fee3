"""QR codes for paper."""

import io
from typing import Final

import segno

_QUIET_ZONE: Final = 4  # modules; scanners need it


def svg(text: str) -> str:
    """An SVG that fills whatever box it is put into. Level M: a torn corner may be missing."""
    out = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(out, kind="svg", border=_QUIET_ZONE, xmldecl=False, omitsize=True)
    return out.getvalue().decode()

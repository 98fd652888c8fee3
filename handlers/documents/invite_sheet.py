"""A printed sheet of invites: six slips a page to cut apart and hand over, one for each unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from handlers.documents import pages, qr
from handlers.documents.pages import printable

_TEMPLATE: Final = "invite_sheet"
_NOWHERE: Final = "Mở cuộc trò chuyện với Trợ lý"


@dataclass(frozen=True, slots=True)
class SheetInvite:
    """One invite to print."""

    unit_name: str
    """A name nobody else has: "Xóm 3 - xã cũ A"."""
    role_name: str
    code_typed: str
    """What the person types, grouped or not."""
    telegram_url: str | None = None
    """None where Telegram is off: then no slip speaks of it."""
    zalo_hint: str = ""
    """Where the assistant is found: "Mở Zalo, tìm “UBND xã Giao Minh”". Empty where Zalo is off."""


def invite_sheet(
    invites: Sequence[SheetInvite], *, commune: str, expires: date, sample: bool
) -> bytes:
    """The slips as a PDF (A4). `expires` is printed as the last day on which the codes work."""
    return pages.pdf(_TEMPLATE, _content(invites, commune=commune, expires=expires, sample=sample))


def invite_pictures(
    invites: Sequence[SheetInvite], *, commune: str, expires: date, sample: bool, ppi: int = 110
) -> list[bytes]:
    """The same pages as PNG."""
    content = _content(invites, commune=commune, expires=expires, sample=sample)
    return pages.pictures(_TEMPLATE, content, ppi=ppi)


def _content(
    invites: Sequence[SheetInvite], *, commune: str, expires: date, sample: bool
) -> dict[str, Any]:
    return {
        "commune": printable(commune, at_most=60),
        "expires": f"{expires:%d/%m/%Y}",
        "sample": sample,
        "slips": [_slip(invite) for invite in invites],
    }


def _slip(invite: SheetInvite) -> dict[str, Any]:
    return {
        "unit": printable(invite.unit_name, at_most=120),
        "role": printable(invite.role_name, at_most=60),
        "code": _grouped(invite.code_typed),
        "steps": [printable(step, at_most=160) for step in _steps(invite)],
        "qr": qr.svg(invite.telegram_url or invite.code_typed),
        "qr_says": "Quét để mở Telegram" if invite.telegram_url else "Quét để lấy mã",
    }


def _steps(invite: SheetInvite) -> tuple[str, str]:
    hint = invite.zalo_hint.strip().rstrip(".")
    if invite.telegram_url and not hint:
        return "Quét mã QR, mở Telegram, bấm “Bắt đầu”.", "Nếu được hỏi, nhắn mã dưới đây."
    first = f"{hint}, hoặc quét mã QR." if invite.telegram_url else f"{hint or _NOWHERE}."
    return first, "Nhắn mã dưới đây cho Trợ lý."


def _grouped(code: str) -> str:
    """XXXX-XXXX-XXXX: four at a time is what people can copy."""
    plain = printable(code.replace("-", ""), at_most=40).replace("\u200b", "")
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))

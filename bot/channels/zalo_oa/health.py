"""What somebody should mend before people rely on this OA: `check --channels` (zalo.md 3.6)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.channels.base import SendingFailed
from bot.channels.zalo_oa.api import Api

_GETOA: Final = "/v2.0/oa/getoa"
_ENDS_SOON: Final = timedelta(days=14)


async def findings(api: Api, token: str, *, api_url: str, oa_id: str, today: date) -> list[str]:
    """One line for each problem that Zalo tells of, in the form of `check`. Never raises."""
    try:
        answer = await api.get_with(token, api_url.rstrip("/") + _GETOA)
    except SendingFailed as failure:
        return [f"error: zalo_oa: does not answer ({type(failure).__name__})"]
    if answer.code != 0:
        return [f"error: zalo_oa: getoa refused with code {answer.code}"]
    return list(_about(answer.data, oa_id, today))


def _about(oa: dict[str, Any], oa_id: str, today: date) -> Iterator[str]:
    named = str(oa.get("oa_id") or oa.get("oaid") or oa_id)
    if named != oa_id:
        yield "error: zalo_oa: the token belongs to another OA than ZALO_OA_ID"
    if not _is_true(oa.get("is_verified")):
        yield "error: zalo_oa: the OA is not verified, the API refuses to send"
    if not _is_given(oa.get("package_name")):
        yield "error: zalo_oa: no package: the API needs a paid tier"
        return
    ends = _day(oa.get("package_valid_through_date"))
    if ends is None:
        return
    if ends < today:
        yield f"error: zalo_oa: the package ended on {ends.isoformat()}"
    elif ends - today <= _ENDS_SOON:
        yield f"warning: zalo_oa: the package ends on {ends.isoformat()}"


def _is_true(given: object) -> bool:
    return given is True or str(given).strip().lower() in {"1", "true"}


def _is_given(given: object) -> bool:
    return isinstance(given, str) and bool(given.strip())


def _day(given: object) -> date | None:
    if not isinstance(given, str):
        return None
    try:
        return datetime.strptime(given.strip()[:10], "%d/%m/%Y").date()  # noqa: DTZ007 - a day
    except ValueError:
        return None

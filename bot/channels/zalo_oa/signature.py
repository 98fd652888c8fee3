"""The signature under a webhook call: plain SHA-256 over the raw bytes, no HMAC (zalo.md 3.10)."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

SIGNATURE_HEADER: Final = "X-ZEvent-Signature"
TIMESTAMP_HEADER: Final = "X-ZEvent-Timestamp"

# Seen bare and with each of these in front (zalo.md 6).
_PREFIX: Final = re.compile(r"\s*(?:mac|sha256)\s*=\s*", re.IGNORECASE)


class Signed(NamedTuple):
    """One timestamp that may have been signed, and where it stood."""

    where: str
    timestamp: str


def digest(app_id: str, body: bytes, timestamp: str, key: str) -> str:
    """SHA-256 in hex of app id, body, timestamp and OA Secret Key, one after the other."""
    running = hashlib.sha256(app_id.encode())
    running.update(body)
    running.update(timestamp.encode("utf-8", "replace"))
    running.update(key.encode())
    return running.hexdigest()


def matching(
    given: str, body: bytes, candidates: Sequence[Signed], *, app_id: str, key: str
) -> str | None:
    """Where the timestamp stood that fits the signature `given`; None: forged, or no key (T07)."""
    if not key:
        return None
    # As bytes: compare_digest refuses non-ASCII text.
    claimed = _PREFIX.sub("", given, count=1).strip().lower().encode(errors="replace")
    fits = [
        candidate.where
        for candidate in candidates
        if hmac.compare_digest(claimed, digest(app_id, body, candidate.timestamp, key).encode())
    ]
    return fits[0] if fits else None

"""The two spellings of an invite: one for links, one for the hand (T03). Pure."""

import base64
import re
from collections.abc import Callable
from typing import Final, NamedTuple

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_READ_AS: Final = str.maketrans("OIL", "011")
_TYPED_LENGTH: Final = 12
_GROUP: Final = 4
_SECRET_BYTES: Final = 16  # 128 bits, 22 characters
_FROM_PAPER: Final = re.compile(r"[\s._‐-―-]+")


class Codes(NamedTuple):
    """One invite as it is told once; only keyed hashes of it are kept."""

    secret: str
    """i_ and 22 characters: the payload of a link."""
    typed: str
    """XXXX-XXXX-XXXX: what a person types from paper, 60 bits."""


def new_codes(entropy: Callable[[int], bytes]) -> Codes:
    """Two fresh spellings. `entropy(n)` gives n random bytes."""
    secret = base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).decode().rstrip("=")
    return Codes(f"i_{secret}", _typed(entropy))


def _typed(entropy: Callable[[int], bytes]) -> str:
    """Twelve characters with at least one digit, so that no three words look like a code."""
    while True:
        letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in entropy(_TYPED_LENGTH))
        if any(letter.isdigit() for letter in letters):
            return "-".join(letters[n : n + _GROUP] for n in range(0, _TYPED_LENGTH, _GROUP))


def normal_typed(code: str) -> str:
    """What was meant by a typed code: case, blanks, dashes, O, I and L do not matter."""
    return _FROM_PAPER.sub("", code).upper().translate(_READ_AS)


def hashes_of(code: str, keyed_hash: Callable[[str], str]) -> tuple[str, ...]:
    """Under which hashes an invite with this spelling is stored."""
    code = code.strip()
    if code.startswith("i_"):
        return (keyed_hash(f"invite|{code}"),)
    return (keyed_hash(f"typed|{normal_typed(code)}"),)

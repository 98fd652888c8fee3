"""The two spellings of an invite (T03)."""

import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from handlers.conversation import TYPED_CODE
from handlers.roles.codes import hashes_of, new_codes, normal_typed

bits = st.binary(min_size=64, max_size=64)


def codes_from(random: bytes, offset: int = 0) -> tuple[str, str]:
    chunks = iter(random[n:] + random[:n] for n in range(offset, 64))
    made = new_codes(lambda size: next(chunks)[:size])
    return made.secret, made.typed


@given(bits.filter(lambda random: any(byte % 32 < 10 for byte in random[1:13])))
def test_t03_a_code_has_128_bits_in_a_link_and_60_on_paper(random: bytes) -> None:
    secret, typed = codes_from(random)
    assert re.fullmatch(r"i_[A-Za-z0-9_-]{22}", secret)
    assert base64.urlsafe_b64decode(secret[2:] + "==") == random[:16]
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", typed)
    assert TYPED_CODE.fullmatch(typed)


@given(bits.filter(lambda random: any(byte % 32 < 10 for byte in random[1:13])))
def test_a_typed_code_may_be_copied_carelessly(random: bytes) -> None:
    _, typed = codes_from(random)
    careless = typed.lower().replace("-", "  ").replace("0", "O").replace("1", "i")
    assert normal_typed(careless) == typed.replace("-", "")
    assert hashes_of(careless, str.upper) == hashes_of(typed, str.upper)


def test_a_typed_code_always_has_a_digit_so_that_words_are_no_codes() -> None:
    no_digit, some_digit = bytes([10] * 12), bytes([10] * 11 + [7])
    chunks = iter([bytes(16), no_digit, some_digit])
    made = new_codes(lambda _: next(chunks))
    assert made.typed == "AAAA-AAAA-AAA7"


def test_a_link_code_is_compared_as_it_is() -> None:
    assert hashes_of("i_AbC", str) == ("invite|i_AbC",)
    assert hashes_of("i_abc", str) != hashes_of("i_AbC", str)

"""The child that decodes logos answers with pictures or the name of an error, not with a fault."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from newsletter.brands.logo_child import answer
from tests.brands.test_logos import picture, ring


def test_an_answer_has_pictures_and_what_is_known_of_them() -> None:
    known = answer(ring())
    assert known.keys() == {"logo", "icon", "size", "tone", "is_transparent"}
    assert base64.b64decode(str(known["logo"])).startswith(b"\x89PNG")


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    assert answer(content).keys() == {"refused"}


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_gets_an_answer(at: int, byte: int) -> None:
    changed = bytearray(picture((40, 40)))
    changed[at % len(changed)] = byte
    assert answer(bytes(changed))

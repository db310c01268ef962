"""The first code: random, typed as people type, used once, and by one person."""

import pytest

from newsletter.desk.first_code import FirstCode, WrongFirstCode


def is_right(first: FirstCode, typed: str) -> bool:
    try:
        with first.used(typed):
            return True
    except WrongFirstCode:
        return False


def test_no_code_fits_before_one_is_made() -> None:
    assert not any(is_right(FirstCode(), typed) for typed in ("", " ", "-", "AAAA-AAAA-AAAA"))


def test_a_code_works_once_however_it_is_typed() -> None:
    first = FirstCode()
    code = first.make()
    assert len(code) == 14
    assert not is_right(first, code[:-1])
    assert is_right(first, f" {code.lower().replace('-', ' ')}\n")
    assert not is_right(first, code)


def test_another_code_ends_the_former_one() -> None:
    first = FirstCode()
    former = first.make()
    code = first.make()
    assert former != code
    assert not is_right(first, former)
    assert is_right(first, code)


def test_a_code_works_again_after_what_it_was_for_failed() -> None:
    first = FirstCode()
    code = first.make()
    with pytest.raises(WrongFirstCode), first.used(code):
        fail_while_used(first, code)
    assert is_right(first, code)


def fail_while_used(first: FirstCode, code: str) -> None:
    assert not is_right(first, code), "nobody else has it meanwhile"
    raise WrongFirstCode

"""Addresses are read out of what mail programs and list managers write."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.lists.meaning.mailboxes import holds_address, is_mailbox_line, read_mailbox


@pytest.mark.parametrize(
    ("cell", "address", "name"),
    [
        ("Ada Low <ada@x.example>", "ada@x.example", "Ada Low"),
        ('"Low, Ada" <ada@x.example>,', "ada@x.example", "Low, Ada"),
        ("Ada Low <mailto:ada@x.example>", "ada@x.example", "Ada Low"),
        ("<ada@x.example>", "ada@x.example", ""),
        ("ada@x.example <ada@x.example>", "ada@x.example", ""),
        ("ada@x.example (Ada Low)", "ada@x.example", "Ada Low"),
        ("mailto:ada@x.example?subject=Hi", "ada@x.example", ""),
        ("mailto:ada%2Bnews@x.example", "ada+news@x.example", ""),
        ("ada@x.example", "ada@x.example", ""),
        ("two@x.example; three@x.example", "two@x.example; three@x.example", ""),
        ('"a<b"@x.example', '"a<b"@x.example', ""),
    ],
)
def test_an_address_and_the_name_beside_it(cell: str, address: str, name: str) -> None:
    assert read_mailbox(cell) == (address, name)


def test_a_line_of_a_list_is_told_from_a_row_of_a_table() -> None:
    assert is_mailbox_line("Low, Ada <ada@x.example>")
    assert not is_mailbox_line("ada@x.example")
    assert not is_mailbox_line("ada@x.example,Ada")
    assert not is_mailbox_line("a@x.example <b@x.example>")
    assert holds_address(" <ada@x.example>")
    assert not holds_address("1 Street")


@given(st.text(alphabet="a@x.<>()\"', :;mailto"))
def test_no_text_breaks_the_reading(text: str) -> None:
    address, name = read_mailbox(text)
    assert address in text or "%" in text
    assert "<" not in name


def test_a_long_cell_is_read_in_linear_time() -> None:
    began = time.process_time()
    for text in ("<" * 1_000_000, "a@" * 500_000, "mailto:" * 200_000, "a (" * 300_000):
        read_mailbox(text)
        read_mailbox(text[:600])
    assert time.process_time() - began < 1

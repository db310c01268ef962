"""Header fields: names and addresses come back, and nobody can put a header in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.forms import letter, read

NAMES = [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
    b"MIME-Version",
    b"Content-Type",
]


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_header_can_be_put_in_by_a_name_or_a_subject(subject: str, name: str) -> None:
    subject = subject.encode("utf-8", "ignore").decode()
    name = name.encode("utf-8", "ignore").decode()
    head = letter(
        subject=subject + "\r\nBcc: evil@x.example", name=name + "\nX-Evil: 1"
    ).content.split(b"\r\n\r\n")[0]
    names = [
        line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))
    ]
    assert sorted(names) == sorted(NAMES)


@pytest.mark.parametrize("name", ["Ada", "Ada Lovelace", "Lovelace, Ada", 'A "B" C', "Jürgen", ""])
def test_a_readers_name_and_address_come_back(name: str) -> None:
    to = read(letter(name=name).content)["To"].addresses[0]
    assert (to.display_name, to.addr_spec) == (name, "ada@readers.example")


@pytest.mark.parametrize(
    "address",
    [
        '"ada b"@readers.example',
        r'"a\"b"@readers.example',
        '"a..b."@readers.example',
        '"ü b"@readers.example',
    ],
)
def test_an_address_that_needs_quotes_stands_in_the_letter_as_it_is(address: str) -> None:
    made = letter(to=address)
    assert made.rcpt_to == address
    assert f"\r\nTo: {address}\r\n".encode() in made.content

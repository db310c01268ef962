"""Header fields: names and addresses come back, and nobody can put a header in."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.headers import Mailbox, encode_headers
from tests.mail.forms import letter, read
from tests.samples.times import NOON

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


def _list_id(name: str, sender: str = "editor@a.example") -> bytes:
    """The value of the field, as it is on the wire."""
    fields = encode_headers(
        Mailbox(sender),
        "Tuesday",
        reply_to="",
        at=NOON,
        others={"List-Id": f"{name} <news.a.example>"},
    )
    return dict(fields)["List-Id"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("The Inference", b"The Inference <news.a.example>"),
        ("A.I. Weekly", b'"A.I. Weekly" <news.a.example>'),
        ("News, (weekly); now", b'"News, (weekly); now" <news.a.example>'),
        ('The "Inference"', rb'"The \"Inference\"" <news.a.example>'),
        ("", b"<news.a.example>"),
    ],
)
def test_the_name_of_a_list_is_a_phrase(name: str, value: bytes) -> None:
    """RFC 2919, 3: a program that reads the field finds the list's id, whatever its name is."""
    assert _list_id(name) == value


@given(st.text(max_size=60))
def test_any_name_of_a_list_comes_back_and_its_id_with_it(name: str) -> None:
    name = "".join(name.encode("utf-8", "ignore").decode().replace("<", "").split())
    as_mailbox = _list_id(name).replace(b"<news.a.example>", b"<news@a.example>")
    read_back = message_from_bytes(b"To: " + as_mailbox + b"\r\n\r\n", policy=default)["To"]
    [mailbox] = read_back.addresses
    assert mailbox.addr_spec == "news@a.example"

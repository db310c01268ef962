"""Letters: what a mail client reads back is what was meant, and nobody can put a header in."""

import html as markup
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.dkim import SigningKey
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import FormContent, FormLetter, Letter, MergeText
from tests.samples.times import NOON

TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r"), max_size=200)
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
LEAVE = "https://x.example/leave/abc"
KEYS = (
    SigningKey("inference.example", "r1", generate_private_key(65537, 2048)),
    SigningKey("inference.example", "e1", Ed25519PrivateKey.generate()),
)


def form(
    subject: str = "Subject",
    html: MergeText = MergeText(("<p>Hi</p>",)),
    text: MergeText = MergeText(("Hi",)),
    keys: tuple[SigningKey, ...] = (),
) -> FormLetter:
    sender = Mailbox("editor@inference.example", "The Inference")
    headers = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return FormLetter(FormContent(sender, subject, html, text, NOON, headers=headers), keys)


def letter(to: str = "ada@readers.example", name: str = "Ada", **more: str) -> Letter:
    made = form(
        more.get("subject", "Subject"),
        MergeText((more.get("html", "<p>Hi</p>"),)),
        MergeText((more.get("text", "Hi"),)),
    )
    return made.letter(Mailbox(to, name), "m1@inference.example", {}, leave_url=LEAVE)


def read(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_payload(decode=True).decode().replace("\r\n", "\n"))


@given(TEXT, TEXT)
def test_subject_and_bodies_come_back_as_they_were_meant(subject: str, body: str) -> None:
    message = read(letter(subject=subject, html=body, text=body).content)
    shown = "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in subject)
    assert " ".join(str(message["Subject"] or "").split()) == " ".join(shown.split())
    assert part(message, "html") == body
    assert part(message, "plain") == body
    assert message["List-Unsubscribe"] == f"<{LEAVE}>"


@given(st.lists(TEXT, min_size=3, max_size=3), TEXT, TEXT)
def test_values_are_joined_in_exactly_and_escaped_in_html_only(
    parts: list[str], one: str, two: str
) -> None:
    text = MergeText(tuple(parts), ("one", "two"))
    message = read(
        form(html=text, text=text)
        .letter(Mailbox("a@x.example"), "m@x", {"one": one, "two": two})
        .content
    )
    assert part(message, "plain") == parts[0] + one + parts[1] + two + parts[2]
    assert (
        part(message, "html")
        == parts[0] + markup.escape(one) + parts[1] + markup.escape(two) + parts[2]
    )


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


@given(TEXT, TEXT)
def test_every_line_is_short_ends_in_crlf_and_begins_with_no_dot(body: str, value: str) -> None:
    text = MergeText((body * 3, "." + body), ("value",))
    lines = (
        form(html=text, text=text)
        .letter(Mailbox("a@x.example"), "m@x", {"value": "." + value})
        .content.split(b"\r\n")
    )
    assert all(b"\n" not in line and not line.startswith(b".") for line in lines)
    assert all(
        len(line) <= 76
        for line in lines[lines.index(b"") :]
        if not line.startswith((b"--=_", b"Content-"))
    )


def test_an_address_outside_ascii_asks_for_smtputf8() -> None:
    assert letter(to="jürgen@readers.example").needs_smtputf8
    assert not letter(name="Jürgen").needs_smtputf8


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
    one = letter(to=address)
    assert one.rcpt_to == address
    assert f"\r\nTo: {address}\r\n".encode() in one.content


def test_a_value_that_a_reader_lacks_is_an_error_not_a_gap() -> None:
    with pytest.raises(KeyError):
        form(text=MergeText(("a", "b"), ("name",))).letter(Mailbox("a@x.example"), "m@x", {})


# Signatures, judged by dkimpy


def verdict(content: bytes, index: int) -> bool:
    records = {f"{key.selector}._domainkey.{key.domain}.": key.dns_record for key in KEYS}
    return bool(
        dkim.DKIM(content).verify(
            index, dnsfunc=lambda name, timeout=5: records[name.decode()].encode()
        )
    )


@given(TEXT, TEXT, st.sampled_from(["Ada", "Jürgen", "Lovelace, Ada", ""]))
def test_each_signature_holds_for_what_a_receiver_gets(subject: str, body: str, name: str) -> None:
    text = MergeText((body, body), ("email",))
    made = form(subject, text, text, KEYS)
    for address in ("ada@readers.example", "bo@readers.example"):
        content = made.letter(
            Mailbox(address, name), "m1@inference.example", {"email": address}, leave_url=LEAVE
        ).content
        assert verdict(content, 0)
        assert verdict(content, 1)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"Subject: ", b"Subject: free "),
        (b"One-Click", b"Two-Clicks"),
        (b"leave/abc", b"leave/xyz"),
        (b"<p>Hi", b"<p>Ho"),
        (b"From: ", b"From: evil@x.example\r\nFrom: "),
    ],
)
def test_a_signature_breaks_when_anything_that_matters_is_changed(
    was: bytes, becomes: bytes
) -> None:
    content = (
        form(keys=KEYS)
        .letter(Mailbox("ada@readers.example"), "m1@inference.example", {}, leave_url=LEAVE)
        .content
    )
    assert verdict(content, 0)
    assert was in content
    assert not any(_holds(content.replace(was, becomes, 1), index) for index in (0, 1))


def _holds(content: bytes, index: int) -> bool:
    try:
        return verdict(content, index)
    except dkim.DKIMException:
        return False

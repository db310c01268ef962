"""Letters: what a mail client reads back is what was meant, and nobody can put a header in."""

from email import message_from_bytes
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.letter import Letter, Mailbox, Writing, compose
from tests.samples.times import NOON

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200)


def letter(
    subject: str = "Subject", name: str = "Ada", to: str = "ada@readers.example", html: str = "<p>Hi</p>", text: str = "Hi"
) -> Letter:
    sender = Mailbox("editor@inference.example", "The Inference")
    return compose(
        Writing(
            sender,
            Mailbox(to, name),
            subject,
            html,
            text,
            "m1@inference.example",
            NOON,
            headers={"List-Unsubscribe": "<https://x.example/leave/abc>"},
        )
    )


@given(TEXT, TEXT)
def test_subject_and_bodies_come_back_as_they_were_meant(subject: str, body: str) -> None:
    message = message_from_bytes(letter(subject=subject, html=body, text=body).content, policy=default)
    assert " ".join(str(message["Subject"] or "").split()) == " ".join(subject.split())
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert html.get_content().rstrip("\n") == body.rstrip("\n").replace("\r", "\n")
    assert message["List-Unsubscribe"] == "<https://x.example/leave/abc>"


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_header_can_be_put_in_by_a_name_or_a_subject(subject: str, name: str) -> None:
    subject = subject.encode("utf-8", "ignore").decode()
    name = name.encode("utf-8", "ignore").decode()
    head = letter(subject=subject + "\r\nBcc: evil@x.example", name=name + "\nX-Evil: 1").content.split(b"\r\n\r\n")[0]
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(
        [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe", b"MIME-Version", b"Content-Type"]
    )


@given(TEXT)
def test_every_line_is_short_and_ends_in_crlf(body: str) -> None:
    lines = letter(html=body * 30).content.split(b"\r\n")
    assert all(len(line) <= 998 and b"\n" not in line for line in lines)


def test_an_address_outside_ascii_asks_for_smtputf8() -> None:
    assert letter(to="jürgen@readers.example").needs_smtputf8
    assert not letter(name="Jürgen").needs_smtputf8

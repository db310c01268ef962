"""Letters: what a mail client reads back is what was meant."""

import html as markup
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import MergeText
from tests.mail.forms import LEAVE, TEXT, form, letter, read


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
    parts: list[str], first: str, second: str
) -> None:
    text = MergeText(tuple(parts), ("one", "two"))
    message = read(
        form(html=text, text=text)
        .letter(Mailbox("a@x.example"), "m@x", {"one": first, "two": second})
        .content
    )
    assert part(message, "plain") == parts[0] + first + parts[1] + second + parts[2]
    assert (
        part(message, "html")
        == parts[0] + markup.escape(first) + parts[1] + markup.escape(second) + parts[2]
    )


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


def test_a_value_that_a_reader_lacks_is_an_error_not_a_gap() -> None:
    with pytest.raises(KeyError):
        form(text=MergeText(("a", "b"), ("name",))).letter(Mailbox("a@x.example"), "m@x", {})


def test_what_readers_share_is_put_in_once_and_stands_in_no_other_readers_letter() -> None:
    made = form(
        text=MergeText(("You", " because ", "."), ("name", "why")),
        html=MergeText(("<p>", " &", "</p>"), ("why", "name")),
    )

    for why in ("you <asked>", "of a list", "you <asked>"):
        for name in ("Ada", "Bob"):
            draft = made.draft(Mailbox("a@x.example"), "m@x", {"name": name}, alike=(("why", why),))
            message = read(made.finish(draft, ()).content)
            assert part(message, "plain") == f"You{name} because {why}."
            assert part(message, "html") == f"<p>{markup.escape(why)} &{name}</p>"
    with pytest.raises(KeyError):
        made.draft(Mailbox("a@x.example"), "m@x", {}, alike=(("why", "x"),))

"""The inbox: it keeps what a real SMTP client hands over, and refuses by its table."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from newsletter.demo.inbox import Inbox, free_port, parsed

ADA, BOB = "ada@readers.example", "bob@readers.example"


def letter() -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Tides & prices"
    made["Message-ID"] = "<1@news.example>"
    made.set_content("It costs 雪.")
    made.add_alternative("<p>It costs <b>雪</b>.</p>", subtype="html")
    return made


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    opened = Inbox(log=tmp_path / "inbox.log", refusing={BOB: "550 5.1.1 nobody is there"})
    opened.start()
    yield opened
    opened.stop()


def test_a_letter_is_kept_with_its_envelope_and_read_back_as_a_mail_client_would(
    inbox: Inbox,
) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.port) as client:
        for _ in range(2):
            client.send_message(letter(), "editor@news.example", [ADA])
    first, second = inbox.letters
    assert (first.number, second.number) == (1, 2)
    assert (first.mail_from, first.rcpt_to) == ("editor@news.example", ADA)
    shown = parsed(first)
    assert shown.headers["Subject"] == "Tides & prices"
    assert shown.text.strip() == "It costs 雪."
    assert "<b>雪</b>" in shown.html


def test_an_address_of_the_table_is_refused_by_its_own_reply(inbox: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.port) as client:
        refused = client.send_message(letter(), "editor@news.example", [ADA, BOB])
    assert refused == {BOB: (550, b"5.1.1 nobody is there")}
    assert [received.rcpt_to for received in inbox.letters] == [ADA]


def test_the_log_has_a_line_of_each_letter_when_the_client_hears_yes(inbox: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.port) as client:
        client.send_message(letter(), "editor@news.example", [ADA])
        assert inbox.log is not None
        assert inbox.log.read_text("utf-8") == f"{ADA}\t<1@news.example>\n"


def test_a_free_port_can_be_listened_on() -> None:
    inbox = Inbox(port=free_port())
    inbox.start()
    try:
        with smtplib.SMTP("127.0.0.1", inbox.port) as client:
            assert client.noop()[0] == 250
    finally:
        inbox.stop()

"""Log lines: text or JSON, with ids, without addresses and tokens, at every level."""

import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import logs

TOKEN = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.fixture
def log() -> logging.Logger:
    """A logger of ours; what the tests configure is taken back."""
    return logging.getLogger("newsletter.test_logs")


def configured(style: str, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(style, level, stream=stream)
    return stream


def test_a_line_has_its_time_level_logger_and_ids(log: logging.Logger) -> None:
    stream = configured("text")
    with logs.about(publication=3):
        log.info("Gathered %d items", 40, extra={"source": 7})
    time, rest = stream.getvalue().split("Z ", 1)
    assert len(time) == len("2026-05-12 07:00:03")
    assert rest == "INFO newsletter.test_logs: Gathered 40 items publication=3 source=7\n"


def test_a_program_reads_json_a_line(log: logging.Logger) -> None:
    stream = configured("json")
    with logs.about(delivery=12, job=5):
        log.warning("Waits")
    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "newsletter.test_logs",
        "event": "Waits",
        "delivery": 12,
        "job": 5,
    }


def test_ids_end_with_their_block(log: logging.Logger) -> None:
    stream = configured("text")
    with logs.about(publication=3), logs.about(issue=4):
        pass
    log.info("After")
    assert "publication" not in stream.getvalue()


@pytest.mark.parametrize("style", logs.FORMATS)
def test_an_unforeseen_error_has_its_traceback(log: logging.Logger, style: str) -> None:
    stream = configured(style)
    try:
        raise KeyError("gone")
    except KeyError:
        log.exception("The tick failed")
    assert "test_an_unforeseen_error_has_its_traceback" in stream.getvalue()
    assert "KeyError" in stream.getvalue()


@pytest.mark.parametrize("style", logs.FORMATS)
def test_addresses_and_tokens_are_blanked_in_messages_and_tracebacks(
    log: logging.Logger, style: str
) -> None:
    stream = configured(style, "debug")
    try:
        raise ValueError(f"Key (address)=(ada@readers.example) exists; /leave/{TOKEN}")
    except ValueError:
        log.exception("550 5.1.1 <Bob.O'Hara@xn--bcher-kva.example>: no such user")
    assert "readers.example" not in stream.getvalue()
    assert "bcher" not in stream.getvalue()
    assert TOKEN not in stream.getvalue()
    assert "no such user" in stream.getvalue()


@given(st.from_regex(r"[a-z0-9.+_-]{1,20}@[a-z0-9-]{1,20}\.example", fullmatch=True))
def test_no_address_passes(address: str) -> None:
    assert address not in logs.blank(f"RCPT TO:<{address}> said {address}, '{address}'")


def test_names_of_modules_are_no_tokens() -> None:
    name = "newsletter.delivery.sender.addressing.prepare_letters"
    assert logs.blank(f"in {name}") == f"in {name}"


def test_below_its_level_nothing_is_logged(log: logging.Logger) -> None:
    stream = configured("text", "warning")
    log.info("Gathered")
    assert not stream.getvalue()


def test_libraries_are_heard_from_warnings_on() -> None:
    stream = configured("text", "debug")
    logging.getLogger("aiosmtplib").debug("C: RCPT TO:<ada@readers.example>")
    logging.getLogger("apscheduler").warning("late")
    assert stream.getvalue().endswith("WARNING apscheduler: late\n")

"""What a log holds after two weeks at the lowest level: events with ids, and nothing of
a reader."""

import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from newsletter import logs
from tests.journeys.test_tuesday_issue import approve, join
from tests.journeys.world import World, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)  # Tuesday, 09:00 in Berlin
WEEK = timedelta(days=7)
TOKENS = re.compile(r"/(?:leave|confirm|preferences|mine|c|o|vote|stay)/([A-Za-z0-9_.~-]{16,})")


@pytest.fixture
def log() -> io.StringIO:
    """Everything that is logged, as JSON, at the lowest level."""
    stream = io.StringIO()
    logs.configure("json", "debug", stream=stream)
    return stream


def live(one: World) -> None:
    """Sign-ups, an issue that goes out, a refusal, one who leaves, and a page that is not there."""
    for name in ("ada", "bob"):
        join(one, f"{name}@readers.example")
    one.inbox.refusing["bob@readers.example"] = "550 5.1.1 <bob@readers.example>: no such user"
    one.clock.move_to(FIRST - timedelta(hours=20))
    one.tick()
    approve(one, 1)
    one.clock.move_to(FIRST)
    one.tick()
    one.ledger(1)
    letter = one.letters_to("ada@readers.example")[-1]
    leave_url = letter.headers["List-Unsubscribe"].strip("<>")
    one.post(leave_url, **{"List-Unsubscribe": "One-Click"})


def test_no_reader_no_token_and_no_word_of_a_letter_is_in_a_log(
    database_url: str, log: io.StringIO
) -> None:
    with world(database_url, start=FIRST - timedelta(days=2), second_deadline=FIRST + WEEK) as one:
        live(one)
        people = [f"{name}@readers.example" for name in ("ada", "bob")]
        letters = [letter for address in people for letter in one.letters_to(address)]
    text = log.getvalue()
    events = [json.loads(line) for line in text.splitlines()]
    assert any("Gathered" in event["event"] and event["publication"] for event in events)
    assert any(event.get("request") for event in events)
    assert not re.search(r"\w@\w", text)
    for letter in letters:
        assert letter.headers["Subject"] not in text
        for token in TOKENS.findall(letter.text):
            assert token not in text

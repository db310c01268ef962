"""A cadence has one line that is stored, and words that people read."""

import pytest
from hypothesis import given

from newsletter.cadence.dates import Cadence
from newsletter.cadence.printing import days_of, text_of, words_of
from newsletter.cadence.reading import CADENCE_CHARS, BadCadence, parse
from tests.cadence.cadences import CADENCES


@given(CADENCES)
def test_the_line_that_is_stored_is_read_as_the_same_cadence(cadence: Cadence) -> None:
    text = text_of(cadence)
    if len(text) > CADENCE_CHARS:  # two weekdays of the month where zones have long names
        with pytest.raises(BadCadence):
            parse(text)
        return
    assert parse(text) == cadence
    assert text.split()[-1] == cadence.zone.key, "the publication's zone is read from it"
    assert words_of(cadence).startswith(days_of(cadence))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tuesday 09:00 Europe/Berlin", "every Tuesday at 09:00, Berlin time"),
        ("mon thu 9:00 UTC", "every Monday and Thursday at 09:00, UTC"),
        ("Mon-Fri 09:00 America/New_York", "Monday to Friday at 09:00, New York time"),
        ("daily 09:00 Etc/GMT+5", "every day at 09:00, Etc/GMT+5"),
        (
            "every 2 weeks from 2026-12-01 09:00 Europe/Berlin",
            "every second Tuesday at 09:00, Berlin time",
        ),
        ("every 3 weeks from 2026-12-01 09:00 UTC", "every 3 weeks on Tuesday at 09:00, UTC"),
        ("last day 09:00 UTC", "on the last day of each month at 09:00, UTC"),
        (
            "2 and 22 and 13 09:00 UTC",
            "on the 2nd, the 13th and the 22nd of each month at 09:00, UTC",
        ),
        ("last Friday 09:00 UTC", "on the last Friday of each month at 09:00, UTC"),
    ],
)
def test_a_cadence_is_said_in_words(text: str, words: str) -> None:
    assert words_of(parse(text)) == words

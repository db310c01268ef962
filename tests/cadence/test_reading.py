"""A cadence is read as people write it, and what cannot be read is answered with what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cadence.printing import text_of
from newsletter.cadence.reading import BadCadence, parse

VOCABULARY = """
    every on the and to of from first last fifth day days week weeks month 2 31 0 99 tuesday
    mon-fri fri- - 2026-12-01 9999-99-99 09:00 24:00 UTC Europe/Berlin 15th other
"""
WORDS = st.sampled_from(VOCABULARY.split())


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("tuesday 9:00 Europe/Berlin", "Tuesday 09:00 Europe/Berlin"),
        ("  Every TUESDAY, at 09:00 UTC ", "Tuesday 09:00 UTC"),
        ("Mondays & Thurs. 09:00 UTC", "Mon, Thu 09:00 UTC"),
        ("every day 09:00 UTC", "daily 09:00 UTC"),
        ("Monday to Friday 09:00 UTC", "weekdays 09:00 UTC"),
        ("Fri–Mon 09:00 UTC", "Mon, Fri, Sat, Sun 09:00 UTC"),
        ("weekend 09:00 UTC", "Sat, Sun 09:00 UTC"),
        (
            "every second Tuesday from 2026-12-02 09:00 UTC",
            "every 2 weeks from 2026-12-08 09:00 UTC",
        ),
        (
            "biweekly on Mon, Thu from 2026-12-01 09:00 UTC",
            "every 2 weeks on Mon, Thu from 2026-12-03 09:00 UTC",
        ),
        (
            "every other week starting 2026-12-01 09:00 UTC",
            "every 2 weeks from 2026-12-01 09:00 UTC",
        ),
        ("the 1st and 15th of each month at 09:00 UTC", "1, 15 of the month 09:00 UTC"),
        ("monthly on the last day 09:00 UTC", "last day of the month 09:00 UTC"),
        ("every second Tuesday of the month 09:00 UTC", "second Tuesday of the month 09:00 UTC"),
        ("first and third Monday 09:00 UTC", "first Monday, third Monday of the month 09:00 UTC"),
    ],
)
def test_a_cadence_is_kept_in_one_form_however_it_was_written(written: str, stored: str) -> None:
    assert text_of(parse(written)) == stored


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "Tuesday 09:00"),
        ("Tuesday", "Tuesday 09:00"),
        ("Someday 09:00 Europe/Berlin", "“someday” is no weekday"),
        ("T 09:00 UTC", "“t” is no weekday"),
        ("Tuesday 25:00 UTC", "like 09:00 or 17:30"),
        ("Tuesday 9am UTC", "like 09:00 or 17:30"),
        ("Tuesday 09:00 Mars/Base", "IANA name, like Europe/Berlin"),
        ("Tuesday 09:00 ../../etc/passwd", "IANA name"),
        ("Tuesday 09:00 localtime", "no time zone"),  # another time on another machine
        ("Tuesday 09:00 Factory", "no time zone"),
        ("Tuesday 09:00 right/Europe/Berlin", "no time zone"),  # it counts leap seconds
        ("09:00 UTC", "Tuesday 09:00"),
        ("on the 09:00 UTC", "days are missing"),
        ("mon to 09:00 UTC", "After `to` comes a weekday"),
        ("every 2 weeks 09:00 UTC", "from which date"),
        ("every second Tuesday 09:00 UTC", "second Tuesday of the month"),
        ("every 90 weeks from 2026-12-01 09:00 UTC", "2 to 26 weeks"),
        ("every 2 weeks from 1.12.2026 09:00 UTC", "like 2026-12-01"),
        ("every 2 weeks from 2026-02-30 09:00 UTC", "like 2026-12-01"),
        ("every 2 weeks from 9999-12-25 09:00 UTC", "like 2026-12-01"),
        ("Tuesday from 2026-12-01 09:00 UTC", "belongs to `every 2 weeks"),
        ("32 of the month 09:00 UTC", "1 to 31, or last day"),
        ("0 of the month 09:00 UTC", "1 to 31, or last day"),
        ("day of the month 09:00 UTC", "which day of the month"),
        ("fifth Friday of the month 09:00 UTC", "last Friday of the month"),
        ("first Monday and Thursday 09:00 UTC", "which “thursday” of the month"),
        ("Monday first 09:00 UTC", "which “monday” of the month"),
        ("first Monday last 09:00 UTC", "comes a weekday"),
        (
            "every 2 weeks on Mon-Sat from 2026-12-01 09:00 America/North_Dakota/New_Salem",
            "too many",
        ),
        ("Tuesday " * 1000 + "09:00 UTC", "Tuesday 09:00"),
        ("<b>\x00</b> 09:00 UTC", "no weekday"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(BadCadence, match="A cadence looks like `Tuesday 09:00") as caught:
        parse(text)
    assert advice in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=9).map(" ".join)))
def test_any_text_is_a_cadence_or_is_refused_with_words(text: str) -> None:
    try:
        cadence = parse(text)
    except BadCadence:
        return
    assert parse(text_of(cadence)) == cadence

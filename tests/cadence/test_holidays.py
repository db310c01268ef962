"""Holidays of calendar files: whole days are read, what is broken is refused with its line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cadence.holidays import MOST_BYTES, BadCalendar, Holidays, read_holidays

TODAY = date(2026, 11, 30)


def _read(*events: str, today: date = TODAY) -> Holidays:
    body = "\r\n".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT" for event in events)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}\r\nEND:VCALENDAR\r\n"
    return read_holidays(text.encode(), today)


def _lines(*events: str) -> list[str]:
    return [str(skip) for skip in _read(*events).skips]


def test_an_event_of_whole_days_is_skipped_and_ends_the_day_before_its_end() -> None:
    assert _lines(
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20270102\r\nSUMMARY:Winter\\, off",
        "DTSTART;VALUE=DATE:20270426\r\nSUMMARY:A very long\r\n  name",
        "DTSTART;VALUE=DATE:20270501\r\nDURATION:P2D",
    ) == [
        "2026-12-24 to 2027-01-01: Winter, off",
        "2027-04-26: A very long name",
        "2027-05-01 to 2027-05-02",
    ]


def test_a_yearly_event_is_skipped_for_five_years() -> None:
    assert _lines("DTSTART;VALUE=DATE:20101225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Feast") == [
        f"{year}-12-25: Feast" for year in range(2026, 2032)
    ]


def test_an_alarm_within_an_event_and_a_zone_beside_it_are_looked_over() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-P1D\r\nDTSTART:nonsense\r\nEND:VALARM"
    assert _lines(f"DTSTART;VALUE=DATE:20261225\r\n{alarm}\r\nSUMMARY:Feast") == [
        "2026-12-25: Feast"
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART:20261225T090000Z", "it has a time of day"),
        ("DTSTART;TZID=Europe/Berlin:20261225T090000", "it has a time of day"),
        ("DTSTART:20261225\r\nRRULE:FREQ=WEEKLY", "more often than once a year"),
        ("DTSTART:20261225\r\nRRULE:FREQ=SECONDLY", "more often than once a year"),
        ("DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYWEEKNO=3", "not understood"),
        ("DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYDAY=TU", "not understood"),
        ("DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYMONTH=13", "not understood"),
        ("DTSTART:20261225\r\nSTATUS:CANCELLED", "cancelled"),
        ("DTSTART:20261225\r\nDURATION:PT5H", "not in days"),
        ("DTSTART:20261225\r\nRDATE:20261231", "dates of a list"),
    ],
)
def test_an_event_that_is_no_holiday_is_left_out_and_named_by_its_line(
    event: str, reason: str
) -> None:
    found = _read(event, "DTSTART:20270101")
    assert [str(skip) for skip in found.skips] == ["2027-01-01"]
    [sentence] = found.left_out
    assert sentence.startswith("Line 3 is left out")
    assert reason in sentence


def test_what_was_excluded_or_is_over_is_no_holiday() -> None:
    assert _lines("DTSTART:20101225\r\nRRULE:FREQ=YEARLY\r\nEXDATE:20261225,20281225") == [
        "2027-12-25",
        "2029-12-25",
        "2030-12-25",
        "2031-12-25",
    ]
    assert _lines("DTSTART:20200101") == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "Line 0"),
        (b"<html>no calendar</html>", "Line 1"),
        (b"date,name\n2026-12-25,Christmas", "Line 1"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225", "Line 3"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT", "Line 2"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR", "Line 3"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR", "Line 2"),
        (b"BEGIN:VCALENDAR\nno colon here", "Line 2"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261301\nEND:VEVENT\nEND:VCALENDAR", "Line 3"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99991231\nEND:VEVENT\nEND:VCALENDAR", "Line 3"),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nDTSTART:20261226\nEND:VEVENT",
            "Line 4",
        ),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nDTEND:20261220\nEND:VEVENT",
            "Line 4",
        ),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nDTEND:20281225\nEND:VEVENT",
            "Line 2",
        ),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nRRULE:COUNT=2\nEND:VEVENT",
            "Line 4",
        ),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n"
            b"RRULE:FREQ=YEARLY;INTERVAL=0\nEND:VEVENT",
            "Line 4",
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_line(content: bytes, line: str) -> None:
    with pytest.raises(BadCalendar, match=line):
        read_holidays(content, TODAY)


def test_a_file_of_thousands_of_dates_or_of_megabytes_is_refused() -> None:
    many = [f"DTSTART:20{27 + n // 336}{n // 28 % 12 + 1:02}{n % 28 + 1:02}" for n in range(500)]
    with pytest.raises(BadCalendar, match="more than 400"):
        _read(*many)
    with pytest.raises(BadCalendar, match="1 MB"):
        read_holidays(b" " * (MOST_BYTES + 1), TODAY)


VOCABULARY = """
    BEGIN:VCALENDAR END:VCALENDAR BEGIN:VEVENT END:VEVENT DTSTART:20261225 DTEND:20261226 X:Y
    RRULE:FREQ=YEARLY RRULE:FREQ=YEARLY;BYDAY=5FR;BYMONTH=2 DTSTART;X=":":20261225 SUMMARY:to
"""
PIECES = st.sampled_from(VOCABULARY.split())


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=9).map("\n".join)))
def test_any_file_is_read_or_refused(content: bytes | str) -> None:
    try:
        read_holidays(content if isinstance(content, bytes) else content.encode(), TODAY)
    except BadCalendar as error:
        assert str(error).isprintable()

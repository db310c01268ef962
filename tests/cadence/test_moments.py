"""A moment is read as an editor writes it; the clock of the zone decides, also over a gap."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cadence.moments import BadMoment, read_moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # a Tuesday, one o'clock in Berlin


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", "2026-12-01T12:00"),
        ("2026-12-03 14:00", "2026-12-03T13:00"),
        ("2026-12-03T14:00", "2026-12-03T13:00"),
        ("2026-12-03T14:00:30", "2026-12-03T13:00"),
        ("2026-12-03 14:00 America/New_York", "2026-12-03T19:00"),
        ("today 18:00", "2026-12-01T17:00"),
        ("Tomorrow 9:00", "2026-12-02T08:00"),
        ("Thursday 14:00", "2026-12-03T13:00"),
        ("Tuesday 18:00", "2026-12-01T17:00"),
        ("tuesday 09:00", "2026-12-08T08:00"),
        ("2027-03-28 02:30", "2027-03-28T01:30"),  # the clock goes from two to three
        ("2027-10-31 02:30", "2027-10-31T00:30"),  # half past two comes twice
    ],
)
def test_a_moment_is_read(text: str, at: str) -> None:
    assert read_moment(text, BERLIN, NOW) == datetime.fromisoformat(f"{at}+00:00")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "2026-12-03 14:00"),
        ("2026-12-03", "2026-12-03 14:00"),
        ("03.12.2026 14:00", "is no day"),
        ("2026-13-03 14:00", "is no day"),
        ("someday 14:00", "is no day"),
        ("2026-12-03 2pm", "like 09:00"),
        ("2026-12-03 14:00 Mars/Base", "IANA name"),
        ("2026-12-03 14:00 Europe/Berlin please", "2026-12-03 14:00"),
        ("now please", "like 09:00"),
    ],
)
def test_what_is_no_moment_is_answered_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(BadMoment) as caught:
        read_moment(text, BERLIN, NOW)
    assert advice in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_is_refused(text: str) -> None:
    try:
        assert read_moment(text, BERLIN, NOW).tzinfo
    except BadMoment as error:
        assert str(error)

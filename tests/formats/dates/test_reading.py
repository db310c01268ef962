"""Dates: every form seen in the wild is the same instant each time, and none is an exception."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.dates import reading as dates

INSTANTS = st.datetimes(datetime(1981, 1, 2), datetime(2198, 12, 30)).map(
    lambda at: at.replace(microsecond=0)
)
OFFSETS = st.integers(-12 * 4, 14 * 4).map(
    lambda quarters: timezone(timedelta(minutes=15 * quarters))
)
FORMS = {
    "mail": lambda at: format_datetime(at),
    "ISO with colon": lambda at: at.isoformat(),
    "ISO without colon": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S%z"),
    "ISO with fractions": lambda at: at.strftime("%Y-%m-%d %H:%M:%S.000%z"),
    "basic ISO": lambda at: at.strftime("%Y%m%dT%H%M%S%z"),
    "of the C library": lambda at: at.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y"),
    "with the zone before the year": lambda at: at.astimezone(UTC).strftime(
        "%a %b %d %H:%M:%S UTC %Y"
    ),
    "American": lambda at: at.astimezone(UTC).strftime("%B %d, %Y at %I:%M:%S %p UTC"),
    "GMT with an offset": lambda at: at.strftime("%d %B %Y %H:%M:%S GMT%z"),
    "seconds": lambda at: str(int(at.timestamp())),
    "milliseconds": lambda at: str(int(at.timestamp() * 1000)),
    "dotted": lambda at: at.astimezone(UTC).strftime("%d.%m.%Y %H:%M:%S"),
    "with slashes": lambda at: at.astimezone(UTC).strftime("%Y/%m/%d %H:%M:%S"),
    "Chinese": lambda at: at.astimezone(UTC).strftime("%Y年%m月%d日 %H:%M:%S"),
}
DAY = datetime(2026, 5, 5, tzinfo=UTC)
MORNING = DAY + timedelta(hours=9)


@pytest.mark.parametrize("form", FORMS)
@given(at=INSTANTS, zone=OFFSETS)
def test_what_each_form_writes_is_read_as_the_same_instant(
    form: str, at: datetime, zone: timezone
) -> None:
    aware = at.replace(tzinfo=zone)
    if form in ("seconds", "milliseconds"):
        aware += timedelta(days=366 * 21)  # nine digits and more
    if aware.astimezone(UTC).year > dates.LAST_YEAR:
        return
    assert dates.read_date(FORMS[form](aware)) == aware


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Tue, 05 May 2026 09:00:00 GMT",
            "Tue, 5 May 26 9:00 Z",
            "Tue 5 May 2026 2am PDT",
            "5 May 2026 05:00 EDT",
            "05 May 2026 11:00 +0200",
        ),
        *(
            "Wed, 05 May 2026 09:00:00 -0000",
            "Tuesday, 05-May-26 09:00:00 GMT",
            "2026-05-05T09:00Z",
            "2026-05-05 09:00:00 +0000 UTC",
        ),
        *(
            "2026-05-05T18:00:00 JST",
            "May 5th, 2026 9 a.m.",
            "mar. 5 mai 2026 à 9h00",
            "5. Mai 2026, 09:00 Uhr",
            "09:00, 5 May 2026",
        ),
        *(
            "mar., 5 mai 2026 11:00:00 +0200",
            "2026/05/05 上午9:00",
            "2026-05-05 오전 9:00",
            "2026年5月5日(火) 午前9時",
            "令和8年5月5日 9時00分",
            "Τρί, 05 Μαΐ 2026 12:00:00 +0300",
            "2026. május 5. 9:00",
            "2026 m. gegužės 5 d., 09:00",
            "5. toukokuuta 2026 klo 9.00",
            "5. maj 2026 kl. 9",
            "Selasa, 5 Mei 2026 16.00 WIB",
            "5 de mayo de 2026, 9h",
            "5 मई 2026 09:00",
            "٥ مايو ٢٠٢٦ ٩:٠٠ ص",
            "5 tháng 5 năm 2026 9:00",
            "5 พ.ค. 2569 9:00",
        ),
        *(
            "2026-05-05T11:00:00+02:00[Europe/Berlin]",
            "Tue, 05 May 2026 11:00:00 Europe/Prague",
            "Tue, May 5 2026 05:00 Eastern Time",
            "Tue May 5 02:00:00 PDT 2026",
            "Tue, 05 May 2026 09:00:00 XYZ",
            "1777971600",
        ),
    ],
)
def test_nine_in_the_morning_is_nine_however_it_is_written(text: str) -> None:
    assert dates.read_date(text) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-05-05",
            "20260505",
            "2026/5/5",
            "5 May 2026",
            "May 5, 2026",
            "Published on 5 May 2026 · 5 min read",
            "2026 May 5",
            "05.05.2026",
        ),
        *(
            "5 mai 2026",
            "5 de mayo de 2026",
            "5 maggio 2026",
            "5 de maio de 2026",
            "5 mei 2026",
            "5 maj 2026",
            "5 maja 2026",
            "5 мая 2026 г.",
        ),
        *(
            "5 Mayıs 2026",
            "5. května 2026",
            "2026年5月5日",
            "2026년 5월 5일",
            "5 травня 2026",
            "5 Μαΐου 2026",
            "٥ أيار ٢٠٢٦",
            "5 במאי 2026",
            "5. maijs 2026",
            "2026. gada 5. maijs",
            "２０２６年５月５日",
            "民國115年5月5日",
            "um 5. Mai 2026",
            "5 MAY 2026",
        ),
    ],
)
def test_a_day_without_a_time_begins_at_midnight_utc_in_any_language(text: str) -> None:
    assert dates.read_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "yesterday",
            "5 min read",
            "May 2026",
            "3 May",
            "2026",
            "12:30",
            "2026-02-30",
            "32 May 2026",
            "0001-01-01T00:00:00Z",
        ),
        *(
            "1970-01-01T00:00:00Z",
            "0",
            "-1",
            "9999-12-31",
            "Chapter 3, page 5",
            "1.2.3",
            "v10.4.2026.1",
        ),
    ],
)
def test_half_a_date_and_a_zero_date_are_no_date(text: str) -> None:
    assert dates.read_date(text) is None


def test_slashes_are_american_unless_that_is_no_date() -> None:
    assert dates.read_date("5/6/2026") == datetime(2026, 5, 6, tzinfo=UTC)
    assert dates.read_date("25/6/2026") == datetime(2026, 6, 25, tzinfo=UTC)


def test_midnight_may_be_written_as_the_twenty_fourth_hour_and_a_leap_second_is_let_through() -> (
    None
):
    assert dates.read_date("Mon, 04 May 2026 24:00:00 GMT") == DAY
    assert dates.read_date("2026-05-04T23:59:60Z") == DAY - timedelta(seconds=1)


@given(st.text(max_size=80) | st.from_regex(r"\A[0-9A-Za-z:+./, -]{0,40}\Z"))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    at = dates.read_date(text)
    assert at is None or (
        at.tzinfo is UTC and dates.FIRST_YEAR - 1 <= at.year <= dates.LAST_YEAR + 1
    )

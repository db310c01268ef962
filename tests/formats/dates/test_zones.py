"""Zones by offset, by the names that feeds use, and by place with its summer time."""

from datetime import datetime, timedelta

import pytest

from newsletter.formats.dates.zones import offset

WINTER = datetime(2026, 1, 20, 12)
SUMMER = datetime(2026, 7, 20, 12)


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("+0530", 5.5, 5.5),
        ("-3", -3, -3),
        ("gmt+2", 2, 2),
        ("est", -5, -5),
        ("et", -5, -4),
        ("pacific time", -8, -7),
        ("eastern standard time", -5, -5),
        ("central european summer time", 2, 2),
        ("europe/berlin", 1, 2),
        ("america/argentina/buenos_aires", -3, -3),
        ("america/port_of_spain", -4, -4),
        ("mars/olympus_mons", 0, 0),
        ("etc/passwd", 0, 0),
        ("nowhere time", 0, 0),
        ("+9900", 0, 0),
        ("", 0, 0),
    ],
)
def test_a_zone_is_so_many_hours_ahead(zone: str, winter: float, summer: float) -> None:
    assert offset(zone, WINTER) == timedelta(hours=winter)
    assert offset(zone, SUMMER) == timedelta(hours=summer)

"""Why a reader gets a letter: what the foot says is true of each of them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.sender.grounds import Ground, ListImported, ground_of

SPRING = {
    3: ListImported(date(2026, 6, 3), "Spring event, Berlin"),
    4: ListImported(date(2026, 6, 3), ""),
}
MAY_2021 = datetime(2021, 5, 7, tzinfo=UTC)
JUNE = datetime(2026, 6, 3, 9, tzinfo=UTC)


def ground(agreed_by: str, at: datetime | None, import_id: int | None = None) -> Ground:
    return ground_of(Recipient(1, "a@x.example", "", at, 1, agreed_by, import_id), SPRING)


def test_who_confirmed_did_so_on_that_day() -> None:
    assert ground("confirm", MAY_2021) == ("you confirmed", "on 7 May 2021")


@pytest.mark.parametrize(
    ("at", "import_id", "since"),
    [
        (
            MAY_2021,
            3,
            "on 3 June 2026 from: Spring event, Berlin, subscribed there since 7 May 2021",
        ),
        (MAY_2021, 4, "on 3 June 2026, subscribed there since 7 May 2021"),
        (JUNE, 4, "on 3 June 2026"),  # the file did not tell since when
        (None, 3, "on 3 June 2026 from: Spring event, Berlin"),
        (MAY_2021, 9, "with a list, on 7 May 2021"),  # whose record is not there
    ],
)
def test_who_came_with_a_list_is_told_so_and_never_that_they_confirmed(
    at: datetime | None, import_id: int, since: str
) -> None:
    assert ground("import", at, import_id) == ("the publisher imported", since)


def test_whom_a_program_vouched_for_is_told_so() -> None:
    expected = ("the publisher entered", "on 7 May 2021, by a consent given elsewhere")
    assert ground("vouch", MAY_2021) == expected


def test_who_moved_is_told_of_the_address_of_now_only() -> None:
    assert ground("move", JUNE, 3) == ("you chose", "on 3 June 2026")
    assert ground("move", None, 3) == ("you chose", "lately")


def test_days_are_those_of_the_publication() -> None:
    """Late in the evening by UTC it is the next day in Auckland, and in the morning still the one
    before in Los Angeles."""
    east, west = timezone(timedelta(hours=12)), timezone(timedelta(hours=-7))
    evening, morning = JUNE.replace(hour=22), JUNE.replace(hour=3)
    for at, zone, day in ((evening, east, "4"), (morning, west, "2"), (evening, west, "3")):
        for agreed_by in ("confirm", "move"):
            recipient = Recipient(1, "a@x.example", "", at, 1, agreed_by, None)
            assert ground_of(recipient, SPRING, zone).since == f"on {day} June 2026"


def test_a_day_that_a_list_names_is_that_day_in_each_zone() -> None:
    west = timezone(timedelta(hours=-7))
    dated = Recipient(1, "a@x.example", "", MAY_2021, 1, "import", 4)
    assert ground_of(dated, SPRING, west).since.endswith("since 7 May 2021")
    timed = dated._replace(confirmed_at=MAY_2021 + timedelta(hours=3))
    assert ground_of(timed, SPRING, west).since.endswith("since 6 May 2021")


def test_a_day_that_is_not_known_is_not_made_up() -> None:
    assert ground("confirm", None).since == "since a day that was not kept"

"""The daily routine: once a day by the publication's own clock, harmless twice, and a step that
fails stops nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.database import Database
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.schedule.daily import Round, carry_out_daily
from newsletter.schedule.routine import day_of_routine
from newsletter.tokens import Signer
from newsletter.tools import submissions
from newsletter.tools.cards import Card
from newsletter.tools.models import Submission
from newsletter.urls import Urls
from tests.samples.times import NOON

SIGNER = Signer("a secret of the tests")
URLS = Urls("https://n.example")
BERLIN = ZoneInfo("Europe/Berlin")


def test_the_day_begins_at_four_in_the_publications_own_zone() -> None:
    assert (
        day_of_routine(BERLIN, datetime(2026, 5, 12, 1, 59, tzinfo=UTC)).isoformat() == "2026-05-11"
    )
    assert (
        day_of_routine(BERLIN, datetime(2026, 5, 12, 2, 0, tzinfo=UTC)).isoformat() == "2026-05-12"
    )


def test_the_routine_is_carried_out_once_a_day_and_says_what_it_did(
    database: Database, publication: Publication
) -> None:
    key = publication.key
    card = Card("Loom", "https://loom.example/", "Free", "Weaves.")
    database.write(
        submissions.submit, key, card, contact="m@loom.example", note="", network="", now=NOON
    )
    later = NOON + submissions.VERIFY_FOR + timedelta(days=1)
    assert list(carry_out_daily(Round(database, publication, SIGNER, later, URLS))) == [
        "submissions that nobody confirmed: 1 forgotten"
    ]
    assert database.read(lambda session: session.get(Submission, 1)) is None

    database.write(
        submissions.submit, key, card, contact="m@loom.example", note="", network="", now=NOON
    )
    today = database.read(read_publication, key)
    assert (
        list(carry_out_daily(Round(database, today, SIGNER, later + timedelta(minutes=1), URLS)))
        == []
    ), "once a day"
    assert list(carry_out_daily(Round(database, publication, SIGNER, later, URLS))) == [], (
        "nor by a second scheduler that read the row before"
    )
    assert (
        len(list(carry_out_daily(Round(database, today, SIGNER, later + timedelta(days=1), URLS))))
        == 1
    )

"""The best-of comes in the first days of a month, by the tick, once, for publications that want
one; its editors hear of it."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from newsletter.cadence.dates import month_due
from newsletter.cadence.reading import parse
from newsletter.database import Database
from newsletter.issues.models import Issue
from newsletter.letters.models import SmallLetter
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.publications.reading import read_publication
from newsletter.schedule.deadlines import propose_due
from newsletter.urls import Urls
from tests.issues.stage import month
from tests.logins import add_cheap_editor

URLS = Urls("https://letters.example")
THIRD = datetime(2026, 6, 3, 7, tzinfo=UTC)  # 09:00 in Berlin


def best_ofs(session: Session) -> list[Issue]:
    return list(session.exec(select(Issue).where(col(Issue.frequency) == "monthly")).all())


def test_a_best_of_is_due_on_the_third_at_the_time_of_the_issues() -> None:
    cadence = parse("Tuesday 09:00 Europe/Berlin")
    assert month_due(cadence, THIRD) == (date(2026, 5, 1), THIRD)
    assert month_due(cadence, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == (
        date(2026, 12, 1),
        datetime(2027, 1, 3, 8, tzinfo=UTC),
    )


def test_two_ticks_propose_one_and_editors_hear_of_it_once(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        month(session, publication)
        change(session, publication.key, monthly=True)
        add_cheap_editor(session, "mara@inference.example", "Mara", THIRD)
    wanting = database.read(read_publication, publication.key)
    for hours in (48, 47):
        database.write(propose_due, wanting, URLS, THIRD - timedelta(hours=hours))
    with database.reading() as session:
        (best,) = best_ofs(session)
        heads = [letter.fields["head"] for letter in session.exec(select(SmallLetter)).all()]
    assert (best.status, best.due_at) == ("proposed", THIRD)
    assert heads.count(f"Issue {best.number} is proposed") == 1


def test_who_wants_none_gets_none_and_one_that_was_missed_does_not_come_late(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        month(session, publication)
        propose_due(session, session.merge(publication), URLS, THIRD - timedelta(hours=48))
        wanting = session.merge(publication)
        wanting.monthly = True
        propose_due(session, wanting, URLS, THIRD + timedelta(hours=13))
        assert best_ofs(session) == []

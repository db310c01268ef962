"""A skipped date has no issue, and its articles come in the next one."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session, col, select

from newsletter.cadence.dates import NeverComes
from newsletter.cadence.skips import read_skip
from newsletter.database import Database
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.issues.models import Issue
from newsletter.issues.reading import read_stories
from newsletter.publications.models import Publication
from newsletter.schedule import skipping
from tests.delivery.rig import URLS
from tests.issues.stage import WEEK, news
from tests.races import together
from tests.samples.times import NOON
from tests.schedule.turns import take_turn

DUE = datetime.fromisoformat("2026-05-19T09:00:00+00:00")
TITLES = (
    "Court bans scoring by voice in landmark ruling",
    "Harbor opens its first bridge for ships without crews",
    "Ministry publishes a rule for models of weather",
)


def test_a_skipped_week_loses_no_article(database: Database, publication: Publication) -> None:
    database.write(_begin, publication)
    _tick(database, publication, DUE - timedelta(hours=3))
    _tick(database, publication, DUE)
    skipped = (DUE + WEEK).date().isoformat()
    database.write(skipping.add, publication.key, [read_skip(skipped)], DUE)
    database.write(_gather_later, publication)
    for hours in range(0, 24 * 14 - 3, 12):
        assert _tick(database, publication, DUE + timedelta(hours=hours, minutes=1)) == [] or (
            hours >= 24 * 13
        )
    _tick(database, publication, DUE + 2 * WEEK - timedelta(hours=1))
    with database.reading() as session:
        issues = session.exec(select(Issue).order_by(col(Issue.number))).all()
        assert [issue.due_at for issue in issues] == [DUE, DUE + 2 * WEEK]
        assert issues[1].window_from == issues[0].window_to
        titles = {block.title for block in read_stories(session, issues[1].key)}
        assert titles == set(TITLES)


def test_two_who_skip_dates_at_once_both_have_theirs_kept(
    database: Database, publication: Publication
) -> None:
    days = ["2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01"]
    together(*[partial(_skip, database, publication, day) for day in days])
    with database.reading() as session:
        assert session.get_one(Publication, publication.key).skipped == days


def test_who_skips_all_is_refused_and_nothing_is_kept(
    session: Session, publication: Publication
) -> None:
    skipping.add(session, publication.key, [read_skip("2026-05-01 to 2027-04-30")], NOON)
    with pytest.raises(NeverComes):
        skipping.add(session, publication.key, [read_skip("2027-05-01 to 2027-12-31")], NOON)
    with pytest.raises(skipping.NoSuchSkip):
        skipping.remove(session, publication.key, "2027-05-01", NOON)


def _begin(session: Session, publication: Publication) -> None:
    kept = session.get_one(Publication, publication.key)
    kept.cadence = "Tuesday 09:00 UTC"
    kept.rule = "send"
    news(session, publication, 8)
    sources.all_sources(session, publication.key)[0].succeeded_at = NOON


def _gather_later(session: Session, publication: Publication) -> None:
    source = sources.all_sources(session, publication.key)[0]
    at = DUE + timedelta(days=1)
    found = [
        Found(f"https://news.example/{n}", title, "Dek.", published_at=at)
        for n, title in enumerate(TITLES)
    ]
    store_found(session, source.key, found, at)


def _skip(database: Database, publication: Publication, day: str) -> None:
    database.write(skipping.add, publication.key, [read_skip(day)], NOON)


def _tick(database: Database, publication: Publication, at: datetime) -> list[str]:
    return database.write(take_turn, publication, URLS, at)

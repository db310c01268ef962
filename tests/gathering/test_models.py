"""Sources and articles as rows: what is unique, and columns that kept their old names."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from newsletter.gathering.models import Article, Source
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from tests.samples.times import NOON

URL = "https://news.example/feed"


def test_two_publications_may_read_one_source_and_each_has_it_once(
    session: Session, publication: Publication
) -> None:
    other = open_publication(
        session,
        name="Other",
        sender_address="other@inference.example",
        cadence="Friday 09:00 UTC",
    )
    session.add_all([Source(publication_id=key, url=URL) for key in (publication.key, other.key)])
    session.flush()
    session.add(Source(publication_id=other.key, url=URL))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_article_has_its_address_and_its_name_for_itself(session: Session) -> None:
    def add(url: str, slug: str) -> None:
        session.add(Article(url=url, slug=slug, title="T", published_at=NOON, first_seen_at=NOON))
        session.flush()

    add("https://news.example/a", "a")
    with pytest.raises(IntegrityError), session.begin_nested():
        add("https://news.example/a", "b")
    with pytest.raises(IntegrityError), session.begin_nested():
        add("https://news.example/b", "a")


def test_the_trouble_that_was_reported_is_in_the_column_of_earlier_versions() -> None:
    columns = inspect(Source).columns
    assert columns["reported_trouble"].name == "told"

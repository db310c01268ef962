"""What the tables of gathering keep: an address is one source, one article, one sighting."""

import pytest
from sqlmodel import Session, text

from newsletter.gathering.models import Alias, Article, Body, Sighting, Source
from newsletter.publications.models import Publication
from tests.rows import takes
from tests.samples.times import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FEED = "https://tides.example/feed"


def article(name: str, slug: str = "") -> Article:
    return Article(
        url=f"https://tides.example/{name}",
        slug=slug or name,
        title=name,
        published_at=NOON,
        first_seen_at=NOON,
    )


@pytest.fixture
def source(session: Session, publication: Publication) -> Source:
    made = Source(publication_id=publication.key, url=FEED)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def kept(session: Session) -> Article:
    made = article("tides")
    session.add(made)
    session.flush()
    return made


def test_an_address_is_one_source_of_a_publication(session: Session, source: Source) -> None:
    other = Publication(slug="b", name="B", sender_name="B", sender_address="b@b.example")
    assert takes(session, other)
    assert not takes(session, Source(publication_id=source.publication_id, url=FEED))
    assert takes(session, Source(publication_id=other.key, url=FEED))


def test_a_source_begins_active_with_no_trouble_that_anybody_heard_of(
    session: Session, source: Source
) -> None:
    session.expire(source)
    assert (source.kind, source.status, source.weight) == ("feed", "active", 1.0)
    assert (source.failures, source.reported_trouble, source.due_at) == (0, "", None)
    source.reported_trouble = "silent"
    session.flush()
    column = text("select told from source")
    assert session.connection().execute(column).scalar_one() == "silent"


def test_an_article_has_an_address_and_a_page_of_its_own(session: Session, kept: Article) -> None:
    assert not takes(session, article("tides", slug="another")), "its address is taken"
    assert not takes(session, article("another", slug="tides")), "its page is taken"
    assert takes(session, article("another"))


def test_another_address_leads_to_one_article(session: Session, kept: Article) -> None:
    address = "https://t.example/1"
    assert takes(session, Alias(url=address, article_id=kept.key))
    session.expunge_all()
    assert not takes(session, Alias(url=address, article_id=kept.key))


def test_a_source_shows_an_article_once(session: Session, source: Source, kept: Article) -> None:
    keys = {"article_id": kept.key, "source_id": source.key}
    assert takes(session, Sighting(**keys, seen_at=NOON))
    session.expunge_all()
    assert not takes(session, Sighting(**keys, seen_at=NOON))


def test_an_article_has_one_body_whose_versions_count_from_1(
    session: Session, kept: Article
) -> None:
    key = kept.key
    assert takes(session, Body(article_id=key))
    session.expunge_all()
    body = session.get_one(Body, key)
    assert (body.version, body.text, body.html, body.markdown) == (1, "", "", "")
    session.expunge_all()
    assert not takes(session, Body(article_id=key))

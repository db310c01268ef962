"""A pasted link becomes an article of the editors, with what its page or the editor gives."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.demo import feeds as local
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.limits import Limits
from newsletter.gathering import pasted_links, sources
from newsletter.gathering.models import Alias, Article, Body, Sighting, Source
from newsletter.publications.models import Publication
from tests.samples.page_files import sample
from tests.samples.times import NOON

LIMITS = Limits(allow_private=True, gap_s=0.0)


def test_a_pasted_link_becomes_a_card_of_the_editors_own_hand(
    database: Database, publication: Publication
) -> None:
    key, clock = publication.key, SetClock(NOON)
    page = sample("article").replace(
        b"https://tidetable.example/2026/05/harbour-servers", b"/harbour"
    )
    with local.serving(
        {"/a?utm_source=mail": lambda _: page, "/a": lambda _: page}, clock
    ) as address:
        article = pasted_links.add_link(
            database, key, f"{address}/a?utm_source=mail", clock, LIMITS
        )
        again = pasted_links.add_link(database, key, f"{address}/a", clock, LIMITS)
    assert again.id == article.id, "the same page is the same article"
    assert article.title == "Harbour town lets the tides cool its servers"
    assert article.url == f"{address}/harbour"
    assert article.dek.startswith("Sea water runs")
    assert article.published_at == datetime(2026, 5, 5, 7, 30, tzinfo=UTC)
    with database.writing() as session:
        (source,) = session.exec(select(Source)).all()
        assert (source.kind, source.publication_id) == ("hand", key)
        assert session.exec(select(Sighting.article_id)).all() == [article.id]
        assert (
            session.exec(select(Body.text).where(col(Body.article_id) == article.id))
            .one()
            .startswith("Twice a day")
        )
        assert session.exec(select(Alias.url)).all() == [f"{address}/a"]
    assert database.read(sources.fetchable_sources, key) == [], (
        "nothing is ever fetched from a hand"
    )


def test_a_link_that_does_not_answer_is_kept_with_what_the_editor_says(
    database: Database, publication: Publication
) -> None:
    key, clock = publication.key, SetClock(NOON)
    with local.serving({}, clock) as address:
        with pytest.raises(FetchFailed):
            pasted_links.add_link(database, key, f"{address}/gone", clock, LIMITS)
        article = pasted_links.add_link(
            database, key, f"{address}/gone", clock, LIMITS, title="By hand", dek="As we heard it."
        )
    assert (article.title, article.dek, article.published_at) == (
        "By hand",
        "As we heard it.",
        NOON,
    )
    with pytest.raises(sources.NotAnAddress):
        pasted_links.add_link(database, key, "javascript:x()", clock, LIMITS)
    with database.writing() as session:
        assert len(session.exec(select(Article)).all()) == 1

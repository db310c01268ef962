"""Own articles are written: an address that stays, a version that guards, and a way back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from newsletter.formats.pages.article_form import ArticleForm, BadField
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles, own_writing, sources
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from newsletter.urls import Urls

BERLIN = ZoneInfo("Europe/Berlin")


NOW = datetime(2026, 5, 12, 8, 31, tzinfo=UTC)


URLS = Urls("https://news.example")


def written(**fields: str) -> WrittenArticle:
    return judge_article(
        ArticleForm(**{"title": "The tide table", "body": "A text about the tide.", **fields}),
        BERLIN,
        NOW,
    )


def test_an_article_has_an_address_of_its_own_and_comes_from_the_editors_hand(
    session: Session, publication: Publication
) -> None:
    first = own_writing.write_article(session, publication, written(), URLS, NOW)
    second = own_writing.write_article(session, publication, written(), URLS, NOW)
    assert (first.url, second.url) == (
        "https://news.example/articles/the-tide-table",
        "https://news.example/articles/the-tide-table-2",
    )
    source = session.exec(select(Source)).one()
    assert (source.kind, source.is_own, source.title, source.weight) == (
        "hand",
        True,
        "The Inference",
        2.0,
    )
    assert (
        own_writing.write_article(session, publication, written(title="潮汐"), URLS, NOW).slug
        == "article"
    )


def test_a_slug_that_is_taken_is_refused_and_nothing_is_kept(
    session: Session, publication: Publication
) -> None:
    own_writing.write_article(session, publication, written(slug="tide"), URLS, NOW)
    with pytest.raises(own_writing.SlugTaken):
        own_writing.write_article(session, publication, written(slug="tide"), URLS, NOW)
    assert len(own_articles.all_articles(session, publication.key)) == 1


def test_of_two_authors_the_second_is_refused_and_the_first_kept(
    session: Session, publication: Publication
) -> None:
    article = own_writing.write_article(session, publication, written(), URLS, NOW)
    key = article.key
    own_writing.change_article(
        session, publication.key, key, written(title="The first hand"), 1, NOW
    )
    with pytest.raises(own_writing.ArticleChanged):
        own_writing.change_article(
            session, publication.key, key, written(title="The second hand"), 1, NOW
        )
    kept, body = own_articles.read_article(session, publication.key, key)
    assert (kept.title, kept.slug, body.version) == ("The first hand", "the-tide-table", 2)


def test_the_address_stays_and_what_is_public_does_not_go_back_to_a_time_to_come(
    session: Session, publication: Publication
) -> None:
    key = own_writing.write_article(session, publication, written(), URLS, NOW).key
    for field, value in (("slug", "another"), ("date", "2027-01-01")):
        with pytest.raises(BadField) as caught:
            own_writing.change_article(
                session, publication.key, key, written(**{field: value}), 1, NOW
            )
        assert caught.value.key == field


def test_what_is_read_for_changing_is_kept_the_same_when_nothing_was_changed(
    session: Session, publication: Publication
) -> None:
    given = written(
        dek="A dek.",
        author="Mara",
        source="[S](https://s.example)",
        source_date="May 2026",
        topics="a, b",
        date="2026-05-11",
    )
    key = own_writing.write_article(session, publication, given, URLS, NOW).key
    article, body = own_articles.read_article(session, publication.key, key)
    before = article.model_dump() | body.model_dump(exclude={"version"})
    typed = own_articles.article_form(article, body, BERLIN)
    own_writing.change_article(
        session,
        publication.key,
        key,
        judge_article(typed, BERLIN, NOW, article.published_at),
        int(typed.version),
        NOW,
    )
    assert article.model_dump() | body.model_dump(exclude={"version"}) == before


def test_a_mark_that_was_taken_away_comes_back_with_the_next_article(
    session: Session, publication: Publication
) -> None:
    own_writing.write_article(session, publication, written(), URLS, NOW)
    session.exec(select(Source)).one().is_own = False
    session.flush()
    own_writing.write_article(session, publication, written(), URLS, NOW)
    assert session.exec(select(Source)).one().is_own
    assert len(own_articles.all_articles(session, publication.key)) == 2


def test_the_list_of_own_articles_may_have_been_added_as_a_source(
    session: Session, publication: Publication
) -> None:
    sources.add(session, publication.key, NewSource(URLS.articles(), kind="page"), NOW)
    own_writing.write_article(session, publication, written(), URLS, NOW)
    source = session.exec(select(Source)).one()
    assert (source.kind, source.is_own) == ("hand", True)
    assert len(own_articles.all_articles(session, publication.key)) == 1

"""Own articles as rows: an address that stays, a version that guards, a date that keeps back, and a way back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from newsletter.formats.found import Found
from newsletter.formats.pages.article_form import ArticleForm, BadField
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles, own_writing, sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article, Body, Source
from newsletter.gathering.sources import NewSource
from newsletter.issues.candidates import consider
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from newsletter.urls import Urls

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 12, 8, 31, tzinfo=UTC)
WEEK = timedelta(days=7)
URLS = Urls("https://news.example")


def written(**fields: str) -> WrittenArticle:
    return judge_article(
        ArticleForm(**{"title": "The tide table", "body": "A text about the tide.", **fields}),
        BERLIN,
        NOW,
    )


def titles(session: Session, publication: Publication, now: datetime) -> list[str]:
    week = Issue(
        id=1,
        publication_id=publication.key,
        number=1,
        period="",
        status="proposed",
        due_at=now,
        proposed_at=now,
        window_from=now - WEEK,
        window_to=now,
    )
    return [
        candidate.reports[0].title for candidate in consider(session, publication, week, now).ranked
    ]


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


def test_an_article_is_a_candidate_from_its_date_on(
    session: Session, publication: Publication
) -> None:
    own_writing.write_article(session, publication, written(date="2026-05-13 09:00"), URLS, NOW)
    assert titles(session, publication, NOW) == []
    assert own_articles.public_articles(session, publication.key, NOW) == []
    assert titles(session, publication, NOW + timedelta(days=1)) == ["The tide table"]
    assert len(own_articles.public_articles(session, publication.key, NOW + timedelta(days=1))) == 1


def test_a_withdrawn_article_is_no_candidate_and_can_be_brought_back(
    session: Session, publication: Publication
) -> None:
    key = own_writing.write_article(
        session, publication, written(date="2026-05-12 09:00"), URLS, NOW
    ).key
    own_writing.withdraw_article(session, publication.key, key, NOW)
    assert titles(session, publication, NOW) == []
    assert own_articles.public_articles(session, publication.key, NOW) == []
    own_writing.restore_article(session, publication.key, key)
    assert titles(session, publication, NOW) == ["The tide table"]


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


def test_an_article_gathered_whole_from_the_own_site_is_own_but_changed_there(
    session: Session, publication: Publication
) -> None:
    site = sources.add(session, publication.key, NewSource("https://own.example/feed.xml"))
    other = sources.add(session, publication.key, NewSource("https://other.example/feed.xml"))
    site.is_own = True
    for source in (site, other):
        store_found(session, source.key, [Found(f"{source.url}/story", source.url)], NOW)
    for article in session.exec(select(Article)):
        session.add(Body(article_id=article.key, text="x", html="<p>x</p>"))
    session.flush()
    [(article, _)] = own_articles.all_articles(session, publication.key)
    assert article.title == site.url
    with pytest.raises(own_writing.NotWrittenHere):
        own_writing.change_article(session, publication.key, article.key, written(), 1, NOW)
    ids = list(session.exec(select(col(Article.id))))
    assert own_articles.page_urls(session, publication.key, ids, URLS) == {
        article.url: f"https://news.example/articles/{article.slug}"
    }
    assert own_articles.page_urls(session, publication.key + 1, ids, URLS) == {}

"""Own articles are read: from their date on, until they are withdrawn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from newsletter.formats.found import Found
from newsletter.formats.pages.article_form import ArticleForm
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles, own_writing, sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article, Body
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

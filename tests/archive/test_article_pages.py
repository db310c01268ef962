"""Which articles have a page here, and which are near to each other."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.archive.article_pages import (
    NoPage,
    StillInAnIssue,
    read_page,
    read_recent_articles,
    read_similar,
    withdraw,
)
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article
from newsletter.gathering.own_articles import NoArticle
from newsletter.gathering.sources import NewSource
from newsletter.issues.models import Block
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from tests.archive.stage import NOW, keep_issue

URLS = Urls("https://news.example")
TITLES = (
    "A harbor sells tidal power to a data center",
    "Tidal power pays for the second harbor wall",
    "A court hears a case on sleeping lamps",
)


def gather(session: Session, publication_id: int, titles: tuple[str, ...] = TITLES) -> None:
    source = sources.add(session, publication_id, NewSource("https://wire.example/feed", "Wire"))
    found = [
        Found(f"https://wire.example/{place}", title, published_at=NOW - timedelta(days=place + 1))
        for place, title in enumerate(titles)
    ]
    store_found(session, source.key, found, NOW)


def article(session: Session, title: str) -> Article:
    return session.exec(select(Article).filter_by(title=title)).one()


def put_into_issue(
    session: Session,
    publication_id: int,
    titles: tuple[str, ...],
    status: str = "sent",
) -> None:
    issue = keep_issue(session, publication_id, 1, status=status)
    for place, title in enumerate(titles):
        shown = article(session, title)
        block = Block(
            issue_id=issue.key,
            kind="stories",
            position=place,
            article_id=shown.key,
            title=title,
            url=shown.url,
        )
        session.add(block)
    session.flush()


def test_an_article_of_another_has_a_page_once_an_issue_with_it_was_sent(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    gather(session, key)
    slug = article(session, TITLES[0]).slug
    with pytest.raises(NoPage):
        read_page(session, key, slug, URLS, NOW)
    put_into_issue(session, key, TITLES[:1])
    page = read_page(session, key, slug, URLS, NOW)
    assert (page.title, page.source_name, page.is_own) == (TITLES[0], "Wire", False)
    with pytest.raises(NoPage):
        read_page(session, key + 1, slug, URLS, NOW)


def test_similar_articles_are_those_of_sent_issues_that_share_words(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    gather(session, key)
    put_into_issue(session, key, TITLES[1:])
    shelf = read_recent_articles(session, key, NOW)
    slugs = [article(session, title).slug for title in TITLES]
    assert [slug in shelf for slug in slugs] == [False, True, True]
    near = read_similar(session, shelf, slugs[0])
    assert [similar.title for similar in near] == [TITLES[1]], "it need not be on the shelf"
    assert read_similar(session, shelf, slugs[2]) == []
    later = read_recent_articles(session, key, NOW + timedelta(weeks=9))
    assert slugs[1] not in later


def test_an_article_of_an_issue_that_has_not_gone_out_is_not_withdrawn(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    gather(session, key)
    put_into_issue(session, key, TITLES[:1], status="held")
    with pytest.raises(StillInAnIssue, match="Issue 1 has this article and has not gone out"):
        withdraw(session, key, article(session, TITLES[0]).key, NOW)
    with pytest.raises(NoArticle):
        withdraw(session, key, article(session, TITLES[1]).key, NOW)

"""What people click becomes a value for ranking: by source, against what is usual."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from newsletter.editions.models import Edition
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article, Body, Sighting
from newsletter.gathering.sources import NewSource
from newsletter.issues.models import Block
from newsletter.issues.proposing import propose
from newsletter.tracking.interest import (
    DOUBT,
    SentStory,
    cap_clicks,
    click_ratios,
    clicks_by_source,
)
from newsletter.tracking.models import EventCount
from tests.delivery.rig import URLS, planned_in
from tests.samples.times import NOON
from tests.tracking.stage import sent_issue
from tests.web.asking import site


def test_a_source_whose_stories_are_clicked_twice_as_often_tends_to_two() -> None:
    stories = [
        SentStory("brief", clicks, 3000, (source,))
        for source, clicks in ((1, 2000), (2, 500), (3, 500))
    ]
    found = click_ratios(stories)
    assert found[1] == pytest.approx(2, abs=0.05)
    assert found[2] == found[3] == pytest.approx(0.5, abs=0.05)


def test_few_clicks_decide_little() -> None:
    found = click_ratios([SentStory("brief", 3, 3, (1,)), SentStory("brief", 0, 3, (2,))])
    assert 1 < found[1] < 1.1
    assert 0.9 < found[2] < 1


def test_a_lead_is_measured_as_a_lead() -> None:
    """It gets most clicks wherever it comes from."""
    stories = [
        SentStory("lead", 600, 1000, (1,)),
        SentStory("brief", 400, 1000, (2,)),
        SentStory("lead", 600, 1000, (2,)),
        SentStory("brief", 400, 1000, (1,)),
    ]
    assert click_ratios(stories) == {1: 1, 2: 1}


def test_what_one_link_has_far_above_all_others_weighs_no_more_than_a_good_lead() -> None:
    assert cap_clicks([300, 90, 60, 40]) == [260, 90, 60, 40]
    assert cap_clicks([80_000, 90_000, 60, 40]) == [260, 260, 60, 40]
    assert cap_clicks([80_000]) == cap_clicks([400_000])
    assert cap_clicks([]) == []


def test_an_issue_that_nobody_clicked_says_nothing() -> None:
    assert click_ratios([SentStory("lead", 0, 0, (1,))]) == {}
    assert DOUBT > 0


def test_robots_and_what_is_no_story_are_left_out(database_url: str) -> None:
    with sent_issue(database_url, "anonymous", "ada@readers.example") as stage:
        with stage.site.runtime.database.writing() as session:
            edition = stage.delivery.edition_id
            session.add(
                EventCount(edition_id=edition, link=0, verdict="", count=900)
            )  # the publication's own page
            session.add(EventCount(edition_id=edition, link=1, verdict="burst", count=900))
            session.add(EventCount(edition_id=edition, link=-1, verdict="", count=900))
        assert (
            stage.site.runtime.database.read(
                clicks_by_source, stage.site.key, stage.site.runtime.urls, stage.site.clock.now()
            )
            == {}
        )


def test_a_story_of_the_publications_own_site_is_its_sources_though_the_letter_leads_to_our_page(
    database_url: str,
) -> None:
    with site(database_url, NOON) as web, web.runtime.database.writing() as session:
        own = sources.add(
            session, web.key, NewSource("https://site.example/feed", "Our site", is_own=True)
        )
        at = NOON - timedelta(hours=2)
        store_found(
            session,
            own.key,
            [Found("https://site.example/ferry", "A ferry that waits", "Dek.", published_at=at)],
            NOON,
        )
        article = session.exec(
            select(Article).where(col(Article.url) == "https://site.example/ferry")
        ).one()
        session.add(Body(article_id=article.key, html="<p>It waits for the tide.</p>"))
        delivery = planned_in(session, web.key)
        place = session.get_one(Edition, delivery.edition_id).links.index(
            URLS.article(article.slug)
        )
        session.add(EventCount(edition_id=delivery.edition_id, link=place, verdict="", count=500))
        session.flush()
        assert clicks_by_source(session, web.key, URLS, NOON)[own.key] > 1


def test_the_desks_look_again_weighs_what_people_clicked(database_url: str) -> None:
    """One source is followed by nobody, the other by all: the next issue's candidates say so."""
    with sent_issue(database_url, "anonymous", "ada@readers.example") as stage:
        now, database, key = stage.site.clock.now(), stage.site.runtime.database, stage.site.key
        with database.writing() as session:
            loved = sources.add(session, key, NewSource("https://loved.example/feed", "Loved"))
            block = session.exec(
                select(Block).where(col(Block.kind) == "stories", col(Block.position) == 0)
            ).one()
            session.add(
                Sighting(article_id=block.article_id or 0, source_id=loved.key, seen_at=now)
            )
            place = session.get_one(Edition, stage.delivery.edition_id).links.index(block.url)
            session.add(
                EventCount(edition_id=stage.delivery.edition_id, link=place, verdict="", count=500)
            )
            store_found(
                session,
                loved.key,
                [Found("https://loved.example/new", "Quarry reopens", "Dek.", published_at=now)],
                now,
            )
            later = now + timedelta(minutes=1)
            issue = propose(
                session, key, period="next", due_at=later + timedelta(days=6), now=later
            )
        stage.later(timedelta(minutes=2))
        assert stage.site.post(f"/desk/issues/{issue.id}/candidates/refresh").status == 303
        page = stage.site.get(f"/desk/issues/{issue.id}/candidates").text
        assert "people click stories of this source" in page

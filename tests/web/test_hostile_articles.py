"""A hostile site marked own, in a real browser: nothing of it runs, nothing leaves, and no page
breaks its own policy."""

from datetime import UTC, datetime, timedelta

from newsletter.formats.markup import clean
from newsletter.gathering import sources
from newsletter.gathering.models import Article, Body, Sighting
from newsletter.gathering.sources import NewSource
from tests.doubles.browser import chromium, hear_breaches
from tests.journeys.world import world
from tests.samples.hostile import HOSTILE

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def test_a_hostile_own_site_runs_nothing_on_its_pages(sqlite_url: str) -> None:
    with (
        world(sqlite_url, start=FIRST, second_deadline=FIRST + timedelta(days=7)) as one,
        chromium() as browser,
    ):
        with one.runtime.database.writing() as session:
            site = sources.add(
                session, one.publication.key, NewSource("https://own.example/feed.xml", "Own")
            )
            site.is_own = True
            for number, attack in enumerate(HOSTILE):
                fields = {
                    "title": attack,
                    "dek": attack,
                    "author": attack,
                    "image_url": attack,
                    "topics": [attack],
                    "language": "en",
                }
                article = Article(
                    slug=f"own-{number}",
                    url=f"{attack}{number}",
                    published_at=FIRST,
                    first_seen_at=FIRST,
                    **fields,
                )
                session.add(article)
                session.flush()
                key = article.key
                session.add(
                    Body(
                        article_id=key,
                        html=f"<p>{clean(attack)}</p>",
                        source_line=attack,
                        source_date=attack,
                        image_alt=attack,
                    )
                )
                session.add(Sighting(article_id=key, source_id=site.key, seen_at=FIRST))
        page = browser.new_page(viewport={"width": 390, "height": 900})
        broken: list[str] = []
        home = one.runtime.settings.public_url
        hear_breaches(page, broken)
        page.on("dialog", lambda dialog: broken.append(dialog.message))
        page.on(
            "framenavigated",
            lambda frame: None if frame.url.startswith(home) else broken.append(frame.url),
        )
        for path in (
            *(f"/articles/own-{number}" for number in range(len(HOSTILE))),
            "/articles",
            "/articles?page=2",
        ):
            page.goto(home + path)
            for link in page.locator(".read__body a, .read__src a, .issues a").all()[:3]:
                link.dispatch_event("mouseover")
            assert page.evaluate("window.hit") is None, path
            assert page.locator("h1").count() == 1, path
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert not broken, broken

"""“Gather now” and “Propose now”: what the schedule does by itself, at an editor's word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.sources import NewSource
from newsletter.issues.reading import all_issues
from newsletter.schedule.standing import propose_next
from newsletter.web.application import application
from tests.delivery.rig import until
from tests.doubles.web import always, serving
from tests.issues.stage import news, send
from tests.samples.times import NOON
from tests.web.asking import Site, site

FEED = (
    b"<rss version='2.0'><channel><title>Tide Log</title><item><title>High water at noon</title>"
    b"<link>https://tide.invalid/noon</link><pubDate>Thu, 14 May 2026 08:00:00 GMT</pubDate>"
    b"</item></channel></rss>"
)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        # Sources of a test are on this machine.
        limits = Limits(allow_private=True, gap_s=0, silence_s=30, pages=0)
        opened.runtime = replace(opened.runtime, limits=limits)
        opened.app = application(opened.runtime)
        yield opened
        opened.app.state.gatherings.close()


def read(desk: Site, *urls: str) -> None:
    with desk.runtime.database.writing() as session:
        for url in urls:
            sources.add(session, desk.key, NewSource(url))


def test_gathering_without_a_source_says_what_to_do_first(desk: Site) -> None:
    answer = desk.post("/desk/gather")
    assert answer.status == 403
    assert "Add one under “Sources” first" in answer.text


def test_the_page_shows_how_far_a_gathering_is_and_what_came_of_it(desk: Site) -> None:
    """Also without JavaScript; the request does not wait for a slow site."""
    with serving({"/feed": always(200, FEED), "/slow": lambda _: web.silence()}) as web:
        read(desk, f"{web.url}/feed", f"{web.url}/slow")
        assert "Gather now" in desk.get("/desk").text
        assert desk.post("/desk/gather").headers["location"] == "/desk#gathering"
        until(lambda: ">1</b> of" in desk.get("/desk").text)
        page = desk.get("/desk").text
        assert "Gather now" not in page, "one at a time"
        assert 'hx-get="/desk/gathering"' in page
        assert '<a href="/desk">Load it again</a>' in page
        assert "hx-refresh" not in desk.get("/desk/gathering").headers
        web.ended.set()
        until(lambda: desk.get("/desk/gathering").headers.get("hx-refresh") == "true")
    page = " ".join(desk.get("/desk").text.split())
    assert "2 sources, 1 new article, 1 failed." in page
    assert "Gather now" in page


def test_an_issue_is_proposed_at_an_editors_word_and_once_only(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        news(session, desk.publication, 6)
    assert "Propose now" in desk.get("/desk").text
    location = desk.post("/desk/propose").headers["location"]
    assert location == "/desk?done=proposed"
    page = desk.get(location).text
    assert "The issue is proposed" in page
    assert "Review issue 1" in page
    assert "Propose now" not in page
    desk.post("/desk/propose")
    assert len(desk.runtime.database.read(all_issues, desk.key)) == 1


def test_where_the_issue_went_out_already_its_page_says_so(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        news(session, desk.publication, 6)
        issue = propose_next(session, desk.key, NOON + timedelta(days=6), {})
        send(session, issue)
    desk.clock.move_to(NOON + timedelta(days=6, hours=1))
    assert "Propose now" not in desk.get("/desk").text
    assert desk.post("/desk/propose").headers["location"] == "/desk/issues/1"

"""This week at the desk: what goes out when, and what waits for the editor."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.gathering import sources
from newsletter.gathering.sources import NewSource
from newsletter.intake.quarantine import MOST_WAITING
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks
from newsletter.letters import makers
from newsletter.letters.publisher import Publisher
from newsletter.schedule.standing import propose_next
from newsletter.tools.cards import read_card
from subscribers.models import Subscription
from tests.delivery.rig import subscribe
from tests.intake.test_quarantine import fill
from tests.issues.stage import news, send
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def test_an_empty_week_says_when_the_next_issue_goes_out_and_when_it_is_proposed(
    desk: Site,
) -> None:
    page = desk.get("/desk").text
    assert "Goes out" in page
    assert "Tuesday 09:00" in page
    assert "The issue is proposed" in page
    assert "There is no issue yet to check." in page, "what nobody checked has not passed"
    assert "There is no source yet." in page
    assert desk.get("/desk/issues").status == 200


def test_after_an_early_send_the_week_says_so_and_names_the_next_date(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        news(session, desk.publication, 6)
        issue = propose_next(session, desk.key, NOON + timedelta(days=6), {})
        send(session, issue)
    desk.clock.move_to(NOON + timedelta(days=6, hours=1))
    page = desk.get("/desk").text
    assert "Issue 1</a> is sent" in page
    assert "26 May 2026" in page
    assert "19 May 2026" not in page


def test_the_week_counts_the_readers_whom_the_issue_goes_to(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        for name in ("ada", "bo", "cy"):
            subscribe(session, desk.key, f"{name}@readers.example")
        resting = subscribe(session, desk.key, "dee@other.example")
        session.get_one(Subscription, resting).snoozed_until = NOON + timedelta(weeks=4)
    assert '<b class="num">3</b> readers' in " ".join(desk.get("/desk").text.split())
    with desk.runtime.database.writing() as session:
        news(session, desk.publication, 6)
        issue = propose_next(session, desk.key, NOON, {})
        issue.audience = {"name": "Others", "filter": {"domains": ["other.example"]}}
    page = " ".join(desk.get("/desk").text.split())
    assert '<b class="num">0</b> readers of “Others”' in page
    assert ", to 0 readers" in desk.get("/desk/issues/1").text


def test_a_full_quarantine_is_said_here_and_on_its_own_page(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        fill(session, desk.key, MOST_WAITING - 1)
    assert "is full" not in desk.get("/desk").text
    with desk.runtime.database.writing() as session:
        fill(session, desk.key, 1)
    assert '<a href="/desk/quarantine">Quarantine</a> is full' in desk.get("/desk").text
    assert "Quarantine is full." in desk.get("/desk/quarantine").text


def test_a_proposed_issue_is_shown_with_its_stories_and_checks(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        news(session, desk.publication, 6)
        propose(session, desk.key, period="p1", due_at=NOON + timedelta(hours=9), now=NOON)
        first = read_blocks(session, 1)[0].title
    page = desk.get("/desk").text
    assert first in page
    assert "Review issue 1" in page
    assert "no postal address" in page, "a check that blocks"
    assert "/desk/issues/1" in desk.get("/desk/issues").text


def test_what_waits_is_shown_tools_and_failing_sources(desk: Site) -> None:
    runtime = desk.runtime
    publisher = Publisher(desk.publication, runtime.urls, runtime.signer)
    card = read_card(
        name="Pen",
        url="https://pen.example",
        price="Free",
        description="Writes.",
        tags="",
        image_url="",
    )
    with runtime.database.writing() as session:
        source = sources.add(session, desk.key, NewSource("https://tide.example/feed", "Tide Log"))
        source.failures = 4
        source.error = "HTTP 429"
        submission = makers.receive_submission(
            session,
            publisher,
            card,
            contact="maker@pen.example",
            note="",
            network="203.0.113.9",
            now=NOON,
        )
        makers.verify(session, publisher, submission.key, editors=(), now=NOON)
    page = desk.get("/desk").text
    assert "A tool waits" in page
    assert "HTTP 429" in page
    desk.log_out()
    assert desk.get("/desk").headers["location"] == "/desk/login"
    assert desk.get("/desk/issues").headers["location"] == "/desk/login"

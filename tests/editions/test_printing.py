"""Printing: a letter says how many read along, the same in all letters of an edition."""

from datetime import timedelta

from sqlmodel import Session, col, select

from newsletter.editions.press import Printed
from newsletter.editions.printing import preview
from newsletter.issues.models import Issue
from newsletter.publications.preferences import change
from subscribers.leaving import unsubscribing
from subscribers.models import Subscription
from tests.delivery.rig import URLS, planned_in, subscribe
from tests.samples.times import NOON
from tests.web.asking import site


def letter(session: Session) -> Printed:
    return preview(session, session.exec(select(Issue.id)).one() or 0, URLS)[1]


def test_a_letter_says_how_many_there_were_when_it_was_proposed_whatever_happens_until_it_goes_out(
    database_url: str,
) -> None:
    with site(database_url, NOON) as web, web.runtime.database.writing() as session:
        planned_in(session, web.key, *(f"r{number}@readers.example" for number in range(137)))
        first = letter(session)
        assert "Join 130+ readers of The Inference." in first.html
        assert "130+ readers, every week" in first.html
        assert "Forwarded to you? Join 130+ readers: " in first.text
        for number in range(137, 150):
            subscribe(session, web.key, f"r{number}@readers.example")
        assert letter(session) == first, "what was previewed is what is approved"
        for key in session.exec(
            select(Subscription.id).order_by(col(Subscription.id)).limit(60)
        ).all():
            unsubscribing.end_subscription(session, key or 0, by="link", issue_id=None, now=NOON)
        assert letter(session) == first
        change(session, web.key, readers_step=50)
        assert "Join 100+ readers" in letter(session).html
        for shown_from in (0, 138):
            change(session, web.key, readers_from=shown_from)
            bare = letter(session)
            assert "Get the next one yourself." in bare.html
            assert "Forwarded to you? Subscribe: " in bare.text
            assert "0+" not in bare.html + bare.text


def test_the_archive_counts_those_of_now_and_its_letter_those_of_then(database_url: str) -> None:
    with site(database_url, NOON) as web:
        with web.runtime.database.writing() as session:
            planned_in(session, web.key, *(f"r{number}@readers.example" for number in range(104)))
            for number in range(120, 140):
                subscribe(session, web.key, f"r{number}@readers.example")
        web.clock.move_by(timedelta(hours=1))
        assert "Join 120+ readers of The Inference." in web.get("/archive/1").text
        assert "Join 100+ readers of The Inference." in web.get("/archive/1/letter").text

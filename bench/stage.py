"""What a measurement of sending begins with: readers, and an approved issue of a given size."""

from datetime import datetime, timedelta

from sqlmodel import Session, insert

from bench.places import NOW
from newsletter.database import Database
from newsletter.delivery.planning import plan
from newsletter.editions.models import Edition
from newsletter.editions.printing import print_edition
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication
from newsletter.urls import Urls
from subscribers.models import Subscriber, Subscription

ROWS = 10_000  # readers of one transaction
WORDS = ("harbor", "court", "robot", "weather")
PARAGRAPH = (
    "<p>The pilots of the river port now read the tide from a model "
    "that was trained on forty years of logs.</p>\n"
)
HEADERS_BYTES = 1500  # of a letter, about


def stage(url: str, readers: int, letter_bytes: int) -> int:
    """Make a publication with so many readers, and plan an issue whose letters have that size.

    The delivery's rows are written by whoever sends. Returns the delivery's id.
    """
    upgrade(url)
    database = Database(url)
    key = database.write(_open)
    for start in range(0, readers, ROWS):
        database.write(_subscribe, key, range(start, min(start + ROWS, readers)))
    delivery_id = database.write(_plan, key, letter_bytes)
    database.close()
    return delivery_id


def _open(session: Session) -> int:
    """Open a publication with some articles."""
    publication = open_publication(
        session,
        name="The Inference",
        sender_address="editor@inference.example",
        cadence="Tuesday 09:00 UTC",
        postal_address="1 Street",
    )
    source = sources.add(session, publication.key, NewSource("https://news.example/feed"))
    at = NOW - timedelta(hours=1)
    articles = [
        Found(f"https://news.example/{word}", f"A {word} opens", "Dek.", published_at=at)
        for word in WORDS
    ]
    store_found(session, source.key, articles, NOW)
    return publication.key


def _subscribe(session: Session, publication_id: int, numbers: range) -> None:
    people = [
        {
            "id": number + 1,
            "address": f"reader{number}@readers.example",
            "created_at": NOW,
        }
        for number in numbers
    ]
    session.connection().execute(insert(Subscriber), people)
    same = {
        "publication_id": publication_id,
        "status": "active",
        "joined_at": NOW,
        "confirmed_at": NOW,
        "left_by": "",
    }
    subscriptions = [
        same | {"subscriber_id": number + 1, "name": f"Reader {number}"} for number in numbers
    ]
    session.connection().execute(insert(Subscription), subscriptions)


def _plan(session: Session, publication_id: int, letter_bytes: int) -> int:
    issue = propose(session, publication_id, period="p", due_at=NOW, now=NOW)
    edition = print_edition(session, issue.key, Urls("http://news.example"), NOW)
    _fill(edition, letter_bytes)
    approval.approve(session, issue.key, edition.checksum, by="bench", now=NOW)
    return plan(session, issue.key, NOW).key


def _fill(edition: Edition, letter_bytes: int) -> None:
    """Add paragraphs until letters have about that size."""
    room = letter_bytes - len(edition.html) - len(edition.text) - HEADERS_BYTES
    paragraphs = PARAGRAPH * max(0, room // len(PARAGRAPH))
    edition.html = edition.html.replace("</body>", f"{paragraphs}</body>")


def add_sent_issue(session: Session, publication_id: int, number: int, at: datetime) -> Issue:
    """Add an issue that was sent at that time; it has no articles yet."""
    issue = Issue(
        publication_id=publication_id,
        number=number,
        period=f"sent {number}",
        status="sent",
        window_from=at,
        window_to=at,
        due_at=at,
        proposed_at=at,
        sent_at=at,
    )
    session.add(issue)
    session.flush()
    return issue

"""What a fault begins with: publications with readers, and an approved issue of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, insert, select

from newsletter.delivery.planning import plan
from newsletter.desk import editors
from newsletter.editions.printing import print_edition
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.letters.writing import Notice, write_notice
from newsletter.publications.opening import open_publication
from newsletter.publications.preferences import change
from newsletter.urls import Urls
from subscribers.models import Subscriber, Subscription
from tests.logins import log_in_first, own_all

WORDS = ("harbor", "court", "robot", "weather")
URLS = Urls("http://news.example")
EDITOR = "editor@readers.example"
FAR = timedelta(days=5)  # ahead: the schedule proposes nothing of its own meanwhile


def log_in(session: Session, secret: str, now: datetime) -> str:
    """Add the editor who looks at the desk; returns their cookie."""
    editor = editors.add_editor(session, EDITOR, "Editor", "a password of the bench", now)
    own_all(session, editor)
    return log_in_first(session, secret, now)


def open_staged(session: Session, domain: str, rate: float, now: datetime) -> int:
    """Open a publication with some articles, to be sent at this rate (0: at full speed)."""
    due = now + FAR
    publication = open_publication(
        session,
        name=f"The {domain}",
        sender_address=f"editor@{domain}",
        cadence=f"{due:%A} 09:00 UTC",
        postal_address="1 Street",
    )
    source = sources.add(session, publication.key, NewSource(f"https://{domain}/feed"))
    at = now - timedelta(hours=1)
    articles = [
        Found(f"https://{domain}/{word}", f"A {word} opens", "Dek.", published_at=at)
        for word in WORDS
    ]
    store_found(session, source.key, articles, now)
    source.due_at = now + FAR  # nothing is gathered, unless that is the fault
    change(session, publication.key, letters_per_s=rate)
    return publication.key


def subscribe(
    session: Session,
    publication_id: int,
    addresses: Sequence[str],
    now: datetime,
) -> None:
    """Give a publication these confirmed readers."""
    people = [{"address": address, "created_at": now} for address in addresses]
    session.connection().execute(insert(Subscriber), people)
    known = select(Subscriber.id).where(col(Subscriber.address).in_(addresses))
    same = {
        "publication_id": publication_id,
        "status": "active",
        "joined_at": now,
        "confirmed_at": now,
        "left_by": "",
    }
    subscriptions = [
        same | {"subscriber_id": key, "name": f"Reader {number}"}
        for number, key in enumerate(session.exec(known))
    ]
    session.connection().execute(insert(Subscription), subscriptions)


def approve(session: Session, publication_id: int, due_at: datetime, now: datetime) -> int:
    """Approve an issue of a publication; returns its id."""
    issue = propose(session, publication_id, period="staged", due_at=due_at, now=now)
    edition = print_edition(session, issue.key, URLS, now)
    approval.approve(session, issue.key, edition.checksum, by="bench", now=now)
    return issue.key


def send(session: Session, publication_id: int, at: datetime) -> int:
    """Plan the delivery of an approved issue at this time; returns the delivery's id."""
    return plan(session, approve(session, publication_id, at, at), at).key


def add_sources(session: Session, publication_id: int, urls: Sequence[str]) -> None:
    """Give a publication sources that are due at once."""
    for url in urls:
        sources.add(session, publication_id, NewSource(url))


def write_to(session: Session, publication_id: int, address: str, now: datetime) -> None:
    """Write a small letter, as a sign-up does."""
    notice = Notice("A source is silent", "Look at it.", "http://news.example/desk")
    write_notice(session, publication_id, address, notice, now=now)

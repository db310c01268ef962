"""What tests of issues share: invented news, an issue that is open, an editor, tools, a month."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from sqlmodel import Session

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval, featuring, reasons
from newsletter.issues.models import Block, Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_issue, read_stories
from newsletter.publications.models import Publication
from newsletter.tools import directory
from newsletter.tools.cards import Card
from newsletter.tools.models import Tool
from tests.samples.times import NOON

WEEK = timedelta(days=7)
MARA = {"by": "mara@inference.example", "now": NOON}
WORDS = (
    "harbor",
    "court",
    "robot",
    "weather",
    "theorem",
    "voice",
    "meter",
    "dialect",
    "kitchen",
    "satellite",
    "violin",
    "glacier",
    "turbine",
)
BIG = [
    "Court bans scoring by voice in landmark ruling",
    "Breach: attackers exploited a flaw in ferries",
    "Bank sues insurer over $900 million",
]
MAY = date(2026, 5, 1)
JUNE_FIRST = datetime(2026, 6, 1, 9, tzinfo=timezone(timedelta(hours=2)))


def gathered(
    session: Session,
    publication: Publication,
    name: str,
    titles: Sequence[str],
    *,
    hours: int = 1,
    dek: str = "Dek.",
) -> None:
    """Articles of one source, published so many hours before noon and each hour before that."""
    address = f"https://{name}.example/feed"
    source = next(
        (known for known in sources.all_sources(session, publication.key) if known.url == address),
        None,
    )
    source = source or sources.add(session, publication.key, NewSource(address, name.capitalize()))
    found = [
        Found(
            f"https://{name}.example/{'-'.join(title.casefold().split())}",
            title,
            dek,
            published_at=NOON - timedelta(hours=hours + n),
        )
        for n, title in enumerate(titles)
    ]
    store_found(session, source.key, found, NOON)


def news(session: Session, publication: Publication, count: int) -> None:
    gathered(session, publication, "news", [f"The {word} story" for word in WORDS[:count]])


def send(session: Session, issue: Issue) -> None:
    """Approve an issue and mark it as sent, at its deadline."""
    approval.approve(session, issue.key, "checksum", by="test", now=issue.due_at)
    approval.mark_sent(session, issue.key, issue.due_at)


def verdicts(session: Session, issue: Issue) -> dict[str, str]:
    return {row.title: row.verdict for row in reasons.read_assessments(session, issue.key)}


def open_issue(session: Session, publication: Publication, count: int = 12) -> int:
    """Propose an issue of so many stories at noon; return its id."""
    news(session, publication, count)
    return propose(session, publication.key, period="p1", due_at=NOON, now=NOON).key


def stories(session: Session, issue_id: int) -> list[Block]:
    return read_stories(session, issue_id)


def titles(session: Session, issue_id: int) -> list[str]:
    return [block.title for block in stories(session, issue_id)]


def version(session: Session, issue_id: int) -> int:
    return read_issue(session, issue_id).version


def make_issue(session: Session, publication: Publication, number: int) -> Issue:
    due_at = NOON + WEEK * (number - 1)
    issue = Issue(
        publication_id=publication.key,
        number=number,
        period=str(number),
        status="proposed",
        subject="A subject",
        window_from=due_at - WEEK,
        window_to=due_at,
        due_at=due_at,
        proposed_at=due_at,
    )
    session.add(issue)
    session.flush()
    session.add_all(featuring.tool_blocks(session, publication, issue))
    session.flush()
    return issue


def tool(session: Session, publication: Publication, name: str, category: str = "") -> Tool:
    return directory.add(
        session,
        publication.key,
        Card(name, f"https://{name.lower()}.example", "Free", "Text."),
        category=category,
    )


def sent_issue(
    session: Session, publication: Publication, number: int, at: datetime, titles: list[str]
) -> Issue:
    """A weekly issue that was sent, its first title the lead."""
    window = {"window_from": at, "window_to": at, "due_at": at, "proposed_at": at, "sent_at": at}
    issue = Issue(
        publication_id=publication.key,
        number=number,
        period=at.isoformat(),
        status="sent",
        subject=titles[0],
        **window,
    )
    session.add(issue)
    session.flush()
    for place, title in enumerate(titles):
        kind, position = ("lead", 0) if place == 0 else ("stories", place - 1)
        session.add(
            Block(
                issue_id=issue.key,
                kind=kind,
                position=position,
                title=title,
                url=f"https://news.example/{title}",
            )
        )
    session.flush()
    return issue


def month(session: Session, publication: Publication) -> list[Issue]:
    at = datetime(2026, 5, 5, 9, tzinfo=JUNE_FIRST.tzinfo)
    first = sent_issue(session, publication, 1, at, ["ferry", "court", "lake"])
    second = sent_issue(session, publication, 2, at + timedelta(days=7), ["vote", "court", "owl"])
    sent_issue(session, publication, 3, at + timedelta(days=28), ["june"])
    return [first, second]

"""The story: two weeks of the main job, told step by step, and the account of it counted by the inbox."""

import re
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from newsletter.archive import importing
from newsletter.archive.past_files import read_past_file
from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.status import OPEN
from newsletter.demo import past, sample
from newsletter.demo.clock import StoryClock
from newsletter.demo.inbox import Inbox, Parsed, parsed
from newsletter.desk import editors
from newsletter.editions.printing import print_edition
from newsletter.errors import Unavailable
from newsletter.gathering import sources
from newsletter.gathering.gather import GatheringReport, gather
from newsletter.gathering.source_answers import SourceReport
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks
from newsletter.lists.importing import import_file
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.runtime import Runtime
from newsletter.tools import directory
from newsletter.tools.cards import Card
from newsletter.tracking.figures import EventTotals, read_figures

Said = Callable[[str], None]
WEEK = timedelta(days=7)
PATIENCE_S = 600
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCANNER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"


class Stuck(Unavailable):
    """The delivery did not end in time. What it says about itself stands above."""


@dataclass(slots=True)
class Account:
    """What the story did; `received` and `received_twice` are the inbox's own counts."""

    found: int = 0
    articles: int = 0
    issues: list[dict[str, object]] = field(default_factory=list)
    clicks: int = 0  # by people
    left: int = 0
    repeated_articles: int = 0
    received: int = 0
    received_twice: int = 0
    unaccounted: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What the story plays on."""

    runtime: Runtime
    clock: StoryClock
    inbox: Inbox
    feeds: Mapping[str, str]  # address → title
    readers: int
    start: datetime
    folder: Path
    said: Said


def tell(stage: Stage) -> Account:
    """Play both weeks and return the account."""
    began = time.monotonic()
    account = Account()
    publication = make_publication(stage)
    keep_past(stage, publication)
    for week in (1, 2):
        stage.clock.move_to(stage.start + WEEK * (week - 1))
        stage.said(f"\nWeek {week}: {stage.clock.now():%A %d %B %Y, %H:%M} UTC")
        _gather(stage, publication, account)
        issue = _propose(stage, publication)
        _send(stage, issue, account)
        if week == 1 and issue.status != "skipped":
            account.clicks = _click(stage, issue)
            account.left += _leave(stage)
    _close(stage, publication, account)
    account.seconds = round(time.monotonic() - began, 1)
    return account


def make_publication(stage: Stage) -> Publication:
    """Make the sample publication with its sources, tools, editor and readers."""
    database, now = stage.runtime.database, stage.clock.now()
    publication = database.write(_open, stage.feeds, now)
    stage.said(
        f"{publication.name}: {len(stage.feeds)} sources, {len(sample.TOOLS)} tools, an editor"
    )
    rows = stage.folder / "readers.csv"
    lines = [f"{address},{name}" for address, name in sample.readers(stage.readers)]
    rows.write_text("\n".join(["address,name", *lines, "not an address,Nobody"]) + "\n", "utf-8")
    rejected = stage.folder / "readers.rejected.csv"
    done = import_file(
        database, publication.key, rows, now=now, rejected_path=rejected, by="the demo"
    )
    stage.said(f"{done.added:,} readers imported, {done.rejected} row refused and listed")
    return publication


def keep_past(stage: Stage, publication: Publication) -> None:
    """Import the issues that were sent before this service was there, and let search know them."""
    database, now, zone = (
        stage.runtime.database,
        stage.clock.now(),
        ZoneInfo(publication.cadence.split()[-1]),
    )
    texts = past.files(stage.start)
    for name, text in texts.items():
        database.write(
            importing.keep_past_issue,
            publication.key,
            read_past_file(name, text.encode(), zone),
            now,
        )
    stage.said(
        f"{len(texts)} past issues imported: the archive has them, and what they linked is not proposed again"
    )


def _open(session: Session, feeds: Mapping[str, str], now: datetime) -> Publication:
    publication = open_publication(
        session,
        name=sample.NAME,
        sender_address=sample.SENDER,
        cadence="Tuesday 09:00 Europe/Berlin",
        postal_address=sample.POSTAL,
    )
    publication.tagline = sample.TAGLINE
    key = publication.key
    for address, title in feeds.items():
        sources.add(session, key, NewSource(address, title))
    for name, url, price, description, tags in sample.TOOLS:
        directory.add(session, key, Card(name, url, price, description, tuple(tags)))
    editors.add_editor(session, sample.EDITOR, "Sample Editor", sample.PASSWORD, now)
    return publication


def _gather(stage: Stage, publication: Publication, account: Account) -> GatheringReport:
    def heard(report: SourceReport) -> None:
        stage.said(
            f"  {report.title or report.url}: {report.error or f'{report.found} items, {report.added} new'}"
        )

    done = gather(
        stage.runtime.database, publication.key, stage.clock, stage.runtime.limits, progress=heard
    )
    account.found += done.found
    account.articles += done.articles
    stage.said(f"  gathered {done.found} items, {done.articles} new articles")
    return done


def _propose(stage: Stage, publication: Publication) -> Issue:
    database, now = stage.runtime.database, stage.clock.now()
    issue = database.write(propose, publication.key, period=now.isoformat(), due_at=now, now=now)
    stage.said(f"  issue {issue.number} proposed: {issue.subject}")
    return issue


def _send(stage: Stage, issue: Issue, account: Account) -> None:
    runtime, now, key = stage.runtime, stage.clock.now(), issue.key
    if issue.status == "skipped":
        stage.said(f"  issue {issue.number} skipped: {issue.note}")
        return
    edition = runtime.database.write(print_edition, key, runtime.urls, now)
    size = len(edition.html.encode())
    stage.said(
        f"  printed: {size / 1024:.1f} KB of HTML, {len(edition.links)} links, edition {edition.checksum[:12]}"
    )
    runtime.database.write(approval.approve, key, edition.checksum, by=sample.EDITOR, now=now)
    delivery = runtime.database.write(plan, key, now)
    ledger = _wait(stage, delivery.key)
    stage.said(
        f"  sent: {ledger.considered} considered = {sum(ledger.excluded.values())} excluded + {ledger.recipients} messages, "
        f"{ledger.messages.get('accepted', 0)} accepted"
    )
    shown = runtime.database.read(read_blocks, key)
    account.issues.append(
        {
            "number": issue.number,
            "subject": edition.subject,
            "stories": sum(block.kind != "tools" for block in shown),
            "tools": sum(block.kind == "tools" for block in shown),
            "html_bytes": size,
            "considered": ledger.considered,
            "excluded": dict(ledger.excluded),
            "messages": ledger.recipients,
            "accepted": ledger.messages.get("accepted", 0),
        }
    )
    account.unaccounted += (
        ledger.unaccounted
        + ledger.recipients
        - sum(
            ledger.messages.get(end, 0)
            for end in ("accepted", "refused", "expired", "uncertain", "cancelled")
        )
    )


def _wait(stage: Stage, delivery_id: int) -> Ledger:
    """Wait for the sender to finish a delivery, saying how far it is."""
    until, told = time.monotonic() + PATIENCE_S, time.monotonic()
    while time.monotonic() < until:
        ledger = stage.runtime.database.read(read_ledger, delivery_id)
        waiting = sum(ledger.messages.get(status, 0) for status in OPEN)
        if (
            not waiting
            and stage.runtime.database.read(read_delivery, delivery_id).status == "finished"
        ):
            return ledger
        if time.monotonic() - told > 1:
            told = time.monotonic()
            stage.said(f"  sending: {ledger.recipients - waiting:,} of {ledger.recipients:,}")
        time.sleep(0.1)
    raise Stuck


def _click(stage: Stage, issue: Issue) -> int:
    """A reader follows a link of their letter; then a mail scanner does, which asks for the head only. Returns the clicks by people."""
    address, letter = _letter(stage, 1)
    link = urlsplit(re.findall(r"https?://\S+/c/\S+", letter.text)[0])
    for method, agent in (("GET", BROWSER), ("HEAD", SCANNER)):
        connection = HTTPConnection(link.netloc, timeout=10)
        connection.request(method, link.path, headers={"User-Agent": agent})
        answer = connection.getresponse()
        connection.close()
    stage.said(
        f"  {address} follows a link: HTTP {answer.status} to {answer.headers['Location']}; a mail scanner does so, too"
    )
    clicks = _clicks(stage, issue)
    stage.said(
        f"  counted, without knowing whose: {clicks.people} click by people, {clicks.robots} by robots"
    )
    return clicks.people


def _clicks(stage: Stage, issue: Issue) -> EventTotals:
    """What was counted, once both visits are stored."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        figures = stage.runtime.database.read(read_figures, issue.key)
        if figures and figures.clicks.people + figures.clicks.robots == 2:
            return figures.clicks
        time.sleep(0.05)
    raise Stuck("The clicks were not counted in time.")


def _leave(stage: Stage) -> int:
    """The first sample reader presses the unsubscribe button of the mail client: the one-click POST of RFC 8058."""
    address, letter = _letter(stage, 0)
    header = letter.headers["List-Unsubscribe"]
    request = urllib.request.Request(
        header.strip("<>"),
        data=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        stage.said(f"  {address} leaves by one click: HTTP {answer.status}")
    return 1


def _letter(stage: Stage, reader: int) -> tuple[str, Parsed]:
    """The address of a sample reader and their last letter."""
    address = sample.readers(stage.readers)[reader][0]
    return address, parsed(
        next(received for received in reversed(stage.inbox.letters) if received.rcpt_to == address)
    )


def _close(stage: Stage, publication: Publication, account: Account) -> None:
    issues_of = [
        (received.rcpt_to, parsed(received).headers["Message-ID"])
        for received in stage.inbox.letters
    ]
    letters = [pair for pair in issues_of if ".letter." not in pair[1]]
    account.received = len(letters)
    account.received_twice = len(letters) - len(set(letters))
    account.repeated_articles = stage.runtime.database.read(_repeated, publication.key)


def _repeated(session: Session, publication_id: int) -> int:
    """Count articles that stand in more than one sent issue, read from the blocks and not from the rule's own table."""
    sent = session.exec(
        select(Issue).where(
            col(Issue.publication_id) == publication_id, col(Issue.status) == "sent"
        )
    ).all()
    shown = [
        block.article_id
        for issue in sent
        for block in read_blocks(session, issue.key)
        if block.article_id
    ]
    return len(shown) - len(set(shown))

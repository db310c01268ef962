"""The story: two weeks of the main job, step by step, and an account counted by the inbox."""

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

from sqlmodel import Session, select

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
from newsletter.editions.models import Edition
from newsletter.editions.printing import print_edition
from newsletter.errors import Unavailable
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
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

Say = Callable[[str], None]
WEEK = timedelta(days=7)
PATIENCE_S = 600
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCANNER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)
ENDED = ("accepted", "refused", "expired", "uncertain", "cancelled")


class Stuck(Unavailable):
    """The delivery did not end in time. Its own state is above."""


@dataclass(slots=True)
class StoryAccount:
    """The sums of the story; `received` and `received_twice` are the inbox's own counts."""

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
    """The service with its feeds and its inbox; `say` hears each step in one sentence."""

    runtime: Runtime
    clock: StoryClock
    inbox: Inbox
    feeds: Mapping[str, str]  # address → title
    readers: int
    start: datetime
    folder: Path
    say: Say


def tell(stage: Stage) -> StoryAccount:
    """Play both weeks and return the account."""
    began = time.monotonic()
    account = StoryAccount()
    publication = make_publication(stage)
    keep_past(stage, publication)
    for week in (1, 2):
        stage.clock.move_to(stage.start + WEEK * (week - 1))
        stage.say(f"\nWeek {week}: {stage.clock.now():%A %d %B %Y, %H:%M} UTC")
        _gather(stage, publication, account)
        issue = _propose(stage, publication)
        _send(stage, issue, account)
        if week == 1 and issue.status != "skipped":
            account.clicks = _click(stage, issue)
            account.left += _leave(stage)
    _count_letters(stage, publication, account)
    account.seconds = round(time.monotonic() - began, 1)
    return account


def make_publication(stage: Stage) -> Publication:
    """Make the sample publication with its sources, tools, editor and readers."""
    publication = stage.runtime.database.write(_open, stage.feeds, stage.clock.now())
    stage.say(
        f"{publication.name}: {len(stage.feeds)} sources, {len(sample.TOOLS)} tools, an editor"
    )
    _import_readers(stage, publication)
    return publication


def keep_past(stage: Stage, publication: Publication) -> None:
    """Import the issues that were sent before this service was there."""
    zone = ZoneInfo(publication.cadence.split()[-1])
    texts = past.files(stage.start)
    for name, text in texts.items():
        issue = read_past_file(name, text.encode(), zone)
        stage.runtime.database.write(
            importing.keep_past_issue,
            publication.key,
            issue,
            stage.clock.now(),
        )
    stage.say(
        f"{len(texts)} past issues imported: the archive has them, "
        "and their links are not proposed again"
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
    for address, title in feeds.items():
        sources.add(session, publication.key, NewSource(address, title))
    for name, url, price, description, tags in sample.TOOLS:
        card = Card(name, url, price, description, tuple(tags))
        directory.add(session, publication.key, card)
    editors.add_editor(session, sample.EDITOR, "Sample Editor", sample.PASSWORD, now)
    return publication


def _import_readers(stage: Stage, publication: Publication) -> None:
    rows = stage.folder / "readers.csv"
    lines = [f"{address},{name}" for address, name in sample.readers(stage.readers)]
    # The last row cannot be used: the account of an import names it.
    rows.write_text("\n".join(["address,name", *lines, "not an address,Nobody"]) + "\n", "utf-8")
    done = import_file(
        stage.runtime.database,
        publication.key,
        rows,
        now=stage.clock.now(),
        rejected_path=stage.folder / "readers.rejected.csv",
        by="the demo",
    )
    stage.say(f"{done.added:,} readers imported, {done.rejected} row refused and listed")


def _gather(stage: Stage, publication: Publication, account: StoryAccount) -> None:
    def hear(report: SourceReport) -> None:
        outcome = report.error or f"{report.found} items, {report.added} new"
        stage.say(f"  {report.title or report.url}: {outcome}")

    done = gather(
        stage.runtime.database,
        publication.key,
        stage.clock,
        stage.runtime.limits,
        progress=hear,
    )
    account.found += done.found
    account.articles += done.articles
    stage.say(f"  gathered {done.found} items, {done.articles} new articles")


def _propose(stage: Stage, publication: Publication) -> Issue:
    now = stage.clock.now()
    issue = stage.runtime.database.write(
        propose,
        publication.key,
        period=now.isoformat(),
        due_at=now,
        now=now,
    )
    stage.say(f"  issue {issue.number} proposed: {issue.subject}")
    return issue


def _send(stage: Stage, issue: Issue, account: StoryAccount) -> None:
    if issue.status == "skipped":
        stage.say(f"  issue {issue.number} skipped: {issue.note}")
        return
    edition = _approve(stage, issue)
    delivery = stage.runtime.database.write(plan, issue.key, stage.clock.now())
    ledger = _wait(stage, delivery.key)
    accepted = ledger.messages.get("accepted", 0)
    stage.say(
        f"  sent: {ledger.considered} considered = {sum(ledger.excluded.values())} excluded "
        f"+ {ledger.recipients} messages, {accepted} accepted"
    )
    account.issues.append(_issue_row(stage, issue, edition, ledger))
    ended = sum(ledger.messages.get(status, 0) for status in ENDED)
    account.unaccounted += ledger.unaccounted + ledger.recipients - ended


def _approve(stage: Stage, issue: Issue) -> Edition:
    database = stage.runtime.database
    now = stage.clock.now()
    edition = database.write(print_edition, issue.key, stage.runtime.urls, now)
    size = len(edition.html.encode()) / 1024
    stage.say(
        f"  printed: {size:.1f} KB of HTML, {len(edition.links)} links, "
        f"edition {edition.checksum[:12]}"
    )
    database.write(approval.approve, issue.key, edition.checksum, by=sample.EDITOR, now=now)
    return edition


def _issue_row(
    stage: Stage,
    issue: Issue,
    edition: Edition,
    ledger: Ledger,
) -> dict[str, object]:
    blocks = stage.runtime.database.read(read_blocks, issue.key)
    tools = sum(block.kind == "tools" for block in blocks)
    return {
        "number": issue.number,
        "subject": edition.subject,
        "stories": len(blocks) - tools,
        "tools": tools,
        "html_bytes": len(edition.html.encode()),
        "considered": ledger.considered,
        "excluded": dict(ledger.excluded),
        "messages": ledger.recipients,
        "accepted": ledger.messages.get("accepted", 0),
    }


def _wait(stage: Stage, delivery_id: int) -> Ledger:
    """Wait for the sender to finish a delivery, with a line of progress each second."""
    until = time.monotonic() + PATIENCE_S
    shown_at = time.monotonic()
    while time.monotonic() < until:
        ledger = stage.runtime.database.read(read_ledger, delivery_id)
        waiting = sum(ledger.messages.get(status, 0) for status in OPEN)
        if not waiting and _is_finished(stage, delivery_id):
            return ledger
        if time.monotonic() - shown_at > 1:
            shown_at = time.monotonic()
            stage.say(f"  sending: {ledger.recipients - waiting:,} of {ledger.recipients:,}")
        time.sleep(0.1)
    raise Stuck


def _is_finished(stage: Stage, delivery_id: int) -> bool:
    return stage.runtime.database.read(read_delivery, delivery_id).status == "finished"


def _click(stage: Stage, issue: Issue) -> int:
    """A reader follows a link of their letter, then a mail scanner asks for its head only.

    Returns the clicks by people.
    """
    address, letter = _letter(stage, 1)
    link = re.findall(r"https?://\S+/c/\S+", letter.text)[0]
    _visit("GET", link, BROWSER)
    outcome = _visit("HEAD", link, SCANNER)
    stage.say(f"  {address} follows a link: {outcome}; a mail scanner does so, too")
    clicks = _wait_for_clicks(stage, issue)
    stage.say(
        f"  counted, without knowing whose: {clicks.people} click by people, "
        f"{clicks.robots} by robots"
    )
    return clicks.people


def _visit(method: str, url: str, agent: str) -> str:
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=10)
    connection.request(method, place.path, headers={"User-Agent": agent})
    answer = connection.getresponse()
    connection.close()
    return f"HTTP {answer.status} to {answer.headers['Location']}"


def _wait_for_clicks(stage: Stage, issue: Issue) -> EventTotals:
    """Return the counts once both visits are stored."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        figures = stage.runtime.database.read(read_figures, issue.key)
        if figures and figures.clicks.people + figures.clicks.robots == 2:
            return figures.clicks
        time.sleep(0.05)
    raise Stuck("The clicks were not counted in time.")


def _leave(stage: Stage) -> int:
    """The first sample reader presses the mail client's button: the one-click POST of RFC 8058."""
    address, letter = _letter(stage, 0)
    request = urllib.request.Request(
        letter.headers["List-Unsubscribe"].strip("<>"),
        data=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        stage.say(f"  {address} leaves by one click: HTTP {answer.status}")
    return 1


def _letter(stage: Stage, reader: int) -> tuple[str, Parsed]:
    """Return the address of a sample reader, and their last letter."""
    address = sample.readers(stage.readers)[reader][0]
    received = [letter for letter in stage.inbox.letters if letter.rcpt_to == address]
    return address, parsed(received[-1])


def _count_letters(stage: Stage, publication: Publication, account: StoryAccount) -> None:
    issues_of = [
        (received.rcpt_to, parsed(received).headers["Message-ID"])
        for received in stage.inbox.letters
    ]
    # Small letters (confirm, notice …) have another Message-ID than letters of an issue.
    letters = [pair for pair in issues_of if ".letter." not in pair[1]]
    account.received = len(letters)
    account.received_twice = len(letters) - len(set(letters))
    account.repeated_articles = stage.runtime.database.read(_count_repeated, publication.key)


def _count_repeated(session: Session, publication_id: int) -> int:
    """Count articles in more than one sent issue, by the blocks and not by the rule's own table."""
    sent = select(Issue).filter_by(publication_id=publication_id, status="sent")
    shown: list[int] = []
    for issue in session.exec(sent).all():
        blocks = read_blocks(session, issue.key)
        shown += [block.article_id for block in blocks if block.article_id]
    return len(shown) - len(set(shown))

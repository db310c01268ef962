"""The story: two weeks of the main job, step by step, and an account counted by the inbox."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, select

from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.status import OPEN
from newsletter.demo import sample
from newsletter.demo.inbox import parsed
from newsletter.demo.opening import keep_past, make_publication
from newsletter.demo.patience import Stuck, looks
from newsletter.demo.readers import click, leave
from newsletter.demo.stage import Stage
from newsletter.editions.models import Edition
from newsletter.editions.printing import print_edition
from newsletter.gathering.gather import gather
from newsletter.gathering.source_answers import SourceReport
from newsletter.issues import approval
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks
from newsletter.publications.models import Publication

WEEK = timedelta(days=7)
# Each message ends in one of these: any other is unaccounted for.
ENDED = ("accepted", "refused", "expired", "uncertain", "cancelled")


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


def tell(stage: Stage) -> StoryAccount:
    """Play both weeks and return the account."""
    began = time.monotonic()
    account = StoryAccount()
    publication = make_publication(stage)
    keep_past(stage, publication)
    for week in (1, 2):
        stage.clock.move_to(stage.start + WEEK * (week - 1))
        stage.say(f"\nWeek {week}: {stage.now():%A %d %B %Y, %H:%M} UTC")
        issue = _play_week(stage, publication, account)
        # Who leaves in the first week must not get the issue of the second.
        if week == 1 and issue.status != "skipped":
            account.clicks = click(stage, issue)
            account.left += leave(stage)
    _count_letters(stage, publication, account)
    account.seconds = round(time.monotonic() - began, 1)
    return account


def _play_week(stage: Stage, publication: Publication, account: StoryAccount) -> Issue:
    _gather(stage, publication, account)
    issue = _propose(stage, publication)
    if issue.status == "skipped":
        stage.say(f"  issue {issue.number} skipped: {issue.note}")
    else:
        _send(stage, issue, account)
    return issue


def _gather(stage: Stage, publication: Publication, account: StoryAccount) -> None:
    done = gather(
        stage.database,
        publication.key,
        stage.clock,
        stage.runtime.limits,
        progress=lambda report: stage.say(f"  {_in_words(report)}"),
    )
    account.found += done.found
    account.articles += done.articles
    stage.say(f"  gathered {done.found} items, {done.articles} new articles")


def _in_words(report: SourceReport) -> str:
    outcome = report.error or f"{report.found} items, {report.added} new"
    return f"{report.title or report.url}: {outcome}"


def _propose(stage: Stage, publication: Publication) -> Issue:
    now = stage.now()
    issue = stage.database.write(
        propose,
        publication.key,
        period=now.isoformat(),
        due_at=now,
        now=now,
    )
    stage.say(f"  issue {issue.number} proposed: {issue.subject}")
    return issue


def _send(stage: Stage, issue: Issue, account: StoryAccount) -> None:
    edition = _approve(stage, issue)
    delivery = stage.database.write(plan, issue.key, stage.now())
    ledger = _wait(stage, delivery.key)
    stage.say(f"  sent: {_ledger_in_words(ledger)}")
    account.issues.append(_issue_row(stage, issue, edition, ledger))
    account.unaccounted += ledger.unaccounted + ledger.recipients - _count(ledger, ENDED)


def _approve(stage: Stage, issue: Issue) -> Edition:
    now = stage.now()
    edition = stage.database.write(print_edition, issue.key, stage.runtime.urls, now)
    stage.say(f"  printed: {_edition_in_words(edition)}")
    stage.database.write(approval.approve, issue.key, edition.checksum, by=sample.EDITOR, now=now)
    return edition


def _edition_in_words(edition: Edition) -> str:
    size = len(edition.html.encode()) / 1024
    return f"{size:.1f} KB of HTML, {len(edition.links)} links, edition {edition.checksum[:12]}"


def _wait(stage: Stage, delivery_id: int) -> Ledger:
    """Wait for the sender to finish a delivery, with a line of progress each second."""
    shown_at = time.monotonic()
    for _ in looks(0.1):
        ledger = stage.database.read(read_ledger, delivery_id)
        waiting = _count(ledger, OPEN)
        if not waiting and _is_finished(stage, delivery_id):
            return ledger
        if time.monotonic() - shown_at > 1:
            shown_at = time.monotonic()
            stage.say(f"  sending: {ledger.recipients - waiting:,} of {ledger.recipients:,}")
    raise Stuck


def _is_finished(stage: Stage, delivery_id: int) -> bool:
    return stage.database.read(read_delivery, delivery_id).status == "finished"


def _count(ledger: Ledger, statuses: Sequence[str]) -> int:
    """How many messages have one of these statuses."""
    return sum(ledger.messages.get(status, 0) for status in statuses)


def _ledger_in_words(ledger: Ledger) -> str:
    excluded = sum(ledger.excluded.values())
    return (
        f"{ledger.considered} considered = {excluded} excluded + {ledger.recipients} messages, "
        f"{_count(ledger, ['accepted'])} accepted"
    )


def _issue_row(
    stage: Stage,
    issue: Issue,
    edition: Edition,
    ledger: Ledger,
) -> dict[str, object]:
    blocks = stage.database.read(read_blocks, issue.key)
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
        "accepted": _count(ledger, ["accepted"]),
    }


def _count_letters(stage: Stage, publication: Publication, account: StoryAccount) -> None:
    letters = _issue_letters(stage)
    account.received = len(letters)
    account.received_twice = _count_repeats(letters)
    articles = stage.database.read(_sent_articles, publication.key)
    account.repeated_articles = _count_repeats(articles)


def _issue_letters(stage: Stage) -> Sequence[tuple[str, str]]:
    """The recipient and the Message-ID of each letter of an issue, as the inbox received them."""
    letters = [
        (received.rcpt_to, parsed(received).headers["Message-ID"])
        for received in stage.inbox.letters
    ]
    # Small letters (confirm, notice …) have another Message-ID than letters of an issue.
    return [pair for pair in letters if ".letter." not in pair[1]]


def _sent_articles(session: Session, publication_id: int) -> Sequence[int]:
    """The articles of all sent issues, by the blocks and not by the rule's own table."""
    sent = select(Issue).filter_by(publication_id=publication_id, status="sent")
    shown: list[int] = []
    for issue in session.exec(sent).all():
        blocks = read_blocks(session, issue.key)
        shown += [block.article_id for block in blocks if block.article_id]
    return shown


def _count_repeats(items: Sequence[object]) -> int:
    return len(items) - len(set(items))

"""`newsletter status`: where everything stands."""

from datetime import datetime

from sqlmodel import Session

from newsletter.cadence.dates import next_due
from newsletter.cli.console import JSON, opened, print_json, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.progress import read_progress
from newsletter.delivery.reading import delivery_of_issue
from newsletter.delivery.status import UNDER_WAY
from newsletter.intake import quarantine
from newsletter.issues.models import Issue
from newsletter.issues.reading import all_issues
from newsletter.publications.cues import cue_fault
from subscribers.kept.counting import count_by_status


def status(as_json: bool = JSON) -> None:
    """Say where the publication stands: readers, next deadline, issues and their accounts.

    Example: newsletter status
    """
    with opened() as here:
        head = _head(here, as_json)
        issues = here.read(_issue_rows, here.now())
        if as_json:
            print_json(head | {"issues": issues})
            return
        show([head], as_json=False)
        show(issues, as_json=False)


def _head(here: Workplace, as_json: bool) -> TableRow:
    due_at = next_due(here.cadence, here.now())
    counts = here.read(count_by_status)
    return {
        "publication": here.publication.name,
        **_trouble(here),
        **_cues(here),
        "next deadline": due_at.isoformat() if as_json else due_at,
        # Text, also in JSON: scripts read it so.
        **{f"readers {status}": str(count) for status, count in counts.items()},
        **here.read(_quarantine),
    }


def _cues(here: Workplace) -> TableRow:
    """Why its own cue file is not used, if it is not."""
    fault = cue_fault(here.publication)
    return {"cues": fault} if fault else {}


def _quarantine(session: Session, publication_id: int) -> TableRow:
    """How many wait in quarantine, if any do, and that it is full."""
    waiting = quarantine.count_by_status(session, publication_id).get("waiting", 0)
    if not waiting:
        return {}
    full = ", full: nothing more is kept" if quarantine.is_full(waiting) else ""
    return {"quarantine": f"{waiting} waiting{full}"}


def _trouble(here: Workplace) -> TableRow:
    """Why nothing is sent, if host and database disagree."""
    standing = here.runtime.guard.standing()
    return {} if standing.agrees else {"waits": standing.why}


def _issue_rows(session: Session, publication_id: int, now: datetime) -> list[TableRow]:
    return [_issue_row(session, issue, now) for issue in all_issues(session, publication_id)]


def _issue_row(session: Session, issue: Issue, now: datetime) -> TableRow:
    return {
        "number": issue.number,
        "status": issue.status,
        "subject": issue.subject,
        "account": _account(session, issue, now),
    }


def _account(session: Session, issue: Issue, now: datetime) -> str:
    """The account of an issue's delivery, and what is wrong; the issue's note if it has none."""
    delivery = delivery_of_issue(session, issue.key)
    if delivery is None:
        return issue.note
    account = _ledger_in_words(read_ledger(session, delivery.key))
    wrong = " ".join(filter(None, (delivery.trouble, _stall(session, delivery, now))))
    return f"{account}. {wrong}" if wrong else account


def _stall(session: Session, delivery: Delivery, now: datetime) -> str:
    """Why a person should look whether the sender runs, in words; "" for no reason."""
    if delivery.status not in UNDER_WAY:
        return ""
    return read_progress(session, delivery.key, now).stall


def _ledger_in_words(ledger: Ledger) -> str:
    """Nobody is lost: the sum must be right (docs/ARCHITECTURE.md, promise 1)."""
    messages = ", ".join(f"{count} {status}" for status, count in ledger.messages.items())
    excluded = sum(ledger.excluded.values())
    return f"{ledger.considered} considered = {excluded} excluded + {messages}"

"""`newsletter status`: where everything stands."""

import json

from sqlmodel import Session

from newsletter.cli.console import JSON, opened, show
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.reading import delivery_of_issue
from newsletter.issues.models import Issue
from newsletter.issues.reading import all_issues
from newsletter.schedule.cadence import next_due, parse
from subscribers.audiences.evaluating import count_by_status


def status(as_json: bool = JSON) -> None:
    """Say where the publication stands: readers, next deadline, issues and their accounts.

    Example: newsletter status
    """
    with opened() as (runtime, publication):
        due_at = next_due(parse(publication.cadence), runtime.clock.now())
        counts = runtime.database.read(count_by_status, publication.key)
        readers = {f"readers {status}": str(count) for status, count in counts.items()}
        issues = runtime.database.read(_issue_rows, publication.key)
        head: dict[str, object] = {"publication": publication.name}
        if as_json:
            head |= {"next deadline": due_at.isoformat(), **readers, "issues": issues}
            print(json.dumps(head, ensure_ascii=False, indent=1))
            return
        show([head | {"next deadline": due_at} | readers], as_json=False)
        show(issues, as_json=False)


def _issue_rows(session: Session, publication_id: int) -> list[dict[str, object]]:
    return [
        {
            "number": issue.number,
            "status": issue.status,
            "subject": issue.subject,
            "account": _account(session, issue),
        }
        for issue in all_issues(session, publication_id)
    ]


def _account(session: Session, issue: Issue) -> str:
    """The account of an issue's delivery; the issue's note if it has none."""
    delivery = delivery_of_issue(session, issue.key)
    if delivery is None:
        return issue.note
    ledger = read_ledger(session, delivery.key)
    messages = ", ".join(f"{count} {status}" for status, count in ledger.messages.items())
    excluded = sum(ledger.excluded.values())
    account = f"{ledger.considered} considered = {excluded} excluded + {messages}"
    return f"{account}. {delivery.trouble}" if delivery.trouble else account

"""`newsletter status`: where everything stands."""

import json

from sqlmodel import Session

from newsletter.cli.console import JSON, opened, show
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.reading import delivery_of_issue
from newsletter.issues.reading import all_issues
from newsletter.publications.models import Publication
from newsletter.schedule.cadence import next_due, parse
from subscribers.audiences.evaluating import count_by_status


def status(as_json: bool = JSON) -> None:
    """Say where the publication stands: readers, next deadline, issues and their accounts. Example: newsletter status"""
    with opened() as (runtime, publication):
        due_at = next_due(parse(publication.cadence), runtime.clock.now())
        head = {"publication": publication.name, "next deadline": due_at.isoformat()}
        head |= {
            f"readers {name}": str(count)
            for name, count in runtime.database.read(count_by_status, publication.key).items()
        }
        issues = runtime.database.read(_issues, publication)
        if as_json:
            print(json.dumps({**head, "issues": issues}, ensure_ascii=False, indent=1))
            return
        show([head], as_json=False)
        show(issues, as_json=False)


def _issues(session: Session, publication: Publication) -> list[dict[str, object]]:
    rows = []
    for issue in all_issues(session, publication.key):
        row: dict[str, object] = {
            "number": issue.number,
            "status": issue.status,
            "subject": issue.subject,
            "account": issue.note,
        }
        delivery = delivery_of_issue(session, issue.key)
        if delivery is not None:
            ledger = read_ledger(session, delivery.key)
            by_status = ", ".join(f"{count} {name}" for name, count in ledger.messages.items())
            excluded = sum(ledger.excluded.values())
            row["account"] = f"{ledger.considered} considered = {excluded} excluded + {by_status}"
            row["account"] = (
                f"{row['account']}. {delivery.trouble}" if delivery.trouble else row["account"]
            )
        rows.append(row)
    return rows

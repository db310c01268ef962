"""The weekly job by hand: gather, propose, preview, approve, hold, send, and `newsletter issue`."""

from datetime import datetime
from pathlib import Path

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, local_time, opened, say, show
from newsletter.cli.editing import figures, past
from newsletter.cli.editing.source import report_line
from newsletter.clock import Clock, SetClock
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.planning import plan
from newsletter.delivery.sender.running import run_loop
from newsletter.delivery.voting import count_votes
from newsletter.editions.checks import check_edition, refuse_blocked
from newsletter.editions.printing import preview as press_preview
from newsletter.editions.printing import print_edition
from newsletter.errors import Conflict
from newsletter.gathering.gather import gather as gather_now
from newsletter.issues import approval, composing, reading, reasons
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose as propose_now
from newsletter.issues.wording.summarising import summarise
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.schedule.cadence import next_due, parse
from newsletter.senders import only_sender
from newsletter.tracking.interest import clicks_by_source

app = typer.Typer(help="Issues: list and show.", no_args_is_help=True, rich_markup_mode=None)
NOW = typer.Option(
    None,
    formats=["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"],
    help="For trying: as if it were this time, with its zone.",
)
NUMBER = typer.Argument(None, help="The issue's number; the open one if not given.")


EXPLAIN = typer.Option(
    False,
    "--explain",
    help="Print all that was considered, and why it is in or not.",
)
FOLDER = typer.Option(Path(), help="Where to write the html and text files.")
BY = typer.Option("the command line", help="Who says yes.")


class NothingOpen(Conflict):
    """No issue is open. `newsletter propose` proposes one."""


PROGRESS_EACH = 500  # letters
ANOTHER_SENDER = (
    "another sender works on this database and sends it; `newsletter status` shows how far it is"
)


def gather(as_json: bool = JSON, now: datetime = NOW) -> None:
    """Read every source now, and look at the pages of new articles. Example: newsletter gather"""
    with opened() as (runtime, publication):
        done = gather_now(
            runtime.database,
            publication.key,
            _clock(runtime, now),
            runtime.limits,
            progress=lambda report: say(report_line(report)),
            page_progress=_say_pages,
        )
        row = {"found": done.found, "new articles": done.articles, "pages": done.pages}
        show([row], as_json=as_json)


def propose(
    explain: bool = EXPLAIN,
    as_json: bool = JSON,
    now: datetime = NOW,
) -> None:
    """Propose the issue of the coming deadline, or look again for an open one.

    Example: newsletter propose --explain
    """
    with opened() as (runtime, publication):
        issue = _propose(runtime, publication, _clock(runtime, now).now())
        due = local_time(issue.due_at)
        say(f"issue {issue.number} is {issue.status}, due {due}. {issue.note}".strip())
        outcome = summarise(runtime.database, issue.key, runtime.settings.summariser)
        if outcome:
            say(outcome)
        rows = runtime.database.read(_considered if explain else _lines, issue.key)
        show(rows, as_json=as_json)


def preview(
    number: int = NUMBER,
    folder: Path = FOLDER,
) -> None:
    """Write the issue as issue-N.html and issue-N.txt, as a reader gets them.

    Example: newsletter preview --folder /tmp
    """
    with opened() as (runtime, publication):
        issue = _find_issue(runtime, publication, number)
        content, printed = runtime.database.read(press_preview, issue.key, runtime.urls)
        folder.mkdir(parents=True, exist_ok=True)
        for ending, text in (("html", printed.html), ("txt", printed.text)):
            path = folder / f"issue-{issue.number}.{ending}"
            path.write_text(text, "utf-8")
            print(path)
        for found in check_edition(content, printed):
            say(f"{'blocks' if found.level == 'block' else 'look at'}: {found.message}")


def approve(number: int = NUMBER, by: str = BY) -> None:
    """Print the issue and approve exactly what was printed.

    Example: newsletter approve 12 --by mara@example.org
    """
    with opened() as (runtime, publication):
        issue = _find_issue(runtime, publication, number)
        checksum = runtime.database.write(_approve, issue.key, runtime, by)
        say(
            f"issue {issue.number} is approved: edition {checksum[:12]}. "
            f"It goes out at {local_time(issue.due_at)}."
        )


def hold(number: int = NUMBER) -> None:
    """Keep an issue back, even from the standing rule. Example: newsletter hold 12"""
    with opened() as (runtime, publication):
        issue = _find_issue(runtime, publication, number)
        runtime.database.write(composing.hold, issue.key, "Held by hand.")
        say(f"issue {issue.number} is held")


def send(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Send an approved issue now, or go on with one that was interrupted.

    Example: newsletter send 12
    """
    with opened() as (runtime, publication):
        issue = _find_issue(runtime, publication, number, or_sent=True)
        delivery = runtime.database.write(plan, issue.key, runtime.clock.now())
        _send(runtime, delivery.key, delivery.considered)
        ledger = runtime.database.read(read_ledger, delivery.key)
        row = {
            "number": issue.number,
            "considered": ledger.considered,
            "excluded": dict(ledger.excluded),
            **ledger.messages,
        }
        show([row], as_json=as_json)


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List all issues, newest first. Example: newsletter issue list"""
    with opened() as (runtime, publication):
        issues = runtime.database.read(reading.all_issues, publication.key)
        show([_issue_row(issue, as_json) for issue in issues], as_json=as_json)


@app.command("show")
def show_issue(number: int, as_json: bool = JSON) -> None:
    """Show the blocks of one issue and why they are in. Example: newsletter issue show 12"""
    with opened() as (runtime, publication):
        issue = runtime.database.read(reading.issue_by_number, publication.key, number)
        show(runtime.database.read(_lines, issue.key), as_json=as_json)


@app.command("votes")
def votes(number: int, as_json: bool = JSON) -> None:
    """Show whether readers found an issue useful. Example: newsletter issue votes 12"""
    with opened() as (runtime, publication):
        issue = runtime.database.read(reading.issue_by_number, publication.key, number)
        counted = runtime.database.read(count_votes, issue.key)
        show([{"answer": label, "readers": count} for label, count in counted], as_json=as_json)


def _say_pages(done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        say(f"  looked at {done} of {total} pages")


def _propose(runtime: Runtime, publication: Publication, now: datetime) -> Issue:
    due_at = next_due(parse(publication.cadence), now)
    clicks = runtime.database.read(clicks_by_source, publication.key, runtime.urls, now)
    return runtime.database.write(
        propose_now,
        publication.key,
        period=due_at.isoformat(),
        due_at=due_at,
        now=now,
        clicks=clicks,
    )


def _issue_row(issue: Issue, as_json: bool) -> dict[str, object]:
    return {
        "number": issue.number,
        "status": issue.status,
        "due": issue.due_at.isoformat() if as_json else issue.due_at,
        "subject": issue.subject,
        "note": issue.note,
    }


def _send(runtime: Runtime, delivery_id: int, considered: int) -> None:
    with only_sender(runtime) as sender:
        if sender is None:
            say(ANOTHER_SENDER)
            return
        settled = 0

        def count(more: int) -> None:
            nonlocal settled
            before = settled
            settled += more
            if before // PROGRESS_EACH != settled // PROGRESS_EACH:
                say(f"  {settled:,} of {considered:,}")

        run_loop(sender.deliver(delivery_id, on_settled=count))


def _find_issue(
    runtime: Runtime,
    publication: Publication,
    number: int | None,
    *,
    or_sent: bool = False,
) -> Issue:
    """Return an issue by its number, or the open one, or else the last sent. Raises NothingOpen."""
    if number is not None:
        return runtime.database.read(reading.issue_by_number, publication.key, number)
    issue = runtime.database.read(reading.current_issue, publication.key)
    if issue is None and or_sent:
        issues = runtime.database.read(reading.all_issues, publication.key)
        issue = next((issue for issue in issues if issue.status == "sent"), None)
    if issue is None:
        raise NothingOpen
    return issue


def _approve(
    session: Session,
    issue_id: int,
    runtime: Runtime,
    by: str,
) -> str:
    content, printed = press_preview(session, issue_id, runtime.urls)
    refuse_blocked(check_edition(content, printed))
    edition = print_edition(session, issue_id, runtime.urls, runtime.clock.now())
    approval.approve(session, issue_id, edition.checksum, by=by, now=runtime.clock.now())
    return edition.checksum


def _clock(runtime: Runtime, now: datetime | None) -> Clock:
    """The machine's clock, or one set to the given time: for commands that send nothing."""
    if now is None:
        return runtime.clock
    say(f"as if it were {now.isoformat()}; nothing is sent")
    return SetClock(now)


def _lines(session: Session, issue_id: int) -> list[dict[str, object]]:
    return [
        {
            "kind": block.kind,
            "score": block.score or "",
            "title": block.title,
            "source": block.source,
            "because": "; ".join(block.reasons),
        }
        for block in reading.read_blocks(session, issue_id)
    ]


def _considered(session: Session, issue_id: int) -> list[dict[str, object]]:
    return [
        {
            "place": "out" if assessment.place is None else assessment.place + 1,
            "score": assessment.score,
            "verdict": assessment.verdict,
            "title": assessment.title,
            "sources": ", ".join(assessment.sources),
            "because": "; ".join(assessment.reasons),
        }
        for assessment in reasons.read_assessments(session, issue_id)
    ]


app.command()(figures.figures)
app.command()(figures.repoint)
app.command("import")(past.import_)

"""The weekly job by hand: gather, propose, preview, approve, hold, send, and `newsletter issue`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, local_time, opened, say, show
from newsletter.cli.editing import figures, past
from newsletter.cli.editing.source import report_line
from newsletter.cli.tables import TableRow
from newsletter.cli.times import issues
from newsletter.cli.workplace import Workplace
from newsletter.clock import Clock, SetClock
from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.delivery.sender.running import run_loop
from newsletter.delivery.voting import count_votes
from newsletter.editions.checks import Check, check_edition, refuse_blocked
from newsletter.editions.printing import preview as press_preview
from newsletter.editions.printing import print_edition
from newsletter.errors import Conflict
from newsletter.gathering.gather import gather as gather_now
from newsletter.issues import approval, composing, reading, reasons
from newsletter.issues.approval import carried_articles
from newsletter.issues.models import Assessment, Block, Issue
from newsletter.issues.wording.summarising import summarise
from newsletter.mail.dkim import require_key
from newsletter.schedule.standing import propose_next
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
PROGRESS_EACH = 500  # letters
ANOTHER_SENDER = (
    "another sender works on this database and sends it; `newsletter status` shows how far it is"
)


class NothingOpen(Conflict):
    """No issue is open. `newsletter propose` proposes one."""


def gather(as_json: bool = JSON, now: datetime = NOW) -> None:
    """Read every source now, and look at the pages of new articles. Example: newsletter gather"""
    with opened() as here:
        done = gather_now(
            here.database,
            here.key,
            _clock(here, now),
            here.runtime.limits,
            progress=lambda report: say(report_line(report)),
            page_progress=_say_pages,
            carried=carried_articles,
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
    with opened() as here:
        issue = _propose(here, _clock(here, now).now())
        _say_proposed(issue)
        # A summariser is another program and takes its time: no transaction waits for it.
        outcome = summarise(here.database, issue.key, here.runtime.settings.summariser)
        if outcome:
            say(outcome)
        rows = here.database.read(_assessment_rows if explain else _block_rows, issue.key)
        show(rows, as_json=as_json)


def preview(
    number: int = NUMBER,
    folder: Path = FOLDER,
) -> None:
    """Write the issue as issue-N.html and issue-N.txt, as a reader gets them.

    Example: newsletter preview --folder /tmp
    """
    with opened() as here:
        issue = here.read(_find_issue, number)
        content, printed = here.database.read(press_preview, issue.key, here.urls)
        folder.mkdir(parents=True, exist_ok=True)
        # Both parts of a letter: some readers see the text only.
        for ending, part in (("html", printed.html), ("txt", printed.text)):
            shown = printed.markers.show(part)
            _write_preview(folder / f"issue-{issue.number}.{ending}", shown)
        for finding in check_edition(content, printed):
            _say_finding(finding)


def approve(number: int = NUMBER, by: str = BY) -> None:
    """Print the issue and approve exactly what was printed.

    Example: newsletter approve 12 --by mara@example.org
    """
    with opened() as here:
        issue = here.read(_find_issue, number)
        checksum = here.database.write(_approve, issue.key, here, by)
        say(
            f"issue {issue.number} is approved: edition {checksum[:12]}. "
            f"It goes out at {local_time(issue.due_at)}."
        )


def hold(number: int = NUMBER) -> None:
    """Keep an issue back, even from the standing rule. Example: newsletter hold 12"""
    with opened() as here:
        issue = here.read(_find_issue, number)
        here.database.write(composing.hold, issue.key, "Held by hand.")
        say(f"issue {issue.number} is held")


def send(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Send an approved issue now, or go on with one that was interrupted.

    Example: newsletter send 12
    """
    with opened() as here:
        issue = here.read(_find_issue_to_send, number)
        delivery = here.database.write(plan, issue.key, here.now())
        _send(here, delivery)
        row = _ledger_row(issue, here.database.read(read_ledger, delivery.key))
        show([row], as_json=as_json)


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List all issues, newest first. Example: newsletter issue list"""
    with opened() as here:
        show(here.read(_issue_rows, as_json), as_json=as_json)


@app.command("show")
def show_issue(number: int, as_json: bool = JSON) -> None:
    """Show the blocks of one issue and why they are in. Example: newsletter issue show 12"""
    with opened() as here:
        issue_id = here.read(_find_issue, number).key
        show(here.database.read(_block_rows, issue_id), as_json=as_json)


@app.command("votes")
def votes(number: int, as_json: bool = JSON) -> None:
    """Show whether readers found an issue useful. Example: newsletter issue votes 12"""
    with opened() as here:
        issue_id = here.read(_find_issue, number).key
        show(here.database.read(_vote_rows, issue_id), as_json=as_json)


def _clock(here: Workplace, now: datetime | None) -> Clock:
    """The machine's clock, or one set to the given time: for commands that send nothing."""
    if now is None:
        return here.runtime.clock
    say(f"as if it were {now.isoformat()}; nothing is sent")
    return SetClock(now)


def _say_pages(done: int, total: int) -> None:
    # Pages take minutes, so a line now and then says that it goes on.
    if done % 10 == 0 or done == total:
        say(f"  looked at {done} of {total} pages")


def _propose(here: Workplace, now: datetime) -> Issue:
    # Counted before the transaction that writes: twelve weeks of clicks keep nobody waiting.
    clicks = here.read(clicks_by_source, here.urls, now)
    return here.write(propose_next, now, clicks)


def _say_proposed(issue: Issue) -> None:
    due = local_time(issue.due_at)
    say(f"issue {issue.number} is {issue.status}, due {due}. {issue.note}".strip())


def _find_issue(session: Session, publication_id: int, number: int | None) -> Issue:
    """Return an issue by its number, or the open one. Raises NothingOpen."""
    if number is not None:
        return reading.issue_by_number(session, publication_id, number)
    issue = reading.current_issue(session, publication_id)
    if issue is None:
        raise NothingOpen
    return issue


def _find_issue_to_send(session: Session, publication_id: int, number: int | None) -> Issue:
    """Return an issue by its number, the open one, or the last sent. Raises NothingOpen."""
    try:
        return _find_issue(session, publication_id, number)
    except NothingOpen:
        # Its sending may have been interrupted: then the same command goes on with it.
        issue = reading.latest_sent_issue(session, publication_id)
        if issue is None:
            raise
        return issue


def _write_preview(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    print(path)


def _say_finding(finding: Check) -> None:
    weight = "blocks" if finding.level == "block" else "look at"
    say(f"{weight}: {finding.message}")


def _approve(
    session: Session,
    issue_id: int,
    here: Workplace,
    by: str,
) -> str:
    """Print and approve in one transaction, so that nobody changes the issue in between."""
    reading.read_issue_to_change(session, issue_id)
    # Before printing: an edition is frozen, and one that is blocked would only be in the way.
    content, printed = press_preview(session, issue_id, here.urls)
    refuse_blocked(check_edition(content, printed))
    require_key(here.runtime.keys, here.publication.sender_address)
    edition = print_edition(session, issue_id, here.urls, here.now())
    approval.approve(session, issue_id, edition.checksum, by=by, now=here.now())
    return edition.checksum


def _send(here: Workplace, delivery: Delivery) -> None:
    # A running `newsletter serve` sends already what was planned here.
    with only_sender(here.runtime) as sender:
        if sender is None:
            say(ANOTHER_SENDER)
            return
        count = _progress_of(here, delivery.key)
        run_loop(sender.deliver(delivery.key, on_settled=count))


def _progress_of(here: Workplace, delivery_id: int) -> Callable[[int], None]:
    """Return a function that adds up letters and says so now and then."""
    settled = 0
    recipients = 0

    def count(more: int) -> None:
        nonlocal settled, recipients
        # Not before the first letters: the sender itself plans the delivery.
        recipients = recipients or here.database.read(read_ledger, delivery_id).recipients
        before = settled
        settled += more
        # Letters come in groups of any size, which may step over the mark.
        if before // PROGRESS_EACH != settled // PROGRESS_EACH:
            say(f"  {settled:,} of {recipients:,}")

    return count


def _issue_rows(session: Session, publication_id: int, as_json: bool) -> list[TableRow]:
    issues = reading.all_issues(session, publication_id)
    return [_issue_row(issue, as_json) for issue in issues]


def _issue_row(issue: Issue, as_json: bool) -> TableRow:
    return {
        "number": issue.number,
        "status": issue.status,
        "due": issue.due_at.isoformat() if as_json else issue.due_at,
        "subject": issue.subject,
        "note": issue.note,
    }


def _ledger_row(issue: Issue, ledger: Ledger) -> TableRow:
    return {
        "number": issue.number,
        "considered": ledger.considered,
        "excluded": dict(ledger.excluded),
        **ledger.messages,
    }


def _block_rows(session: Session, issue_id: int) -> list[TableRow]:
    return [_block_row(block) for block in reading.read_blocks(session, issue_id)]


def _block_row(block: Block) -> TableRow:
    return {
        "kind": block.kind,
        "score": block.score or "",  # tools have none
        "title": block.title,
        "source": block.source,
        "because": "; ".join(block.reasons),
    }


def _assessment_rows(session: Session, issue_id: int) -> list[TableRow]:
    return [_assessment_row(found) for found in reasons.read_assessments(session, issue_id)]


def _assessment_row(assessment: Assessment) -> TableRow:
    return {
        # From 1, as a reader counts the stories.
        "place": "out" if assessment.place is None else assessment.place + 1,
        "score": assessment.score,
        "verdict": assessment.verdict,
        "title": assessment.title,
        "sources": ", ".join(assessment.sources),
        "because": "; ".join(assessment.reasons),
    }


def _vote_rows(session: Session, issue_id: int) -> list[TableRow]:
    counted = count_votes(session, issue_id)
    return [{"answer": label, "readers": count} for label, count in counted]


# These have files of their own, and are words of `newsletter issue` all the same.
app.command()(figures.figures)
app.command()(figures.repoint)
app.command("import")(past.import_)
app.command()(issues.extra)
app.command("send-at")(issues.send_at)

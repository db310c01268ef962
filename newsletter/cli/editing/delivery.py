"""`newsletter delivery`: how far a delivery is, and a person's orders about it."""

from collections.abc import Iterator

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.delivery import control
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery
from newsletter.delivery.progress import Progress, per_second, read_progress
from newsletter.delivery.reading import delivery_of_issue, latest_delivery
from newsletter.errors import Refused
from newsletter.issues.reading import issue_by_number, read_issue
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change, set_domain_rate
from newsletter.runtime import Runtime

app = typer.Typer(
    help="Deliveries: show, pause, resume, stop, resend.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NUMBER = typer.Argument(None, help="The issue's number; the latest delivery if not given.")
WORKER = typer.Option(
    ...,
    help="The name its claims are signed with; its first part means the whole host.",
)
YES = typer.Option(False, "--yes", help="Yes, I mean it.")


LETTERS_PER_S = typer.Argument(
    ...,
    min=0,
    help="Letters per second; 0 for as fast as the relay takes them.",
)
DOMAIN = typer.Option("", help="Of the letters to this recipient domain only.")


class NotConfirmed(Refused):
    """That cannot be undone, so it asks for your yes: add --yes."""


@app.command("show")
def show_(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Show how far a delivery is. Example: newsletter delivery show 12 --json"""
    with opened() as (runtime, publication):
        delivery = runtime.database.read(_find_delivery, publication, number)
        _show_delivery(runtime, delivery, as_json)


@app.command()
def pause(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Offer nothing more until resumed. Example: newsletter delivery pause 12"""
    with opened() as (runtime, publication):
        delivery = runtime.database.read(_find_delivery, publication, number)
        paused = runtime.database.write(control.pause, delivery.key)
        _show_delivery(runtime, paused, as_json)


@app.command()
def resume(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Go on with a paused delivery. Example: newsletter delivery resume 12"""
    with opened() as (runtime, publication):
        delivery = runtime.database.read(_find_delivery, publication, number)
        resumed = runtime.database.write(control.resume, delivery.key)
        _show_delivery(runtime, resumed, as_json)


@app.command()
def rate(
    letters_per_s: float = LETTERS_PER_S,
    domain: str = DOMAIN,
) -> None:
    """Set the speed, also of a delivery that is on its way.

    Example: newsletter delivery rate 50 --domain example.org
    """
    with opened() as (runtime, publication):
        if domain:
            runtime.database.write(set_domain_rate, publication.key, domain, letters_per_s)
        else:
            runtime.database.write(change, publication.key, letters_per_s=letters_per_s)
        scope = f"to {domain}: " if domain else ""
        limit = "as fast as the relay takes them"
        if letters_per_s:
            limit = f"at most {letters_per_s:g} letters per second"
        say(scope + limit)


@app.command()
def lost(worker: str = WORKER, yes: bool = YES) -> None:
    """Declare a host lost with its journals: its workers' claims become uncertain.

    Example: newsletter delivery lost --worker mail2-1f2e3d4c --yes
    """
    with opened() as (runtime, _):
        if not yes:
            raise NotConfirmed(
                "If that worker still lives, its readers may be sent the issue twice. "
                "To declare it lost, add --yes."
            )
        count = runtime.database.write(control.declare_lost, worker)
        say(f"{count} messages are uncertain; `newsletter delivery resend` sends them again")


@app.command()
def stop(number: int = NUMBER, yes: bool = YES, as_json: bool = JSON) -> None:
    """End a delivery: messages that were not offered are cancelled, for good.

    Example: newsletter delivery stop 12 --yes
    """
    with opened() as (runtime, publication):
        delivery = runtime.database.read(_find_delivery, publication, number)
        if not yes:
            raise NotConfirmed(
                "Who has not been sent the issue never will be; `newsletter delivery pause` "
                "can be undone. To stop, add --yes."
            )
        stopped = runtime.database.write(control.stop, delivery.key, runtime.clock.now())
        _show_delivery(runtime, stopped, as_json)


@app.command()
def resend(number: int = NUMBER, yes: bool = YES, as_json: bool = JSON) -> None:
    """Send the uncertain messages again; some may arrive twice.

    Example: newsletter delivery resend 12 --yes
    """
    with opened() as (runtime, publication):
        delivery = runtime.database.read(_find_delivery, publication, number)
        if not yes:
            raise NotConfirmed(
                "Some of the uncertain letters may have arrived, and would arrive twice. "
                "To send them again, add --yes."
            )
        count = runtime.database.write(control.resend_uncertain, delivery.key, runtime.clock.now())
        say(f"{count:,} uncertain messages are planned again")
        planned = runtime.database.read(_find_delivery, publication, number)
        _show_delivery(runtime, planned, as_json)


def _find_delivery(session: Session, publication: Publication, number: int | None) -> Delivery:
    """Return the delivery of an issue, or the latest one. Raises NoDelivery."""
    if number is None:
        delivery = latest_delivery(session, publication.key)
    else:
        issue = issue_by_number(session, publication.key, number)
        delivery = delivery_of_issue(session, issue.key)
    if delivery is None:
        raise NoDelivery
    return delivery


def _show_delivery(runtime: Runtime, delivery: Delivery, as_json: bool) -> None:
    issue = runtime.database.read(read_issue, delivery.issue_id)
    progress = runtime.database.read(read_progress, delivery.key, runtime.clock.now())
    if as_json:
        show([{"number": issue.number} | _row(progress)], as_json=True)
        return
    print(f"issue {issue.number} is {progress.status}: {progress.percent} %")
    for line in _account_lines(progress):
        print(line)
    if progress.is_stuck:
        say("a sender has held a letter for more than five minutes: does the sender run?")
    if progress.trouble:
        say(progress.trouble)


def _account_lines(progress: Progress) -> Iterator[str]:
    excluded = progress.ledger.excluded.items()
    yield progress.account + "".join(f", {count:,} {reason}" for reason, count in excluded)
    yield ", ".join(f"{count:,} {status}" for status, count in progress.counts.items() if count)
    if progress.status == "sending":
        eta = f", {progress.eta}" if progress.eta else ""
        yield f"{per_second(progress.per_second)} letters per second{eta}"


def _row(progress: Progress) -> dict[str, object]:
    """The fields that scripts rely on. Times in seconds; None where nothing is known."""
    return {
        "status": progress.status,
        "percent": progress.percent,
        "considered": progress.ledger.considered,
        "excluded": dict(progress.ledger.excluded),
        "messages": progress.counts,
        "per_second": round(progress.per_second, 2),
        "remaining_s": progress.remaining_s and round(progress.remaining_s, 1),
        "oldest_claim_s": progress.claim_age_s and round(progress.claim_age_s, 1),
        "next_attempt_at": progress.next_attempt_at and progress.next_attempt_at.isoformat(),
        "trouble": progress.trouble,
    }

"""`newsletter delivery`: how far a delivery is, and a person's orders about it."""

from collections.abc import Iterator

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.workplace import Workplace
from newsletter.delivery import control
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery
from newsletter.delivery.progress import Progress, per_second, read_progress
from newsletter.delivery.reading import delivery_of_issue, latest_delivery
from newsletter.errors import Refused
from newsletter.issues.reading import issue_by_number, read_issue
from newsletter.publications.preferences import change, set_domain_rate

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


class LossNotConfirmed(NotConfirmed):
    """If that worker still lives, its readers may be sent the issue twice.
    To declare it lost, add --yes."""


class StopNotConfirmed(NotConfirmed):
    """Who has not been sent the issue never will be; `newsletter delivery pause` can be undone.
    To stop, add --yes."""


class ResendNotConfirmed(NotConfirmed):
    """Some of the uncertain letters may have arrived, and would arrive twice.
    To send them again, add --yes."""


@app.command("show")
def show_(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Show how far a delivery is. Example: newsletter delivery show 12 --json"""
    with opened() as here:
        _show_delivery(here, here.read(_find_delivery, number), as_json)


@app.command()
def pause(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Offer nothing more until resumed. Example: newsletter delivery pause 12"""
    with opened() as here:
        delivery = here.read(_find_delivery, number)
        # An order that was carried out already is no error: the account says how it stands.
        _show_delivery(here, here.database.write(control.pause, delivery.key), as_json)


@app.command()
def resume(number: int = NUMBER, as_json: bool = JSON) -> None:
    """Go on with a paused delivery. Example: newsletter delivery resume 12"""
    with opened() as here:
        delivery = here.read(_find_delivery, number)
        resumed = here.database.write(control.resume, delivery.key, here.now())
        _show_delivery(here, resumed, as_json)


@app.command()
def rate(
    letters_per_s: float = LETTERS_PER_S,
    domain: str = DOMAIN,
) -> None:
    """Set the speed, also of a delivery that is on its way.

    Example: newsletter delivery rate 50 --domain example.org
    """
    with opened() as here:
        if domain:
            here.write(set_domain_rate, domain, letters_per_s)
            say(f"to {domain}: {_limit_in_words(letters_per_s)}")
        else:
            here.write(change, letters_per_s=letters_per_s)
            say(_limit_in_words(letters_per_s))


@app.command()
def lost(worker: str = WORKER, yes: bool = YES) -> None:
    """Declare a host lost with its journals: its workers' claims become uncertain.

    Example: newsletter delivery lost --worker mail2-1f2e3d4c --yes
    """
    with opened() as here:
        # Only a person can know that a host does not come back.
        if not yes:
            raise LossNotConfirmed
        count = here.database.write(control.declare_lost, worker)
        say(f"{count} messages are uncertain; `newsletter delivery resend` sends them again")


@app.command()
def stop(
    number: int = NUMBER,
    yes: bool = YES,
    as_json: bool = JSON,
) -> None:
    """End a delivery: messages that were not offered are cancelled, for good.

    Example: newsletter delivery stop 12 --yes
    """
    with opened() as here:
        # Looked for first: nobody is asked about a delivery that is not there.
        delivery = here.read(_find_delivery, number)
        if not yes:
            raise StopNotConfirmed
        stopped = here.database.write(control.stop, delivery.key, here.now())
        _show_delivery(here, stopped, as_json)


@app.command()
def resend(
    number: int = NUMBER,
    yes: bool = YES,
    as_json: bool = JSON,
) -> None:
    """Send the uncertain messages again; some may arrive twice.

    Example: newsletter delivery resend 12 --yes
    """
    with opened() as here:
        delivery = here.read(_find_delivery, number)
        if not yes:
            raise ResendNotConfirmed
        count = here.database.write(control.resend_uncertain, delivery.key, here.now())
        say(f"{count:,} uncertain messages are planned again")
        # Read again: a delivery that had finished is under way now.
        _show_delivery(here, here.read(_find_delivery, number), as_json)


def _find_delivery(
    session: Session,
    publication_id: int,
    number: int | None,
) -> Delivery:
    """Return the delivery of an issue, or the latest one. Raises NoDelivery."""
    if number is None:
        delivery = latest_delivery(session, publication_id)
    else:
        issue = issue_by_number(session, publication_id, number)
        delivery = delivery_of_issue(session, issue.key)
    if delivery is None:
        raise NoDelivery
    return delivery


def _limit_in_words(letters_per_s: float) -> str:
    if letters_per_s:
        return f"at most {letters_per_s:g} letters per second"
    return "as fast as the relay takes them"


def _show_delivery(
    here: Workplace,
    delivery: Delivery,
    as_json: bool,
) -> None:
    issue = here.database.read(read_issue, delivery.issue_id)
    progress = here.database.read(read_progress, delivery.key, here.now())
    if as_json:
        show([{"number": issue.number} | _row(progress)], as_json=True)
    else:
        _print_progress(issue.number, progress)
        if why := here.runtime.guard.standing().why:
            say(why)


def _print_progress(number: int, progress: Progress) -> None:
    print(f"issue {number} is {progress.status}: {progress.percent} %")
    for line in _account_lines(progress):
        print(line)
    # What a person should look at is no part of the account.
    for line in _trouble_lines(progress):
        say(line)


def _account_lines(progress: Progress) -> Iterator[str]:
    excluded = progress.ledger.excluded.items()
    yield progress.account + "".join(f", {count:,} {reason}" for reason, count in excluded)
    yield ", ".join(f"{count:,} {status}" for status, count in progress.counts.items() if count)
    if progress.status == "sending":
        yield _speed_in_words(progress)


def _speed_in_words(progress: Progress) -> str:
    # Until some letters are out, nobody can say when the last one will be.
    eta = f", {progress.eta}" if progress.eta else ""
    return f"{per_second(progress.per_second)} letters per second{eta}"


def _trouble_lines(progress: Progress) -> Iterator[str]:
    if progress.stall:
        yield f"{progress.stall} Does the sender run?"
    if progress.trouble:
        yield progress.trouble


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
        "stalled_s": progress.stalled_s and round(progress.stalled_s, 1),
        "next_attempt_at": progress.next_attempt_at and progress.next_attempt_at.isoformat(),
        "trouble": progress.trouble,
    }

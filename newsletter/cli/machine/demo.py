"""`newsletter demo`: the main job on embedded defaults."""

import dataclasses
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import typer

from newsletter import logs
from newsletter.cadence.dates import next_due
from newsletter.cadence.reading import parse
from newsletter.cli.console import errors_shown, print_json, say
from newsletter.cli.machine.serve import until_signal
from newsletter.demo import sample
from newsletter.demo.stage import Setting, set_up
from newsletter.demo.story import StoryAccount, tell
from newsletter.urls import Urls

ONCE = typer.Option(False, "--once", help="End after the story instead of serving on.")
AS_JSON = typer.Option(False, "--json", help="Print the account as JSON.")
FEEDS = typer.Option(None, help="A folder of .xml feeds to use instead of the sample's.")
NOW = typer.Option(None, formats=["%Y-%m-%dT%H:%M:%S%z"], help="When the first issue goes out.")
SUBSCRIBERS = typer.Option(24, min=2, help="How many sample readers.")
PORT = typer.Option(8000, help="The port of the pages; another one if it is taken.")
DATABASE_URL = typer.Option("", help="A database to use instead of a passing SQLite file.")
LOG = typer.Option(None, help="Print the log of the service between the story's lines.")


class LogStyle(StrEnum):
    """How a log is written (newsletter.logs)."""

    TEXT = "text"
    JSON = "json"


def demo(
    once: bool = ONCE,
    as_json: bool = AS_JSON,
    feeds: Path = FEEDS,
    now: datetime = NOW,
    subscribers: int = SUBSCRIBERS,
    port: int = PORT,
    database_url: str = DATABASE_URL,
    log: LogStyle = LOG,
) -> None:
    """Play two weeks of the main job on this machine alone, then keep the service running.

    Example: newsletter demo --once --json
    """
    # Without --log the story is not broken up, but what goes wrong is heard.
    logs.configure(log or LogStyle.TEXT, "info" if log else "warning")
    setting = set_up(
        now=now or _first_deadline(),
        readers=subscribers,
        folder=feeds,
        port=port,
        database_url=database_url,
        say=say,
    )
    with errors_shown(), setting as made:
        account = tell(made.stage)
        if as_json:
            print_json(dataclasses.asdict(account))
        # A script asks by the exit code whether the account adds up.
        if once:
            raise typer.Exit(0 if adds_up(account) else 1)
        _stay_up(made)


def adds_up(account: StoryAccount) -> bool:
    """True if nothing was repeated, received twice or lost."""
    return not (account.repeated_articles or account.received_twice or account.unaccounted)


def _first_deadline() -> datetime:
    """The last deadline but one, so that the second week ends in the past."""
    return next_due(parse(sample.CADENCE), datetime.now(UTC)) - timedelta(days=14)


def _stay_up(made: Setting) -> None:
    runtime = made.stage.runtime
    # From here on time passes: the next deadline is a real one.
    made.stage.clock.run()
    say("\nThe service is running:")
    _say_addresses(runtime.urls, made.inbox_url)
    say("Ctrl-C ends it; everything it made is thrown away.")
    with runtime.ticker().running():
        until_signal().wait()


def _say_addresses(urls: Urls, inbox_url: str) -> None:
    login = f"({sample.EDITOR}, password {sample.PASSWORD})"
    say(f"  the editor's pages  {urls.desk()}   {login}")
    say(f"  the sign-up page    {urls.home()}")
    say(f"  the archive         {urls.archive()}")
    say(f"  the inbox           {inbox_url}")

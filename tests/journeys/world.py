"""The world of a journey: a clock that can be set, local feeds, a local inbox, the whole service
between them."""

import re
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from newsletter.clock import SetClock
from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.reading import delivery_of_issue
from newsletter.demo import feeds, sample
from newsletter.demo.inbox import Inbox, Parsed, free_port, parsed
from newsletter.gathering import sources
from newsletter.gathering.sources import NewSource
from newsletter.issues.models import Issue
from newsletter.issues.reading import issue_by_number
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.runtime import Runtime, open_runtime
from newsletter.serving.pages import in_one_process
from newsletter.settings import Settings
from newsletter.tools import directory
from newsletter.tools.cards import Card
from tests.logins import add_cheap_editor

T = TypeVar("T")


@dataclass
class World:
    """What a journey does and sees."""

    runtime: Runtime
    clock: SetClock
    inbox: Inbox
    publication: Publication

    def post(self, url: str, **fields: str) -> str:
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as answer:
            return str(answer.read().decode())

    def get(self, url: str) -> str:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())

    def sign_up(self, address: str) -> str:
        return self.post(self.runtime.settings.public_url + "/subscribe", email=address)

    def letters_to(self, address: str) -> list[Parsed]:
        return [parsed(one) for one in self.inbox.letters if one.rcpt_to == address]

    def letter_to(self, address: str, subject: str) -> Parsed:
        """Wait for a letter whose subject begins so."""
        return wait(
            lambda: next(
                (
                    one
                    for one in self.letters_to(address)
                    if one.headers["Subject"].startswith(subject)
                ),
                None,
            )
        )

    def tick(self) -> None:
        """Tick in a thread of its own, as the scheduler does."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(self.runtime.ticker().tick).result()

    def issue(self, number: int) -> Issue:
        return self.runtime.database.read(issue_by_number, self.publication.key, number)

    def ledger(self, number: int) -> Ledger:
        """Wait for the end of a delivery, and read its account."""
        delivery = wait(
            lambda: self.runtime.database.read(delivery_of_issue, self.issue(number).key)
        )
        wait(lambda: self._finished(number))
        return self.runtime.database.read(read_ledger, delivery.key)

    def _finished(self, number: int) -> bool:
        delivery = self.runtime.database.read(delivery_of_issue, self.issue(number).key)
        return delivery is not None and delivery.status == "finished"


def wait(look: Callable[[], T | None]) -> T:
    """Look until there is something to see; a journey that sees nothing for 20 seconds
    has failed."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def link(text: str, path: str) -> str:
    """The first address in a letter's text that leads to `path`."""
    found = re.search(rf"https?://\S+{path}\S+", text)
    assert found, text
    return found[0]


@contextmanager
def world(
    database_url: str, *, start: datetime, second_deadline: datetime, rule: str = "hold"
) -> Iterator[World]:
    """The sample publication with its feeds; no reader yet."""
    clock = SetClock(start)
    documents = sample.feeds(second_deadline)
    bodies = {
        path: (lambda at, made=made: feeds.as_of(made[1], at)) for path, made in documents.items()
    }
    with ExitStack() as closing:
        inbox = Inbox()
        inbox.start()
        closing.callback(inbox.stop)
        address = closing.enter_context(feeds.serving(bodies, clock))
        port = free_port()
        settings = Settings(
            database_url=database_url,
            public_url=f"http://127.0.0.1:{port}",
            secret="a secret of the tests",
            relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
            port=port,
            allow_private_sources=True,
            pages_per_gathering=0,
            journal_folder=closing.enter_context(tempfile.TemporaryDirectory()),
        )
        runtime = closing.enter_context(open_runtime(settings, clock))
        with runtime.database.writing() as session:
            publication = open_publication(
                session,
                name=sample.NAME,
                sender_address=sample.SENDER,
                cadence="Tuesday 09:00 Europe/Berlin",
                postal_address=sample.POSTAL,
                rule=rule,
            )
            for path in documents:
                sources.add(session, publication.key, NewSource(address + path))
            for name, url, price, description, tags in sample.TOOLS:
                card = Card(name, url, price, description, tuple(tags))
                directory.add(session, publication.key, card)
            before = start - timedelta(days=1)
            add_cheap_editor(
                session, sample.EDITOR, "Sample Editor", before, password=sample.PASSWORD
            )
        closing.enter_context(in_one_process(runtime))
        yield World(runtime, clock, inbox, publication)

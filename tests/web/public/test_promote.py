"""Promote your tool: the gate is asked before a picture, and nothing that was typed is lost."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from sqlmodel import func, select

from newsletter.fetching.limits import Limits
from newsletter.intake.judging import UNPROVEN_OF_NETWORK
from newsletter.intake.models import Quarantined
from newsletter.tools.models import Submission
from newsletter.web.application import application
from newsletter.web.limits.lookups import OF_STRANGERS
from tests.samples.times import NOON
from tests.web.asking import Site, site
from tests.web.public.test_tools import GOOD


class Host:
    """A site that hangs up on everybody, and counts who came."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.picture = f"https://127.0.0.1:{listening.getsockname()[1]}/picture.png"
        self.visits = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self._listening.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()


@contextmanager
def counting_host() -> Iterator[Host]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Host(listening)
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def site_that_fetches(database_url: str) -> Iterator[Site]:
    """A site that may fetch from this machine, where the test's own host is."""
    with site(database_url, NOON) as one:
        one.runtime = replace(one.runtime, limits=Limits(allow_private=True))
        one.app = application(one.runtime)
        yield one


def submissions(one: Site) -> tuple[int, int]:
    """How many tools were taken, and how many wait in quarantine."""
    with one.runtime.database.reading() as session:
        taken = session.exec(select(func.count()).select_from(Submission)).one()
        waiting = session.exec(select(func.count()).select_from(Quarantined)).one()
        return taken, waiting


def test_a_picture_that_does_not_load_is_named_and_what_was_typed_is_kept(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as one:
        answer = one.post("/promote", **GOOD, image_url="https://127.0.0.1:9/picture.png")
        assert answer.status == 422
        assert "That picture does not load" in answer.text
        assert GOOD["description"] in answer.text
        assert "https://127.0.0.1:9/picture.png" in answer.text
        assert submissions(one) == (0, 0)
        assert one.post("/promote", **GOOD).status == 200
        assert submissions(one) == (1, 0)


def test_no_picture_is_fetched_for_a_form_that_is_doubted(sqlite_url: str) -> None:
    with site_that_fetches(sqlite_url) as one, counting_host() as host:
        answer = one.post("/promote", **GOOD, image_url=host.picture, website="filled in")
        assert (answer.status, host.visits) == (200, 0)
        assert submissions(one) == (0, 1)


def test_no_picture_is_fetched_for_a_form_with_another_mistake(sqlite_url: str) -> None:
    with site_that_fetches(sqlite_url) as one, counting_host() as host:
        answer = one.post("/promote", **{**GOOD, "contact": "nobody"}, image_url=host.picture)
        assert (answer.status, host.visits) == (422, 0)


def test_a_network_lets_us_fetch_a_few_pictures_and_no_more(database_url: str) -> None:
    """A stranger could let us ask any site, as often as they like."""
    with site_that_fetches(database_url) as one, counting_host() as host:
        for number in range(UNPROVEN_OF_NETWORK.most + 5):
            fields = {**GOOD, "contact": f"maker{number}@pen.example"}
            one.post("/promote", **fields, image_url=host.picture)
        assert host.visits <= UNPROVEN_OF_NETWORK.most
        assert submissions(one) == (0, 5)


def test_who_finds_no_place_for_a_look_up_hears_so_and_sends_it_again(sqlite_url: str) -> None:
    """Forms that name a silent site hold threads: there are few places for that."""
    with site_that_fetches(sqlite_url) as one, counting_host() as host:
        with ExitStack() as held:
            for _ in range(OF_STRANGERS):
                held.enter_context(one.app.state.look_ups.strangers.one())
            answer = one.post("/promote", **GOOD, image_url=host.picture)
        assert (answer.status, host.visits) == (503, 0)
        assert "looking at several other sites" in answer.text
        assert GOOD["description"] in answer.text
        assert one.post("/promote", **GOOD).status == 200

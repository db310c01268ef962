"""An installation in which nothing is, and the code that its terminal shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime, open_runtime
from newsletter.settings import Settings
from newsletter.web.application import application
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, no_pause

OWNER = "/desk/start/owner"
ADDRESS, PASSWORD = "ada@inference.example", "a long enough password"


@dataclass(frozen=True)
class Empty:
    site: Site  # whose publication is not there yet
    code: str

    @property
    def runtime(self) -> Runtime:
        return self.site.runtime

    @property
    def database(self) -> Database:
        return self.site.runtime.database


@contextmanager
def empty_site(database_url: str) -> Iterator[Empty]:
    settings = Settings(
        database_url=database_url,
        public_url="http://news.example",
        secret="tests",
        relay_url="smtp+plain://127.0.0.1:1",
    )
    clock = SetClock(NOON)
    with open_runtime(settings, clock) as runtime:
        none = Publication(slug="", name="", sender_name="", sender_address="")
        site = Site(runtime, clock, none, application(runtime, pause=no_pause))
        try:
            yield Empty(site, runtime.first_code.make())
        finally:
            site.app.state.list_thread.close()


def claim(
    here: Empty,
    *,
    network: str = "198.51.100.1",
    **typed: str,
) -> Answer:
    usual = {"code": here.code, "address": ADDRESS, "name": "Ada", "password": PASSWORD}
    return here.site.post_from(network, OWNER, **{**usual, **typed})


def keep_cookies(here: Empty, answer: Answer) -> None:
    """Keep them as a browser does."""
    for line in answer.set_cookies:
        name, _, value = line.split("; ")[0].partition("=")
        here.site.cookies[name] = value

"""The workplace of a command: the runtime of this machine, and the publication on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from newsletter.cadence.dates import Cadence
from newsletter.errors import NewsletterError

# Types only: a command's --help needs neither tables nor SQL.
if TYPE_CHECKING:
    from sqlmodel import Session

    from newsletter.database import Database
    from newsletter.letters.publisher import Publisher
    from newsletter.publications.models import Publication
    from newsletter.runtime import Runtime
    from newsletter.urls import Urls

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every command needs: `read` and `write` are about the publication.

    What is found by an id of its own (an issue, a delivery, a tool) goes through `database`.
    """

    runtime: "Runtime"
    chosen: "Publication | NewsletterError"  # why there is none, for commands that need one

    @property
    def publication(self) -> "Publication":
        """The publication of this command. Raises NotNamed where there are several."""
        if isinstance(self.chosen, NewsletterError):
            raise self.chosen
        return self.chosen

    @property
    def key(self) -> int:
        """The publication's id."""
        return self.publication.key

    @property
    def database(self) -> "Database":
        """The database, for what is found by an id of its own."""
        return self.runtime.database

    @property
    def urls(self) -> "Urls":
        """The addresses of this site."""
        return self.runtime.urls.of(self.publication)

    @property
    def cadence(self) -> Cadence:
        """When the publication comes out, and its own time zone."""
        from newsletter.publications.dates import cadence_of

        return cadence_of(self.publication)

    @property
    def publisher(self) -> "Publisher":
        """From where people are written to."""
        from newsletter.letters.publisher import Publisher

        return Publisher(self.publication, self.urls, self.runtime.signer)

    def now(self) -> datetime:
        """The time of the runtime's clock, in UTC."""
        return self.runtime.clock.now()

    def read(
        self,
        do: "Callable[Concatenate[Session, int, P], R]",
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, publication_id, ...)` without a write lock."""
        return self.database.read(do, self.key, *args, **kwargs)

    def write(
        self,
        do: "Callable[Concatenate[Session, int, P], R]",
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, publication_id, ...)` in one transaction."""
        return self.database.write(do, self.key, *args, **kwargs)

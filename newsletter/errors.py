"""The four kinds of error. A subclass's docstring is its message; only web/errors.py knows HTTP."""

import inspect
from typing import ClassVar


class NewsletterError(Exception):
    """The newsletter could not do that."""

    # A command that helps. Terminals and programs show it; a page of the desk names a button.
    hint: ClassVar[str] = ""

    def __init__(self, message: str | None = None) -> None:
        # A long docstring is folded in the source; people read one line.
        words = inspect.getdoc(type(self)) or ""
        super().__init__(message or " ".join(words.split()))

    @property
    def with_hint(self) -> str:
        """The message, and the command that helps if there is one."""
        return f"{self} {self.hint}".rstrip()


class NotFound(NewsletterError):
    """There is no such thing here."""


class Refused(NewsletterError):
    """That is not allowed as things stand."""


class Conflict(NewsletterError):
    """Someone changed this first."""


class Unavailable(NewsletterError):
    """Something outside did not answer; trying later may work."""

"""The four kinds of error. A subclass's docstring is its message; only web/errors.py knows HTTP."""

import inspect


class NewsletterError(Exception):
    """The newsletter could not do that."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.getdoc(type(self)))


class NotFound(NewsletterError):
    """There is no such thing here."""


class Refused(NewsletterError):
    """That is not allowed as things stand."""


class Conflict(NewsletterError):
    """Someone changed this first."""


class Unavailable(NewsletterError):
    """Something outside did not answer; trying later may work."""

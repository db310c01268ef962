"""Pure. Why a request gave nothing."""

from newsletter.errors import Unavailable


class FetchFailed(Unavailable):
    """The source did not answer as it should.

    `code` is the status of HTTP, None if there was no answer; `retry_after` is the header of a host that wants to be left alone.
    """

    def __init__(self, message: str, code: int | None = None, retry_after: str = "") -> None:
        super().__init__(message[:300])
        self.code, self.retry_after = code, retry_after


class NoConnection(FetchFailed):
    """The host cannot be reached, so there is no need to ask it for anything else."""


class LeftAlone(FetchFailed):
    """The host asked to be left alone for now; nothing was asked of it."""

"""Pure. Why a request gave nothing."""

from newsletter.errors import Unavailable

MESSAGE_CHARS = 300  # of a failure: hosts write whole pages into a status line


class FetchFailed(Unavailable):
    """The source did not answer as it should.

    `code` is the status of HTTP, None if there was no answer. `retry_after` is the header of a host
    that wants to be left alone (RFC 9110, 10.2.3), as it is written.
    """

    def __init__(self, message: str, code: int | None = None, retry_after: str = "") -> None:
        super().__init__(message[:MESSAGE_CHARS])
        self.code = code
        self.retry_after = retry_after


class NoConnection(FetchFailed):
    """The host cannot be reached, so there is no need to ask it for anything else."""


class LeftAlone(FetchFailed):
    """The host asked to be left alone for now; nothing was asked of it."""


def meaning_of(status: int) -> str:
    """Return in words why a status of HTTP brings no document."""
    match status:
        case 401 | 402 | 403:
            return "it is not shown to us"
        case 404:
            return "there is nothing at this address"
        case 410:
            return "it is gone for good"
        case _ if status >= 500:
            return "the host is broken for now"
        case _:
            return "not an answer to read"

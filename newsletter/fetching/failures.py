"""Pure. Why a request gave nothing."""

from newsletter.errors import Unavailable

REDIRECTS = (301, 302, 303, 307, 308)  # those with an address to follow (RFC 9110, 15.4)
MESSAGE_CHARS = 300  # of a failure: hosts write whole pages into a status line


class FetchFailed(Unavailable):
    """The source did not answer as it should.

    `code` is the status of HTTP, None if there was no answer. `retry_after` is the header of a host
    that wants to be left alone (RFC 9110, 10.2.3), as it is written.
    """

    def __init__(
        self,
        message: str,
        code: int | None = None,
        retry_after: str = "",
    ) -> None:
        super().__init__(message[:MESSAGE_CHARS])
        self.code = code
        self.retry_after = retry_after


class NoConnection(FetchFailed):
    """A host cannot be reached, so there is no need to ask it for anything else.

    `host` is another than that of the address that was asked for, where that redirected.
    """

    def __init__(self, message: str, host: str) -> None:
        super().__init__(message)
        self.host = host


class LeftAlone(FetchFailed):
    """The host asked to be left alone for now; nothing was asked of it."""


def check_status(status: int, *, is_conditional: bool) -> None:
    """Raise FetchFailed unless an answer has a document, or says that it did not change."""
    if status not in (200, 304):
        raise failure_of(status)
    if status == 304 and not is_conditional:
        raise FetchFailed("HTTP 304: says that nothing changed, and was not asked that", status)


def check_taken(status: int) -> None:
    """Raise FetchFailed unless a program took what was handed to it."""
    if status in REDIRECTS:
        raise FetchFailed(f"HTTP {status}: a redirect, which is not followed", status)
    if status not in range(200, 300):
        raise failure_of(status)


def failure_of(status: int) -> FetchFailed:
    """Return the error of a status of HTTP that brings no document."""
    return FetchFailed(f"HTTP {status}: {meaning_of(status)}", status)


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

"""Why a request gave nothing: the status of HTTP in words for an editor."""

import pytest

from newsletter.fetching.failures import (
    MESSAGE_CHARS,
    FetchFailed,
    check_status,
    check_taken,
    failure_of,
)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "HTTP 403: it is not shown to us"),
        (404, "HTTP 404: there is nothing at this address"),
        (410, "HTTP 410: it is gone for good"),
        (418, "HTTP 418: not an answer to read"),
        (502, "HTTP 502: the host is broken for now"),
    ],
)
def test_a_failure_says_its_status_and_what_it_means(status: int, message: str) -> None:
    error = failure_of(status)
    assert str(error) == message
    assert error.code == status


def test_a_document_and_an_unchanged_one_are_no_failures() -> None:
    check_status(200, is_conditional=False)
    check_status(304, is_conditional=True)


@pytest.mark.parametrize(
    ("status", "is_conditional"),
    [(204, False), (301, False), (304, False), (404, True), (500, True)],
)
def test_any_other_answer_is_one(status: int, is_conditional: bool) -> None:
    with pytest.raises(FetchFailed) as caught:
        check_status(status, is_conditional=is_conditional)
    assert caught.value.code == status


def test_a_program_takes_what_it_answers_with_2xx() -> None:
    for status in (200, 202, 204):
        check_taken(status)


def test_a_redirect_of_what_was_handed_over_is_not_followed() -> None:
    with pytest.raises(FetchFailed, match="HTTP 307: a redirect, which is not followed"):
        check_taken(307)
    with pytest.raises(FetchFailed, match="HTTP 400"):
        check_taken(400)


def test_a_host_cannot_make_a_message_long() -> None:
    assert len(str(FetchFailed("x" * 10_000))) == MESSAGE_CHARS

"""Replies: temporary or permanent is read once, here."""

import pytest

from newsletter.mail.outcomes import read_reply


@pytest.mark.parametrize(
    ("code", "text", "kind", "enhanced"),
    [
        (250, "2.0.0 queued", "accepted", "2.0.0"),
        (451, "4.7.1 later", "deferred", "4.7.1"),
        (550, "5.1.1 no such user", "refused", "5.1.1"),
        (554, "no", "refused", ""),
    ],
)
def test_a_reply_becomes_an_outcome(code: int, text: str, kind: str, enhanced: str) -> None:
    outcome = read_reply(code, text)
    assert (outcome.kind, outcome.enhanced) == (kind, enhanced)


@pytest.mark.parametrize("code", [0, 199, 600])
def test_what_is_no_reply_is_a_broken_relay(code: int) -> None:
    with pytest.raises(ValueError, match="no SMTP reply"):
        read_reply(code, "")


def test_a_reply_is_kept_as_both_databases_take_it() -> None:
    assert read_reply(250, "2.0.0 queued\0 as  7").text == "2.0.0 queued as 7"

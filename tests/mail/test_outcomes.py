"""Replies: temporary or permanent is read once, here."""

import pytest

from newsletter.mail.outcomes import Outcome, blames_us, is_greylisted, read_code, read_reply


@pytest.mark.parametrize(
    ("code", "text", "kind", "enhanced"),
    [
        (250, "2.0.0 queued", "accepted", "2.0.0"),
        (451, "4.7.1 later", "deferred", "4.7.1"),
        (550, "5.1.1 no such user", "refused", "5.1.1"),
        (554, "no", "deferred", ""),
        (550, "no such user here", "refused", ""),
        (550, "5.7.1 your network is blocked", "deferred", "5.7.1"),
        (552, "5.3.4 too large", "deferred", "5.3.4"),
        (550, "5.1.8 sender address rejected", "deferred", "5.1.8"),
        (550, "sender rejected: user unknown", "deferred", ""),
        (552, "5.2.2 mailbox full", "deferred", "5.2.2"),
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


@pytest.mark.parametrize(
    ("code", "text", "is_ours"),
    [
        (250, "2.0.0 queued", False),
        (451, "4.7.1 later", False),
        (550, "5.1.1 no such user", False),
        (550, "5.7.1 blocked", True),
    ],
)
def test_a_code_without_words_says_the_same_as_the_reply(
    code: int, text: str, is_ours: bool
) -> None:
    reply = read_reply(code, text)
    assert blames_us(reply) == is_ours
    assert reply.brief_code is not None
    assert read_code(reply.brief_code).kind == reply.kind


def test_without_a_reply_there_is_no_code() -> None:
    assert Outcome("uncertain").brief_code is None


@pytest.mark.parametrize(
    ("code", "text", "is_grey"),
    [
        (450, "4.2.0 Recipient address rejected: Greylisted, see http://postgrey.example", True),
        (451, "4.7.1 Greylisting in action, please come back in 00:05:00", True),
        (451, "gray-listed, try again", True),
        (450, "4.7.1 try again later", False),
        (421, "4.7.0 too many letters", False),
        (550, "5.7.1 on our greylist for ever", False),
        (250, "2.0.0 off the greylist", False),
    ],
)
def test_a_first_offer_that_is_put_off_is_told_from_a_relay_that_is_busy(
    code: int, text: str, is_grey: bool
) -> None:
    assert is_greylisted(read_reply(code, text)) is is_grey

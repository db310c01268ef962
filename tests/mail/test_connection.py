"""What a relay says, step by step, and what becomes of the letter and of the connection."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from newsletter.demo.inbox import Inbox
from newsletter.mail.failures import NotOffered
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, read_relay_url
from tests.doubles.scripted_smtp import FINE, GO_ON, GREETING, HANG_UP, HELLO, ScriptedSmtp
from tests.mail.rig import (
    ADA,
    LET_GO,
    ONE_LETTER,
    TO_ADA,
    offer,
    server,
    tell,
    verbs,
)


@pytest.mark.parametrize(
    "before", [(GREETING, HELLO), (GREETING, HELLO, FINE)], ids=["MAIL", "RCPT"]
)
@pytest.mark.parametrize("end", [HANG_UP, "421 4.3.2 going down" + HANG_UP])
def test_a_hang_up_before_the_content_leaves_the_letter_not_offered(
    before: Sequence[str], end: str
) -> None:
    relay = ScriptedSmtp((*before, end))
    with pytest.raises(NotOffered) as raised:
        tell(relay, TO_ADA)
    assert "DATA" not in verbs(relay)[0]
    assert "before the letter was offered" in str(raised.value)


def test_a_hang_up_at_the_data_command_leaves_the_letter_not_offered() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, HANG_UP))
    with pytest.raises(NotOffered):
        tell(relay, TO_ADA)


@pytest.mark.parametrize("end", [HANG_UP, "421 4.3.2 not this one" + HANG_UP])
def test_a_letter_at_whose_recipient_two_sessions_end_is_deferred_and_the_next_one_goes(
    end: str,
) -> None:
    at_recipient = (GREETING, HELLO, FINE, end)
    relay = ScriptedSmtp(at_recipient, at_recipient, ONE_LETTER)
    outcomes = tell(relay, TO_ADA, TO_ADA)
    assert [(outcome.kind, outcome.code) for outcome in outcomes] == [
        ("deferred", 421),
        ("accepted", 250),
    ]


def test_a_letter_at_whose_recipient_one_session_ends_goes_by_the_next() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, HANG_UP), ONE_LETTER)
    [outcome] = tell(relay, TO_ADA)
    assert outcome.kind == "accepted"


def test_after_a_421_the_next_letter_opens_a_new_connection() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, "421 4.7.0 too many letters" + HANG_UP), ONE_LETTER)

    async def twice() -> Outcome:
        async with relay:
            line = Connection(read_relay_url(relay.url))
            with pytest.raises(NotOffered, match="too many letters"):
                await line.offer(TO_ADA)
            outcome = await line.offer(TO_ADA)
            await line.close()
        return outcome

    assert asyncio.run(twice()).kind == "accepted"
    assert len(relay.heard) == 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("550 5.1.1 no such reader", Outcome("refused", 550, "5.1.1", "5.1.1 no such reader")),
        (
            "550-5.7.1 we do not\r\n550 5.7.1 like you",
            Outcome("deferred", 550, "5.7.1", "5.7.1 we do not 5.7.1 like you"),
        ),
        ("554 no", Outcome("deferred", 554, "", "no")),
        (
            "451 4.7.1 greylisted, come back",
            Outcome("deferred", 451, "4.7.1", "4.7.1 greylisted, come back"),
        ),
        ("452 4.2.2 mailbox full", Outcome("deferred", 452, "4.2.2", "4.2.2 mailbox full")),
    ],
)
def test_a_reply_to_rcpt_is_the_outcome_and_the_connection_serves_the_next_letter(
    reply: str, outcome: Outcome
) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, reply, FINE, FINE, FINE, GO_ON, FINE))
    outcomes = tell(relay, TO_ADA, TO_ADA)
    assert outcomes == [outcome, Outcome("accepted", 250, "2.0.0", "2.0.0 fine")]
    assert verbs(relay)[0][:6] == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]


def test_a_relay_that_says_later_to_the_sender_spends_no_readers_attempt() -> None:
    with pytest.raises(NotOffered, match="later"):
        tell(ScriptedSmtp((GREETING, HELLO, "451 4.3.0 later", FINE)), TO_ADA)


def test_a_refusal_counts_though_the_relay_hangs_up_after_it() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, "550 5.1.1 no such reader" + HANG_UP))
    [outcome] = tell(relay, TO_ADA)
    assert (outcome.kind, outcome.code, outcome.enhanced) == ("refused", 550, "5.1.1")


def test_nothing_is_accepted_of_which_the_content_was_not_sent() -> None:
    kinds: list[str] = []
    with server(Inbox(refusing={ADA: "252 2.1.5 will try"})) as inbox, suppress(NotOffered):
        kinds = [outcome.kind for outcome in offer(f"smtp://127.0.0.1:{inbox.port}", TO_ADA)]
    assert inbox.letters == []
    assert "accepted" not in kinds


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("250 2.0.0 queued as 7", Outcome("accepted", 250, "2.0.0", "2.0.0 queued as 7")),
        ("552 5.3.4 too large", Outcome("deferred", 552, "5.3.4", "5.3.4 too large")),
        ("554 5.7.1 looks like spam", Outcome("deferred", 554, "5.7.1", "5.7.1 looks like spam")),
        ("451 4.3.0 later", Outcome("deferred", 451, "4.3.0", "4.3.0 later")),
        ("421 4.3.2 going down" + HANG_UP, Outcome("deferred", 421, "4.3.2", "4.3.2 going down")),
    ],
)
def test_a_reply_to_the_content_is_the_outcome(reply: str, outcome: Outcome) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, reply))
    assert tell(relay, TO_ADA) == [outcome]
    assert "Subject: Tuesday" in relay.heard[0][4]


@pytest.mark.parametrize("reply", ["451 4.3.0 no room", "554 5.5.1 no valid recipients"])
def test_a_reply_to_the_data_command_is_the_outcome_and_the_content_stays_here(reply: str) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, reply))
    [outcome] = tell(relay, TO_ADA)
    assert (outcome.kind, outcome.code) == ("deferred", int(reply[:3]))
    assert "Subject: Tuesday" not in str(relay.heard)


@pytest.mark.parametrize("end", [HANG_UP, "hm?", "300 go on?", "999 what"])
def test_when_the_content_left_and_no_clear_reply_came_the_letter_is_uncertain(end: str) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, end))
    [outcome] = tell(relay, TO_ADA)
    assert (outcome.kind, outcome.code) == ("uncertain", None)
    assert outcome.text
    assert "Subject: Tuesday" in relay.heard[0][4]


@pytest.mark.parametrize("last", [FINE + HANG_UP, "421 4.3.2 going down" + HANG_UP])
def test_a_connection_lost_between_letters_is_opened_again(last: str) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, last), ONE_LETTER)
    outcomes = tell(relay, TO_ADA, TO_ADA, pause=LET_GO)
    assert outcomes[1].kind == "accepted"
    assert len(relay.heard) == 2


def test_after_an_uncertain_letter_the_next_one_opens_a_new_connection() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, HANG_UP), ONE_LETTER)
    assert [outcome.kind for outcome in tell(relay, TO_ADA, TO_ADA)] == ["uncertain", "accepted"]
    assert len(relay.heard) == 2


def test_after_a_421_to_the_content_the_next_letter_opens_a_new_connection() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, "421 4.3.2 going down"), ONE_LETTER)
    assert [outcome.kind for outcome in tell(relay, TO_ADA, TO_ADA)] == ["deferred", "accepted"]


def test_a_connection_ends_with_quit_and_may_be_closed_twice() -> None:
    relay = ScriptedSmtp((*ONE_LETTER, "221 2.0.0 bye"))

    async def twice() -> None:
        async with relay:
            line = Connection(read_relay_url(relay.url))
            await line.close()
            await line.offer(TO_ADA)
            await line.close()
            await line.close()

    asyncio.run(twice())
    assert verbs(relay)[0][-1] == "QUIT"

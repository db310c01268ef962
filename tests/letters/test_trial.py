"""A trial letter goes now, past the queue, as any letter of its publication goes."""

from collections.abc import Iterator
from email.utils import parseaddr

import pytest

from newsletter.demo.inbox import Inbox, parsed
from newsletter.letters.trial import relay_for, send_trial, trial_letter
from newsletter.mail.dkim import make_key, read_key
from newsletter.mail.relay import RelayAddress
from newsletter.mail.routes import Relays, Route
from newsletter.publications.models import Publication
from subscribers.addresses import BadAddress
from tests.samples.times import NOON

OURS = Publication(
    slug="deep",
    name="Deep & Water",
    sender_name="Mara",
    sender_address="mara@deepwater.example",
    reply_to="letters@deepwater.example",
)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    opened = Inbox()
    opened.start()
    yield opened
    opened.stop()


def at(port: int) -> RelayAddress:
    return RelayAddress("127.0.0.1", port, "none")


def test_it_comes_from_the_sender_and_the_relay_is_quoted(inbox: Inbox) -> None:
    trial = send_trial(OURS, Relays(at(inbox.port), 1), (), " ada@readers.example ", NOON)
    assert trial.is_accepted
    assert trial.reply.startswith("250")
    assert trial.security == ""
    [letter] = inbox.letters
    headers = parsed(letter).headers
    assert (letter.rcpt_to, headers["From"]) == (
        "ada@readers.example",
        "Mara <mara@deepwater.example>",
    )
    assert headers["Reply-To"] == "letters@deepwater.example"
    assert "Deep &amp; Water" in parsed(letter).html


def test_it_is_signed_by_the_keys_of_its_domain() -> None:
    keys = [read_key("deepwater.example", "s1", make_key("ed25519"))]
    assert b"d=deepwater.example" in trial_letter(OURS, keys, "a@b.example", NOON).content


def test_no_letter_goes_to_what_is_no_address() -> None:
    with pytest.raises(BadAddress):
        send_trial(OURS, Relays(at(1), 1), (), "a@b\r\nRCPT TO:<all@x.example>", NOON)


def test_a_domain_may_have_a_relay_of_its_own() -> None:
    relays = Relays(at(1), 1, [Route("", "big.example", at(2)), Route("deep", "", at(3))])
    assert relay_for(OURS, relays, "a@BIG.example").port == 2
    assert relay_for(OURS, relays, "a@other.example").port == 3


@pytest.mark.parametrize(
    "name",
    [
        "\N{WATER WAVE} Deep",
        "\u05d9\u05d5\u05dd \u05d8\u05d5\u05d1",
        'Deep "Water", <a@b.example>',
        "D" * 120,
    ],
)
def test_a_name_in_any_script_reaches_the_mailbox_as_it_was_typed(inbox: Inbox, name: str) -> None:
    ours = OURS.model_copy(update={"sender_name": name, "name": name})
    assert send_trial(ours, Relays(at(inbox.port), 1), (), "ada@readers.example", NOON).is_accepted
    headers = parsed(inbox.letters[0]).headers
    assert parseaddr(headers["From"]) == (name, "mara@deepwater.example")

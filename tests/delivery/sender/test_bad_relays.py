"""What a relay does badly, and what becomes of a delivery: counted by the relay's own log."""

import asyncio
import functools
from collections.abc import Callable
from datetime import timedelta

import pytest

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.models import Delivery
from newsletter.delivery.progress import read_progress
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender import lanes
from newsletter.delivery.sender.slice_settings import SliceLimits
from newsletter.mail import relay as mail_relay
from newsletter.mail.failures import NotOffered
from newsletter.mail.offers import Patience
from newsletter.mail.retries import WAITS_S
from subscribers.suppressing import is_suppressed
from tests.delivery.rig import Rig, planned
from tests.doubles.relay import CLOSE, HANG, Manners, relaying

POLICY = "550 5.7.1 your network is blocked"
CONNECTIONS = 4


def readers(count: int) -> list[str]:
    """So many addresses, each of a domain of its own: no domain rests."""
    return [f"reader{n}@d{n}.example" for n in range(count)]


def delivery_of(rig: Rig) -> Delivery:
    return rig.database.read(read_delivery, rig.delivery_id)


# A relay that takes letters and does not say so


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender waits half a second for the reply to a letter, instead of ten minutes."""
    short = functools.partial(mail_relay.Relay, patience=Patience(dot_s=0.5))
    monkeypatch.setattr(lanes, "Relay", short)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("well_behaved", [0, 30], ids=["from the first letter", "later"])
@pytest.mark.parametrize(
    ("at_dot", "words"), [(CLOSE, "hung up after"), (HANG, "fell silent after")]
)
def test_a_relay_that_takes_letters_without_a_reply_gets_no_more_until_a_person_has_looked(
    database: Database, at_dot: str, words: str, well_behaved: int
) -> None:
    rig = planned(database, *readers(60))
    with relaying(Manners(at_dot=at_dot, well_behaved=well_behaved)) as relay:
        messages = rig.send(relay, CONNECTIONS).messages
        delivery = delivery_of(rig)
        assert delivery.status == "paused"
        assert words in delivery.trouble
        assert "before the letter was offered" not in delivery.trouble
        assert 0 < messages["uncertain"] <= 2 * CONNECTIONS
        taken = len(relay.log)
        assert taken == messages["uncertain"] + messages.get("accepted", 0)
        rig.send(relay, CONNECTIONS)
        assert len(relay.log) == taken, "nothing goes while it is paused"
        relay.manners = Manners()
        database.write(control.resume, rig.delivery_id, rig.clock.now())
        assert rig.send(relay, CONNECTIONS).messages == {
            "uncertain": messages["uncertain"],
            "accepted": 60 - messages["uncertain"],
        }
        assert set(relay.counts.values()) == {1}, "nobody was written to twice"


def test_a_relay_that_dies_with_each_letter_is_not_given_letters_for_ever(
    database: Database,
) -> None:
    rig = planned(database, *readers(40))
    with relaying(Manners(at_dot=CLOSE)) as relay, rig.sender(relay, CONNECTIONS) as sender:
        for _ in range(20):  # as the sender's lane would, after its waits
            relay.manners = Manners(at_dot=CLOSE, dies_after=1)
            try:
                asyncio.run(sender.deliver(rig.delivery_id))
            except NotOffered:
                relay.rise()
    assert delivery_of(rig).status == "paused"
    assert rig.ledger().messages["uncertain"] <= 2 * CONNECTIONS
    assert set(relay.counts.values()) == {1}


def test_a_relay_that_is_restarted_once_pauses_nothing(database: Database) -> None:
    rig = planned(database, *readers(80))
    with relaying(Manners(at_dot=CLOSE, well_behaved=30, silent=CONNECTIONS)) as relay:
        messages = rig.send(relay, CONNECTIONS).messages
    assert delivery_of(rig).status == "finished"
    assert messages == {"uncertain": CONNECTIONS, "accepted": 80 - CONNECTIONS}


# A session that ends at one recipient


@pytest.mark.parametrize("connections", [1, CONNECTIONS])
@pytest.mark.parametrize("end", [CLOSE, "421 4.3.2 not this one"])
def test_a_reader_at_whom_the_relay_ends_the_session_is_deferred_and_expires_and_others_go_on(
    database: Database, end: str, connections: int
) -> None:
    everybody = readers(30)
    bad = everybody[5]
    rig = planned(database, *everybody)
    with relaying(Manners(of_readers={bad: end})) as relay:
        assert rig.send(relay, connections).messages == {"accepted": 29, "deferred": 1}
        assert rig.messages()[5].attempts == 1
        assert "offered" in rig.messages()[5].reply
        for _ in WAITS_S:
            rig.clock.move_by(timedelta(days=2))
            rig.send(relay, connections)
        assert rig.ledger().messages == {"accepted": 29, "expired": 1}
        assert delivery_of(rig).status == "finished"
        assert relay.asked.count(bad) == 2 * (len(WAITS_S) + 1)
        assert set(relay.counts.values()) == {1}


# Limits of a relay


@pytest.mark.parametrize(
    "manners",
    [
        Manners(letters=5),
        Manners(letters=5, end="421 4.7.0 enough letters for one session"),
        Manners(every=25),
    ],
    ids=["closes after five", "421 after five", "each twenty-fifth is deferred"],
)
def test_an_orderly_limit_and_a_few_deferrals_brake_nothing(
    database: Database, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    braked: list[float] = []
    monkeypatch.setattr("newsletter.mail.pace.Pace.brake", lambda _, now: braked.append(now))
    rig = planned(database, *readers(100))
    with relaying(manners) as relay:
        messages = rig.send(relay, CONNECTIONS).messages
    assert messages["accepted"] + messages.get("deferred", 0) == 100
    assert messages["accepted"] >= 96
    assert set(relay.counts.values()) == {1}
    assert braked == []


def test_a_relay_that_defers_much_of_what_it_gets_is_asked_for_less(database: Database) -> None:
    rig = planned(database, *readers(100))
    with relaying(Manners(at_rcpt="451 4.7.1 slower", reply_s=0.05)) as relay:
        with rig.sender(relay, CONNECTIONS) as sender:
            asyncio.run(sender.deliver(rig.delivery_id, SliceLimits(at_most_s=3)))
        assert len(relay.asked) <= 100
    assert rig.ledger().messages["deferred"] == len(relay.asked)


# A refusal that speaks of us


@pytest.mark.parametrize(
    ("manners", "count"),
    [
        (Manners(at_rcpt=POLICY), 30),
        (Manners(at_rcpt=POLICY), 120),
        (Manners(at_dot="554 5.7.1 we do not like this"), 30),
        (Manners(size=500), 30),
        (Manners(at_rcpt="550 5.1.8 sender address rejected"), 30),
        (Manners(at_rcpt="554 no"), 30),
    ],
    ids=[
        "policy",
        "policy, many readers",
        "policy after the content",
        "size",
        "sender",
        "without a word",
    ],
)
def test_a_list_of_any_size_is_not_burnt_by_one_wrong_setting(
    database: Database, manners: Manners, count: int
) -> None:
    rig = planned(database, *readers(count))
    with relaying(manners) as relay:
        assert rig.send(relay, CONNECTIONS).messages == {"deferred": 10, "planned": count - 10}
        delivery = delivery_of(rig)
        assert delivery.status == "paused"
        assert "Of the first 10 letters 10 were not accepted" in delivery.trouble
        assert not any(
            database.read(is_suppressed, message.address) for message in rig.messages()[:10]
        )
        # a person mends it and resumes: at once, without a wait for the next attempt
        relay.manners = Manners()
        before = len(relay.log)
        database.write(control.resume, rig.delivery_id, rig.clock.now())
        assert rig.send(relay, CONNECTIONS).messages == {"accepted": count}
        assert len(relay.log) - before == count
        assert delivery_of(rig).status == "finished"


def test_a_refused_sender_address_pauses_with_nobody_refused(database: Database) -> None:
    rig = planned(database, *readers(30))
    with relaying(Manners(at_mail="550 5.7.1 not from you")) as relay:
        with pytest.raises(NotOffered, match="not from you"):
            rig.send(relay, CONNECTIONS)
        assert rig.ledger().messages == {"planned": 30}
        assert delivery_of(rig).status == "paused"
        assert "not from you" in delivery_of(rig).trouble


def test_resumed_without_a_remedy_nobody_is_refused_for_good(database: Database) -> None:
    rig = planned(database, *readers(30))
    with relaying(Manners(at_rcpt=POLICY)) as relay:
        rig.send(relay, CONNECTIONS)
        database.write(control.resume, rig.delivery_id, rig.clock.now())
        assert rig.send(relay, CONNECTIONS).messages.keys() == {"deferred", "planned"}


DEAD = "550 5.1.1 no such user"


@pytest.mark.parametrize(("refusal", "letters"), [(POLICY, 10), (DEAD, 50)])
def test_resumed_without_a_remedy_the_next_letters_are_looked_at_like_the_first(
    database: Database, refusal: str, letters: int
) -> None:
    rig = planned(database, *readers(120))
    with relaying(Manners(at_rcpt=refusal)) as relay:
        for turn in (1, 2):
            rig.send(relay, CONNECTIONS)
            assert delivery_of(rig).status == "paused"
            assert f"Of the first {letters} letters" in delivery_of(rig).trouble
            assert len(relay.asked) == turn * letters, "the rest is spared"
            database.write(control.resume, rig.delivery_id, rig.clock.now())
        relay.manners = Manners()
        messages = rig.send(relay, CONNECTIONS).messages
    refused = messages.get("refused", 0)
    assert refused == (2 * letters if refusal == DEAD else 0)
    assert messages["accepted"] == 120 - refused


def test_first_letters_that_look_well_are_looked_at_once(database: Database) -> None:
    """Paused by a person after them, and resumed: a few dead addresses then pause nothing."""
    everybody = readers(40)
    rig = planned(database, *everybody)
    later = dict.fromkeys(everybody[30:], POLICY)
    with relaying(Manners(of_readers=dict.fromkeys(everybody[20:], "450 4.2.0 later"))) as relay:
        rig.send(relay, CONNECTIONS)
        assert delivery_of(rig).looked_at
        database.write(control.pause, rig.delivery_id)
        rig.clock.move_by(timedelta(minutes=6))
        database.write(control.resume, rig.delivery_id, rig.clock.now())
        relay.manners = Manners(of_readers=later)
        rig.send(relay, CONNECTIONS)
    assert delivery_of(rig).status == "sending"


def test_a_dead_address_is_final_and_pauses_nothing(database: Database) -> None:
    everybody = readers(30)
    dead = dict.fromkeys(everybody[:8], "550 5.1.1 no such user")
    rig = planned(database, *everybody)
    with relaying(Manners(of_readers=dead)) as relay:
        assert rig.send(relay, CONNECTIONS).messages == {"accepted": 22, "refused": 8}
    assert delivery_of(rig).status == "finished"
    assert database.read(is_suppressed, everybody[0])


def at_one_domain(count: int) -> list[str]:
    return [f"reader{n}@readers.example" for n in range(count)]


@pytest.mark.parametrize(("addresses", "count"), [(readers, 300), (at_one_domain, 520)])
def test_a_greylisting_relay_is_offered_all_at_full_speed_and_pauses_nothing(
    database: Database, count: int, addresses: Callable[[int], list[str]]
) -> None:
    """It defers the first offer of each recipient, and takes the second (RFC 6647)."""
    rig = planned(database, *addresses(count))
    with relaying(Manners(at_first_rcpt="450 4.2.0 Greylisted, come back later")) as relay:
        limits = SliceLimits(at_most_s=20)
        with rig.sender(relay, CONNECTIONS) as sender:
            asyncio.run(sender.deliver(rig.delivery_id, limits))
            assert rig.ledger().messages == {"deferred": count}
            assert (delivery_of(rig).status, delivery_of(rig).trouble) == ("sending", "")
            shown = database.read(read_progress, rig.delivery_id, rig.clock.now())
            assert not shown.stall
            rig.clock.move_by(timedelta(minutes=6))
            asyncio.run(sender.deliver(rig.delivery_id, limits))
    assert rig.ledger().messages == {"accepted": count}
    assert {message.attempts for message in rig.messages()} == {2}
    assert delivery_of(rig).status == "finished"
    assert set(relay.counts.values()) == {1}


def test_a_relay_that_greylists_without_saying_so_pauses_nothing(database: Database) -> None:
    rig = planned(database, *readers(30))
    with relaying(Manners(at_first_rcpt="450 4.7.1 not now")) as relay:
        assert rig.send(relay, CONNECTIONS).messages == {"deferred": 30}
        rig.clock.move_by(timedelta(minutes=6))
        assert rig.send(relay, CONNECTIONS).messages == {"accepted": 30}


def test_the_pause_is_logged_once_it_is_committed(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rig = planned(database, *readers(30))
    with (
        caplog.at_level("WARNING", logger="newsletter.delivery.sender.bookkeeping"),
        relaying(Manners(at_rcpt=POLICY)) as relay,
    ):
        rig.send(relay, CONNECTIONS)
        rig.send(relay, CONNECTIONS)
    [line] = caplog.records
    assert line.getMessage().startswith("The delivery is paused: Of the first 10 letters 10 ")
    assert line.__dict__["delivery"] == rig.delivery_id

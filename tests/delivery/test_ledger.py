"""The account of a delivery adds up whatever happens to its messages, in whatever order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.dead_senders import give_up_claims
from newsletter.delivery.ledger import LedgerBroken, read_ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.settling import Released, finish_if_done, settle
from newsletter.delivery.status import MESSAGE
from newsletter.mail.outcomes import Outcome
from newsletter.moves import WrongMove
from tests.delivery.rig import Rig, planned, read_messages

OUTCOMES = (
    Outcome("accepted", 250),
    Outcome("refused", 550),
    Outcome("deferred", 451),
    Outcome("uncertain"),
    Released("the relay hung up"),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(0, 4)),
        st.tuples(st.just("settle"), st.sampled_from(OUTCOMES)),
        st.sampled_from(
            [
                ("crash", None),
                ("pause", None),
                ("resume", None),
                ("stop", None),
                ("resend", None),
                ("finish", None),
            ]
        ),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_considered_is_excluded_plus_messages_after_any_steps(
    database: Database, steps: list[tuple[str, object]]
) -> None:
    rig = _fresh(database)
    final: dict[int, str] = {}
    try:
        with database.writing() as session:
            for act, how in steps:
                _step(session, rig, act, how)
                ledger = read_ledger(session, rig.delivery_id)
                assert ledger.considered == 6
                assert ledger.unaccounted == 0
                for message in read_messages(session, rig.delivery_id):
                    was = final.get(message.key)
                    assert was is None or message.status == was, "a final outcome changed"
                    if not MESSAGE.table[message.status]:
                        final[message.key] = message.status
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):
    """Each example leaves the database as it found it."""


_rigs: dict[str, Rig] = {}


def _fresh(database: Database) -> Rig:
    if database.url not in _rigs:
        _rigs[database.url] = planned(database, *(f"reader{n}@readers.example" for n in range(6)))
    return _rigs[database.url]


def _step(session: Session, rig: Rig, act: str, how: object) -> None:
    now, key = rig.clock.now(), rig.delivery_id
    try:
        if act == "claim":
            assert isinstance(how, int)
            claim(session, key, how, by="test", now=now)
        elif act == "settle":
            assert isinstance(how, Outcome | Released)
            claimed = [
                m.key for m in read_messages(session, rig.delivery_id) if m.status == "claimed"
            ]
            settle(session, dict.fromkeys(claimed[:1], how), now)
        elif act == "crash":
            give_up_claims(session, ["test"])
        elif act == "finish":
            finish_if_done(session, key, now)
        elif act == "stop":
            control.stop(session, key, now)
        elif act == "resend":
            control.resend_uncertain(session, key, now)
        elif act == "pause":
            control.pause(session, key)
        else:
            control.resume(session, key, now)
    except WrongMove:
        pass


def test_an_account_that_does_not_add_up_is_not_sent_on(database: Database) -> None:
    rig = planned(database, "reader@readers.example")
    with database.writing() as session:
        session.get_one(Delivery, rig.delivery_id).considered += 1
        session.flush()
        with pytest.raises(LedgerBroken):
            read_ledger(session, rig.delivery_id)

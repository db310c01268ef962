"""The account of a delivery adds up whatever happens to its messages, in whatever order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, col, select

from newsletter.backups.known_letters import give_fates
from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.dead_senders import give_up_claims
from newsletter.delivery.forgetting import forget_messages, merge_messages
from newsletter.delivery.ledger import Ledger, LedgerBroken, count_ledger, read_ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.settling import Released, finish_if_done, settle
from newsletter.delivery.status import MESSAGE
from newsletter.host.sent_log import IssueFates
from newsletter.mail.outcomes import Outcome
from newsletter.moves import WrongMove
from subscribers.models import Subscriber
from tests.delivery.rig import Rig, planned, read_messages
from tests.races import while_open

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
        st.tuples(st.sampled_from(["forget", "merge"]), st.integers(0, 5)),
        st.tuples(
            st.just("adopt"),
            st.dictionaries(st.integers(0, 5), st.sampled_from(["accepted", "uncertain"])),
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
                session.flush()
                session.expire_all()  # each act of the service has a session of its own
                ledger = read_ledger(session, rig.delivery_id)
                assert ledger.considered == 6
                assert ledger.unaccounted == 0
                assert ledger == _counted(session, rig), "what is kept is not true"
                for message in read_messages(session, rig.delivery_id):
                    was = final.get(message.key)
                    assert was is None or message.status == was, "a final outcome changed"
                    if not MESSAGE.table[message.status]:
                        final[message.key] = message.status
            raise _Undo
    except _Undo:
        pass


def _counted(session: Session, rig: Rig) -> Ledger:
    return count_ledger(session, session.get_one(Delivery, rig.delivery_id))


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
        elif act in ("forget", "merge", "adopt"):
            _change_people(session, rig, act, how)
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


def _change_people(session: Session, rig: Rig, act: str, how: object) -> None:
    now = rig.clock.now()
    people = session.exec(select(Subscriber.id).order_by(col(Subscriber.id))).all()
    if isinstance(how, dict):
        issue = session.get_one(Delivery, rig.delivery_id).issue_id
        fates = {people[number] or 0: fate for number, fate in how.items()}
        give_fates(session, {issue: IssueFates(fates, int(now.timestamp()))}, now)
        return
    assert isinstance(how, int)
    if act == "forget":
        forget_messages(session, people[how] or 0, now)
    else:
        merge_messages(session, people[how] or 0, people[how - 1] or 0, now)


def test_the_account_of_a_finished_delivery_is_not_counted_again(database: Database) -> None:
    rig = planned(database, "reader@readers.example")
    with database.writing() as session:
        settle(session, claim_all(session, rig), rig.clock.now())
        assert finish_if_done(session, rig.delivery_id, rig.clock.now())
    counted: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(*args: object) -> None:
        counted.append(str(args[2]))

    ledger = database.read(read_ledger, rig.delivery_id)
    assert ledger.messages == {"accepted": 1}
    assert not [statement for statement in counted if "FROM message" in statement]


def claim_all(session: Session, rig: Rig) -> dict[int, Outcome]:
    claim(session, rig.delivery_id, 9, by="test", now=rig.clock.now())
    session.flush()
    messages = read_messages(session, rig.delivery_id)
    return {message.key: Outcome("accepted", 250) for message in messages}


def test_who_has_uncertain_ones_sent_again_as_it_finishes_is_heard(database: Database) -> None:
    """A delivery that is found done, and gets work before it is finished, is not finished."""
    rig = planned(database, "reader@readers.example")
    with database.writing() as session:
        uncertain = dict.fromkeys(claim_all(session, rig), Outcome("uncertain"))
        settle(session, uncertain, rig.clock.now())
    now = rig.clock.now()
    finishing = while_open(
        database,
        lambda session: control.resend_uncertain(session, rig.delivery_id, now),
        lambda: database.write(finish_if_done, rig.delivery_id, now),
    )
    assert finishing.result() is False
    assert rig.ledger().messages == {"planned": 1}


def test_an_account_that_does_not_add_up_is_not_sent_on(database: Database) -> None:
    rig = planned(database, "reader@readers.example")
    with database.writing() as session:
        session.get_one(Delivery, rig.delivery_id).considered += 1
        session.flush()
        with pytest.raises(LedgerBroken):
            read_ledger(session, rig.delivery_id)

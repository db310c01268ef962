"""What is kept of the list of readers is true after whatever happens to them, on both databases."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select, update

from newsletter.database import Database
from newsletter.privacy.forgetting import forget_person
from newsletter.publications.opening import open_publication
from subscribers import finding
from subscribers.address_change import ask_change, carry_out_change
from subscribers.forgetting import delete_evidence
from subscribers.joining import signup
from subscribers.kept import keeping, searching
from subscribers.kept.counting import count_by_status
from subscribers.kept.pages import has_any, searchable
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Subscriber, Subscription
from subscribers.reading import list_subscribers
from tests.races import while_open
from tests.samples.times import NOON
from tests.subscribers.kept.lists import SENDER, fill, kept_texts

NAMES = ("Ada Straße", "BOB", "Ünal", "")
ACTS = ("join", "confirm", "leave", "erase", "name", "move", "delete", "fill", "keep")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), max_size=14)
QUESTIONS = ("r1@", "STRASSE", "ünal", "readers", "nobody")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_counts_and_searches_are_those_of_the_rows(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    with database.writing() as session:
        keys = [open_publication(session, name=name, **SENDER).key for name in "AB"]
        for act, number in steps:
            _step(session, keys, act, number)
        for key in keys:
            _compare(session, key)
        session.rollback()


def _step(session: Session, keys: list[int], act: str, number: int) -> None:
    key = keys[number % 2]
    if act == "join":
        signup.sign_up(session, key, f"r{number}@readers.example", now=NOON)
    elif act == "fill":
        fill(session, key)
    elif act == "keep":
        keeping.keep_some(session, key)
    else:
        subscriptions = session.exec(select(Subscription).order_by(col(Subscription.id))).all()
        if subscriptions:
            _change(session, subscriptions[-1 - number % len(subscriptions)], act, number)
    session.flush()


def _change(session: Session, subscription: Subscription, act: str, number: int) -> None:
    key, person = subscription.key, subscription.subscriber_id
    if act == "confirm" and subscription.status == "unconfirmed":
        signup.confirm(session, key, now=NOON)
    elif act == "leave":
        end_subscription(session, key, by="editor", now=NOON)
    elif act == "erase":
        forget_person(session, person, NOON)
    elif act == "name":
        found = finding.by_id(session, subscription.publication_id, subscription.reader_id)
        finding.set_name(session, found, NAMES[number % len(NAMES)], NOON)
    elif act == "move" and subscription.status == "active":
        change = ask_change(session, person, f"r{number}@readers.example", NOON)
        carry_out_change(session, change.key, now=NOON)
    elif act == "delete":
        delete_evidence(session, [key])
        session.exec(delete(Subscription).where(col(Subscription.id) == key))
    session.expire_all()


def _compare(session: Session, publication_id: int) -> None:
    people = _people(session, publication_id)
    assert count_by_status(session, publication_id) == Counter(status for _, status, _ in people)
    for q in QUESTIONS:
        for status in ("", "active"):
            found = list_subscribers(session, publication_id, q=q, status=status, limit=99)
            needles = searching.needles_of(q)
            expected = [
                key
                for key, standing, text in people
                if status in ("", standing) and has_any(text, needles)
            ]
            assert [line.subscription_id for line in found] == expected, q


def _people(session: Session, publication_id: int) -> list[tuple[int, str, str]]:
    """Id, status and text of each reader, the latest first."""
    query = select(Subscription, Subscriber).join(
        Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id)
    )
    pairs = session.exec(query.where(col(Subscription.publication_id) == publication_id)).all()
    people = [(sub.key, sub.status, searchable(who.address, sub.name)) for sub, who in pairs]
    return sorted(people, reverse=True)


def test_a_forgotten_person_is_in_nothing_that_is_kept(session: Session, kept: int) -> None:
    person = session.exec(select(Subscriber)).first()
    assert person is not None
    assert any(person.address in text for text in kept_texts(session))
    forget_person(session, person.key, NOON)
    assert not any(person.address in text for text in kept_texts(session))
    assert count_by_status(session, kept) == {"active": 1}


def test_no_statement_forgets_what_is_kept(session: Session, kept: int) -> None:
    """Also a person's own SQL removes what it makes untrue."""
    session.execute(update(Subscription).values(name="Zoe"))
    assert len(list_subscribers(session, kept, q="zoe", limit=9)) == 2
    session.execute(update(Subscription).values(status="unsubscribed"))
    assert count_by_status(session, kept) == {"unsubscribed": 2}
    session.execute(delete(Subscription))
    assert count_by_status(session, kept) == {}


def test_nothing_is_kept_while_somebody_changes_it(database: Database) -> None:
    """Who keeps waits for a change that is not committed yet, or leaves it to the next tick."""
    with database.writing() as session:
        key = open_publication(session, name="A", **SENDER).key
        fill(session, key)
        session.flush()
    kept = while_open(
        database,
        lambda session: session.execute(update(Subscription).values(name="Zoe")),
        lambda: database.write(keeping.keep_some, key),
    )
    kept.result()
    database.write(keeping.keep_some, key)
    with database.reading() as session:
        assert len(kept_texts(session)) == 1
        assert "zoe" in kept_texts(session)[0]


def test_a_tail_of_less_than_a_page_is_not_worth_keeping(session: Session, kept: int) -> None:
    assert not keeping.has_unkept(session, kept)
    signup.sign_up(session, kept, "new@readers.example", now=NOON)
    assert not keeping.has_unkept(session, kept)
    fill(session, kept)
    session.flush()
    assert keeping.has_unkept(session, kept)

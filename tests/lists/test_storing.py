"""People of a file and people who sign up at the same moment: nobody is lost, or there twice."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from newsletter.database import Database
from newsletter.lists.importing import account_of, import_file
from newsletter.lists.storing import ImportAccount
from newsletter.publications.models import Publication
from subscribers import changes, forgetting
from subscribers.finding import by_id
from subscribers.joining import signup
from subscribers.joining.expiring import UNCONFIRMED_FOR, expire_unconfirmed
from subscribers.models import Change, Subscriber, Subscription
from tests.samples.times import NOON

OTHER = 77  # another publication's number


def meanwhile(
    database: Database, first: Callable[[Session], object], then: Callable[[], object]
) -> object:
    """Do the first in a transaction, and then beside it, which waits for it; return its result."""
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            first(session)
            doing = pool.submit(then)
            for _ in range(500):
                if doing.done() or database.is_sqlite or _somebody_waits(database):
                    break
                time.sleep(0.01)
        return doing.result()


def _somebody_waits(database: Database) -> bool:
    with database.reading() as session:
        return bool(
            session.connection().scalar(text("select count(*) from pg_locks where not granted"))
        )


def orphans_of(database: Database) -> int:
    """Subscriptions whose subscriber there is not."""
    lost = (
        select(func.count())
        .select_from(Subscription)
        .where(col(Subscription.subscriber_id).not_in(select(Subscriber.id)))
    )
    with database.reading() as session:
        return session.exec(lost).one()


def known_elsewhere(database: Database, address: str) -> int:
    with database.writing() as session:
        signup.sign_up(session, OTHER, address, now=NOON)
        return session.exec(select(Subscriber.id).where(Subscriber.address == address)).one() or 0


def bring(
    database: Database, publication: Publication, folder: Path, text: str
) -> Callable[[], ImportAccount]:
    path = folder / "in.csv"
    path.write_text(text)
    return lambda: account_of(
        import_file(
            database, publication.key, path, now=NOON, rejected_path=folder / "rejected.csv"
        )
    )


def test_who_signs_up_while_their_slice_is_stored_is_there_once_and_the_slice_whole(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    done = meanwhile(
        database,
        lambda session: signup.sign_up(session, publication.key, "b@x.example", now=NOON),
        bring(database, publication, tmp_path, "email\na@x.example\nb@x.example\nc@x.example\n"),
    )
    assert done == ImportAccount(read=3, added=2, known=1)
    assert orphans_of(database) == 0


def test_who_is_known_to_another_publication_keeps_one_row_and_gets_a_second_subscription(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    key = known_elsewhere(database, "b@x.example")
    done = bring(database, publication, tmp_path, "email,name\na@x.example,Ada\nb@x.example,Bo\n")()
    assert done == ImportAccount(read=2, added=2)
    with database.reading() as session:
        found = session.exec(
            select(Subscription.publication_id, Subscription.status).where(
                Subscription.subscriber_id == key
            )
        ).all()
    assert sorted(found) == sorted([(OTHER, "unconfirmed"), (publication.key, "active")])


@pytest.mark.parametrize("door", ["sign-up", "import"])
def test_who_is_erased_while_they_join_leaves_no_subscription_behind(
    database: Database, publication: Publication, tmp_path: Path, door: str
) -> None:
    key = known_elsewhere(database, "b@x.example")
    importing = bring(database, publication, tmp_path, "email\nb@x.example\n")
    joining = (
        importing
        if door == "import"
        else lambda: database.write(signup.sign_up, publication.key, "b@x.example", now=NOON)
    )
    meanwhile(database, lambda session: forgetting.erase_subscriber(session, key, NOON), joining)
    assert orphans_of(database) == 0


def test_who_joins_while_they_are_erased_is_erased_wholly(
    database: Database, publication: Publication
) -> None:
    key = known_elsewhere(database, "b@x.example")
    meanwhile(
        database,
        lambda session: signup.sign_up(session, publication.key, "b@x.example", now=NOON),
        lambda: database.write(forgetting.erase_subscriber, key, NOON),
    )
    assert orphans_of(database) == 0


def test_who_signs_up_here_while_their_sign_up_elsewhere_expires_is_whole(
    database: Database, publication: Publication
) -> None:
    known_elsewhere(database, "b@x.example")
    meanwhile(
        database,
        lambda session: signup.sign_up(
            session, publication.key, "b@x.example", now=NOON + UNCONFIRMED_FOR
        ),
        lambda: database.write(expire_unconfirmed, OTHER, NOON + 2 * UNCONFIRMED_FOR),
    )
    assert orphans_of(database) == 0
    with database.reading() as session:
        assert session.exec(select(Subscription.publication_id)).all() == [publication.id]


def test_whoever_listens_hears_of_each_who_came_in_and_did_not_leave(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    known_elsewhere(database, "b@x.example")
    with database.writing() as session:
        changes.set_listening(session, publication.key, wanted=True)
    bring(
        database,
        publication,
        tmp_path,
        "email,status\na@x.example,active\nb@x.example,active\nc@x.example,unsubscribed\n",
    )()
    with database.reading() as session:
        heard = [
            # By the id that programs know: for b it is not the one of the other publication.
            (change.kind, by_id(session, publication.key, change.subscriber_id).subscriber.address)
            for change in session.exec(select(Change))
        ]
    assert sorted(heard) == [("joined", "a@x.example"), ("joined", "b@x.example")]

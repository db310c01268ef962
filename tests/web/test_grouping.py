"""Grouping: writes that wait together are committed together, and one that is refused takes back
its own alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.errors import Refused
from newsletter.publications.models import Publication
from newsletter.web.grouping import Group
from subscribers.joining import signup
from subscribers.models import Subscriber
from tests.samples.times import NOON


def join(session: Session, publication_id: int, number: int) -> str:
    """Every fifth is refused after it has written."""
    address = signup.sign_up(
        session, publication_id, f"r{number}@readers.example", now=NOON
    ).address
    if number % 5 == 0:
        raise Refused(f"no {number}")
    return address


def test_many_at_once_are_each_answered_with_their_own(
    database: Database, publication: Publication
) -> None:
    group = Group(database)

    def one(number: int) -> str:
        try:
            return group.write(join, publication.key, number)
        except Refused as refused:
            return str(refused)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(100)))
    assert answers == [
        f"no {number}" if number % 5 == 0 else f"r{number}@readers.example" for number in range(100)
    ]
    with database.reading() as session:
        kept = set(session.exec(select(col(Subscriber.address))))
    assert kept == {address for address in answers if "@" in address}


def test_what_cannot_be_committed_is_reported_to_who_waits_and_is_not_tried_again(
    database: Database, publication: Publication
) -> None:
    def broken(session: Session) -> None:
        session.rollback()
        raise AssertionError("the connection is gone")

    group = Group(database)
    with pytest.raises(Exception, match=r".+"):
        group.write(broken)
    assert group.write(join, publication.key, 1) == "r1@readers.example"

"""Rows of a delivery: nobody has two messages of one issue."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from newsletter.database import Database
from newsletter.delivery.models import Message, messages_in
from tests.delivery.rig import planned


def test_nobody_has_two_messages_of_one_issue(database: Database) -> None:
    rig = planned(database, "ada@readers.example")
    twin = Message(**rig.messages()[0].model_dump(exclude={"id"}))
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(twin)


def test_messages_are_chosen_by_delivery_and_status(database: Database) -> None:
    rig = planned(database, "ada@readers.example", "bob@readers.example")
    for key, statuses, count in (
        (rig.delivery_id, ("planned",), 2),
        (rig.delivery_id, ("claimed", "planned"), 2),
        (rig.delivery_id, ("accepted",), 0),
        (rig.delivery_id + 1, ("planned",), 0),
    ):
        with database.reading() as session:
            found = session.exec(select(Message).where(messages_in(key, *statuses))).all()
        assert len(found) == count

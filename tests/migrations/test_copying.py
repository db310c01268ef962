"""Moving from one database to the other."""

import pytest
from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import read_delivery
from newsletter.migrations.copying import NotEmpty, copy
from newsletter.migrations.running import upgrade
from newsletter.publications.models import Publication
from tests.delivery.rig import planned


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_copy_has_every_row_goes_on_counting_and_starts_with_deliveries_paused(
    database: Database, database_url: str, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    origin = f"sqlite:///{tmp_path / 'origin.sqlite3'}"
    upgrade(origin)
    source = Database(origin)
    rig = planned(source, "ada@readers.example", "bob@readers.example")
    copied: dict[str, int] = {}
    total = copy(source, database_url, lambda table, rows: copied.update({table: rows}))
    assert total == sum(copied.values())
    assert copied["message"] == copied["subscriber"] == 2
    assert database.read(read_delivery, rig.delivery_id).status == "paused", (
        "two services on two copies must not both send"
    )
    with database.writing() as session:
        session.add(
            Publication(
                slug="second", name="Second", sender_name="S", sender_address="s@second.example"
            )
        )
        session.flush()
        assert len(session.exec(select(Publication)).all()) == 2, (
            "new rows get numbers of their own"
        )
        assert (
            plan(session, _issue(session, rig.delivery_id), rig.clock.now()).id == rig.delivery_id
        )
    with pytest.raises(NotEmpty):
        copy(source, database_url, lambda *_: None)
    source.close()


def _issue(session: Session, delivery_id: int) -> int:
    return read_delivery(session, delivery_id).issue_id

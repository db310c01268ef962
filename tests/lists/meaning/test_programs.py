"""What left, bounced, complained or never confirmed in another program is not active here."""

from pathlib import Path

import pytest
from sqlmodel import select

from newsletter.database import Database
from newsletter.lists.importing import account_of, import_file
from newsletter.lists.meaning.answers import MEANINGS
from newsletter.lists.meaning.programs import PRESETS
from newsletter.publications.models import Publication
from subscribers.models import Import, Subscriber, Subscription
from tests.samples.lists import EXPORTS, Export
from tests.samples.times import NOON


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.file_name)
def test_nobody_of_an_export_is_active_who_should_not_be(
    export: Export, database: Database, publication: Publication, tmp_path: Path
) -> None:
    path = tmp_path / export.file_name
    path.write_text(export.text, "utf-8")
    record: Import = import_file(
        database, publication.key, path, now=NOON, rejected_path=tmp_path / "rejected.csv"
    )
    assert (record.preset, account_of(record)) == (export.program, export.account)
    with database.reading() as session:
        active = session.exec(
            select(Subscriber.address)
            .join(Subscription, Subscription.subscriber_id == Subscriber.id)
            .where(Subscription.status == "active")
        ).all()
    assert {address.partition("@")[0].rstrip("2") for address in active} <= {"stay"}


def test_each_documented_word_has_a_meaning_that_there_is() -> None:
    for preset in PRESETS:
        for column, meanings in preset.meanings.items():
            assert set(meanings.values()) <= set(MEANINGS), (preset.name, column)
            assert preset.columns[column] == "", "its words are read, and are no attribute"

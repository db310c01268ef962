"""An import that is cut off goes on, and what is stored is always the beginning of the list."""

import random
from pathlib import Path

import pytest
from sqlmodel import col, func, select, true

from newsletter.database import Database
from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import (
    ImportEvidence,
    OtherFile,
    account_of,
    begin_import,
    run_import,
)
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.shapes import open_sheet
from newsletter.publications.models import Publication
from subscribers.kept.counting import count_by_status
from subscribers.models import Import, Subscriber
from tests.samples.times import NOON


def test_an_import_that_was_cut_off_goes_on_and_its_account_is_whole(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    people = [f"r{n}@x.example,active" for n in range(24_000)]
    random.Random(7).shuffle(people)
    path.write_text(
        "email,status\n" + "\n".join([*people, "r5@x.example,unsubscribed", "nobody"]) + "\n"
    )
    columns = guess_columns(open_sheet(path).header)
    record = database.write(
        begin_import, publication.key, path, columns, evidence=ImportEvidence("ada"), now=NOON
    )

    class Cut(Exception):
        """The power goes."""

    def cut(_: object) -> None:
        raise Cut

    for _ in range(2):
        with pytest.raises(Cut):
            run_import(
                database, record.key, path, now=NOON, rejected_path=tmp_path / "r.csv", progress=cut
            )
    begun = database.write(
        begin_import, publication.key, path, columns, evidence=ImportEvidence("ada"), now=NOON
    )
    assert begun.id == record.id
    assert 0 < sum(database.read(count_by_status, publication.key).values()) < 24_000
    (tmp_path / "other.csv").write_text("email\nx@x.example\n")
    with pytest.raises(OtherFile):
        run_import(
            database, record.key, tmp_path / "other.csv", now=NOON, rejected_path=tmp_path / "r.csv"
        )
    done = run_import(database, record.key, path, now=NOON, rejected_path=tmp_path / "r.csv")
    assert account_of(done) == ImportAccount(read=24_002, added=23_999, left=1, known=1, rejected=1)
    assert (
        run_import(database, record.key, path, now=NOON, rejected_path=tmp_path / "r.csv").added
        == 23_999
    ), "a finished import stays"


def test_what_is_stored_is_at_any_moment_the_beginning_of_the_list(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    people = [f"r{n}@x.example" for n in range(40_000)]
    random.Random(7).shuffle(people)
    path.write_text("email\n" + "\n".join(people) + "\n")
    record = database.write(
        begin_import,
        publication.key,
        path,
        guess_columns(open_sheet(path).header),
        evidence=ImportEvidence("ada"),
        now=NOON,
    )
    seen: dict[tuple[str, int], frozenset[str]] = {}  # by through whom, and how many

    def look(_: object) -> None:
        counted = select(func.count(col(Subscriber.id)).label("readers")).subquery()
        with database.reading() as session:  # a reading sees one moment
            moment = session.exec(
                select(Import.through, counted.c.readers).join(counted, true())
            ).one()
            if moment not in seen:  # forty thousand addresses at each look would take a minute
                seen[moment] = frozenset(session.exec(select(Subscriber.address)))

    done = run_import(
        database, record.key, path, now=NOON, rejected_path=tmp_path / "r.csv", progress=look
    )
    stored = [(through, addresses) for (through, _), addresses in seen.items() if through]
    assert len(stored) > 2, "it was looked at on the way"
    for through, addresses in stored:
        assert addresses == {person for person in people if person <= through}
    assert (done.added, done.through) == (40_000, max(people))

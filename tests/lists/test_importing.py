"""An import: each row ends somewhere, and nobody is brought back."""

import csv
import io
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select, true

from newsletter.database import Database
from newsletter.lists.columns import guess_columns
from newsletter.lists.csv_files import open_sheet
from newsletter.lists.importing import (
    ImportEvidence,
    OtherFile,
    account_of,
    begin_import,
    dry_run,
    import_file,
    run_import,
)
from newsletter.lists.storing import ImportAccount
from newsletter.publications.models import Publication
from subscribers.addresses import normalise
from subscribers.audiences.evaluating import count_by_status
from subscribers.exporting import csv_text, export_rows
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import Import, Subscriber, Subscription, Suppression
from subscribers.suppressing import suppress
from tests.samples.times import NOON


def bring(
    database: Database,
    publication: Publication,
    folder: Path,
    text: str | bytes,
    name: str = "in.csv",
) -> ImportAccount:
    """Import a file, after a dry run that must have the same account."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    expected = dry_run(
        database, publication.key, path, guess_columns(open_sheet(path).header), now=NOON
    )
    done = account_of(
        import_file(
            database,
            publication.key,
            path,
            now=NOON,
            rejected_path=folder / "rejected.csv",
            by="ada",
        )
    )
    assert done == expected
    assert done.read == done.settled
    return done


def standing(session: Session) -> dict[str, tuple[str, str]]:
    """Everybody with their name and status."""
    query = select(Subscriber.address, Subscriber.name, Subscription.status).join(
        Subscription, col(Subscription.subscriber_id) == Subscriber.id
    )
    return {address: (name, status) for address, name, status in session.exec(query)}


def test_an_import_lists_what_it_rejects_and_never_brings_back(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    with database.writing() as session:
        asked = signup.sign_up(session, publication.key, "left@readers.example", now=NOON)
        unsubscribing.end_subscription(
            session, asked.subscription_id, by="link", issue_id=None, now=NOON
        )
        suppress(session, "bad@readers.example", "bounce", NOON)
    rows = [
        "\ufeffE-Mail;Name",
        "ada@readers.example;Ada",
        "ADA;x",
        "left@readers.example;",
        "bad@readers.example;",
        "ada@READERS.example;again",
    ]
    done = bring(database, publication, tmp_path, "\n".join(rows))
    assert done == ImportAccount(read=5, added=1, known=1, kept_out=2, rejected=1)
    assert (tmp_path / "rejected.csv").read_text().splitlines()[1].startswith("3,ADA,")
    assert bring(database, publication, tmp_path, "\n".join(rows)) == ImportAccount(
        read=5, known=2, kept_out=2, rejected=1
    )
    assert database.read(count_by_status, publication.key) == {"active": 1, "unsubscribed": 1}
    assert "bad@readers.example" not in database.read(standing), (
        "who must not be mailed is not even kept"
    )


def test_an_import_keeps_where_its_people_come_from(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    path = tmp_path / "event.csv"
    path.write_text("email\nada@readers.example\n")
    columns = guess_columns(open_sheet(path).header)
    with database.writing() as session:
        record = begin_import(
            session,
            publication.key,
            path,
            columns,
            evidence=ImportEvidence("ed@x.example", "Spring event", "Send it"),
            now=NOON,
        )
    run_import(database, record.key, path, now=NOON, rejected_path=tmp_path / "r.csv")
    with database.reading() as session:
        subscription = session.exec(select(Subscription)).one()
        kept = session.get_one(Import, subscription.import_id)
        assert (kept.file_name, kept.by, kept.source, kept.words, kept.status) == (
            "event.csv",
            "ed@x.example",
            "Spring event",
            "Send it",
            "finished",
        )
        assert (len(kept.sha256), kept.targets, kept.started_at, kept.added) == (
            64,
            ["address"],
            NOON,
            1,
        )


def test_a_leave_in_the_file_counts_unless_the_reader_confirmed_here_since(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    later = NOON - timedelta(days=1)
    with database.writing() as session:
        for name, at in (("before", NOON - timedelta(days=9)), ("since", later)):
            signup.confirm(
                session,
                signup.sign_up(
                    session, publication.key, f"{name}@x.example", now=at
                ).subscription_id,
                now=at,
            )
    rows = [
        f"{name}@x.example,unsubscribed,{(NOON - timedelta(days=3)).isoformat()}"
        for name in ("before", "since", "new")
    ]
    done = bring(database, publication, tmp_path, "email,status,left_at\n" + "\n".join(rows))
    assert done == ImportAccount(read=3, left=2, known=1)
    found = {address: status for address, (_, status) in database.read(standing).items()}
    assert found == {
        "before@x.example": "unsubscribed",
        "since@x.example": "active",
        "new@x.example": "unsubscribed",
    }


def test_of_two_rows_for_one_address_the_one_that_leaves_counts(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    done = bring(
        database,
        publication,
        tmp_path,
        "email,status\n"
        "a@x.example,unsubscribed\na@x.example,active\n"
        "b@x.example,active\nb@x.example,bounced\n",
    )
    assert done == ImportAccount(read=4, left=1, suppressed=1, known=2)


def test_other_columns_become_attributes_and_formulas_stay_text(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    bring(
        database,
        publication,
        tmp_path,
        "email,name,City\nada@x.example,'=HYPERLINK(1),Ulm\n=cmd|x,Bo,\n",
    )
    with database.reading() as session:
        ada = session.exec(select(Subscriber)).one()
        assert (ada.name, ada.attributes) == ("=HYPERLINK(1)", {"City": "Ulm"})
    cells = [
        cell for row in csv.reader((tmp_path / "rejected.csv").open(newline="")) for cell in row
    ]
    assert "'=cmd|x" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_what_is_exported_comes_in_again_as_it_was(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    rows = [
        "=a@x.example,=1+1,active,",
        'b@x.example,"O\'Neil, B",unsubscribed,',
        'c@x.example,Zoë \\N,unconfirmed,"{""k"": ""\\\\n""}"',
        "d@x.example,,bounced,",
    ]
    bring(database, publication, tmp_path, "email,name,status,attributes\n" + "\n".join(rows))
    with database.reading() as session:
        out = "".join(csv_text(export_rows(session, publication.key)))
        active = list(export_rows(session, publication.key, status="active"))
    assert [row[:3] for row in active] == [("'=a@x.example", "'=1+1", "active")]
    with database.writing() as session:
        before = session.exec(
            select(Subscriber.address, Subscriber.name, Subscriber.attributes)
        ).all()
        for table in (Subscription, Subscriber):
            for row in session.exec(select(table)):
                session.delete(row)
            session.flush()
    assert bring(database, publication, tmp_path, out) == ImportAccount(read=3, added=2, left=1)
    with database.reading() as session:
        assert sorted(
            map(
                repr,
                session.exec(select(Subscriber.address, Subscriber.name, Subscriber.attributes)),
            )
        ) == sorted(map(repr, before))


def test_addresses_in_quotes_come_in_and_out_as_they_are(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    quoted = ['"ada b"@x.example', r'"ada\\c"@x.example', '"ada..d"@x.example', '"a@b"@x.example']
    cells = ['"' + address.replace('"', '""') + '"' for address in quoted]
    assert bring(database, publication, tmp_path, "email\n" + "\n".join(cells)).added == len(quoted)
    with database.reading() as session:
        out = "".join(csv_text(export_rows(session, publication.key)))
    assert sorted(row["address"] for row in csv.DictReader(io.StringIO(out))) == sorted(quoted)
    assert bring(database, publication, tmp_path, out).known == len(quoted)


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
    seen: list[tuple[str, frozenset[str]]] = []

    def look(_: object) -> None:
        with database.reading() as session:  # one statement sees one moment
            rows = session.exec(
                select(Import.through, Subscriber.address).join(Subscriber, true(), isouter=True)
            ).all()
        seen.append((rows[0][0], frozenset(address for _, address in rows)))

    done = run_import(
        database, record.key, path, now=NOON, rejected_path=tmp_path / "r.csv", progress=look
    )
    stored = [(through, addresses) for through, addresses in seen if through]
    assert len({through for through, _ in stored}) > 2, "it was looked at on the way"
    for through, addresses in stored:
        assert addresses == {person for person in people if person <= through}
    assert (done.added, done.through) == (40_000, max(people))


BITS = st.sampled_from(
    [
        "ada@x.example",
        "Bo@X.example",
        "=cmd()@x.example",
        "not one",
        "",
        " ",
        '"',
        '""',
        "\x00",
        "=1+1",
        "@SUM(A1)",
        "x" * 140_000,
        "é",
        "\ud800",
    ]
) | st.text(max_size=8)
LINES = st.lists(st.lists(BITS, min_size=1, max_size=4).map(",".join), max_size=25)


@settings(
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(
    LINES,
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    st.lists(st.binary(max_size=6), max_size=3),
)
def test_a_hostile_file_loses_nobody_and_runs_nothing(
    database: Database,
    publication: Publication,
    tmp_path: Path,
    lines: list[str],
    encoding: str,
    bits: list[bytes],
) -> None:
    raw = "\n".join(["email,name", *lines, "good@x.example,Good"]).encode(encoding, "replace")
    raw += b"\n".join([b"", *bits]) if encoding != "utf-16" else b""
    rejected = tmp_path / "rejected.csv"
    rejected.unlink(missing_ok=True)
    done = bring(database, publication, tmp_path, raw)
    listed = list(csv.reader(rejected.open(newline="", encoding="utf-8"))) if done.rejected else []
    assert len(listed) == (done.rejected + 1 if done.rejected else 0)
    assert not [
        cell for row in listed for cell in row[1:] if cell.startswith(("=", "+", "-", "@", "\t"))
    ]
    with database.reading() as session:
        addresses = set(session.exec(select(Subscriber.address)))
        assert not session.exec(select(Suppression)).all()
    assert all(normalise(address) == address for address in addresses)


def test_a_tenth_of_bad_rows_is_listed_and_the_rest_comes_in(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    rows = [f"bad row {n}" if n % 10 == 0 else f"r{n}@x.example" for n in range(2000)]
    assert bring(database, publication, tmp_path, "email\n" + "\n".join(rows)) == ImportAccount(
        read=2000, added=1800, rejected=200
    )
    assert [
        line.split(",")[0] for line in (tmp_path / "rejected.csv").read_text().splitlines()[1:3]
    ] == ["2", "12"]

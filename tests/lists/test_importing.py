"""An import: each row ends somewhere, and nobody is brought back."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import, run_import
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.shapes import open_sheet
from newsletter.publications.models import Publication
from subscribers.address_change import ask_change, carry_out_change
from subscribers.joining import signup
from subscribers.joining.vouching import vouch
from subscribers.kept.counting import count_by_status
from subscribers.leaving import unsubscribing
from subscribers.models import Import, Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.lists.bringing import bring
from tests.samples.times import NOON
from tests.subscribers.people import join


def standing(session: Session) -> dict[str, tuple[str, str]]:
    """Everybody with their name and status."""
    query = select(Subscriber.address, Subscription.name, Subscription.status).join(
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
        moved = join(session, publication, "old@readers.example").subscriber_id
        change = ask_change(session, moved, "new@readers.example", NOON)
        carry_out_change(session, change.key, now=NOON)
    rows = [
        "\ufeffE-Mail;Name",
        "ada@readers.example;Ada",
        "ADA;x",
        "left@readers.example;",
        "bad@readers.example;",
        "old@readers.example;",
        "ada@READERS.example;again",
    ]
    done = bring(database, publication, tmp_path, "\n".join(rows))
    assert done == ImportAccount(read=6, added=1, known=1, kept_out=3, rejected=1)
    assert (tmp_path / "rejected.csv").read_text().splitlines()[1].endswith(",ADA,x")
    assert bring(database, publication, tmp_path, "\n".join(rows)) == ImportAccount(
        read=6, known=2, kept_out=3, rejected=1
    )
    assert database.read(count_by_status, publication.key) == {"active": 2, "unsubscribed": 1}
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


@pytest.mark.parametrize("joined", ["", "2025-06-01 10:00:00"])
def test_a_dated_leave_outweighs_what_only_a_list_or_a_program_told(
    database: Database, publication: Publication, tmp_path: Path, joined: str
) -> None:
    """The day of an import is no confirmation: Mailchimp's file of leavers may come after it."""
    bring(database, publication, tmp_path, f"email,confirmed_at\nlisted@x.example,{joined}\n")
    with database.writing() as session:
        vouch(
            session, publication.key, "vouched@x.example", name="", words="w", source="s", now=NOON
        )
    left = "Email Address,LEID,EUID,UNSUB_TIME\n" + "".join(
        f"{name}@x.example,1,a,2025-01-02 10:00:00\n" for name in ("listed", "vouched")
    )
    bring(database, publication, tmp_path, left, "unsubscribed_members_export_1.csv")
    found = {address: status for address, (_, status) in database.read(standing).items()}
    assert found == {"listed@x.example": "unsubscribed", "vouched@x.example": "unsubscribed"}


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
        ada = session.exec(select(Subscription)).one()
        assert (ada.name, ada.attributes) == ("=HYPERLINK(1)", {"City": "Ulm"})
    cells = [
        cell for row in csv.reader((tmp_path / "rejected.csv").open(newline="")) for cell in row
    ]
    assert "'=cmd|x" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


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

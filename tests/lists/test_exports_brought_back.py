"""What is exported comes in again as it was."""

import csv
import io
from pathlib import Path

from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from newsletter.database import Database
from newsletter.lists.storing import ImportAccount
from newsletter.publications.models import Publication
from subscribers.exporting import csv_text, export_rows
from subscribers.models import Subscriber, Subscription
from tests.lists.bringing import bring


def people() -> Select[str, str, dict[str, str]]:
    """Who is on the list, with what the publication calls them and knows of them."""
    query = select(Subscriber.address, Subscription.name, Subscription.attributes)
    return query.where(col(Subscription.subscriber_id) == Subscriber.id)


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
        before = session.exec(people()).all()
        for table in (Subscription, Subscriber):
            for row in session.exec(select(table)):
                session.delete(row)
            session.flush()
    assert bring(database, publication, tmp_path, out) == ImportAccount(read=3, added=2, left=1)
    with database.reading() as session:
        after = session.exec(people()).all()
    assert sorted(map(repr, after)) == sorted(map(repr, before))


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

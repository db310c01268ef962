"""Bringing a list in, as the desk and the terminal do."""

from pathlib import Path

from newsletter.database import Database
from newsletter.lists.columns import guess_columns, named
from newsletter.lists.importing import ImportProgress, account_of, check_file, import_file
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.shapes import open_sheet
from newsletter.publications.models import Publication
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
    looks: list[ImportProgress] = []
    expected = check_file(
        database,
        publication.key,
        path,
        named(guess_columns(open_sheet(path).header), path.name),
        now=NOON,
        progress=looks.append,
    ).account
    assert not looks or looks[-1].done == looks[-1].total, "the look ends at its whole"
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

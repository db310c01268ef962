"""The opening of the story: the sample publication, its past issues and its readers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from newsletter.archive import importing
from newsletter.archive.past_files import read_past_file
from newsletter.demo import past, sample
from newsletter.demo.stage import Stage
from newsletter.desk import editors, team
from newsletter.desk.roles import Role
from newsletter.gathering import sources
from newsletter.gathering.sources import NewSource
from newsletter.lists.importing import import_file
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.tools import directory
from newsletter.tools.cards import Card


def make_publication(stage: Stage) -> Publication:
    """Make the sample publication with its sources, tools, editor and readers."""
    publication = stage.database.write(_open, stage.feeds, stage.now())
    stage.say(
        f"{publication.name}: {len(stage.feeds)} sources, {len(sample.TOOLS)} tools, an editor"
    )
    _import_readers(stage, publication)
    return publication


def keep_past(stage: Stage, publication: Publication) -> None:
    """Import the issues that were sent before this service was there."""
    texts = past.files(stage.start)
    for name, text in texts.items():
        _keep(stage, publication, name, text)
    stage.say(
        f"{len(texts)} past issues imported: the archive has them, "
        "and their links are not proposed again"
    )


def _keep(
    stage: Stage,
    publication: Publication,
    name: str,
    text: str,
) -> None:
    stage.database.write(
        importing.keep_past_issue,
        publication.key,
        read_past_file(name, text.encode(), publication.zone),
        stage.now(),
    )


def _open(session: Session, feeds: Mapping[str, str], now: datetime) -> Publication:
    publication = open_publication(
        session,
        name=sample.NAME,
        sender_address=sample.SENDER,
        cadence=sample.CADENCE,
        postal_address=sample.POSTAL,
    )
    publication.tagline = sample.TAGLINE
    # Not looked at first, as the command does: the broken feed would be refused.
    for address, title in feeds.items():
        sources.add(session, publication.key, NewSource(address, title))
    for card in _cards():
        directory.add(session, publication.key, card)
    editor = editors.add_editor(session, sample.EDITOR, "Sample Editor", sample.PASSWORD, now)
    team.add_member(session, publication.key, editor.key, Role.OWNER)
    return publication


def _cards() -> Sequence[Card]:
    return [
        Card(name, url, price, description, tuple(tags))
        for name, url, price, description, tags in sample.TOOLS
    ]


def _import_readers(stage: Stage, publication: Publication) -> None:
    done = import_file(
        stage.database,
        publication.key,
        _write_readers(stage),
        now=stage.now(),
        rejected_path=stage.folder / "readers.rejected.csv",
        by="the demo",
    )
    stage.say(f"{done.added:,} readers imported, {done.rejected} row refused and listed")


def _write_readers(stage: Stage) -> Path:
    rows = stage.folder / "readers.csv"
    lines = [f"{address},{name}" for address, name in sample.readers(stage.readers)]
    # The last row cannot be used: the account of an import names it.
    rows.write_text("\n".join(["address,name", *lines, "not an address,Nobody"]) + "\n", "utf-8")
    return rows

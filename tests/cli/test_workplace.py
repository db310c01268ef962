"""The workplace: what a command does is about the publication, unless it says otherwise."""

import pytest
from sqlmodel import Session

from newsletter.cli.console import opened
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.publications.reading import read_publication
from tests.cli.shell import INIT, run


@pytest.fixture(autouse=True)
def publication() -> None:
    run(*INIT, "--cadence", "Tuesday 09:00 Asia/Tokyo")


def retitle(session: Session, publication_id: int, name: str, *, tagline: str) -> str:
    publication = session.get_one(Publication, publication_id)
    publication.name = name
    publication.tagline = tagline
    return publication.name


def test_what_is_read_and_written_is_of_the_publication() -> None:
    with opened() as here:
        assert here.read(read_publication).name == "The Inference"
        assert here.write(retitle, "The Tide", tagline="Twice a day") == "The Tide"
        assert here.write(change, readers_from=7).readers_from == 7
        kept = here.database.read(read_publication, here.key)
    assert (kept.name, kept.tagline) == ("The Tide", "Twice a day")


def test_nothing_that_is_only_read_is_kept() -> None:
    with opened() as here:
        here.read(retitle, "The Tide", tagline="")
        assert here.read(read_publication).name == "The Inference"


def test_a_command_knows_when_and_from_where_its_publication_comes_out() -> None:
    with opened() as here:
        assert here.cadence.zone.key == "Asia/Tokyo"
        assert here.now().tzinfo is not None
        assert here.publisher == Publisher(here.publication, here.urls, here.runtime.signer)

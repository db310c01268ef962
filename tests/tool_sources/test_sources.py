"""Tool sources: which may be added, how they come back, and when they are due."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.tool_sources import sources
from newsletter.tool_sources.importing import import_source
from newsletter.tool_sources.sources import NewToolSource
from tests.samples.times import NOON

LIST = NewToolSource("https://shelf.example/tools.csv", "list")


@pytest.mark.parametrize(
    "new",
    [
        NewToolSource("ftp://shelf.example/x", "list"),
        NewToolSource("javascript:alert(1)", "list"),
        NewToolSource("https://me:secret@shelf.example/", "list"),
        NewToolSource("https://shelf.example/" + "x" * 2000, "list"),
        NewToolSource("https://shelf.example/", "import"),
        NewToolSource("https://shelf.example/", "list", rule="always"),
    ],
)
def test_what_cannot_be_a_source_is_refused(
    session: Session, publication: Publication, new: NewToolSource
) -> None:
    with pytest.raises(sources.BadToolSource):
        sources.add(session, publication.key, new, NOON)


def test_a_removed_source_comes_back_with_its_number(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    source = sources.add(session, key, LIST, NOON)
    assert (source.title, source.rule) == ("shelf.example", "ask")
    with pytest.raises(sources.KnownToolSource):
        sources.add(session, key, LIST, NOON)
    sources.remove(session, key, source.key)
    assert sources.all_sources(session, key) == []
    again = sources.add(session, key, LIST, NOON)
    assert (again.key, again.status) == (source.key, "active")
    with pytest.raises(sources.NoToolSource):
        sources.read_source(session, key + 1, source.key)


def test_a_change_of_path_looks_again_at_once_and_one_of_name_does_not(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    source = sources.add(session, key, LIST, NOON)
    source.due_at = NOON + timedelta(hours=1)
    session.flush()
    assert sources.due_sources(session, key, NOON) == []
    sources.change(session, key, source.key, title=" A  shelf ", below="", rule="accept")
    assert (source.title, source.rule, source.due_at is None) == ("A shelf", "accept", False)
    sources.change(session, key, source.key, title="", below="/tools/", rule="ask")
    assert sources.due_sources(session, key, NOON) == [source]
    with pytest.raises(sources.BadToolSource):
        sources.change(session, key, source.key, title="", below="", rule="x")


def test_hosts_that_want_rest_and_counts_are_those_of_the_rows(
    session: Session, publication: Publication
) -> None:
    source = sources.add(session, publication.key, LIST, NOON)
    source.rests_until = NOON + timedelta(hours=1)
    session.flush()
    assert list(sources.resting_hosts(session, NOON)) == ["shelf.example"]
    assert sources.count_tools(session, publication.key) == {}
    import_source(session, publication.key, "ask", NOON)
    assert sources.title_of("file:///a/my%20tools.csv") == "my tools.csv"

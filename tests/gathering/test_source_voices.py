"""A new source is guessed at from what it showed; later items change nothing."""

from datetime import timedelta

from sqlmodel import Session

from newsletter.fetching.fetcher import Fetched
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.source_answers import SourceAnswer, store_answers
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.samples.times import NOON

CHANGES = [f"Lamp {n}.{n + 1}.0 released" for n in range(30)]
STORIES = [f"Council number {n} closes a harbour for a year" for n in range(30)]


def show(session: Session, source: Source, titles: list[str], firm: str = "orrery") -> None:
    """Let a source show these titles, a day apart."""
    found = [
        Found(f"https://blog.{firm}.com/{title}", title, published_at=NOON - timedelta(days=at))
        for at, title in enumerate(titles)
    ]
    answer = Fetched(url=source.url, status=200, body=b"x", etag="", last_modified="")
    store_answers(session, [SourceAnswer(source.key, answer, found=found)], NOON)


def test_the_first_answer_of_a_source_shows_what_it_is_and_for_whom_it_speaks(
    session: Session, publication: Publication
) -> None:
    source = sources.add(session, publication.key, NewSource("https://orrery.com/feed"))
    assert (source.genre, source.guessed_from) == ("", 0)
    show(session, source, CHANGES)
    assert (source.genre, source.guessed_firm) == ("changelog", "orrery.com")
    assert source.guessed_because == "100% of its titles are versions or changes"


def test_a_source_that_fills_slowly_is_guessed_at_until_it_showed_thirty_items(
    session: Session, publication: Publication
) -> None:
    source = sources.add(session, publication.key, NewSource("https://orrery.com/feed"))
    show(session, source, STORIES[:3])
    assert (source.genre, source.guessed_firm) == ("", "orrery.com")
    show(session, source, STORIES[:10])
    assert source.genre == "press"
    show(session, source, STORIES)
    show(session, source, CHANGES)
    assert (source.genre, source.guessed_from) == ("press", 30)


def test_what_editors_paste_themselves_is_not_guessed_at(
    session: Session, publication: Publication
) -> None:
    source = sources.add(session, publication.key, NewSource("https://a.example/", kind="hand"))
    show(session, source, CHANGES)
    assert source.genre == ""

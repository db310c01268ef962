"""What a source is and whom it speaks for: guessed from its first items, or as an editor says."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.choosing.voices.firms import firm_of_source
from newsletter.choosing.voices.genres import FIRST_ITEMS, GENRES, ShownItem, guess_genre
from newsletter.errors import Refused
from newsletter.gathering import sources
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.publications.fields import checks
from newsletter.text import one_line

FIRM_CHARS = 200
BECAUSE_CHARS = 200
NAME_CHARS = 80  # of a firm as an editor writes it
LANGUAGE_CHARS = 80


class NoGenre(Refused):
    """There is no such kind of source.

    It is press, lab, vendor, changelog, podcast, roundup, community or other.
    """


class TooManyLanguages(Refused):
    """These are too many languages. Name those that you want news in."""


def set_voice(
    session: Session,
    publication_id: int,
    name: str,
    *,
    speaks_for: str,
    genre: str,
    languages: str,
) -> Source:
    """Say for which firm a source speaks, and what it is; "" leaves it at what is guessed.

    `languages` are tags with commas or spaces between them. Raises NoSource, NoGenre, BadLanguage
    or TooManyLanguages.
    """
    allowed = _languages(languages)
    source = sources.find_source(session, publication_id, name)
    if genre not in ("", *GENRES):
        raise NoGenre
    source.speaks_for = one_line(speaks_for)[:NAME_CHARS]
    source.own_genre = genre
    source.languages = allowed
    session.flush()
    return source


def _languages(written: str) -> str:
    """Return languages in the form in which they are kept: "de, fr"."""
    tags = map(checks.language, written.replace(",", " ").split())
    allowed = ", ".join(dict.fromkeys(tags))
    if len(allowed) > LANGUAGE_CHARS:
        raise TooManyLanguages
    return allowed


def forget_choices(
    session: Session,
    publication_id: int,
    name: str,
    now: datetime,
) -> Source:
    """Let what editors chose up to now count no more for a source. Raises NoSource."""
    source = sources.find_source(session, publication_id, name)
    source.learns_since = now
    session.flush()
    return source


def guess_sources(session: Session, shown: Collection[Source]) -> None:
    """Guess at those whose first thirty items were not all seen yet.

    Later items change no guess: an editor has seen it by then, and what they choose counts for
    more. A source that slowly fills is guessed at each time it shows more than before.
    """
    for source in shown:
        if source.guessed_from < FIRST_ITEMS and source.kind != "hand":
            _guess(session, source)


def _guess(session: Session, source: Source) -> None:
    items = _first_items(session, source.key)
    if len(items) <= source.guessed_from:
        return
    guess = guess_genre(source.title or source.url, items)
    source.guessed_genre = guess.genre
    source.guessed_because = guess.because[:BECAUSE_CHARS]
    source.guessed_firm = firm_of_source(item.url for item in items)[:FIRM_CHARS]
    source.guessed_from = len(items)


def _first_items(session: Session, source_id: int) -> Sequence[ShownItem]:
    """Return the newest thirty that a source showed.

    A source's first answer often has all of its past, of which the newest says what it is today.
    """
    query = (
        select(Article.title, Article.url, Article.author, Article.published_at)
        .join(Sighting)
        .where(Sighting.source_id == source_id)
        .order_by(col(Article.published_at).desc(), col(Article.id))
    )
    return [ShownItem(*row) for row in session.exec(query.limit(FIRST_ITEMS))]

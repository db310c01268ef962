"""The cues of a publication: a cue file of its own, or the usual one of its language.

The file is kept as it was written, so an editor gets it back with its comments. It is checked when
it is set (preferences.py), and read once in a process.
"""

from functools import lru_cache

from sqlmodel import Session

from newsletter.choosing.news.cue_files import BadCues, parse_cues
from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.news.usual import usual_cues, usual_text
from newsletter.errors import Refused
from newsletter.publications.models import Publication

MOST_CHARS = 200_000  # four times the usual file


class BadCueFile(Refused):
    """This cue file cannot be used; docs/cues.md says how one is written."""


def checked_cues(text: str) -> str:
    """Return the words of a cue file if it can be used, "" for the usual ones.

    Raises BadCueFile, which names the family.
    """
    if len(text) > MOST_CHARS:
        raise BadCueFile(
            f"a cue file has at most {MOST_CHARS:,} characters; this has {len(text):,}"
        )
    if not text:
        return text
    try:
        parse_cues(text)
    except BadCues as error:
        raise BadCueFile(f"This cue file cannot be used. {error}") from error
    return text


def read_cues(session: Session, publication_id: int) -> NewsCues:
    """Return what counts as news for a publication."""
    publication = session.get_one(Publication, publication_id)
    return _parsed(publication.cues) if publication.cues else usual_cues(publication.language)


def read_cue_file(session: Session, publication_id: int) -> str:
    """Return the cue file that a publication ranks by, as it is written."""
    publication = session.get_one(Publication, publication_id)
    return publication.cues or usual_text(publication.language)


# Of an installation's one publication, and what it had before.
@lru_cache(maxsize=1 << 2)
def _parsed(text: str) -> NewsCues:
    return parse_cues(text)

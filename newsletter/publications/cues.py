"""The cues of a publication: a cue file of its own, or the usual one of its language.

The file is kept as it was written, so an editor gets it back with its comments. It is checked when
it is set (preferences.py), and read once in a process.

What an earlier version took, a later one may refuse. Then the usual cues stand in: an issue comes
out, and says so (cue_fault).
"""

from functools import lru_cache

from sqlmodel import Session

from newsletter.choosing.news.cue_files import BadCues, parse_cues
from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.news.usual import usual_cues, usual_text
from newsletter.errors import Refused
from newsletter.publications.models import Publication

MOST_CHARS = 200_000  # about three times the usual file
MOST_BYTES = 4 * MOST_CHARS  # a character has up to four
NOTE_CHARS = 500  # of an issue's note
STANDS_IN = "Its cue file cannot be used, so stories are ranked by the usual cues"


class BadCueFile(Refused):
    """This cue file cannot be used; docs/cues.md says how one is written."""


def checked_cues(text: str) -> str:
    """Return the words of a cue file if it can be used, "" for the usual ones.

    Raises BadCueFile, which names the family.
    """
    if len(text) > MOST_CHARS:
        raise _too_long(len(text))
    if not text:
        return text
    try:
        parse_cues(text)
    except BadCues as error:
        raise BadCueFile(f"This cue file cannot be used. {error}") from error
    return text


def read_cues(session: Session, publication_id: int) -> NewsCues:
    """Return what counts as news for a publication; the usual cues where its own have a fault."""
    publication = session.get_one(Publication, publication_id)
    if publication.cues and not cue_fault(publication):
        return _parsed(publication.cues)
    return usual_cues(publication.language)


def cue_fault(publication: Publication) -> str:
    """Return in a sentence that its stored cue file cannot be used, and why; "" if it can."""
    if not publication.cues:
        return ""
    fault = _fault(publication.cues)
    return f"{STANDS_IN}. {fault}" if fault else ""


def with_cue_fault(note: str, publication: Publication) -> str:
    """Return the note of an issue with what is wrong with the cues, as long as it is."""
    kept = note.partition(STANDS_IN)[0].rstrip()
    return f"{kept} {cue_fault(publication)}".strip()[:NOTE_CHARS]


def decoded_cues(content: bytes) -> str:
    """Return the text of a cue file, however its lines end. Raises BadCueFile."""
    if len(content) > MOST_BYTES:
        raise _too_long(len(content))
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadCueFile("This is no text in UTF-8.") from error


def read_cue_file(session: Session, publication_id: int) -> str:
    """Return the cue file that a publication ranks by, as it is written."""
    publication = session.get_one(Publication, publication_id)
    return publication.cues or usual_text(publication.language)


def _too_long(count: int) -> BadCueFile:
    return BadCueFile(f"a cue file has at most {MOST_CHARS:,} characters; this has {count:,}")


@lru_cache(maxsize=1 << 4)
def _fault(text: str) -> str:
    """Return what is wrong with a cue file, "" if it can be used."""
    try:
        _parsed(text)
    except BadCues as error:
        return str(error)
    return ""


# Of an installation's one publication, and what it had before.
@lru_cache(maxsize=1 << 2)
def _parsed(text: str) -> NewsCues:
    return parse_cues(text)

"""Blocks: how a story is written into an issue, and in which order its blocks come."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from newsletter.choosing.ranking import Candidate
from newsletter.choosing.stories import Report
from newsletter.choosing.voices.witnesses import witness_of
from newsletter.formats.prose.blurbs import BLURB_CHARS, BRIEF_CHARS, printed_blurb, printed_title
from newsletter.issues.models import Block

_Columns = Mapping[str, str | int | datetime]
MOST_OTHERS = 2  # so many further sources are named
ALSO = ", also covered by "
SUMMARY = ", summary from "
CREDIT_CHARS = 400  # as long as the column


def new_block(issue_id: int, kind: str = "brief") -> Block:
    """Return an empty block; `write_story` fills it."""
    return Block(
        issue_id=issue_id,
        kind=kind,
        position=0,
        title="",
        url="",
    )


def write_story(
    block: Block,
    reports: Sequence[Report],
    *,
    long: bool,
) -> bool:
    """Write a story into a block, by its first report (of at least one).

    A `long` text is for a story or the lead. True if a reader would see a difference.
    """
    # Readers do not see what is folded, so it counts for no difference.
    block.folded = [other.id for other in reports[1:]]
    return _write(block, _shown(reports, BLURB_CHARS if long else BRIEF_CHARS))


def write_candidate(
    block: Block,
    candidate: Candidate,
    *,
    long: bool,
) -> bool:
    """Write a candidate's story and reasons into a block. True if a reader would see it."""
    set_reasons(block, candidate.score, reason_sentences(candidate))
    return write_story(block, candidate.reports, long=long)


def set_reasons(
    block: Block,
    score: float,
    reasons: Sequence[str],
) -> None:
    """Keep in a block why its story is in the issue."""
    block.score = score
    block.reasons = list(reasons)


def reason_sentences(candidate: Candidate) -> list[str]:
    """Return the reasons of a score as sentences, each with its points."""
    return [f"{reason.points:+.1f} {reason.because}" for reason in candidate.reasons]


def credit(reports: Sequence[Report], teller: Report) -> str:
    """Name the source that is linked, that of the text if it is another's, and up to two more.

    `teller` is the report whose words are printed. Only who tells the story itself covers it: a
    source that links to the same article does not, nor does a second page of one firm.
    """
    first = reports[0].source
    others = [name for name in _witnesses(reports) if name != teller.source]
    return f"{first}{_summary(first, teller.source)}{_also(others[:MOST_OTHERS])}"[:CREDIT_CHARS]


def _summary(first: str, teller: str) -> str:
    return f"{SUMMARY}{teller}" if teller != first else ""


def _also(sources: Sequence[str]) -> str:
    return f"{ALSO}{' and '.join(sources)}" if sources else ""


def _witnesses(reports: Sequence[Report]) -> list[str]:
    """Return the sources of the further reports, each firm once, without the first one's."""
    by_firm: dict[str, str] = {}
    for report in reports:
        by_firm.setdefault(_firm(report), report.source)
    return list(dict.fromkeys(by_firm.values()))[1:]


def _firm(report: Report) -> str:
    return witness_of(report, report.voices[0])


def arrange(blocks: Sequence[Block], rows: int) -> bool:
    """Make the first block the lead, the next `rows` stories and the rest brief.

    True if one of them was elsewhere before.
    """
    moved = [put(block, *_place(at, rows)) for at, block in enumerate(blocks)]
    return any(moved)


def put(block: Block, kind: str, position: int) -> bool:
    """Put a block at that position among those of its kind. True if it was elsewhere before."""
    return _write(block, {"kind": kind, "position": position})


def delete_blocks(session: Session, blocks: Collection[Block]) -> bool:
    """Delete these blocks and flush. True if there were any."""
    for block in blocks:
        session.delete(block)
    session.flush()
    return bool(blocks)


class BlockPool:
    """Blocks to be used again, each for the story that it had; a new story gets a new one."""

    def __init__(
        self,
        blocks: Iterable[Block],
        issue_id: int,
        *,
        kind: str = "brief",
    ) -> None:
        self._by_article = {block.article_id: block for block in blocks}
        self._issue_id = issue_id
        self._kind = kind

    def take(self, candidate: Candidate) -> Block:
        """Return the block of that story, or a new and empty one."""
        block = self._by_article.pop(candidate.id, None)
        return block or new_block(self._issue_id, self._kind)

    def delete_left(self, session: Session) -> bool:
        """Delete the blocks whose story is gone. True if there were any."""
        return delete_blocks(session, self._by_article.values())


def _place(at: int, rows: int) -> tuple[str, int]:
    """Return the kind of the block at that place of an issue, and its position among its kind."""
    if at == 0:
        return "lead", 0
    if at <= rows:
        return "stories", at - 1
    return "brief", at - 1 - rows


def _shown(reports: Sequence[Report], limit: int) -> _Columns:
    """Return what readers see of a story; its text has at most `limit` characters."""
    first = reports[0]
    # Feeds put the site's name behind titles, and their own words around deks: `blurbs` cuts both.
    heading = printed_title(first.title, first.source)
    blurbs = zip(reports, _blurbs(reports, heading, limit), strict=True)
    teller, text = next(((report, text) for report, text in blurbs if text), (first, ""))
    return {
        "article_id": first.id,
        "title": heading,
        "text": text,
        "url": first.url,
        "source": credit(reports, teller),
        "image_url": first.image_url,
        "published_at": first.published_at,
    }


def _blurbs(
    reports: Sequence[Report],
    heading: str,
    limit: int,
) -> Iterator[str]:
    """Give the blurb of each report, "" for one that has none."""
    for at, report in enumerate(reports):
        # A blurb that only repeats a title is none. The first report repeats its own title; any
        # other would repeat the one that readers see.
        yield printed_blurb(report.dek, heading if at else report.title, limit)


def _write(block: Block, columns: _Columns) -> bool:
    """Set these columns of a block. True if one of them had another value."""
    changed = _changed(block, columns)
    for name in changed:
        setattr(block, name, columns[name])
    return bool(changed)


def _changed(block: Block, columns: _Columns) -> list[str]:
    """Return the names of the columns that have another value."""
    return [name for name, value in columns.items() if getattr(block, name) != value]

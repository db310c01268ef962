"""Similar reading in an issue: of the stories that found no place, the nearest to its lead."""

from collections.abc import Iterable, Sequence, Set
from itertools import islice

from sqlmodel import Session

from newsletter.choosing.folds.profiles import EPOCH
from newsletter.choosing.lineup import Verdict
from newsletter.choosing.ranking import Candidate
from newsletter.choosing.similar import Document, document_of, nearest
from newsletter.issues.blocks import BlockPool, put, write_candidate
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import of_kind, read_blocks, stories_in

NEAR = 60  # so many of the best that found no place are looked through


def fill_similar(
    session: Session,
    issue: Issue,
    places: int,
    *,
    left: Iterable[Candidate],
    touched: Set[int],
) -> bool:
    """Fill the similar reading of an issue, of `places` blocks.

    True if a reader would see a difference. `left` are stories that found no place, best first.
    What an editor `touched` (ids of articles) stays, and no other block is made of it.
    """
    blocks = read_blocks(session, issue.key)
    similar = of_kind(blocks, "similar")
    old = [block for block in similar if block.article_id not in touched]
    kept = len(similar) - len(old)
    stories = stories_in(blocks)
    # The issue's own stories, and what an editor dropped, must not come in by this door.
    used = touched | {block.article_id for block in stories}
    near = _nearest_to_lead(stories, _unused(left, used), max(0, places - kept))
    return _replace(session, issue, old, near, first=kept)


def good_reading(verdicts: Iterable[Verdict], floor: float) -> Iterable[Candidate]:
    """Yield the candidates that found no place but are good enough to be read."""
    for verdict in verdicts:
        candidate = verdict.candidate
        if verdict.place is None and candidate.score >= floor and not candidate.mark:
            yield candidate


def _unused(candidates: Iterable[Candidate], used: Set[int | None]) -> list[Candidate]:
    """Return the best of the candidates that have no report in use."""
    unused = (candidate for candidate in candidates if candidate.article_ids.isdisjoint(used))
    return list(islice(unused, NEAR))


def _nearest_to_lead(
    stories: Sequence[Block],
    candidates: Sequence[Candidate],
    count: int,
) -> list[Candidate]:
    if not stories or stories[0].kind != "lead":
        return []
    documents = [document_of(candidate.reports[0]) for candidate in candidates]
    indices = nearest(_document_of_block(stories[0]), documents, count)
    return [candidates[index] for index in indices]


def _document_of_block(block: Block) -> Document:
    return Document(
        block.title,
        block.text,
        published_at=block.published_at or EPOCH,
    )


def _replace(
    session: Session,
    issue: Issue,
    old: Sequence[Block],
    near: Sequence[Candidate],
    *,
    first: int,
) -> bool:
    """Let the similar reading from position `first` on be these candidates."""
    pool = BlockPool(old, issue.key, kind="similar")
    changed = False
    for position, candidate in enumerate(near, start=first):
        block = pool.take(candidate)
        changed |= _write(block, candidate, position)
        session.add(block)
    return pool.delete_left(session) or changed


def _write(
    block: Block,
    candidate: Candidate,
    position: int,
) -> bool:
    """Put a candidate at that position. True if a reader would see a difference."""
    changed = write_candidate(block, candidate, long=False)
    return put(block, "similar", position) or changed

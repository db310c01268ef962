"""Blocks: how a story stands in an issue, and in which order."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.choosing.ranking import Candidate
from newsletter.choosing.stories import Report
from newsletter.formats.blurbs import BLURB_CHARS, BRIEF_CHARS, printed_blurb, printed_title
from newsletter.issues.models import Block

OTHERS = 2  # so many further sources are named
ALSO = ", also covered by "


def new_block(issue_id: int, kind: str = "brief") -> Block:
    """Return an empty block; `fill` says what is in it."""
    return Block(issue_id=issue_id, kind=kind, position=0, title="", url="")


def write_story(
    block: Block, reports: Sequence[Report], sources: Sequence[str], *, long: bool
) -> bool:
    """Write a story into a block, by its first report (of at least one). True if a reader would see a difference."""
    first = reports[0]
    heading = printed_title(first.title, first.source)
    changed = _show(
        block,
        article_id=first.id,
        title=heading,
        text=_text(reports, heading, long=long),
        url=first.url,
        source=credit(first.source, sources),
        image_url=first.image_url,
        published_at=first.published_at,
    )
    block.folded = [other.id for other in reports[1:]]
    return changed


def set_reasons(block: Block, score: float, reasons: Sequence[str]) -> None:
    """Say in a block why its story is in."""
    block.score, block.reasons = score, list(reasons)


def reason_sentences(one: Candidate) -> list[str]:
    """The reasons of a score as sentences, each with its points."""
    return [f"{reason.points:+.1f} {reason.because}" for reason in one.reasons]


def credit(first: str, sources: Sequence[str]) -> str:
    """Who told it: the source that is linked, and who else covers it."""
    others = [name for name in sources if name != first][:OTHERS]
    return f"{first}{ALSO}{' and '.join(others)}"[:400] if others else first[:400]


def keep_order(order: Sequence[Block], rows: int) -> bool:
    """Let the first lead, the next `rows` stand as stories and the rest in brief. True if one stood elsewhere before."""
    changed = False
    for at, block in enumerate(order):
        kind = "lead" if at == 0 else "stories" if at <= rows else "brief"
        position = 0 if at == 0 else at - 1 if at <= rows else at - 1 - rows
        changed |= (block.kind, block.position) != (kind, position)
        block.kind, block.position = kind, position
    return changed


def _text(reports: Sequence[Report], heading: str, *, long: bool) -> str:
    """The first report's own blurb; if its source gave none, that of the next that did."""
    limit = BLURB_CHARS if long else BRIEF_CHARS
    texts = (
        printed_blurb(one.dek, heading if at else one.title, limit)
        for at, one in enumerate(reports)
    )
    return next(filter(None, texts), "")


def _show(block: Block, **values: str | int | datetime) -> bool:
    changed = any(getattr(block, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(block, name, value)
    return changed

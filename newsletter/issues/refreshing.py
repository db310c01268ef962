"""Refreshing: look again at what was gathered, and give the places that no hand touched to the best of it.

What a hand kept, moved, edited or made the lead stays in its place; what it dropped does not come back. A block whose story
stays keeps its id. The issue's version rises only when a reader would see a difference.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.choosing.lineup import Verdict, line_up
from newsletter.choosing.profiles import EPOCH
from newsletter.choosing.ranking import Candidate
from newsletter.choosing.similar import Document, nearest
from newsletter.choosing.weights import Weights
from newsletter.issues import choices, reasons
from newsletter.issues.blocks import (
    ALSO,
    keep_order,
    new_block,
    reason_sentences,
    set_reasons,
    write_story,
)
from newsletter.issues.candidates import Considered, consider
from newsletter.issues.models import Block, Choice, Issue
from newsletter.issues.reading import STORY_KINDS, read_blocks, read_issue
from newsletter.issues.status import ISSUE
from newsletter.issues.wording import words_for
from newsletter.publications import reading as publications
from newsletter.publications.models import Publication
from newsletter.publications.weights import read_weights

NEAR = 60  # so many of the best that found no place are looked through for similar reading
TOLD = "already told in issue"
BY_HAND = {"kept": "kept", "lead": "made the lead", "moved": "placed", "edited": "edited"}


@dataclass(frozen=True, slots=True)
class Filled:
    """Everything that was considered: `placed` by hand (None: not among this week's candidates), and a verdict for the rest."""

    placed: Mapping[int, Candidate | None]
    verdicts: Sequence[Verdict]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: ten thousand candidates are a million values without one cycle among them, and looking through
    them again and again took a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def refresh(
    session: Session, issue_id: int, now: datetime, *, clicks: Mapping[int, float] | None = None
) -> bool:
    """Look again, if the issue is proposed: a held or approved one is not touched, nor a best-of. True if a reader sees a difference.

    `clicks` says how often people click the stories of each source, the usual being 1.
    """
    issue = session.exec(
        select(Issue).where(col(Issue.id) == issue_id).with_for_update()
    ).one_or_none() or read_issue(session, issue_id)
    if issue.status != "proposed" or issue.frequency != "every":
        return False
    changed = refill(
        session,
        publications.read_publication(session, issue.publication_id),
        issue,
        now,
        clicks=clicks,
    )
    issue.version += changed
    session.flush()
    return changed


@_uncollected()
def refill(
    session: Session,
    publication: Publication,
    issue: Issue,
    now: datetime,
    *,
    clicks: Mapping[int, float] | None = None,
) -> bool:
    """Weigh everything in the issue's window up to `now` and fill the free places. True if a reader would see a difference."""
    key = issue.key
    made = choices.of_issue(session, key)
    shown = read_blocks(session, key)
    stories = [block for block in shown if block.kind in STORY_KINDS]
    articles = frozenset(block.article_id or 0 for block in shown)
    considered = consider(session, publication, issue, now, shown=articles, clicks=clicks)
    weights = read_weights(session, publication.key)
    places = max(1 + publication.rows + publication.compact, len(stories))
    filled = _decide(considered, made, stories, places, weights)
    by_hand = [Verdict(one, at, _by_hand(one, made)) for at, one in filled.placed.items() if one]
    reasons.write_assessments(session, key, [*filled.verdicts, *by_hand])
    issue.window_to = now
    changed = _put(session, publication, issue, filled, stories)
    changed |= _similar(session, publication, issue, filled.verdicts, made, weights)
    _note(session, publication, issue, filled, weights)
    if not issue.worded_by and (changed or not issue.subject):
        _word(session, issue)
    return changed


def _decide(
    considered: Considered,
    made: Sequence[Choice],
    stories: Sequence[Block],
    places: int,
    weights: Weights,
) -> Filled:
    touched = {one.article_id for one in made if one.kind != "dropped"}
    dropped = {one.article_id: f"dropped by {one.by}" for one in made if one.kind == "dropped"}
    everything = [*considered.ranked, *(one for one, _ in considered.repeats)]
    of_article = {report.id: one for one in everything for report in one.reports}
    placed = {
        at: of_article.get(block.article_id or 0)
        for at, block in enumerate(stories)
        if block.article_id in touched
    }
    mine = {one.id for one in placed.values() if one}
    out = [
        Verdict(
            one,
            None,
            next(dropped[report.id] for report in one.reports if report.id in dropped),
        )
        for one in (considered.ranked if dropped else ())
        if one.id not in mine and any(report.id in dropped for report in one.reports)
    ]
    gone = {verdict.candidate.id for verdict in out}
    free = [one for one in considered.ranked if one.id not in mine | gone]
    told = [
        Verdict(one, None, f"{TOLD} {number}")
        for one, number in considered.repeats
        if one.id not in mine
    ]
    return Filled(placed, [*line_up(free, places, placed, weights), *out, *told])


def _by_hand(candidate: Candidate, made: Sequence[Choice]) -> str:
    ids = {report.id for report in candidate.reports}
    last = next(one for one in reversed(made) if one.article_id in ids and one.kind != "dropped")
    return f"{BY_HAND[last.kind]} by {last.by}"


def _put(
    session: Session,
    publication: Publication,
    issue: Issue,
    filled: Filled,
    stories: Sequence[Block],
) -> bool:
    """Give the places: blocks of a hand where they stand, blocks of the same story again, new ones for new stories."""
    taken: dict[int, Block] = {at: stories[at] for at in filled.placed}
    free = {
        block.article_id or 0: block for at, block in enumerate(stories) if at not in filled.placed
    }
    changed = False
    for verdict in filled.verdicts:
        if verdict.place is not None:
            block = free.pop(verdict.candidate.id, None)
            changed |= block is None
            block = block or new_block(issue.key)
            changed |= _fill(block, verdict.candidate, long=verdict.place <= publication.rows)
            taken[verdict.place] = block
    for block in free.values():
        session.delete(block)
    changed |= bool(free)
    session.flush()
    order = [taken[place] for place in sorted(taken)]
    session.add_all(order)
    return keep_order(order, publication.rows) or changed


def _fill(block: Block, one: Candidate, *, long: bool) -> bool:
    set_reasons(block, one.score, reason_sentences(one))
    return write_story(block, one.reports, one.sources, long=long)


def _similar(
    session: Session,
    publication: Publication,
    issue: Issue,
    verdicts: Sequence[Verdict],
    made: Sequence[Choice],
    weights: Weights,
) -> bool:
    """More reading: of the best that found no place, the nearest to the lead. A hand's stay."""
    shown = read_blocks(session, issue.key)
    lead = next((block for block in shown if block.kind == "lead"), None)
    touched = {one.article_id for one in made}
    old = [block for block in shown if block.kind == "similar"]
    kept = [block for block in old if block.article_id in touched]
    in_ids = {block.article_id for block in shown if block.kind in STORY_KINDS} | touched
    left = [
        one.candidate
        for one in verdicts
        if one.place is None
        and one.candidate.score >= weights.floor
        and not one.candidate.mark
        and not one.because.startswith(TOLD)
    ]
    left = [one for one in left if not in_ids & {report.id for report in one.reports}][:NEAR]
    near = (
        [
            left[i]
            for i in nearest(
                _told(lead), [_text(one) for one in left], max(0, publication.similar - len(kept))
            )
        ]
        if lead
        else []
    )
    by_article = {block.article_id or 0: block for block in old if block not in kept}
    new = [
        by_article.pop(one.id) if one.id in by_article else new_block(issue.key, "similar")
        for one in near
    ]
    changed = bool(by_article) or any(block.id is None for block in new)
    for gone in by_article.values():
        session.delete(gone)
    for position, (block, one) in enumerate(zip(new, near, strict=True), start=len(kept)):
        changed |= _fill(block, one, long=False) or block.position != position
        block.position = position
    session.add_all(new)
    session.flush()
    return changed


def _told(block: Block) -> Document:
    return Document(block.title, block.text, published_at=block.published_at or EPOCH)


def _text(one: Candidate) -> Document:
    first = one.reports[0]
    return Document(first.title, first.dek, source=first.source, published_at=first.published_at)


def _note(
    session: Session, publication: Publication, issue: Issue, filled: Filled, weights: Weights
) -> None:
    """A thin week is said; one that is just being proposed is skipped if the publication's rule says so, or nothing is there."""
    count = sum(block.kind in STORY_KINDS for block in read_blocks(session, issue.key))
    thin = count < publication.thin_stories
    if not issue.subject and (not count or (thin and publication.thin_rule == "skip")):
        issue.status = ISSUE.to(issue.status, "skipped")
        issue.note = f"Thin week: {count} stories, the publication wants {publication.thin_stories}. Skipped."
        for block in read_blocks(session, issue.key):
            session.delete(block)
    elif thin or issue.note.startswith("Thin week"):
        issue.note = f"Thin week: {count} stories only, so the issue is short." if thin else ""
    session.flush()


def _word(session: Session, issue: Issue) -> None:
    shown = read_blocks(session, issue.key)
    stories = [block for block in shown if block.kind in STORY_KINDS]
    if not stories:
        return
    sources = {block.source.split(ALSO)[0] for block in stories}
    words = words_for(
        [block.title for block in stories],
        len(sources),
        sum(block.kind == "tools" for block in shown),
    )
    issue.subjects, issue.preheaders = list(words.subjects), list(words.preheaders)
    issue.subject, issue.preheader, issue.intro = (
        words.subjects[0],
        words.preheaders[0],
        words.intro,
    )
    session.flush()

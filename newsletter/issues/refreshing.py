"""Refreshing: look again at what was gathered, and give the free places to the best of it.

What an editor kept, moved, edited or made the lead stays in its place; what was dropped does not
come back. A block whose story stays keeps its id. The issue's version rises only when a reader
would see a difference.
"""

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.choosing.lineup import Verdict, line_up
from newsletter.choosing.profiles import EPOCH
from newsletter.choosing.ranking import Candidate
from newsletter.choosing.similar import Document, document_of, nearest
from newsletter.choosing.weights import Weights
from newsletter.issues import choices, reasons
from newsletter.issues.blocks import (
    ALSO,
    arrange,
    new_block,
    reason_sentences,
    set_reasons,
    write_story,
)
from newsletter.issues.candidates import Considered, consider
from newsletter.issues.models import Block, Choice, Issue
from newsletter.issues.reading import (
    STORY_KINDS,
    read_blocks,
    read_issue_to_change,
    read_stories,
)
from newsletter.issues.status import ISSUE
from newsletter.issues.wording import words_for
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.publications.weights import read_weights

NEAR = 60  # so many of the best that found no place are looked through for similar reading
BY_EDITOR = {"kept": "kept", "lead": "made the lead", "moved": "placed", "edited": "edited"}
THIN = "Thin week"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets which place.

    `placed` has by place what an editor placed: None for a story that is not among this week's
    candidates. `verdicts` are on all other candidates, save those that repeat an earlier issue.
    """

    placed: Mapping[int, Candidate | None]
    verdicts: Sequence[Verdict]
    repeats: Sequence[Verdict]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile.

    Ten thousand candidates are a million values without one cycle among them, and looking through
    them again and again took a third of the time.
    """
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
    """Look again. True if a reader would see a difference.

    A held or approved issue is not touched, nor is a best-of. `clicks` has by source id how often
    people click its stories; a usual source has 1.
    """
    issue = read_issue_to_change(session, issue_id)
    if issue.status != "proposed" or issue.frequency != "every":
        return False
    publication = read_publication(session, issue.publication_id)
    changed = refill(session, publication, issue, now, clicks=clicks)
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
    """Score everything in the issue's window up to `now` and fill the free places.

    True if a reader would see a difference.
    """
    made = choices.of_issue(session, issue.key)
    blocks = read_blocks(session, issue.key)
    stories = [block for block in blocks if block.kind in STORY_KINDS]
    shown = frozenset(block.article_id or 0 for block in blocks)
    considered = consider(session, publication, issue, now, shown=shown, clicks=clicks)
    weights = read_weights(session, publication.key)
    # Stories that an editor added have places beyond those of the publication's plan.
    places = max(1 + publication.rows + publication.compact, len(stories))
    plan = _plan(considered, made, stories, places=places, weights=weights)
    verdicts = [*plan.verdicts, *plan.repeats, *_editors_verdicts(plan, made)]
    reasons.write_assessments(session, issue.key, verdicts)
    issue.window_to = now
    changed = _fill_places(session, publication, issue, plan, stories)
    changed |= _fill_similar(session, publication, issue, plan=plan, made=made, weights=weights)
    _note_thin_week(session, publication, issue)
    if not issue.worded_by and (changed or not issue.subject):
        _word(session, issue)
    return changed


def _plan(
    considered: Considered,
    made: Sequence[Choice],
    stories: Sequence[Block],
    *,
    places: int,
    weights: Weights,
) -> Plan:
    """Give the places: first those that an editor gave, then the free ones to the best."""
    placed = _placed_by_editors(considered, made, stories)
    mine = {candidate.id for candidate in placed.values() if candidate}
    left = [candidate for candidate in considered.ranked if candidate.id not in mine]
    dropped = _dropped_verdicts(left, made)
    gone = {verdict.candidate.id for verdict in dropped}
    free = [candidate for candidate in left if candidate.id not in gone]
    return Plan(
        placed,
        verdicts=[*line_up(free, places, placed, weights), *dropped],
        repeats=[
            Verdict(candidate, None, f"already told in issue {number}")
            for candidate, number in considered.repeats
            if candidate.id not in mine
        ],
    )


def _placed_by_editors(
    considered: Considered, made: Sequence[Choice], stories: Sequence[Block]
) -> Mapping[int, Candidate | None]:
    """Return by place the stories that an editor placed; see Plan."""
    touched = {choice.article_id for choice in made if choice.kind != "dropped"}
    of_article: dict[int, Candidate] = {}
    repeated = [candidate for candidate, _ in considered.repeats]
    for candidate in (*considered.ranked, *repeated):
        of_article.update((report.id, candidate) for report in candidate.reports)
    return {
        place: of_article.get(block.article_id or 0)
        for place, block in enumerate(stories)
        if block.article_id in touched
    }


def _dropped_verdicts(candidates: Sequence[Candidate], made: Sequence[Choice]) -> list[Verdict]:
    """Return the verdicts on the candidates that an editor dropped, by any of their reports."""
    dropped_by = {choice.article_id: choice.by for choice in made if choice.kind == "dropped"}
    if not dropped_by:
        return []
    verdicts = []
    for candidate in candidates:
        editors = [dropped_by[report.id] for report in candidate.reports if report.id in dropped_by]
        if editors:
            verdicts.append(Verdict(candidate, None, f"dropped by {editors[0]}"))
    return verdicts


def _editors_verdicts(plan: Plan, made: Sequence[Choice]) -> Iterator[Verdict]:
    """Yield the verdicts on what editors placed: who did it, and what they did last."""
    for place, candidate in plan.placed.items():
        if candidate:
            yield Verdict(candidate, place, _editors_reason(candidate, made))


def _editors_reason(candidate: Candidate, made: Sequence[Choice]) -> str:
    article_ids = {report.id for report in candidate.reports}
    last = next(
        choice
        for choice in reversed(made)
        if choice.article_id in article_ids and choice.kind != "dropped"
    )
    return f"{BY_EDITOR[last.kind]} by {last.by}"


def _fill_places(
    session: Session,
    publication: Publication,
    issue: Issue,
    plan: Plan,
    stories: Sequence[Block],
) -> bool:
    """Write the stories into their places. True if a reader would see a difference.

    Blocks that an editor placed stay where they are. A story that was in the issue keeps its block,
    a new story gets a new one, and blocks without a story are deleted.
    """
    taken = {place: stories[place] for place in plan.placed}
    free = {
        block.article_id or 0: block
        for place, block in enumerate(stories)
        if place not in plan.placed
    }
    changed = False
    for verdict in plan.verdicts:
        if verdict.place is None:
            continue
        block = free.pop(verdict.candidate.id, None)
        if block is None:
            block = new_block(issue.key)
            changed = True
        changed |= _write(block, verdict.candidate, long=verdict.place <= publication.rows)
        taken[verdict.place] = block
    changed |= _delete_all(session, free.values())
    in_order = [taken[place] for place in sorted(taken)]
    session.add_all(in_order)
    return arrange(in_order, publication.rows) or changed


def _fill_similar(
    session: Session,
    publication: Publication,
    issue: Issue,
    *,
    plan: Plan,
    made: Sequence[Choice],
    weights: Weights,
) -> bool:
    """Fill the similar reading: of the best that found no place, the nearest to the lead.

    What an editor touched stays. True if a reader would see a difference.
    """
    blocks = read_blocks(session, issue.key)
    touched = {choice.article_id for choice in made}
    similar = [block for block in blocks if block.kind == "similar"]
    old = [block for block in similar if block.article_id not in touched]
    kept = len(similar) - len(old)
    used = touched | {block.article_id for block in blocks if block.kind in STORY_KINDS}
    left = _left_for_similar(plan.verdicts, used, weights)
    near = _nearest_to_lead(blocks, left, max(0, publication.similar - kept))
    return _replace_similar(session, issue, old, near, first=kept)


def _left_for_similar(
    verdicts: Iterable[Verdict], used: Collection[int | None], weights: Weights
) -> list[Candidate]:
    """Return the best candidates that found no place but are good enough to be read."""
    left = []
    for verdict in verdicts:
        candidate = verdict.candidate
        is_news = candidate.score >= weights.floor and not candidate.mark
        if verdict.place is not None or not is_news:
            continue
        if all(report.id not in used for report in candidate.reports):
            left.append(candidate)
        if len(left) == NEAR:
            break
    return left


def _nearest_to_lead(
    blocks: Iterable[Block], left: Sequence[Candidate], count: int
) -> list[Candidate]:
    lead = next((block for block in blocks if block.kind == "lead"), None)
    if lead is None:
        return []
    about = Document(lead.title, lead.text, published_at=lead.published_at or EPOCH)
    documents = [document_of(candidate.reports[0]) for candidate in left]
    return [left[index] for index in nearest(about, documents, count)]


def _replace_similar(
    session: Session, issue: Issue, old: Iterable[Block], near: Sequence[Candidate], *, first: int
) -> bool:
    """Let the similar reading from position `first` on be these candidates.

    Blocks of the same articles are used again. True if a reader would see a difference.
    """
    free = {block.article_id or 0: block for block in old}
    changed = False
    for position, candidate in enumerate(near, start=first):
        block = free.pop(candidate.id, None)
        if block is None:
            block = new_block(issue.key, "similar")
            changed = True
        changed |= _write(block, candidate, long=False)
        changed |= block.position != position
        block.position = position
        session.add(block)
    return _delete_all(session, free.values()) or changed


def _write(block: Block, candidate: Candidate, *, long: bool) -> bool:
    set_reasons(block, candidate.score, reason_sentences(candidate))
    return write_story(block, candidate.reports, candidate.sources, long=long)


def _delete_all(session: Session, blocks: Collection[Block]) -> bool:
    """Delete these blocks and flush. True if there were any."""
    for block in blocks:
        session.delete(block)
    session.flush()
    return bool(blocks)


def _note_thin_week(session: Session, publication: Publication, issue: Issue) -> None:
    """Note that the week is thin.

    An issue that is just being proposed is skipped if nothing is there, or if the week is thin and
    the publication's rule says so. Its subject is still empty then.
    """
    count = len(read_stories(session, issue.key))
    is_thin = count < publication.thin_stories
    is_new = not issue.subject
    if is_new and (not count or (is_thin and publication.thin_rule == "skip")):
        issue.status = ISSUE.to(issue.status, "skipped")
        issue.note = (
            f"{THIN}: {count} stories, the publication wants {publication.thin_stories}. Skipped."
        )
        _delete_all(session, read_blocks(session, issue.key))
    elif is_thin:
        issue.note = f"{THIN}: {count} stories only, so the issue is short."
    elif issue.note.startswith(THIN):
        issue.note = ""
    session.flush()


def _word(session: Session, issue: Issue) -> None:
    """Write subjects, preheaders and the intro, made of the titles of the stories."""
    blocks = read_blocks(session, issue.key)
    stories = [block for block in blocks if block.kind in STORY_KINDS]
    if not stories:
        return
    titles = [block.title for block in stories]
    # A credit names the linked source first.
    sources = {block.source.split(ALSO)[0] for block in stories}
    tools = sum(block.kind == "tools" for block in blocks)
    words = words_for(titles, len(sources), tools)
    issue.subjects = list(words.subjects)
    issue.preheaders = list(words.preheaders)
    issue.subject = words.subjects[0]
    issue.preheader = words.preheaders[0]
    issue.intro = words.intro
    session.flush()

"""Refreshing: look again at what was gathered, and give the free places to the best of it.

What an editor kept, moved, edited or made the lead stays in its place; what was dropped does not
come back. A block whose story stays keeps its id. The issue's version rises only when a reader
would see a difference.
"""

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.choosing.lineup import Verdict, line_up
from newsletter.choosing.ranking import Candidate
from newsletter.issues import choices, reasons
from newsletter.issues.blocks import BlockPool, arrange, delete_blocks, write_candidate
from newsletter.issues.candidates import Considered, consider
from newsletter.issues.models import Block, Choice, Issue
from newsletter.issues.reading import (
    read_blocks,
    read_issue_to_change,
    read_stories,
    stories_in,
)
from newsletter.issues.similar import fill_similar, good_reading
from newsletter.issues.wording.titles import IssueWords, words_for
from newsletter.publications.cues import with_cue_fault
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.publications.weights import read_weights

BY_EDITOR = {
    "kept": "kept",
    "lead": "made the lead",
    "raised": "moved up",
    "moved": "placed",
    "edited": "edited",
}
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
    session: Session,
    issue_id: int,
    now: datetime,
    *,
    clicks: Mapping[int, float] | None = None,
) -> bool:
    """Look again. True if a reader would see a difference.

    A held or approved issue is not touched, nor is a best-of. `clicks` has by source id how often
    people click its stories; a usual source has 1.
    """
    issue = read_issue_to_change(session, issue_id)
    if not _may_be_refilled(issue):
        return False
    publication = read_publication(session, issue.publication_id)
    changed = refill(session, publication, issue, now, clicks=clicks)
    # The version of editors stays: a refresh makes no form stale.
    issue.version += changed
    session.flush()
    return changed


def _may_be_refilled(issue: Issue) -> bool:
    return issue.status == "proposed" and issue.frequency == "every"


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
    look = _Look(session, publication, issue)
    considered = consider(session, publication, issue, now, shown=look.shown, clicks=clicks)
    plan = look.plan(considered)
    look.write_reasons(plan)
    # The next issue's window begins here, so nothing falls between two issues.
    issue.window_to = now
    changed = look.fill(plan)
    _note_thin_week(session, publication, issue)
    issue.note = with_cue_fault(issue.note, publication)
    # Words change with the stories only, so that a summariser's words are not lost at each look.
    if not issue.worded_by and (changed or not issue.subject):
        _word(session, issue)
    return changed


class _Look:
    """One look at an issue: its blocks as they were, what editors did with it, and the weights.

    `stories` are its blocks that are stories, in order; a place is an index into them. `shown` are
    the ids of all articles that it shows.
    """

    def __init__(
        self,
        session: Session,
        publication: Publication,
        issue: Issue,
    ) -> None:
        blocks = read_blocks(session, issue.key)
        self.stories = stories_in(blocks)
        # Tools have no article; 0 is nobody's id.
        self.shown = frozenset(block.article_id or 0 for block in blocks)
        self._session = session
        self._publication = publication
        self._issue = issue
        self._choices = choices.of_issue(session, issue.key)
        self._weights = read_weights(session, publication.key)

    def plan(self, considered: Considered) -> Plan:
        """Give the places: first those that an editor gave, then the free ones to the best."""
        placed = self._placed(considered)
        mine = {candidate.id for candidate in placed.values() if candidate}
        left = [candidate for candidate in considered.ranked if candidate.id not in mine]
        # What was dropped keeps its verdict, so that an editor can bring it back.
        dropped = list(self._dropped(left))
        free = _without(left, dropped)
        return Plan(
            placed,
            verdicts=[*self._line_up(free, placed), *dropped],
            repeats=_on_repeats(considered, but=mine),
        )

    def _line_up(
        self,
        free: Sequence[Candidate],
        placed: Mapping[int, Candidate | None],
    ) -> list[Verdict]:
        """Give the free places; lessons fill up a thin week, unless it is skipped."""
        publication = self._publication
        fewest = publication.thin_stories if publication.thin_rule == "shrink" else 0
        return line_up(free, self._places, placed, self._weights, fewest)

    def write_reasons(self, plan: Plan) -> None:
        """Keep the verdict on each candidate, those that editors placed last."""
        reasons.write_assessments(
            self._session,
            self._issue.key,
            [*plan.verdicts, *plan.repeats, *self._on_placed(plan)],
        )

    def fill(self, plan: Plan) -> bool:
        """Write stories and similar reading. True if a reader would see a difference."""
        changed = self._fill_places(plan)
        return self._fill_similar(plan) or changed

    def _fill_places(self, plan: Plan) -> bool:
        """Write the stories into their places. True if a reader would see a difference.

        Blocks that an editor placed stay where they are. A story that was in the issue keeps its
        block, a new story gets a new one, and blocks without a story are deleted.
        """
        taken = {place: self.stories[place] for place in plan.placed}
        pool = self._free_blocks(taken)
        changed = self._write_chosen(plan, pool, taken)
        changed |= pool.delete_left(self._session)
        # With a thin week some places stay empty; the stories behind move up.
        blocks = [taken[place] for place in sorted(taken)]
        self._session.add_all(blocks)
        return arrange(blocks, self._publication.rows) or changed

    def _free_blocks(self, taken: Collection[int]) -> BlockPool:
        others = [block for place, block in enumerate(self.stories) if place not in taken]
        return BlockPool(others, self._issue.key)

    def _write_chosen(
        self,
        plan: Plan,
        pool: BlockPool,
        taken: dict[int, Block],
    ) -> bool:
        """Write each story that got a place, and note its block as `taken`. True if it differs."""
        changed = False
        for verdict in plan.verdicts:
            if verdict.place is not None:
                # The same block again: links into the desk, and a form that is open, stay right.
                block = pool.take(verdict.candidate)
                is_long = verdict.place <= self._publication.rows
                changed |= write_candidate(block, verdict.candidate, long=is_long)
                taken[verdict.place] = block
        return changed

    def _fill_similar(self, plan: Plan) -> bool:
        """Fill the similar reading with what is left. True if a reader would see a difference."""
        return fill_similar(
            self._session,
            self._issue,
            self._publication.similar if self._issue.refills else 0,
            left=good_reading(plan.verdicts, self._weights.floor),
            touched=_articles_of(self._choices),
        )

    @property
    def _places(self) -> int:
        """How many stories the issue has at most: as planned, or more if an editor added some."""
        planned = self._publication.story_places if self._issue.refills else 0
        return max(planned, len(self.stories))

    def _placed(self, considered: Considered) -> Mapping[int, Candidate | None]:
        """Return by place the stories that an editor placed; see Plan."""
        by_article = considered.by_article
        placed = _articles_of(self._kept)
        return {
            place: by_article.get(block.article_id or 0)
            for place, block in enumerate(self.stories)
            if block.article_id in placed
        }

    def _dropped(self, candidates: Iterable[Candidate]) -> Iterator[Verdict]:
        """Give the verdicts on the candidates that an editor dropped, by any of their reports."""
        editors = {choice.article_id: choice.by for choice in self._choices if choice.is_drop}
        # Mostly there are none, and there may be ten thousand candidates.
        for candidate in candidates if editors else ():
            by = [editors[report.id] for report in candidate.reports if report.id in editors]
            if by:
                yield Verdict(candidate, None, f"dropped by {by[0]}")

    def _on_placed(self, plan: Plan) -> Iterator[Verdict]:
        """Give the verdicts on the stories that editors placed."""
        for place, candidate in plan.placed.items():
            if candidate:
                yield Verdict(candidate, place, self._editors_reason(candidate))

    def _editors_reason(self, candidate: Candidate) -> str:
        """Return what an editor did last with a story that is in."""
        # A story is placed if any of its reports is: after another look, another may be linked.
        about = [choice for choice in self._kept if choice.article_id in candidate.article_ids]
        return f"{BY_EDITOR[about[-1].kind]} by {about[-1].by}"

    @property
    def _kept(self) -> list[Choice]:
        """What editors did with stories that are in, oldest first."""
        return [choice for choice in self._choices if not choice.is_drop]


def _articles_of(made: Iterable[Choice]) -> set[int]:
    return {choice.article_id for choice in made}


def _without(candidates: Iterable[Candidate], verdicts: Iterable[Verdict]) -> list[Candidate]:
    """Return the candidates on which there is no verdict yet."""
    judged = {verdict.candidate.id for verdict in verdicts}
    return [candidate for candidate in candidates if candidate.id not in judged]


def _on_repeats(considered: Considered, but: Set[int]) -> list[Verdict]:
    """Return the verdicts on stories of earlier issues, `but` for those of these ids."""
    return [
        Verdict(candidate, None, f"already told in issue {number}")
        for candidate, number in considered.repeats
        if candidate.id not in but
    ]


def _note_thin_week(
    session: Session,
    publication: Publication,
    issue: Issue,
) -> None:
    """Note that the week is thin.

    An issue that is just being proposed is skipped if nothing is there, or if the week is thin and
    the publication's rule says so.
    """
    count = len(read_stories(session, issue.key))
    # An issue that editors have seen is never skipped: they may be at work on it. One that is just
    # being proposed has no subject yet.
    if issue.is_extra:
        return  # it has as many as its editor wants
    if not issue.subject and _is_skipped(publication, count):
        wanted = publication.thin_stories
        _skip(session, issue, f"{THIN}: {count} stories, the publication wants {wanted}. Skipped.")
    elif count < publication.thin_stories:
        issue.note = f"{THIN}: {count} stories only, so the issue is short."
    elif issue.note.startswith(THIN):
        issue.note = ""
    session.flush()


def _is_skipped(publication: Publication, count: int) -> bool:
    """True if a new issue of so many stories does not come out."""
    is_thin = count < publication.thin_stories
    return not count or (is_thin and publication.thin_rule == "skip")


def _skip(session: Session, issue: Issue, note: str) -> None:
    """Let an issue not come out, and delete its blocks."""
    issue.move_to("skipped")
    issue.note = note
    delete_blocks(session, read_blocks(session, issue.key))


def _word(session: Session, issue: Issue) -> None:
    """Write subjects, preheaders and the intro, made of the titles of the stories."""
    blocks = read_blocks(session, issue.key)
    if stories_in(blocks):
        _offer(issue, _words_of(blocks))
        session.flush()


def _offer(issue: Issue, words: IssueWords) -> None:
    issue.offer_subjects(words.subjects)
    issue.offer_preheaders(words.preheaders)
    issue.intro = words.intro


def _words_of(blocks: Sequence[Block]) -> IssueWords:
    return words_for([block.title for block in stories_in(blocks)])

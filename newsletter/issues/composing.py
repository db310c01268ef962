"""Composing: what an editor changes in an issue.

Each change is recorded, raises the version, and outlives a refresh. A form is stale if another
editor changed the issue since it was opened. A refresh makes no form stale: it never touches what
an editor changed, and where it took a story away, NoSuchBlock says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.choosing.stories import Report
from newsletter.errors import Conflict, NotFound, Refused
from newsletter.issues import choices, reasons
from newsletter.issues.blocks import (
    arrange,
    delete_blocks,
    new_block,
    put,
    set_reasons,
    write_story,
)
from newsletter.issues.choices import NO_WORDS, EditedWords
from newsletter.issues.models import Assessment, Block, Issue
from newsletter.issues.reading import read_blocks, read_issue_to_change, stories_in
from newsletter.issues.reports import read_reports
from newsletter.issues.status import EDITABLE
from newsletter.publications.reading import read_publication
from newsletter.text import one_line
from subscribers.models import Audience

# As long as the columns.
TITLE_CHARS = 500
TEXT_CHARS = 2000
SUBJECT_CHARS = 200
PREHEADER_CHARS = 300


class IssueChanged(Conflict):
    """Somebody changed this issue since you opened it.

    Nothing of yours was saved: look at it now, then do it again.
    """


class NotEditable(Conflict):
    """This issue is approved, sent or skipped. Withdraw the approval to change it."""


class NoSuchBlock(NotFound):
    """That story is not in this issue any more."""


class EmptySubject(Refused):
    """An issue needs a subject. Write a few words about the lead."""


class EmptyTitle(Refused):
    """A story needs a title. Write a few words about what happened."""


def drop(
    session: Session, issue_id: int, block_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Take a story out, with all its reports: no refresh brings it back.

    If it was the lead, the next story leads.
    """
    # The version is checked first: of a stale form it says so, not that a story is gone.
    change = _begin(session, issue_id, version, by, now)
    change.drop(change.block(block_id))
    return change.issue


def drop_article(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Take out the story of an article, by whichever of its reports it is linked."""
    change = _begin(session, issue_id, version, by, now)
    change.drop(change.story_of(article_id))
    return change.issue


def move(
    session: Session,
    issue_id: int,
    block_id: int,
    step: int,
    *,
    version: int,
    by: str,
    now: datetime,
) -> Issue:
    """Move a story one place up (-1) or down (+1).

    Lead, stories and brief are one list: the first of it leads. Both stories that change places
    were placed by the editor, then.
    """
    change = _begin(session, issue_id, version, by, now)
    change.move(change.block(block_id), step)
    return change.issue


def keep(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Let a story stay where it is, whatever is gathered."""
    change = _begin(session, issue_id, version, by, now)
    change.story_of(article_id)  # raises NoSuchBlock if a refresh took it away meanwhile
    change.record(article_id, "kept")
    return change.issue


def add(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Put a considered story at the end of the issue, where it found no place or was dropped."""
    change = _begin(session, issue_id, version, by, now)
    if change.find_story(article_id):
        change.record(article_id, "kept")
    else:
        change.add(article_id)
    change.settle()
    return change.issue


def lead(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Let a considered story lead, in the issue already or not; the others move down."""
    change = _begin(session, issue_id, version, by, now)
    block = change.find_story(article_id) or change.add(article_id)
    # The block may link another report of the same story, so its article is recorded.
    change.record(block.article_id or article_id, "lead")
    change.settle(first=block)
    return change.issue


def edit(
    session: Session,
    issue_id: int,
    block_id: int,
    words: EditedWords,
    *,
    version: int,
    by: str,
    now: datetime,
) -> Issue:
    """Change the words of a story."""
    kept = _tidy(words)
    change = _begin(session, issue_id, version, by, now)
    change.write(change.block(block_id), kept)
    return change.issue


def change_subject(
    session: Session,
    issue_id: int,
    subject: str,
    preheader: str,
    *,
    version: int,
    by: str,
) -> Issue:
    """Change subject and preheader, or pick one of those proposed: no refresh words them again."""
    if not subject.strip():
        raise EmptySubject
    issue = _open(session, issue_id, version)
    issue.subject = one_line(subject)[:SUBJECT_CHARS]
    issue.preheader = one_line(preheader)[:PREHEADER_CHARS]
    issue.worded_by = by
    session.flush()
    return issue


def send_to(session: Session, issue_id: int, audience: Audience | None, *, version: int) -> Issue:
    """Let an issue go to an audience, as it is described now, or to everybody again."""
    issue = _open(session, issue_id, version)
    issue.audience = describe_audience(audience)
    session.flush()
    return issue


def hold(session: Session, issue_id: int, note: str = "") -> Issue:
    """Order that the issue does not go out, not even by the standing rule. Raises WrongMove."""
    issue = read_issue_to_change(session, issue_id)
    issue.move_to("held")
    issue.note = note
    session.flush()
    return issue


def release(session: Session, issue_id: int) -> Issue:
    """End the hold. Raises WrongMove if it is not held any more."""
    issue = read_issue_to_change(session, issue_id)
    issue.move_to("proposed")
    issue.note = ""
    session.flush()
    return issue


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of an issue by one editor, at one time."""

    session: Session
    issue: Issue
    by: str
    now: datetime

    def record(self, article_id: int, kind: str, words: EditedWords = NO_WORDS) -> None:
        choices.record(
            self.session,
            self.issue.key,
            article_id,
            kind,
            by=self.by,
            now=self.now,
            words=words,
        )

    def block(self, block_id: int) -> Block:
        block = self.session.get(Block, block_id)
        if block is None or block.issue_id != self.issue.key:
            raise NoSuchBlock
        return block

    def find_story(self, article_id: int) -> Block | None:
        """Return the story of that article, by whichever of its reports it is linked."""
        stories = stories_in(self._blocks())
        return next((block for block in stories if article_id in block.article_ids), None)

    def story_of(self, article_id: int) -> Block:
        block = self.find_story(article_id)
        if block is None:
            raise NoSuchBlock
        return block

    def move(self, block: Block, step: int) -> None:
        row = [other for other in self._blocks() if other.is_in_row_of(block)]
        to = row.index(block) + step
        if 0 <= to < len(row):  # at an end, moving on changes nothing
            self._swap(block, row[to], "raised" if step < 0 else "moved")
        self.session.flush()

    def write(self, block: Block, words: EditedWords) -> None:
        block.set_words(*words)
        if block.article_id:
            self.record(block.article_id, "edited", words)
        self.session.flush()

    def drop(self, block: Block) -> None:
        for article_id in block.article_ids:
            self.record(article_id, "dropped")
        self.session.delete(block)
        self.session.flush()
        self.settle()

    def add(self, article_id: int) -> Block:
        """Put the story of an article behind all others; raises NotAssessed."""
        assessment = reasons.read_assessment(self.session, self.issue.key, article_id)
        key = self.issue.publication_id
        reports = read_reports(self.session, key, assessment.article_ids)
        self._remove_similar(article_id)
        block = self._new_block(assessment, reports)
        self._restore_words(block, article_id)
        self.session.add(block)
        # It was dropped with all its reports, so all of them may come back.
        for report in reports:
            choices.forgive(self.session, self.issue.key, report.id)
        self.record(article_id, "kept")
        return block

    def settle(self, first: Block | None = None) -> None:
        """Arrange the stories by the publication's plan: a lead, its rows, the rest in brief."""
        stories = stories_in(self._blocks())
        # By identity: two rows are equal if their columns are. The others keep their order.
        stories.sort(key=lambda block: block is not first)
        publication = read_publication(self.session, self.issue.publication_id)
        arrange(stories, publication.rows)
        self.session.flush()

    def _blocks(self) -> list[Block]:
        return read_blocks(self.session, self.issue.key)

    def _swap(self, block: Block, other: Block, kind: str) -> None:
        """Let two blocks change places; the editor placed both."""
        place = block.kind, block.position
        put(block, other.kind, other.position)
        put(other, *place)
        # Both are recorded, or a refresh would move the other back.
        self._record_place(block, kind)
        self._record_place(other, "moved")

    def _record_place(self, block: Block, kind: str) -> None:
        if block.article_id:
            self.record(block.article_id, "lead" if block.kind == "lead" else kind)

    def _remove_similar(self, article_id: int) -> None:
        """Take an article from the similar reading."""
        found = [block for block in self._blocks() if block.article_id == article_id]
        delete_blocks(self.session, found)

    def _new_block(self, assessment: Assessment, reports: Sequence[Report]) -> Block:
        """Return a block for a story, behind all that are there."""
        block = new_block(self.issue.key)
        block.position = 1 + self._last_position()
        write_story(block, reports, long=False)
        set_reasons(block, assessment.score, assessment.reasons)
        return block

    def _last_position(self) -> int:
        return max((block.position for block in self._blocks()), default=0)

    def _restore_words(self, block: Block, article_id: int) -> None:
        """Give a story that was dropped the words that an editor wrote for it."""
        words = choices.edited_words(self.session, self.issue.key, article_id)
        if words:
            block.set_words(*words)


def _begin(session: Session, issue_id: int, version: int, by: str, now: datetime) -> _Change:
    return _Change(session, _open(session, issue_id, version), by, now)


def _open(session: Session, issue_id: int, version: int) -> Issue:
    """Return the issue with its version raised; raises NotEditable, or IssueChanged if stale."""
    issue = read_issue_to_change(session, issue_id)
    if issue.status not in EDITABLE:
        raise NotEditable
    # Only an editor's change makes a form stale: a refresh raises the version alone.
    if version < issue.hand_version:
        raise IssueChanged
    issue.note_edit()
    return issue


def _tidy(words: EditedWords) -> EditedWords:
    """Return words as they are kept; raises EmptyTitle."""
    title = one_line(words.title)[:TITLE_CHARS]
    if not title:
        raise EmptyTitle
    return EditedWords(title, one_line(words.text)[:TEXT_CHARS])


def describe_audience(audience: Audience | None) -> dict[str, object]:
    """Return how an issue keeps whom it goes to: a copy of the audience as it is now."""
    return {"name": audience.name, "filter": dict(audience.filter)} if audience else {}

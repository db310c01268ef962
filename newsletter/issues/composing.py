"""Composing: what an editor changes in an issue.

Each change is recorded, raises the version, and outlives a refresh. A form is stale if another
editor changed the issue since it was opened. A refresh makes no form stale: it never touches what
an editor changed, and where it took a story away, NoSuchBlock says so.
"""

from datetime import datetime

from sqlmodel import Session

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.issues import choices, reasons
from newsletter.issues.blocks import arrange, new_block, set_reasons, write_story
from newsletter.issues.candidates import read_reports
from newsletter.issues.choices import EditedWords
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import (
    STORY_KINDS,
    read_blocks,
    read_issue,
    read_issue_to_change,
    read_stories,
)
from newsletter.issues.status import EDITABLE, ISSUE
from newsletter.publications.reading import read_publication
from newsletter.text import one_line
from subscribers.models import Audience

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
    issue = _open(session, issue_id, version)
    _drop(session, issue, _block(session, issue_id, block_id), by=by, now=now)
    return issue


def drop_article(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Take out the story of an article, by whichever of its reports it is linked."""
    issue = _open(session, issue_id, version)
    _drop(session, issue, _story_of(session, issue_id, article_id), by=by, now=now)
    return issue


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
    issue = _open(session, issue_id, version)
    block = _block(session, issue_id, block_id)
    row = _row_of(session, issue_id, block)
    at = row.index(block)
    if 0 <= at + step < len(row):
        neighbour = row[at + step]
        _swap(block, neighbour)
        _record_move(session, block, by=by, now=now)
        _record_move(session, neighbour, by=by, now=now)
    session.flush()
    return issue


def keep(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Let a story stay where it is, whatever is gathered."""
    issue = _open(session, issue_id, version)
    _story_of(session, issue_id, article_id)
    choices.record(session, issue_id, article_id, "kept", by=by, now=now)
    return issue


def add(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Put a considered story at the end of the issue, where it found no place or was dropped."""
    issue = _open(session, issue_id, version)
    try:
        _story_of(session, issue_id, article_id)
    except NoSuchBlock:
        _add(session, issue, article_id, by=by, now=now)
    else:
        choices.record(session, issue_id, article_id, "kept", by=by, now=now)
    _settle(session, issue)
    return issue


def lead(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Let a considered story lead, in the issue already or not; the others move down."""
    issue = _open(session, issue_id, version)
    try:
        block = _story_of(session, issue_id, article_id)
    except NoSuchBlock:
        block = _add(session, issue, article_id, by=by, now=now)
    # The block may link another report of the same story, so its article is recorded.
    choices.record(session, issue_id, block.article_id or article_id, "lead", by=by, now=now)
    _settle(session, issue, first=block)
    return issue


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
    title = one_line(words.title)[:TITLE_CHARS]
    text = one_line(words.text)[:TEXT_CHARS]
    if not title:
        raise EmptyTitle
    issue = _open(session, issue_id, version)
    block = _block(session, issue_id, block_id)
    block.title = title
    block.text = text
    if block.article_id:
        kept = EditedWords(title, text)
        choices.record(session, issue_id, block.article_id, "edited", by=by, now=now, words=kept)
    session.flush()
    return issue


def change_subject(
    session: Session, issue_id: int, subject: str, preheader: str, *, version: int, by: str
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
    issue.audience = {}
    if audience:
        issue.audience = {"name": audience.name, "filter": dict(audience.filter)}
    session.flush()
    return issue


def hold(session: Session, issue_id: int, note: str = "") -> Issue:
    """Order that the issue does not go out, not even by the standing rule."""
    issue = read_issue(session, issue_id)
    issue.status = ISSUE.to(issue.status, "held")
    issue.note = note
    session.flush()
    return issue


def release(session: Session, issue_id: int) -> Issue:
    """End the hold."""
    issue = read_issue(session, issue_id)
    issue.status = ISSUE.to(issue.status, "proposed")
    issue.note = ""
    session.flush()
    return issue


def _open(session: Session, issue_id: int, version: int) -> Issue:
    """Return the issue with its version raised; raises NotEditable, or IssueChanged if stale."""
    issue = read_issue_to_change(session, issue_id)
    if issue.status not in EDITABLE:
        raise NotEditable
    # Only an editor's change makes a form stale: a refresh raises the version alone.
    if version < issue.hand_version:
        raise IssueChanged
    issue.version += 1
    issue.hand_version = issue.version
    return issue


def _block(session: Session, issue_id: int, block_id: int) -> Block:
    block = session.get(Block, block_id)
    if block is None or block.issue_id != issue_id:
        raise NoSuchBlock
    return block


def _story_of(session: Session, issue_id: int, article_id: int) -> Block:
    """Return the story of that article, by whichever of its reports it is linked."""
    for block in read_stories(session, issue_id):
        if article_id in (block.article_id, *block.folded):
            return block
    raise NoSuchBlock


def _drop(session: Session, issue: Issue, block: Block, *, by: str, now: datetime) -> None:
    for article_id in (block.article_id, *block.folded):
        if article_id:
            choices.record(session, issue.key, article_id, "dropped", by=by, now=now)
    session.delete(block)
    session.flush()
    _settle(session, issue)


def _add(session: Session, issue: Issue, article_id: int, *, by: str, now: datetime) -> Block:
    """Put the story of an article behind all others; raises NotAssessed."""
    assessment = reasons.read_assessment(session, issue.key, article_id)
    article_ids = [article_id, *assessment.folded]
    reports = read_reports(session, issue.publication_id, article_ids)
    last = _remove_similar(session, issue, article_id)
    block = new_block(issue.key)
    write_story(block, reports, assessment.sources, long=False)
    set_reasons(block, assessment.score, assessment.reasons)
    block.position = last + 1
    _restore_words(session, block, article_id)
    session.add(block)
    for report in reports:
        choices.forgive(session, issue.key, report.id)
    choices.record(session, issue.key, article_id, "kept", by=by, now=now)
    return block


def _remove_similar(session: Session, issue: Issue, article_id: int) -> int:
    """Take an article from the similar reading; return the highest position that is left."""
    for block in read_blocks(session, issue.key):
        if block.article_id == article_id:
            session.delete(block)
    return max((block.position for block in read_blocks(session, issue.key)), default=0)


def _restore_words(session: Session, block: Block, article_id: int) -> None:
    """Give a story that was dropped the words that an editor wrote for it."""
    for choice in choices.of_issue(session, block.issue_id):
        if choice.kind == "edited" and choice.article_id == article_id:
            block.title = choice.title
            block.text = choice.text


def _row_of(session: Session, issue_id: int, block: Block) -> list[Block]:
    """Return the blocks among which a block can move."""
    kinds = STORY_KINDS if block.kind in STORY_KINDS else (block.kind,)
    return [other for other in read_blocks(session, issue_id) if other.kind in kinds]


def _swap(block: Block, other: Block) -> None:
    block.kind, other.kind = other.kind, block.kind
    block.position, other.position = other.position, block.position


def _record_move(session: Session, block: Block, *, by: str, now: datetime) -> None:
    if block.article_id:
        kind = "lead" if block.kind == "lead" else "moved"
        choices.record(session, block.issue_id, block.article_id, kind, by=by, now=now)


def _settle(session: Session, issue: Issue, first: Block | None = None) -> None:
    """Arrange the stories by the publication's plan: a lead, its rows, the rest in brief."""
    stories = read_stories(session, issue.key)
    if first:
        # By identity: two rows are equal if their columns are.
        stories = [first, *(block for block in stories if block is not first)]
    arrange(stories, read_publication(session, issue.publication_id).rows)
    session.flush()

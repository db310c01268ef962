"""Composing: what an editor's hand changes in an issue. Each choice is recorded, raises the version, and outlives a refresh.

A form is stale if another hand changed the issue since it was opened. A refresh makes none stale: it never touches what a
hand did, and a story that it took away is said to be gone.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.issues import choices, reasons
from newsletter.issues.blocks import keep_order, new_block, set_reasons, write_story
from newsletter.issues.candidates import read_reports
from newsletter.issues.choices import EditedWords
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import STORY_KINDS, read_blocks, read_issue
from newsletter.issues.status import EDITABLE, ISSUE
from newsletter.publications import reading as publications
from subscribers.models import Audience


class IssueChanged(Conflict):
    """Somebody changed this issue since you opened it. Nothing of yours was saved: look at it now, then do it again."""


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
    """Take a story out, with all that tell it: no refresh brings it back. If it was the lead, the next story leads."""
    issue = _open(session, issue_id, version)
    _dropped(session, issue, _block(session, issue_id, block_id), by, now)
    return issue


def drop_article(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Take out the story of an article, by whichever of its reports it is linked."""
    issue = _open(session, issue_id, version)
    _dropped(session, issue, _showing(session, issue_id, article_id), by, now)
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
    """Move a story one place up (-1) or down (+1). Lead, stories and brief are one list: the first of it leads.

    Both that change places were placed by hand.
    """
    issue = _open(session, issue_id, version)
    block = _block(session, issue_id, block_id)
    row = _list_of(session, issue_id, block)
    at = row.index(block)
    to = at + step
    if 0 <= to < len(row):
        one, other = row[at], row[to]
        one.kind, other.kind = other.kind, one.kind
        one.position, other.position = other.position, one.position
        for moved_one in (one, other):
            if moved_one.article_id:
                kind = "lead" if moved_one.kind == "lead" else "moved"
                choices.record(session, issue_id, moved_one.article_id, kind, by=by, now=now)
    session.flush()
    return issue


def keep(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Let a story stay where it stands, whatever is gathered."""
    issue = _open(session, issue_id, version)
    _showing(session, issue_id, article_id)
    choices.record(session, issue_id, article_id, "kept", by=by, now=now)
    return issue


def add(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Put a considered story at the end of the issue: one that found no place, or one that was dropped and comes back."""
    issue = _open(session, issue_id, version)
    try:
        _showing(session, issue_id, article_id)
        choices.record(session, issue_id, article_id, "kept", by=by, now=now)
    except NoSuchBlock:
        _added(session, issue, article_id, by, now)
    _settle(session, issue)
    return issue


def lead(
    session: Session, issue_id: int, article_id: int, *, version: int, by: str, now: datetime
) -> Issue:
    """Let a considered story lead, in the issue already or not; the others move down."""
    issue = _open(session, issue_id, version)
    try:
        block = _showing(session, issue_id, article_id)
    except NoSuchBlock:
        block = _added(session, issue, article_id, by, now)
    choices.record(session, issue_id, block.article_id or 0, "lead", by=by, now=now)
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
    title = " ".join(words.title.split())[:500]
    text = " ".join(words.text.split())[:2000]
    if not title:
        raise EmptyTitle
    issue = _open(session, issue_id, version)
    block = _block(session, issue_id, block_id)
    block.title, block.text = title, text
    if block.article_id:
        choices.record(
            session,
            issue_id,
            block.article_id,
            "edited",
            by=by,
            now=now,
            words=EditedWords(title, text),
        )
    session.flush()
    return issue


def change_subject(
    session: Session, issue_id: int, subject: str, preheader: str, *, version: int, by: str
) -> Issue:
    """Change the subject and the preheader, or pick one of those proposed: no refresh words them again."""
    if not subject.strip():
        raise EmptySubject
    issue = _open(session, issue_id, version)
    issue.subject, issue.preheader = (
        " ".join(subject.split())[:200],
        " ".join(preheader.split())[:300],
    )
    issue.worded_by = by
    session.flush()
    return issue


def send_to(session: Session, issue_id: int, audience: Audience | None, *, version: int) -> Issue:
    """Let an issue go to an audience, as it is described now, or to everybody again."""
    issue = _open(session, issue_id, version)
    issue.audience = {"name": audience.name, "filter": dict(audience.filter)} if audience else {}
    session.flush()
    return issue


def hold(session: Session, issue_id: int, note: str = "") -> Issue:
    """Order that the issue does not go out, not even by the standing rule."""
    issue = read_issue(session, issue_id)
    issue.status, issue.note = ISSUE.to(issue.status, "held"), note
    session.flush()
    return issue


def release(session: Session, issue_id: int) -> Issue:
    """End the hold."""
    issue = read_issue(session, issue_id)
    issue.status, issue.note = ISSUE.to(issue.status, "proposed"), ""
    session.flush()
    return issue


def _open(session: Session, issue_id: int, version: int) -> Issue:
    issue = session.exec(
        select(Issue).where(col(Issue.id) == issue_id).with_for_update()
    ).one_or_none()
    issue = issue or read_issue(session, issue_id)
    if issue.status not in EDITABLE:
        raise NotEditable
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


def _showing(session: Session, issue_id: int, article_id: int) -> Block:
    """The story of that article, by whichever of its reports it is linked."""
    for block in read_blocks(session, issue_id):
        if block.kind in STORY_KINDS and article_id in (block.article_id, *block.folded):
            return block
    raise NoSuchBlock


def _dropped(session: Session, issue: Issue, block: Block, by: str, now: datetime) -> None:
    for article_id in filter(None, (block.article_id, *block.folded)):
        choices.record(session, issue.key, article_id, "dropped", by=by, now=now)
    session.delete(block)
    session.flush()
    _settle(session, issue)


def _added(session: Session, issue: Issue, article_id: int, by: str, now: datetime) -> Block:
    key = issue.key
    weighed = reasons.read_assessment(session, key, article_id)
    reports = read_reports(session, issue.publication_id, [article_id, *weighed.folded])
    words = {
        one.article_id: one for one in choices.of_issue(session, key) if one.kind == "edited"
    }.get(article_id)
    for other in read_blocks(session, key):
        if other.article_id == article_id:
            session.delete(other)  # it may stand among the similar ones
    block = new_block(key)
    write_story(block, reports, weighed.sources, long=False)
    set_reasons(block, weighed.score, weighed.reasons)
    block.position = 1 + max((other.position for other in read_blocks(session, key)), default=0)
    if words:
        block.title, block.text = words.title, words.text
    session.add(block)
    for report in reports:
        choices.forgive(session, key, report.id)
    choices.record(session, key, article_id, "kept", by=by, now=now)
    return block


def _list_of(session: Session, issue_id: int, block: Block) -> list[Block]:
    kinds = STORY_KINDS if block.kind in STORY_KINDS else (block.kind,)
    return [other for other in read_blocks(session, issue_id) if other.kind in kinds]


def _settle(session: Session, issue: Issue, first: Block | None = None) -> None:
    """Let the stories stand by the publication's plan: a lead, its rows, the rest in brief."""
    row = [
        block
        for block in read_blocks(session, issue.key)
        if block.kind in STORY_KINDS and block is not first
    ]
    keep_order(
        [first, *row] if first else row,
        publications.read_publication(session, issue.publication_id).rows,
    )
    session.flush()

"""Composing: what an editor's hand changes in an issue. Every change raises the version; a stale one is refused."""

from sqlmodel import Session, col, select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import blocks, read
from newsletter.issues.status import EDITABLE, moved


class ChangedMeanwhile(Conflict):
    """Somebody changed this issue since you opened it. Nothing of yours was saved: look at it now, then do it again."""


class NotEditable(Conflict):
    """This issue is approved, sent or skipped. Withdraw the approval to change it."""


class NoSuchBlock(NotFound):
    """That story is not in this issue any more."""


class EmptySubject(Refused):
    """An issue needs a subject. Write a few words about the lead."""


def drop(session: Session, issue_id: int, block_id: int, version: int) -> Issue:
    """Take a story out; if it was the lead, the next story leads."""
    issue = _open(session, issue_id, version)
    session.delete(_block(session, issue_id, block_id))
    session.flush()
    _close_ranks(session, issue_id)
    return issue


def move(session: Session, issue_id: int, block_id: int, step: int, version: int) -> Issue:
    """Move a story one place up (-1) or down (+1). Lead, stories and brief are one list: the first of it leads."""
    issue = _open(session, issue_id, version)
    block = _block(session, issue_id, block_id)
    row = _list_of(session, issue_id, block)
    at = row.index(block)
    to = at + step
    if 0 <= to < len(row):
        one, other = row[at], row[to]
        one.kind, other.kind = other.kind, one.kind
        one.position, other.position = other.position, one.position
    session.flush()
    return issue


def change_subject(session: Session, issue_id: int, subject: str, preheader: str, version: int) -> Issue:
    """Change the subject and the preheader."""
    if not subject.strip():
        raise EmptySubject
    issue = _open(session, issue_id, version)
    issue.subject, issue.preheader = " ".join(subject.split())[:200], " ".join(preheader.split())[:300]
    session.flush()
    return issue


def hold(session: Session, issue_id: int, note: str = "") -> Issue:
    """Order that the issue does not go out, not even by the standing rule."""
    issue = read(session, issue_id)
    issue.status, issue.note = moved(issue.status, "held"), note
    session.flush()
    return issue


def release(session: Session, issue_id: int) -> Issue:
    """End the hold."""
    issue = read(session, issue_id)
    issue.status, issue.note = moved(issue.status, "proposed"), ""
    session.flush()
    return issue


def _open(session: Session, issue_id: int, version: int) -> Issue:
    issue = session.exec(select(Issue).where(col(Issue.id) == issue_id).with_for_update()).one_or_none()
    issue = issue or read(session, issue_id)
    if issue.status not in EDITABLE:
        raise NotEditable
    if issue.version != version:
        raise ChangedMeanwhile
    issue.version += 1
    return issue


def _block(session: Session, issue_id: int, block_id: int) -> Block:
    block = session.get(Block, block_id)
    if block is None or block.issue_id != issue_id:
        raise NoSuchBlock
    return block


STORY_KINDS = ("lead", "stories", "brief")


def _list_of(session: Session, issue_id: int, block: Block) -> list[Block]:
    kinds = STORY_KINDS if block.kind in STORY_KINDS else (block.kind,)
    return [other for other in blocks(session, issue_id) if other.kind in kinds]


def _close_ranks(session: Session, issue_id: int) -> None:
    row = [block for block in blocks(session, issue_id) if block.kind in STORY_KINDS]
    if row and row[0].kind != "lead":
        row[0].kind, row[0].position = "lead", 0
        session.flush()

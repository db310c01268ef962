"""Importing past issues: they stand in the archive, what they linked is never proposed again, and their old addresses lead here."""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from newsletter.archive.past_files import BadPastFile, PastFile
from newsletter.archive.sent import past_issue
from newsletter.errors import Conflict
from newsletter.formats.found import Found
from newsletter.gathering.articles import ids_by_url, store_found
from newsletter.gathering.models import Source
from newsletter.issues.models import Indexed, Issue, Linked, PastIssue, Posting
from newsletter.publications import redirects
from newsletter.publications.models import Publication
from newsletter.statements import insert_new

PAST = "past issues"  # the address of the source that shows what they linked


class NumberTaken(Conflict):
    """There is an issue of that number already."""


def keep_past_issue(session: Session, publication_id: int, past: PastFile, now: datetime) -> Issue:
    """Keep a past issue; the same file again changes what it says. Raises BadPastFile for a date to come, or NumberTaken."""
    if past.at > now:
        raise BadPastFile(
            f"Its date, {past.at:%Y-%m-%d}, is to come. What was sent has a date in the past."
        )
    session.get_one(
        Publication, publication_id, with_for_update=True
    )  # nobody else proposes an issue of this number meanwhile
    issue = _issue(session, publication_id, past)
    issue.subject, issue.preheader = past.title, past.dek
    issue.due_at = issue.sent_at = issue.window_from = issue.window_to = issue.proposed_at = past.at
    session.add(issue)
    session.flush()
    key = issue.key
    told = past_issue(session, key) or PastIssue(issue_id=key, html="", text="")
    told.html, told.text, told.address = past.html, past.text, past.address
    session.add(told)
    _forget_index(session, key)
    _link(session, issue, past, now)
    if path := redirects.path_of(past.address):
        redirects.add_redirect(session, publication_id, path, f"/archive/{issue.number}")
    session.flush()
    return issue


def _issue(session: Session, publication_id: int, past: PastFile) -> Issue:
    """The issue that this file was kept as, or a new one with its own number, or else the next."""
    named = past.address or f"{past.at.isoformat()} {past.title}"
    period = "past " + hashlib.sha256(named.encode()).hexdigest()[:32]
    of = select(Issue).where(col(Issue.publication_id) == publication_id)
    known = session.exec(of.where(col(Issue.period) == period)).one_or_none()
    if known is not None:
        return known
    highest = (
        session.exec(
            select(func.max(Issue.number)).where(col(Issue.publication_id) == publication_id)
        ).one()
        or 0
    )
    number = past.number or highest + 1
    taken = session.exec(of.where(col(Issue.number) == number)).one_or_none()
    if taken is not None:
        raise NumberTaken(
            f"Issue {number} is there already: “{taken.subject}”. Give this one another number, or none."
        )
    at = past.at
    made = Issue(
        publication_id=publication_id,
        number=number,
        period=period,
        status="sent",
        window_from=at,
        window_to=at,
        due_at=at,
        proposed_at=at,
    )
    made.note = "Imported."
    return made


def _link(session: Session, issue: Issue, past: PastFile, now: datetime) -> None:
    row = {
        "publication_id": issue.publication_id,
        "kind": "hand",
        "url": PAST,
        "title": "Past issues",
        "added_at": now,
    }
    insert_new(session, Source, [row])
    source = session.exec(
        select(Source.id).where(
            col(Source.publication_id) == issue.publication_id, col(Source.url) == PAST
        )
    ).one()
    store_found(
        session,
        source or 0,
        [Found(url, title, published_at=past.at) for url, title in past.links.items()],
        now,
    )
    rows = [
        {"publication_id": issue.publication_id, "issue_id": issue.id, "article_id": key}
        for key in ids_by_url(session, past.links).values()
    ]
    if rows:
        insert_new(session, Linked, rows)


def _forget_index(session: Session, issue_id: int) -> None:
    """What search knows of it is made anew."""
    known = select(Indexed.id).where(col(Indexed.issue_id) == issue_id)
    session.exec(delete(Posting).where(col(Posting.indexed_id).in_(known)))
    session.exec(delete(Indexed).where(col(Indexed.issue_id) == issue_id))

"""Importing past issues, which another program sent.

The archive shows them, their links are never proposed again, and their old addresses lead here.
"""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.archive.models import PastIssue
from newsletter.archive.past_files import BadPastFile, PastFile
from newsletter.archive.search import forget_issue
from newsletter.archive.sent import past_issue
from newsletter.errors import Conflict
from newsletter.formats.found import Found
from newsletter.gathering.articles import ids_by_url, store_found
from newsletter.gathering.models import Source
from newsletter.issues.models import Issue, Linked
from newsletter.publications import redirects
from newsletter.publications.models import Publication
from newsletter.statements import insert_new

PAST = "past issues"  # the address of the source that shows the articles they linked


class NumberTaken(Conflict):
    """There is an issue of that number already."""


def keep_past_issue(session: Session, publication_id: int, past: PastFile, now: datetime) -> Issue:
    """Keep a past issue; if it is kept already, change it to the words that the file has now.

    Raises BadPastFile for a date in the future, and NumberTaken.
    """
    _refuse_date_to_come(past, now)
    # Until the commit, nobody else proposes an issue of this number.
    session.get_one(Publication, publication_id, with_for_update=True)
    period = _period(past)
    known = select(Issue).filter_by(publication_id=publication_id, period=period)
    issue = session.exec(known).one_or_none()
    if issue is None:
        number = _free_number(session, publication_id, past)
        issue = _new_issue(publication_id, number, period, past.at)
    _set_times(issue, past.at)
    _set_words(session, issue, past)
    # The words may have changed, so search must read them again.
    forget_issue(session, issue.key)
    _link(session, issue, past, now)
    _redirect(session, issue, past.address)
    session.flush()
    return issue


def _refuse_date_to_come(past: PastFile, now: datetime) -> None:
    if past.at > now:
        raise BadPastFile(
            f"Its date, {past.at:%Y-%m-%d}, is to come. What was sent has a date in the past."
        )


def _period(past: PastFile) -> str:
    """The name by which the same file is known again, whatever else of it has changed."""
    name = past.address or f"{past.at.isoformat()} {past.title}"
    return "past " + hashlib.sha256(name.encode()).hexdigest()[:32]


def _free_number(session: Session, publication_id: int, past: PastFile) -> int:
    """The number that the file gives, or else the next. Raises NumberTaken."""
    number = past.number or _highest_number(session, publication_id) + 1
    same_number = select(Issue).filter_by(publication_id=publication_id, number=number)
    taken = session.exec(same_number).one_or_none()
    if taken is not None:
        raise NumberTaken(
            f"Issue {number} is there already: “{taken.subject}”. "
            "Give this one another number, or none."
        )
    return number


def _highest_number(session: Session, publication_id: int) -> int:
    query = select(func.max(Issue.number)).where(col(Issue.publication_id) == publication_id)
    return session.exec(query).one() or 0


def _new_issue(publication_id: int, number: int, period: str, at: datetime) -> Issue:
    return Issue(
        publication_id=publication_id,
        number=number,
        period=period,
        status="sent",
        window_from=at,
        window_to=at,
        due_at=at,
        proposed_at=at,
        note="Imported.",
    )


def _set_times(issue: Issue, at: datetime) -> None:
    # Nothing was planned here: all its times are the moment at which it was sent.
    issue.window_from = at
    issue.window_to = at
    issue.due_at = at
    issue.proposed_at = at
    issue.sent_at = at


def _set_words(session: Session, issue: Issue, past: PastFile) -> None:
    issue.subject = past.title
    issue.preheader = past.dek
    session.add(issue)
    # The flush gives a new issue the number that its words refer to.
    session.flush()
    words = past_issue(session, issue.key)
    if words is None:
        words = PastIssue(issue_id=issue.key, html="", text="")
    words.html = past.html
    words.text = past.text
    words.address = past.address
    session.add(words)


def _link(session: Session, issue: Issue, past: PastFile, now: datetime) -> None:
    """Keep its links as articles that an issue had, so that none is proposed again."""
    source_id = _source_id(session, issue.publication_id, now)
    found = [Found(url, title, published_at=past.at) for url, title in past.links.items()]
    store_found(session, source_id, found, now)
    rows = [
        {"publication_id": issue.publication_id, "issue_id": issue.id, "article_id": article_id}
        for article_id in ids_by_url(session, past.links).values()
    ]
    if rows:
        insert_new(session, Linked, rows)


def _source_id(session: Session, publication_id: int, now: datetime) -> int:
    """The source of all that past issues linked. It is made if it is missing."""
    row = {
        "publication_id": publication_id,
        # The kind of a source that is never fetched.
        "kind": "hand",
        "url": PAST,
        "title": "Past issues",
        "added_at": now,
    }
    insert_new(session, Source, [row])
    query = select(Source).filter_by(publication_id=publication_id, url=PAST)
    return session.exec(query).one().key


def _redirect(session: Session, issue: Issue, address: str) -> None:
    path = redirects.path_of(address)
    if path:
        redirects.add_redirect(session, issue.publication_id, path, f"/archive/{issue.number}")

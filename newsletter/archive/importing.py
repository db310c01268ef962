"""Importing past issues, which another program sent.

The archive shows them, their links are never proposed again, and their old addresses lead here.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.archive.models import PastIssue
from newsletter.archive.past_files import BadPastFile, PastFile
from newsletter.archive.search import forget_issue
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


def keep_past_issue(
    session: Session,
    publication_id: int,
    past: PastFile,
    now: datetime,
) -> Issue:
    """Keep a past issue; if it is kept already, change it to the words that the file has now.

    Raises BadPastFile for a date in the future, and NumberTaken.
    """
    _refuse_date_to_come(past, now)
    # Until the commit, nobody else proposes an issue of this number.
    session.get_one(Publication, publication_id, with_for_update=True)
    issue = _find_or_make(session, publication_id, past)
    _set_words(session, issue, past)
    _link(session, issue, past, now)
    _redirect(session, issue, past.address)
    session.flush()
    return issue


def _refuse_date_to_come(past: PastFile, now: datetime) -> None:
    if past.at > now:
        raise BadPastFile(
            f"Its date, {past.at:%Y-%m-%d}, is to come. What was sent has a date in the past."
        )


def _find_or_make(
    session: Session,
    publication_id: int,
    past: PastFile,
) -> Issue:
    """The issue that was kept of the same file, or a new one. Raises NumberTaken."""
    period = _period(past)
    issue = session.exec(_kept_issue(publication_id, period)).one_or_none()
    if issue is not None:
        return issue
    number = _free_number(session, publication_id, past)
    return _new_issue(publication_id, number, period, past.at)


def _kept_issue(publication_id: int, period: str) -> SelectOfScalar[Issue]:
    """The issue that was kept of a file before, by its name for it."""
    return select(Issue).filter_by(publication_id=publication_id, period=period)


def _period(past: PastFile) -> str:
    """The name by which the same file is known again, whatever else of it has changed."""
    name = past.address or f"{past.at.isoformat()} {past.title}"
    return "past " + hashlib.sha256(name.encode()).hexdigest()[:32]


def _free_number(
    session: Session,
    publication_id: int,
    past: PastFile,
) -> int:
    """The number that the file gives, or else the next. Raises NumberTaken."""
    number = past.number or _highest_number(session, publication_id) + 1
    _refuse_taken(session, publication_id, number)
    return number


def _highest_number(session: Session, publication_id: int) -> int:
    query = select(func.max(Issue.number)).filter_by(publication_id=publication_id)
    return session.exec(query).one() or 0


def _refuse_taken(
    session: Session,
    publication_id: int,
    number: int,
) -> None:
    """Raises NumberTaken."""
    same_number = select(Issue).filter_by(publication_id=publication_id, number=number)
    taken = session.exec(same_number).one_or_none()
    if taken is not None:
        raise NumberTaken(
            f"Issue {number} is there already: “{taken.subject}”. "
            "Give this one another number, or none."
        )


def _new_issue(
    publication_id: int,
    number: int,
    period: str,
    at: datetime,
) -> Issue:
    return Issue(
        publication_id=publication_id,
        number=number,
        period=period,
        status="sent",
        window_from=at,
        window_to=at,
        due_at=at,
        deadline_at=at,
        proposed_at=at,
        note="Imported.",
    )


def _set_words(
    session: Session,
    issue: Issue,
    past: PastFile,
) -> None:
    """Give the issue the times and the words of the file."""
    _set_times(issue, past.at)
    _set_head(session, issue, past)
    _set_text(session, issue, past)
    # The words may have changed, so search must read them again.
    forget_issue(session, issue.key)


def _set_times(issue: Issue, at: datetime) -> None:
    # Nothing was planned here: all its times are the moment at which it was sent.
    issue.window_from = at
    issue.window_to = at
    issue.due_at = at
    issue.proposed_at = at
    issue.sent_at = at


def _set_head(
    session: Session,
    issue: Issue,
    past: PastFile,
) -> None:
    issue.subject = past.title
    issue.preheader = past.dek
    session.add(issue)
    # The flush gives a new issue the number that its words refer to.
    session.flush()


def _set_text(
    session: Session,
    issue: Issue,
    past: PastFile,
) -> None:
    words = PastIssue(
        issue_id=issue.key,
        html=past.html,
        text=past.text,
        address=past.address,
    )
    # If the issue has words already, this overwrites them.
    session.merge(words)


def _link(
    session: Session,
    issue: Issue,
    past: PastFile,
    now: datetime,
) -> None:
    """Keep its links as articles that an issue had, so that none is proposed again."""
    source_id = _source_id(session, issue.publication_id, now)
    store_found(session, source_id, _found_items(past), now)
    _note_linked(session, issue, ids_by_url(session, past.links).values())


def _found_items(past: PastFile) -> Sequence[Found]:
    return [Found(url, title, published_at=past.at) for url, title in past.links.items()]


def _note_linked(
    session: Session,
    issue: Issue,
    article_ids: Iterable[int],
) -> None:
    """Note that the issue had these articles."""
    rows = [_linked_row(issue, article_id) for article_id in article_ids]
    if rows:
        insert_new(session, Linked, rows)


def _linked_row(issue: Issue, article_id: int) -> dict[str, object]:
    return {
        "publication_id": issue.publication_id,
        "issue_id": issue.id,
        "article_id": article_id,
    }


def _source_id(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    """The source of all that past issues linked. It is made if it is missing."""
    insert_new(session, Source, [_source_row(publication_id, now)])
    query = select(Source).filter_by(publication_id=publication_id, url=PAST)
    return session.exec(query).one().key


def _source_row(publication_id: int, now: datetime) -> dict[str, object]:
    return {
        "publication_id": publication_id,
        # The kind of a source that is never fetched.
        "kind": "hand",
        "url": PAST,
        "title": "Past issues",
        "added_at": now,
    }


def _redirect(
    session: Session,
    issue: Issue,
    address: str,
) -> None:
    path = redirects.path_of(address)
    if path:
        redirects.add_redirect(session, issue.publication_id, path, f"/archive/{issue.number}")

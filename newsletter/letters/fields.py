"""What each small letter says: the values that its templates in templates/email/letters name."""

from datetime import datetime

from sqlmodel import Session

from newsletter.issues.models import Issue
from newsletter.issues.reading import latest_sent_issue
from newsletter.letters.publisher import Publisher
from newsletter.tools.models import Submission, Tool
from subscribers.models import Subscription

Fields = dict[str, str]


def confirm_fields(
    publisher: Publisher,
    subscription_id: int,
    until: datetime,
) -> Fields:
    """Return what the letter says whose button makes a sign-up count."""
    return {
        "confirm_url": publisher.confirm_url(subscription_id, until),
        "confirm_expires": _moment(until),
    }


def welcome_fields(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
) -> Fields:
    """Return what the letter after a confirmation says."""
    # It links the latest issue, so that nobody waits a week for a first one.
    latest = latest_sent_issue(session, publisher.key)
    return {
        **_latest_issue(publisher, latest),
        **own_links(session, publisher, subscription_id),
    }


def reconfirm_fields(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
    until: datetime,
) -> Fields:
    """Return what the letter to somebody of a doubtful list says."""
    return {
        "stay_url": publisher.stay_url(subscription_id, until),
        "stay_expires": _moment(until),
        **own_links(session, publisher, subscription_id),
    }


def own_links(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
) -> Fields:
    """Return the links to a subscriber's preferences, and to leave."""
    subscriber_id = session.get_one(Subscription, subscription_id).subscriber_id
    token = publisher.preferences_token(subscriber_id)
    return {
        "preferences_url": publisher.urls.preferences(token),
        "unsubscribe_url": publisher.urls.leave(token),
    }


def ownership_fields(
    publisher: Publisher,
    submission: Submission,
    until: datetime,
) -> Fields:
    """Return what the letter says that asks whether the owner of an address sent in a tool."""
    # Nothing of what was typed is in the letter: the form must be no way to write to strangers.
    return {
        "own_url": publisher.own_tool_url(submission.key, until),
        "own_expires": _moment(until),
    }


def question_fields(
    publisher: Publisher,
    submission: Submission,
    until: datetime,
) -> Fields:
    """Return what the letter with an editor's question says."""
    return {
        "tool": submission.name,
        "question": submission.question,
        "answer_url": publisher.answer_url(submission.key, until),
        "answer_expires": _moment(until),
    }


def approved_fields(publisher: Publisher, tool: Tool) -> Fields:
    """Return what the letter with a tool's badge says."""
    return {
        "tool": tool.name,
        "page_url": publisher.urls.tool(tool.slug),
        "embed_code": publisher.embed_code(tool),
    }


def rejected_fields(publisher: Publisher, submission: Submission) -> Fields:
    """Return what the letter says that gives the reason of a rejection."""
    return {
        "tool": submission.name,
        "reason": submission.reason,
        "promote_url": publisher.promote_url,
    }


def _latest_issue(publisher: Publisher, issue: Issue | None) -> Fields:
    """The link to an issue, or to the archive while there is none; "" where they have no pages."""
    access = publisher.publication.archive
    if issue is None:
        return {
            "latest_url": publisher.urls.archive() if access == "public" else "",
            "latest_words": "The first issue has not gone out yet.",
        }
    return {
        "latest_url": publisher.urls.issue(issue.number) if access != "off" else "",
        "latest_words": f"The latest issue: {issue.subject}",
    }


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"

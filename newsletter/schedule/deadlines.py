"""Deadlines: issues are proposed ahead of them, refreshed until then, and decided about at them.

Two schedulers take turns: each locks the publication's row, and the second finds done what the
first did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.cadence.dates import next_due, previous_due
from newsletter.delivery.planning import plan
from newsletter.editions.checks import check_edition
from newsletter.editions.printing import preview, print_edition
from newsletter.gathering.models import Source
from newsletter.host.guard import last_adoption
from newsletter.issues import approval, composing
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.refreshing import refresh
from newsletter.issues.status import ISSUE
from newsletter.mail.dkim import NoKeyAligns, SigningKey, require_key
from newsletter.publications.dates import cadence_of
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication_to_change
from newsletter.schedule.best_of_month import propose_best_of
from newsletter.schedule.notices import write_notices
from newsletter.schedule.routine import Deadline, Step, propose_is_due, step
from newsletter.schedule.standing import issue_standing_for
from newsletter.statements import locked
from newsletter.tracking.interest import clicks_by_source
from newsletter.urls import Urls

STANDING_RULE = "the standing rule"
SKIPPED = "Nobody approved it by the deadline, so it was skipped, as the rule says."
UNAPPROVED = "Nobody approved it by the deadline."
ADOPTED = "Its deadline was before this database was adopted: it may have gone out then."
EXTRA_WAITS = "An extra issue goes out only if a person approves it."
MISSED = "The deadline was missed by too much."


def propose_due(
    session: Session,
    publication: Publication,
    urls: Urls,
    now: datetime,
) -> list[str]:
    """Propose the issues that are due. Returns a sentence for each."""
    current = read_publication_to_change(session, publication.key)
    turn = _Turn(session, current, urls, now)
    return [*turn.propose_due(), *turn.propose_best_of()]


def issues_at_deadline(session: Session, publication_id: int, now: datetime) -> Sequence[int]:
    """Return the ids of the issues that wait for a decision at their deadline, oldest first."""
    return [issue.key for issue in session.exec(_at_deadline(publication_id, now)).all()]


def decide(
    session: Session,
    publication: Publication,
    issue_id: int,
    urls: Urls,
    now: datetime,
    keys: Sequence[SigningKey] = (),
) -> list[str]:
    """Send, skip or hold an issue at its deadline; nothing if that was done meanwhile.

    Returns a sentence for each thing done.
    """
    # As it is now: an editor may have changed cadence or rule since `publication` was read.
    current = read_publication_to_change(session, publication.key)
    due = _at_deadline(current.key, now).where(col(Issue.id) == issue_id)
    issue = session.exec(locked(due)).one_or_none()
    return [*_Turn(session, current, urls, now, keys).decide(issue)] if issue else []


def refresh_open_issues(
    session: Session,
    publication_id: int,
    urls: Urls,
    now: datetime,
) -> list[int]:
    """Refresh the proposed issues whose deadline is ahead; returns the numbers of changed ones."""
    # The lane that decides takes turns with this one: what it prints is not changed meanwhile.
    read_publication_to_change(session, publication_id)
    clicks = clicks_by_source(session, publication_id, urls, now)
    proposed = session.exec(_proposed(publication_id).where(col(Issue.due_at) > now)).all()
    return [issue.number for issue in proposed if refresh(session, issue.key, now, clicks=clicks)]


def proposed_issue_ids(session: Session, publication_id: int) -> Sequence[int]:
    """Return the ids of the issues that are proposed, oldest first."""
    return [issue.key for issue in session.exec(_proposed(publication_id)).all()]


@dataclass(frozen=True, slots=True)
class _Turn:
    """One publication's turn in a tick, with its row locked."""

    session: Session
    publication: Publication
    urls: Urls
    now: datetime
    keys: Sequence[SigningKey] = ()

    def propose_due(self) -> Iterator[str]:
        """Propose the issue of the coming deadline, and that of the last one if it was missed."""
        cadence = cadence_of(self.publication)
        # Nothing may have run at the deadline before: its issue still comes, if not too late.
        for due_at in (previous_due(cadence, self.now), next_due(cadence, self.now)):
            if due_at and self._is_wanted(due_at):
                yield self._propose(due_at)

    def propose_best_of(self) -> Iterator[str]:
        """Propose the best of the month, if it is due."""
        issue = propose_best_of(
            self.session,
            self.publication,
            self.urls,
            self.now,
        )
        if issue is not None:
            self._write_notices(issue, issue.subject)
            due = issue.due_at.isoformat()
            yield f"issue {issue.number} {issue.status}, the best of the month, due {due}"

    def decide(self, issue: Issue) -> Iterator[str]:
        """Send, skip or hold one issue at its deadline; editors get a notice unless it goes out."""
        decision = self._decision_of(issue)
        if decision == "send":
            plan(self.session, issue.key, self.now)
            yield f"issue {issue.number} goes out"
        elif decision != "wait":
            self._withhold(issue, decision)
            self._write_notices(issue, issue.note)
            yield f"issue {issue.number} {issue.status}: {issue.note}"

    def _withhold(self, issue: Issue, decision: Step) -> None:
        """Skip or hold an issue; its note then says why."""
        if decision == "skip":
            issue.status = ISSUE.to(issue.status, "skipped")
            issue.note = SKIPPED
        else:
            reason = MISSED if decision == "hold late" else issue.note or UNAPPROVED
            composing.hold(self.session, issue.key, f"{reason} It waits for an editor.")

    def _propose(self, due_at: datetime) -> str:
        key = self.publication.key
        issue = propose(
            self.session,
            key,
            period=due_at.isoformat(),
            due_at=due_at,
            now=self.now,
            clicks=clicks_by_source(self.session, key, self.urls, self.now),
        )
        self._write_notices(issue, issue.note or issue.subject)
        return f"issue {issue.number} {issue.status}, due {due_at.isoformat()}"

    def _write_notices(self, issue: Issue, text: str) -> None:
        head = f"Issue {issue.number} is {issue.status}"
        write_notices(
            self.session,
            self.publication,
            head,
            text,
            self.urls,
            self.now,
        )

    def _is_wanted(self, due_at: datetime) -> bool:
        """True if the issue of that deadline should exist, and nothing stands for it.

        A deadline already past counts only if it was missed by less than the set time, and if the
        publication had begun before it.
        """
        if issue_standing_for(self.session, self.publication, due_at):
            return False
        if not propose_is_due(due_at, self.publication.propose_hours, self.now):
            return False
        if due_at > self.now:
            return True
        if self.now - due_at > timedelta(hours=self.publication.late_hours):
            return False
        return self._has_gathered() and self._had_issues_before(due_at)

    def _had_issues_before(self, due_at: datetime) -> bool:
        issues = _issues(self.publication.key)
        return self._has_any(issues.where(col(Issue.due_at) < due_at))

    def _has_any(self, issues: SelectOfScalar[Issue]) -> bool:
        return self.session.exec(issues.limit(1)).first() is not None

    def _has_gathered(self) -> bool:
        earliest = select(func.min(Source.succeeded_at)).where(
            col(Source.publication_id) == self.publication.id
        )
        return self.session.exec(earliest).one() is not None

    def _decision_of(self, issue: Issue) -> Step:
        deadline = Deadline(
            issue.status,
            issue.due_at,
            self.publication.rule,
            self.publication.late_hours,
        )
        decision = step(deadline, self.now)
        if decision == "send" and issue.is_extra and issue.status == "proposed":
            issue.note = EXTRA_WAITS
            return "hold"
        if decision == "send" and issue.status == "proposed" and not self._may_go(issue):
            return "hold"
        return decision

    def _may_go(self, issue: Issue) -> bool:
        return not self._may_have_gone(issue) and self._approve(issue)

    def _may_have_gone(self, issue: Issue) -> bool:
        """True if the deadline was before the database was adopted: it may have gone out then."""
        adopted_at = last_adoption(self.session)
        if adopted_at is None or issue.due_at > adopted_at:
            return False
        issue.note = ADOPTED
        return True

    def _approve(self, issue: Issue) -> bool:
        """Print and approve by the standing rule. False if a check blocks it."""
        blocking = self._blocking_messages(issue)
        if blocking:
            issue.note = "A check blocks it: " + " ".join(blocking)
            return False
        edition = print_edition(self.session, issue.key, self.urls, self.now)
        approval.approve(
            self.session,
            issue.key,
            edition.checksum,
            by=STANDING_RULE,
            now=self.now,
        )
        return True

    def _blocking_messages(self, issue: Issue) -> list[str]:
        """Return why an issue must not go out as it is."""
        content, printed = preview(self.session, issue.key, self.urls)
        found = check_edition(content, printed)
        return [
            *(check.message for check in found if check.level == "block"),
            *self._missing_key(),
        ]

    def _missing_key(self) -> Iterator[str]:
        try:
            require_key(self.keys, self.publication.sender_address)
        except NoKeyAligns as error:
            yield str(error)


def _issues(publication_id: int) -> SelectOfScalar[Issue]:
    of_publication = select(Issue).filter_by(publication_id=publication_id)
    return of_publication.order_by(col(Issue.id))


def _proposed(publication_id: int) -> SelectOfScalar[Issue]:
    return _issues(publication_id).filter_by(status="proposed")


def _at_deadline(publication_id: int, now: datetime) -> SelectOfScalar[Issue]:
    """The issues that wait for a decision at their deadline, the oldest first."""
    return _issues(publication_id).where(
        col(Issue.status).in_(("proposed", "approved")),
        col(Issue.due_at) <= now,
    )

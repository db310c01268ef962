"""The first steps: what is left to do until the first issue goes out.

Each is done when the rows say so: it has no state of its own. Acts that leave no row of their own
(a relay that was tried, a schedule that was looked at) are found in the log of the desk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from newsletter.desk.deeds import was_done
from newsletter.desk.roles import Act
from newsletter.gathering.sources import fetchable_sources
from newsletter.issues.reading import latest_issues, latest_sent_issue
from newsletter.letters.writing import is_proof_written
from newsletter.web.desk.desk import Desk

HOME = "/desk/start"
TRIED = ("POST /desk/settings/sending/relay",)
SEEN = (f"POST {HOME}/schedule",)
DISMISSED = f"POST {HOME}/dismiss"
DECIDED = ("approved", "sent")  # of an issue whose editors know when it goes out


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, why, the page where it is done, and who may do it."""

    name: str
    label: str
    why: str
    path: str
    act: Act
    is_done: bool


def read_steps(session: Session, desk: Desk) -> Sequence[Step]:
    """Return all steps, in the order in which they are taken."""
    return (*_before_an_issue(session, desk), *_with_an_issue(session, desk))


def _before_an_issue(session: Session, desk: Desk) -> Iterator[Step]:
    yield Step(
        "relay",
        "Try the relay",
        "A letter to yourself shows that letters leave, and where they lie.",
        "/desk/settings/sending",
        Act.SETTINGS,
        was_done(session, desk.key, *TRIED),
    )
    yield Step(
        "sources",
        "Add sources",
        "Paste the address of a site: its feed is found, and shown before it is added.",
        "/desk/sources",
        Act.SOURCES,
        bool(fetchable_sources(session, desk.key)),
    )


def _with_an_issue(session: Session, desk: Desk) -> Iterator[Step]:
    issue = next(iter(latest_issues(session, desk.key, 1)), None)
    yield Step(
        "proposal",
        "Have the first issue proposed",
        "Gather now, then propose now; or wait for the day before the deadline.",
        "/desk",
        Act.CHOOSE,
        issue is not None,
    )
    yield Step(
        "proof",
        "Send yourself a proof",
        "The issue as a reader would get it, from its own page.",
        f"/desk/issues/{issue.id}" if issue else "/desk/issues",
        Act.CHOOSE,
        is_proof_written(session, desk.key),
    )
    is_decided = issue is not None and issue.status in DECIDED
    yield Step(
        "schedule",
        "Look at the schedule",
        "When issues come out, and what happens if nobody approves one in time.",
        "/desk/settings/when",
        Act.SETTINGS,
        is_decided or was_done(session, desk.key, *SEEN),
    )


def next_step(session: Session, desk: Desk) -> Step | None:
    """Return the step that the editor may take next; None once an issue went out, or they
    dismissed the list."""
    is_over = latest_sent_issue(session, desk.key) is not None
    if is_over or is_dismissed(session, desk):
        return None
    steps = read_steps(session, desk)
    return next((step for step in steps if not step.is_done and desk.may(step.act)), None)


def is_dismissed(session: Session, desk: Desk) -> bool:
    """True if somebody wanted the list off the page of this week."""
    return was_done(session, desk.key, DISMISSED)

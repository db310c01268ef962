"""What makers sent in, at the desk: the queue, and an editor's yes, question or no.

The page has a tab for the tools that there are, so that all is found under "Tools".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from newsletter.cadence.dates import next_due
from newsletter.issues.featuring import upcoming_tools
from newsletter.letters import makers
from newsletter.letters.makers import SeenSubmission
from newsletter.publications.dates import cadence_of
from newsletter.tool_sources import deciding
from newsletter.tools import directory, submissions
from newsletter.tools.cards import Card, find_problems
from newsletter.tools.models import Submission, Tool
from newsletter.web.desk.desk import TO_MANAGE_TOOLS, Desk, DeskDep
from newsletter.web.desk.forms import VersionForm
from newsletter.web.desk.tools.tool import CardForm
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/tools", dependencies=TO_MANAGE_TOOLS)
TABS = ("waiting", "approved", "rejected")
MOST = 100  # of the decided ones on the page


class AcceptedCardForm(CardForm):
    """The card as readers will see it, and the version of the submission that the editor saw."""

    version: int


AcceptedCardFormDep = Annotated[AcceptedCardForm, Form()]


class QuestionForm(VersionForm):
    """What an editor asks the maker."""

    question: str = ""


QuestionFormDep = Annotated[QuestionForm, Form()]


class RejectionForm(VersionForm):
    """Why an editor says no; the maker gets these words."""

    reason: str = ""


RejectionFormDep = Annotated[RejectionForm, Form()]


@dataclass(frozen=True, slots=True)
class Unapproved:
    """What an editor typed of a submission that was not approved, and by field why not."""

    submission_id: int
    card: Card
    category: str
    wrong: Mapping[str, str]


@pages.get("")
def tools_page(
    desk: DeskDep,
    session: Reading,
    tab: str = "waiting",
    show_id: int = 0,
    done: str = "",
) -> Response:
    if tab == "tools":
        return _tools_tab(session, desk, done)
    return _queue_tab(
        session,
        desk,
        tab if tab in TABS else "waiting",
        show_id,
        done,
    )


@pages.post("/submissions/{submission_id}/approve")
def approve(
    submission_id: int,
    desk: DeskDep,
    session: Writing,
    form: AcceptedCardFormDep,
) -> Response:
    """Say yes to what the editor left of it; on an error the card stays as it was edited."""
    card = form.card()
    # Looked at before anything is written, to show all that is wrong at once.
    wrong = find_card_problems(session, desk, card)
    if wrong:
        unapproved = Unapproved(submission_id, card, form.category, wrong)
        return _queue_tab(
            session,
            desk,
            "waiting",
            submission_id,
            unapproved=unapproved,
        )
    tool = _approve(session, desk, SeenSubmission(submission_id, form.version), form)
    return go_to(f"/desk/tools/{tool.id}?done=approved")


@pages.post("/submissions/{submission_id}/ask")
def ask(
    submission_id: int,
    desk: DeskDep,
    session: Writing,
    form: QuestionFormDep,
) -> Response:
    makers.ask_maker(
        session,
        desk.publisher,
        SeenSubmission(submission_id, form.version),
        form.question,
        now=desk.now(),
    )
    return go_to("/desk/tools?done=asked")


@pages.post("/submissions/{submission_id}/reject")
def reject(
    submission_id: int,
    desk: DeskDep,
    session: Writing,
    form: RejectionFormDep,
) -> Response:
    makers.reject(
        session,
        desk.publisher,
        SeenSubmission(submission_id, form.version),
        form.reason,
        by=desk.by,
        now=desk.now(),
    )
    return go_to("/desk/tools?done=rejected")


def _approve(
    session: Session,
    desk: Desk,
    seen: SeenSubmission,
    form: CardForm,
) -> Tool:
    return makers.approve(
        session,
        desk.publisher,
        seen,
        form.card(),
        category=form.category,
        by=desk.by,
        now=desk.now(),
    )


def find_card_problems(
    session: Session,
    desk: Desk,
    card: Card,
) -> Mapping[str, str]:
    """What is wrong with a card, by field. The name is looked up only if it can stay at all."""
    wrong = find_problems(card)
    if not wrong and directory.find_by_name(session, desk.key, card.name):
        return {"name": str(directory.KnownTool())}
    return wrong


def _queue_tab(
    session: Session,
    desk: Desk,
    tab: str,
    show_id: int,
    done: str = "",
    *,
    unapproved: Unapproved | None = None,
) -> Response:
    """Show the submissions of a status, one of them whole: `show_id`, or else the first."""
    queue = _read_queue(session, desk, tab)
    shown = _choose(queue, show_id)
    card = _card_of(shown, unapproved)
    return desk.show(
        "desk/tools.html",
        422 if unapproved else 200,
        **_frame(session, desk, tab, done),
        queue=queue,
        submission=shown,
        card=card,
        category=_category_of(card, unapproved),
        duplicates=submissions.find_duplicates(session, shown) if shown else (),
        wrong=unapproved.wrong if unapproved else {},
    )


def _choose(queue: Sequence[Submission], show_id: int) -> Submission | None:
    first = queue[0] if queue else None
    # One that was decided meanwhile is in the queue no more: the first is shown in its place.
    return next((submission for submission in queue if submission.id == show_id), first)


def _card_of(shown: Submission | None, unapproved: Unapproved | None) -> Card:
    """The card as it was edited, if it is of what is shown; else as its maker sent it in."""
    if shown is None:
        return Card()
    if unapproved and unapproved.submission_id == shown.id:
        return unapproved.card
    return submissions.card_of(shown)


def _category_of(card: Card, unapproved: Unapproved | None) -> str:
    """The category as it was edited. A maker gives none: the first tag is a good guess."""
    return unapproved.category if unapproved else next(iter(card.tags), "")


def _tools_tab(
    session: Session,
    desk: Desk,
    done: str,
) -> Response:
    """Show the tools that there are, and which of them the next issue would show."""
    return desk.show(
        "desk/tools.html",
        200,
        **_frame(session, desk, "tools", done),
        next=_read_next(session, desk),
    )


def _frame(
    session: Session,
    desk: Desk,
    tab: str,
    done: str,
) -> dict[str, object]:
    """What each tab shows: the other tabs with their counts."""
    return {
        "tab": tab,
        "counts": submissions.count_by_status(session, desk.key),
        "tools": directory.all_tools(session, desk.key),
        "gathered": deciding.count_by_status(session, desk.key).get("waiting", 0),
        "done": done,
    }


def _read_queue(
    session: Session,
    desk: Desk,
    tab: str,
) -> Sequence[Submission]:
    """Those that wait in the order they came, all of them; of the decided the latest first."""
    queue = submissions.with_status(session, desk.key, tab)
    # All that waits is shown, because somebody waits for each answer.
    return queue if tab == "waiting" else queue[::-1][:MOST]


def _read_next(session: Session, desk: Desk) -> Mapping[str, object]:
    """What the next issue would show, were it proposed now."""
    due_at = next_due(cadence_of(desk.publication), desk.now())
    choice = upcoming_tools(session, desk.publication, due_at)
    names = _names(session, desk)
    return {
        "due_at": due_at,
        "shown": [(names[pick.tool_id], pick) for pick in choice.shown],
        "passed": [(names[tool_id], reason) for tool_id, reason in choice.passed],
    }


def _names(session: Session, desk: Desk) -> Mapping[int, str]:
    return {tool.key: tool.name for tool in directory.all_tools(session, desk.key)}

"""“Gather now” and “Propose now” of This week: what the schedule does by itself, when it is due."""

from fastapi import APIRouter, Response

from newsletter.issues.models import Issue
from newsletter.schedule.standing import propose_next
from newsletter.tracking.interest import clicks_by_source
from newsletter.web.desk.desk import TO_CHOOSE, TO_LOOK, TO_MANAGE_SOURCES, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import GatheringsDep

pages = APIRouter(prefix="/desk")
PATIENCE_S = 1.5  # a few quick sources are read before the page is asked for again


@pages.post("/gather", dependencies=TO_MANAGE_SOURCES)
def gather(desk: DeskDep, gatherings: GatheringsDep) -> Response:
    """Read every source now, beside the requests; asking twice is asking once."""
    # As the schedule does: nothing is gathered into a database that may be an old copy.
    desk.runtime.guard.require()
    gatherings.begin(desk.key, desk.urls)
    gatherings.wait_until_over(desk.key, PATIENCE_S)
    return go_to("/desk#gathering")


@pages.get("/gathering", dependencies=TO_LOOK)
def progress(desk: DeskDep, gatherings: GatheringsDep) -> Response:
    """How far it is, for a page that has it."""
    latest = gatherings.latest(desk.key)
    answer = desk.show("desk/_gathering.html", gathering=latest)
    if latest is None or latest.is_over:
        # The sources and the issue have changed, too: htmx loads the whole page.
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/propose", dependencies=TO_CHOOSE)
def propose(desk: DeskDep) -> Response:
    """Propose the issue of the coming deadline, or look again for the open one."""
    issue = _propose(desk)
    # The note of an issue that was skipped or sent stands on its own page.
    is_open = issue.status == "proposed"
    return go_to("/desk?done=proposed" if is_open else f"/desk/issues/{issue.id}")


def _propose(desk: Desk) -> Issue:
    database = desk.runtime.database
    now = desk.now()
    # Counted before the transaction that writes: twelve weeks of clicks keep nobody waiting. Where
    # a summariser is set, the schedule lets it word the issue afterwards.
    clicks = database.read(clicks_by_source, desk.key, desk.urls, now)
    return database.write(propose_next, desk.key, now, clicks)

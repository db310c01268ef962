"""The figures of an issue at the desk: people and robots apart, and a wrong link pointed elsewhere by an editor's hand."""

import json
from datetime import timedelta

from sqlmodel import select

from newsletter.cli.editing.figures import as_values
from newsletter.delivery.leaving import leave
from newsletter.delivery.letter_links import reader_by_letter_token
from newsletter.delivery.models import Message
from newsletter.tokens import pair
from tests.tracking.stage import Stage, sent_issue


def test_the_page_tells_people_from_robots_and_says_at_least(sqlite_stage: Stage) -> None:
    path = sqlite_stage.paths("ada@readers.example")[0]
    sqlite_stage.follow(path)
    sqlite_stage.later(timedelta(minutes=5))
    sqlite_stage.follow(path, method="HEAD", network="192.0.2.77")
    sqlite_stage.recorder.flush()
    page = sqlite_stage.site.get(f"/desk/issues/{sqlite_stage.issue_id}/figures")
    assert page.status == 200
    assert "at least" in page.text
    assert "1 by people" in page.text
    sqlite_stage.site.log_out()
    assert sqlite_stage.site.get(f"/desk/issues/{sqlite_stage.issue_id}/figures").status == 303


def test_an_editor_points_a_link_elsewhere_and_is_named(sqlite_stage: Stage) -> None:
    here, path = (
        f"/desk/issues/{sqlite_stage.issue_id}/figures",
        sqlite_stage.paths("ada@readers.example")[0],
    )
    place = path.rpartition("/")[2]
    refused = sqlite_stage.site.post(f"{here}/links/{place}", url="javascript:alert(1)")
    assert refused.status == 422
    assert "A link leads to a whole web address" in refused.text
    assert (
        sqlite_stage.site.post(f"{here}/links/{place}", url="https://right.example/").status == 303
    )
    sqlite_stage.later(timedelta(seconds=2))
    assert sqlite_stage.follow(path).headers["location"] == "https://right.example/"
    page = sqlite_stage.site.get(here).text
    assert "mara@inference.example" in page
    assert "https://right.example/" in page
    assert sqlite_stage.site.post(f"{here}/links/99", url="https://right.example/").status == 404


def test_an_issue_whose_links_are_not_counted_says_so_and_offers_no_form(sqlite_url: str) -> None:
    with sent_issue(sqlite_url, "off", "ada@readers.example") as stage:
        page = stage.site.get(f"/desk/issues/{stage.issue_id}/figures").text
        assert "are not counted" in page
        assert "Point it elsewhere" not in page


def test_figures_for_a_script_say_who_left_by_which_path(sqlite_stage: Stage) -> None:
    with sqlite_stage.site.runtime.database.writing() as session:
        message = session.exec(select(Message)).one()
        reader = reader_by_letter_token(session, pair(message.issue_id, message.subscriber_id))
        leave(session, reader, by="one-click", network="", now=sqlite_stage.site.clock.now())
    told = json.loads(json.dumps(as_values(1, sqlite_stage.figures())))
    assert told["leaves"] == {"one-click": 1}
    assert (told["sent"], told["clicks"], told["tracking"]) == (
        1,
        {"people": 0, "robots": 0},
        "individual",
    )

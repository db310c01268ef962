"""The first steps: each is done when its rows are there; the page of this week names the next."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, update

from newsletter.desk.deeds import read_log
from newsletter.desk.models import Membership
from newsletter.desk.roles import Role
from newsletter.gathering import sources
from newsletter.gathering.sources import NewSource, all_sources
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.publications.models import Publication
from newsletter.web.desk.start.suggested import SUGGESTED
from tests.issues.stage import news
from tests.samples.times import NOON
from tests.web.asking import Site, site

START = "/desk/start"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def band(desk: Site) -> str:
    """The label of the step that the page of this week names; "" for none."""
    _, found, rest = desk.get("/desk").text.partition("Next: <a href=")
    return rest.partition(">")[2].partition("<")[0] if found else ""


def done(desk: Site) -> int:
    return desk.get(START).text.count(">Done<")


def fill(session: Session, key: int) -> int:
    publication = session.get_one(Publication, key)
    publication.postal_address = "1 Harbor Road, Kiel"
    news(session, publication, 8)
    due_at = NOON + timedelta(hours=9)
    return propose(session, key, period="p1", due_at=due_at, now=NOON).key


def test_an_address_that_is_not_suggested_is_not_added(desk: Site) -> None:
    assert desk.post(f"{START}/suggested", url="https://evil.example/feed").status == 404
    assert desk.post(f"{START}/suggested").status == 404
    assert desk.runtime.database.read(all_sources, desk.key) == []


def test_a_suggested_source_is_added_by_its_button_alone_and_once(desk: Site) -> None:
    page = desk.get(START).text
    assert len(SUGGESTED) == 10
    assert all(source.url in page for source in SUGGESTED)
    assert desk.runtime.database.read(all_sources, desk.key) == []
    url = SUGGESTED[0].url
    assert desk.post(f"{START}/suggested", url=url).status == 303
    assert [row.url for row in desk.runtime.database.read(all_sources, desk.key)] == [url]
    assert url not in desk.get(START).text
    assert desk.post(f"{START}/suggested", url=url).status == 409


def test_the_band_goes_from_step_to_step_by_what_the_rows_say(desk: Site) -> None:
    database = desk.runtime.database
    assert (done(desk), band(desk)) == (0, "Try the relay")
    desk.post(f"{START}/schedule")
    assert done(desk) == 1
    database.write(sources.add, desk.key, NewSource("https://paper.example/feed"), NOON)
    assert (done(desk), band(desk)) == (2, "Try the relay")
    issue_id = database.write(fill, desk.key)
    assert done(desk) == 3
    desk.post(f"/desk/issues/{issue_id}/proof", address="mara@inference.example")
    assert done(desk) == 4
    assert f'href="/desk/issues/{issue_id}"' in desk.get(START).text
    with database.writing() as session:
        session.exec(update(Issue).values(status="sent"))
    assert band(desk) == "", "who sent an issue knows the way"
    assert desk.get(START).status == 200


def test_a_relay_that_refuses_leaves_its_step_to_do(desk: Site) -> None:
    desk.post("/desk/settings/sending/relay")  # nothing listens at its port
    assert band(desk) == "Try the relay"


def test_who_dismisses_the_steps_finds_them_again_at_their_address(desk: Site) -> None:
    assert desk.post(f"{START}/dismiss").headers["location"] == "/desk"
    assert band(desk) == ""
    assert "Try the relay" in desk.get(START).text
    assert START in desk.get("/desk/settings").text
    with desk.runtime.database.reading() as session:
        [entry] = read_log(session, desk.key)
    assert (entry.by, entry.deed) == ("mara@inference.example", f"POST {START}/dismiss")


@pytest.mark.parametrize(
    ("role", "label"),
    [(Role.PUBLISHER, "Try the relay"), (Role.EDITOR, "Add sources"), (Role.WRITER, "")],
)
def test_the_band_names_what_the_role_may_do(desk: Site, role: Role, label: str) -> None:
    with desk.runtime.database.writing() as session:
        session.exec(update(Membership).values(role=role))
    assert band(desk) == label

"""What makers sent in, at the desk: shown one by one, approved as edited, asked about, rejected."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import select

from newsletter.letters import makers
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.tools import directory, submissions
from newsletter.tools.cards import Card, read_card
from newsletter.tools.models import Submission
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

EDITED = {
    "name": "Pen",
    "url": "https://pen.example",
    "price": "Free",
    "description": "Writes, and reads.",
    "tags": "Writing",
    "category": "Pens",
}


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def card(name: str) -> Card:
    return read_card(
        name=name,
        url=f"https://{name.casefold()}.example",
        price="Free",
        description="Writes.",
        tags="Writing, Documents",
        image_url="",
    )


def send_in(desk: Site, name: str) -> int:
    """A submission whose maker has proved the address."""
    publisher = Publisher(desk.publication, desk.runtime.urls, desk.runtime.signer)
    with desk.runtime.database.writing() as session:
        submission = makers.receive_submission(
            session,
            publisher,
            card(name),
            contact=f"maker@{name.casefold()}.example",
            note="",
            network="203.0.113.9",
            now=NOON,
        )
        makers.verify(session, publisher, submission.key, editors=(), now=NOON)
        return submission.key


def submission(desk: Site, submission_id: int) -> Submission:
    return desk.runtime.database.read(submissions.read_submission, submission_id)


def press(desk: Site, submission_id: int, order: str, **fields: str) -> Answer:
    path = f"/desk/tools/submissions/{submission_id}/{order}"
    return desk.post(path, **{"version": "1", **fields})


def letters(desk: Site, kind: str) -> list[SmallLetter]:
    with desk.runtime.database.reading() as session:
        return list(session.exec(select(SmallLetter).where(SmallLetter.kind == kind)))


def test_the_queue_shows_the_first_or_the_one_that_was_chosen(desk: Site) -> None:
    send_in(desk, "Pen")
    second = send_in(desk, "Ink")
    assert "2 wait for a decision." in desk.get("/desk/tools").text
    assert ">Pen</h2>" in desk.get("/desk/tools").text
    assert ">Ink</h2>" in desk.get(f"/desk/tools?show_id={second}").text
    assert ">Pen</h2>" in desk.get("/desk/tools?tab=nonsense").text
    page = desk.get("/desk/tools").text
    assert re.search(r'name="category"\s+value="Writing"', page), "guessed from its tags"


def test_what_the_editor_left_of_it_is_approved(desk: Site) -> None:
    key = send_in(desk, "Pen")
    approved = press(desk, key, "approve", **EDITED)
    assert "Approved." in desk.get(approved.headers["location"]).text
    [tool] = desk.runtime.database.read(directory.all_tools, desk.key)
    assert (tool.name, tool.description, tool.category) == ("Pen", "Writes, and reads.", "Pens")
    assert submission(desk, key).decided_by == "mara@inference.example"
    assert "Pen" in desk.get("/desk/tools?tab=approved").text
    assert "Pen" in desk.get("/desk/tools?tab=tools").text
    assert len(letters(desk, "approved")) == 1


def test_a_card_with_a_mistake_comes_back_as_it_was_edited(desk: Site) -> None:
    key = send_in(desk, "Pen")
    send_in(desk, "Ink")
    refused = press(desk, key, "approve", **{**EDITED, "url": "pen,example"})
    assert refused.status == 422
    assert 'value="pen,example"' in refused.text
    assert "Writes, and reads." in refused.text
    assert 'value="Pens"' in refused.text
    assert 'id="url-error"' in refused.text
    assert submission(desk, key).status == "waiting"


def test_a_name_that_a_tool_has_already_is_shown_at_its_field(desk: Site) -> None:
    press(desk, send_in(desk, "Pen"), "approve", **EDITED)
    again = press(desk, send_in(desk, "Ink"), "approve", **EDITED)
    assert again.status == 422
    assert "There is a tool of that name already." in again.text
    assert 'id="name-error"' in again.text


def test_a_question_and_a_no_are_written_to_the_maker(desk: Site) -> None:
    asked = press(desk, send_in(desk, "Pen"), "ask", question="What does it cost?")
    assert "The question is on its way." in desk.get(asked.headers["location"]).text
    rejected = press(desk, send_in(desk, "Ink"), "reject", reason="It needs an account.")
    assert "The maker gets your reason by mail." in desk.get(rejected.headers["location"]).text
    assert [letter.address for letter in letters(desk, "question")] == ["maker@pen.example"]
    assert [letter.address for letter in letters(desk, "rejected")] == ["maker@ink.example"]
    assert "It needs an account." in desk.get("/desk/tools?tab=rejected").text


def test_nobody_decides_about_a_version_that_they_did_not_see(desk: Site) -> None:
    key = send_in(desk, "Pen")
    for order in ("approve", "ask", "reject"):
        fields = {**EDITED, "question": "Why?", "reason": "No.", "version": "2"}
        assert press(desk, key, order, **fields).status == 409
    assert press(desk, key, "ask", question=" ").status == 403, "a question has words"
    assert submission(desk, key).status == "waiting"


def test_it_is_for_editors_only(desk: Site) -> None:
    key = send_in(desk, "Pen")
    desk.log_out()
    assert desk.get("/desk/tools").headers["location"] == "/desk/login"
    assert press(desk, key, "approve", **EDITED).headers["location"] == "/desk/login"
    assert submission(desk, key).status == "waiting"

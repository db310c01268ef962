"""One issue at the desk: changed in the version that was seen, looked at, approved or held."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from newsletter.editions.printing import preview
from newsletter.issues import approval
from newsletter.issues.models import Block, Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.letters.models import SmallLetter
from newsletter.mail.dkim import make_key, read_key
from newsletter.publications.models import Publication
from tests.issues.stage import news
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            publication = session.exec(select(Publication)).one()
            publication.postal_address = "The Inference, 1 Harbor Road, Kiel"
            news(session, publication, 8)
            propose(
                session,
                opened.key,
                period="p1",
                due_at=NOON + timedelta(hours=9),
                now=NOON,
            )
        yield opened


def issue(desk: Site) -> Issue:
    return desk.runtime.database.read(read_issue, 1)


def blocks(desk: Site) -> list[Block]:
    return list(desk.runtime.database.read(read_blocks, 1))


def checksum(desk: Site) -> str:
    with desk.runtime.database.reading() as session:
        return preview(session, 1, desk.runtime.urls)[1].checksum


def press(desk: Site, order: str, **fields: str) -> Answer:
    """Press a button of the issue's page, in the version that it has now."""
    return desk.post(f"/desk/issues/1/{order}", version=str(issue(desk).version), **fields)


def test_words_of_a_block_and_the_subject_are_changed(desk: Site) -> None:
    first = blocks(desk)[0]
    assert (
        press(desk, f"blocks/{first.key}/words", title="A new title", text="New words.").status
        == 303
    )
    assert (blocks(desk)[0].title, blocks(desk)[0].text) == ("A new title", "New words.")
    saved = press(desk, "subject", subject="A new subject", preheader="And more")
    assert "Saved" in desk.get(saved.headers["location"]).text
    assert (issue(desk).subject, issue(desk).preheader) == ("A new subject", "And more")


def test_a_block_moves_down_by_a_positive_step_and_up_by_any_other(desk: Site) -> None:
    first, second = blocks(desk)[:2]
    moved = press(desk, f"blocks/{first.key}/move", step="5")
    assert moved.headers["location"] == f"/desk/issues/1#b{first.key}"
    assert [block.title for block in blocks(desk)[:2]] == [second.title, first.title]
    press(desk, f"blocks/{blocks(desk)[1].key}/move", step="-1")
    assert blocks(desk)[0].title == first.title


def test_a_change_of_an_older_version_is_refused(desk: Site) -> None:
    seen = str(issue(desk).version)
    press(desk, f"blocks/{blocks(desk)[0].key}/drop")
    count = len(blocks(desk))
    late = desk.post(f"/desk/issues/1/blocks/{blocks(desk)[0].key}/drop", version=seen)
    assert late.status == 409
    assert len(blocks(desk)) == count


def test_what_was_seen_is_approved_and_nothing_else(desk: Site) -> None:
    seen = checksum(desk)
    press(desk, "subject", subject="Changed after it was seen")
    refused = desk.post("/desk/issues/1/approval", checksum=seen)
    assert refused.status == 409
    assert "The issue changed after you looked at it" in refused.text
    assert desk.post("/desk/issues/1/approval", checksum=checksum(desk)).status == 303
    assert issue(desk).status == "approved"
    with desk.runtime.database.reading() as session:
        given = approval.in_force(session, 1)
    assert given is not None
    assert given.by == "mara@inference.example"
    assert desk.post("/desk/issues/1/approval/withdraw").status == 303
    assert issue(desk).status == "proposed"


def test_a_check_that_blocks_keeps_an_issue_from_its_approval(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        session.exec(select(Publication)).one().postal_address = ""
    refused = desk.post("/desk/issues/1/approval", checksum=checksum(desk))
    assert refused.status == 409
    assert "A check blocks this issue. The publication has no postal address" in refused.text
    assert issue(desk).status == "proposed"


def test_a_key_of_another_domain_keeps_an_issue_from_its_approval(desk: Site) -> None:
    """DMARC does not count it: the letters would be taken for forged, so a person is told first."""
    key = read_key("another.example", "s1", make_key("ed25519"))
    desk.app.state.runtime = replace(desk.runtime, keys=(key,))
    refused = desk.post("/desk/issues/1/approval", checksum=checksum(desk))
    assert refused.status == 403
    assert "The letters come from inference.example" in refused.text
    assert "newsletter dkim s1 inference.example" in refused.text
    assert issue(desk).status == "proposed"
    own = read_key("inference.example", "s2", make_key("ed25519"))
    desk.app.state.runtime = replace(desk.runtime, keys=(key, own))
    assert desk.post("/desk/issues/1/approval", checksum=checksum(desk)).status == 303


def test_an_issue_is_held_by_name_and_released(desk: Site) -> None:
    desk.post("/desk/issues/1/hold")
    assert (issue(desk).status, issue(desk).note) == ("held", "Held by Mara Lindt.")
    desk.post("/desk/issues/1/release")
    assert issue(desk).status == "proposed"


def test_a_proof_goes_to_one_address(desk: Site) -> None:
    assert desk.post("/desk/issues/1/proof", address="no address").status == 422
    sent = desk.post("/desk/issues/1/proof", address="Ada@Readers.example")
    assert desk.get(sent.headers["location"]).status == 200
    with desk.runtime.database.reading() as session:
        letter = session.exec(select(SmallLetter)).one()
    assert (letter.kind, letter.address) == ("proof", "Ada@readers.example")


def test_previews_show_what_readers_get(desk: Site) -> None:
    assert blocks(desk)[0].title in desk.get("/desk/issues/1/preview/text").text
    page = desk.get("/desk/issues/1/preview/html")
    assert blocks(desk)[0].title in page.text
    assert "style-src 'unsafe-inline'" in page.headers["content-security-policy"]
    for view in ("phone", "text", "nonsense"):
        assert desk.get(f"/desk/issues/1?view={view}").status == 200


def test_it_is_for_editors_only(desk: Site) -> None:
    desk.log_out()
    for path in ("/desk/issues/1", "/desk/issues/1/preview/html", "/desk/issues/1/preview/text"):
        assert desk.get(path).headers["location"] == "/desk/login"
    assert desk.post("/desk/issues/1/approval", checksum=checksum(desk)).status == 303
    assert issue(desk).status == "proposed"

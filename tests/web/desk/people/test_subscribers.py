"""The readers at the desk: found, looked at, and taken out as a file."""

import re
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from subscribers.leaving import unsubscribing
from subscribers.models import Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.asking import Site
from tests.web.desk.people.stage import sign_up


def test_readers_are_found_by_status_and_search_and_paged(desk: Site) -> None:
    for n in range(60):
        sign_up(desk, f"reader{n:02}@x.example", f"Reader {n}")
    with desk.runtime.database.writing() as session:
        unsubscribing.end_subscription(session, 1, by="link", now=NOON)
        suppress(session, "reader01@x.example", "bounce", NOON)
    first = desk.get("/desk/readers").text
    assert "reader59@x.example" in first
    assert "reader05@x.example" not in first
    older = first.split("before=")[1].split('"')[0]
    assert "reader05@x.example" in desk.get(f"/desk/readers?before={older}").text
    assert "reader00@x.example" in desk.get("/desk/readers?status=unsubscribed").text
    found = desk.get("/desk/readers?q=READER+1").text
    assert "reader17@x.example" in found
    assert "reader27@x.example" not in found
    assert "Bounce" in desk.get("/desk/readers?q=reader01").text
    assert "Nobody found" in desk.get("/desk/readers?q=100%25").text, "what is typed is no pattern"
    desk.log_out()
    assert desk.get("/desk/readers").status == 303


def test_a_domain_in_another_script_is_shown_and_found_as_it_is_read_and_as_it_is_stored(
    desk: Site,
) -> None:
    key = sign_up(desk, "bob@bücher.example")
    sign_up(desk, "eve@pаypal.example")  # the first a is Cyrillic
    for typed in ("bücher", "BOB@B%C3%BCcher.example", "xn--bcher"):
        found = desk.get(f"/desk/readers?q={typed}".replace("ü", "%C3%BC")).text
        assert "bob@bücher.example" in found
        assert "eve@" not in found
    assert "eve@xn--pypal-4ve.example" in desk.get("/desk/readers?q=eve").text
    page = desk.get(f"/desk/readers/{key}").text
    assert "bob@bücher.example" in page
    assert "bob@xn--bcher-kva.example" in page, "who decides sees both"
    tried = desk.get("/desk/audiences?domains=b%C3%BCcher.example").text
    assert re.search(r"<b[^>]*>1</b> reader: address at bücher.example", tried)
    desk.post("/desk/audiences", domains="bücher.example", name="Books")
    assert 'value="bücher.example"' in desk.get("/desk/audiences?edit=1").text


def test_one_reader_shows_what_they_agreed_to_and_an_editor_can_end_it(desk: Site) -> None:
    key = sign_up(desk, "ada@x.example", "Ada <b>")
    page = desk.get(f"/desk/readers/{key}").text
    assert "Send it weekly" in page
    assert "203.0.113.0/24" in page
    assert "Ada &lt;b&gt;" in page
    assert desk.post(f"/desk/readers/{key}/leave").status == 303
    with desk.runtime.database.reading() as session:
        subscription = session.exec(select(Subscription)).one()
        assert (subscription.status, subscription.left_by) == ("unsubscribed", "editor")
    assert desk.get("/desk/readers/999").status == 404


def test_the_list_goes_out_as_a_file_that_comes_in_again(desk: Site, tmp_path: Path) -> None:
    sign_up(desk, "ada@x.example", "=Ada")
    left = sign_up(desk, "bo@x.example")
    with desk.runtime.database.writing() as session:
        unsubscribing.end_subscription(session, left, by="link", now=NOON + timedelta(days=1))
    answer = desk.get("/desk/readers/export.csv")
    assert 'filename="the-inference-readers.csv"' in answer.headers["content-disposition"]
    assert answer.text.splitlines()[1].startswith("ada@x.example,'=Ada,active,")
    only = desk.get("/desk/readers/export.csv?status=unsubscribed").text.splitlines()
    assert [line.split(",")[0] for line in only] == ["address", "bo@x.example"]

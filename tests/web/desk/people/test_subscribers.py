"""The readers at the desk: found, looked at, sent in as a list and taken out as one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from newsletter.lists.columns import guess_columns
from newsletter.lists.csv_files import open_sheet
from newsletter.lists.importing import Evidence, begin_import
from newsletter.schedule.daily import Round, carry_out_steps
from subscribers.audiences.evaluating import count_by_status
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import Import, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

LIST = "E-Mail;Name;City\nada@x.example;Ada;Ulm\nleft@x.example;Lee;\n=cmd()|x;Eve;\n"


@pytest.fixture
def desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)  # lists wait beside the database, or here
    with site(database_url, NOON) as one:
        yield one


def sign_up(desk: Site, address: str, name: str = "") -> int:
    with desk.runtime.database.writing() as session:
        asked = signup.sign_up(
            session,
            desk.key,
            address,
            name=name,
            evidence=signup.ConsentEvidence("Send it weekly", network="203.0.113.9"),
            now=NOON,
        )
        signup.confirm(session, asked.subscription_id, network="203.0.113.9", now=NOON)
        return asked.subscription_id


def settle(desk: Site) -> None:
    """Wait until what was asked of lists is done."""
    assert desk.app.state.list_thread.wait_until_done(60)


def check(desk: Site, at: str, **matched: str | list[str]) -> Answer:
    assert desk.post(f"{at}/check", **matched).headers["location"] == at
    settle(desk)
    return desk.get(at)


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
    one = desk.get(f"/desk/readers/{key}").text
    assert "bob@bücher.example" in one
    assert "bob@xn--bcher-kva.example" in one, "who decides sees both"
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
        one = session.exec(select(Subscription)).one()
        assert (one.status, one.left_by) == ("unsubscribed", "editor")
    assert desk.get("/desk/readers/999").status == 404


def test_a_list_is_matched_checked_and_imported_and_who_left_stays_out(desk: Site) -> None:
    key = sign_up(desk, "left@x.example")
    with desk.runtime.database.writing() as session:
        unsubscribing.end_subscription(session, key, by="link", now=NOON)
    sent = desk.send_file("/desk/readers/import", "spring list.csv", LIST.encode("utf-16"))
    at = sent.headers["location"]
    page = desk.get(at).text
    assert "spring list.csv" in page
    assert "UTF-16, semicolons, 3 columns" in page
    assert "ada@x.example" in page
    matched = {"target": ["address", "name", "attribute"], "source": "Spring", "words": "Send it"}
    checked = check(desk, at, **matched)
    assert checked.status == 200
    assert "3 rows = 1 + 0 + 0 + 0 + 1 + 1" in checked.text
    assert 'value="Spring"' in checked.text, "what was typed is kept"
    assert "&#39;=cmd()|x" in checked.text
    assert "'=cmd()|x" in desk.get(f"{at}/rejected.csv").text
    assert desk.runtime.database.read(count_by_status, desk.key) == {"unsubscribed": 1}, (
        "a check does nothing"
    )
    started = desk.post(f"{at}/start", **matched)
    settle(desk)
    done = desk.get(started.headers["location"]).text
    assert "3 rows = 1 + 0 + 0 + 0 + 1 + 1" in done
    assert "hx-get" not in done
    assert desk.runtime.database.read(count_by_status, desk.key) == {"active": 1, "unsubscribed": 1}
    with desk.runtime.database.reading() as session:
        record = session.exec(select(Import)).one()
        wish = session.exec(select(Subscription).where(Subscription.status == "active")).one()
    assert (record.by, record.source, record.words, record.file_name) == (
        "mara@inference.example",
        "Spring",
        "Send it",
        "spring list.csv",
    )
    told = desk.get(f"/desk/readers/{wish.id}").text
    assert "spring list.csv" in told
    assert "Ulm" in told
    assert not [
        path
        for path in desk.runtime.lists.folder.iterdir()
        if path.suffix != ".csv" or "rejected" not in path.name
    ], "the list is gone"
    assert desk.get(at).status == 403


def test_a_list_whose_columns_nobody_can_guess_is_matched_by_hand(desk: Site) -> None:
    at = desk.send_file("/desk/readers/import", "x.csv", b"who,what\nada@x.example,Ada\n").headers[
        "location"
    ]
    assert desk.get(at).status == 422
    assert desk.post(f"{at}/check", target=["address", "address"]).status == 422
    assert desk.post(f"{at}/check", target=["address"]).status == 403
    assert "1 rows = 1 +" in check(desk, at, target=["address", "out"]).text


def test_what_is_no_list_is_refused_where_it_was_chosen(desk: Site) -> None:
    answer = desk.send_file("/desk/readers/import", "book.xlsx", b"PK\x03\x04 a workbook")
    assert answer.status == 422
    assert "Save it as CSV" in answer.text
    assert not list(desk.runtime.lists.folder.iterdir())
    assert desk.get("/desk/readers/import/" + "0" * 64).status == 403
    assert desk.get("/desk/readers/import/..%2f..%2fetc").status in (404, 422)


def test_an_import_that_was_cut_off_goes_on_by_itself_or_says_what_it_lacks(
    desk: Site, tmp_path: Path
) -> None:
    at = desk.send_file("/desk/readers/import", "x.csv", LIST.encode()).headers["location"]
    kept = desk.runtime.lists.path(at.rsplit("/", 1)[1])
    with desk.runtime.database.writing() as session:  # and here the process died
        record = begin_import(
            session,
            desk.key,
            kept,
            guess_columns(open_sheet(kept).header),
            evidence=Evidence("mara"),
            now=desk.clock.now(),
        )
    page = f"/desk/readers/import/done/{record.id}"
    assert "It begins in a moment" in desk.get(page).text
    assert desk.get(f"{page}/progress").headers.get("hx-refresh") is None
    away = kept.rename(tmp_path / "away.csv")
    assert "its file is not here" in desk.get(page).text
    with desk.runtime.database.alone(f"import-{record.id}"):
        assert "its file is not here" not in desk.get(page).text, "somebody is at it"
    away.rename(kept)
    following = desk.runtime.list_thread()  # of the next process
    following.wake()
    assert following.wait_until_done(60)
    following.close()
    assert "3 rows = 2 + 0 + 0 + 0 + 0 + 1" in desk.get(page).text
    assert desk.get(f"{page}/progress").headers["hx-refresh"] == "true"


def test_a_list_that_nobody_imports_is_forgotten_after_two_weeks(desk: Site) -> None:
    desk.send_file("/desk/readers/import", "x.csv", LIST.encode())
    for days, left in ((13, 2), (15, 0)):
        at = datetime.now(UTC) + timedelta(days=days)
        list(
            carry_out_steps(Round(desk.runtime.database, desk.publication, desk.runtime.signer, at))
        )
        assert len(list(desk.runtime.lists.folder.iterdir())) == left


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

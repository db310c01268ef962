"""A list of readers comes in at the desk: sent, matched, checked, imported."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from newsletter.schedule.daily import Round, carry_out_steps
from subscribers.kept.counting import count_by_status
from subscribers.leaving import unsubscribing
from subscribers.models import Import, Subscription
from tests.samples.lists import workbook
from tests.samples.times import NOON
from tests.web.asking import Answer, Site
from tests.web.desk.people.stage import LIST, settle, sign_up


def check(desk: Site, at: str, **matched: str | list[str]) -> Answer:
    assert desk.post(f"{at}/check", **matched).headers["location"] == at
    settle(desk)
    return desk.get(at)


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
    reader = desk.get(f"/desk/readers/{wish.id}").text
    assert "spring list.csv" in reader
    assert "Ulm" in reader
    assert not [
        path
        for path in desk.runtime.lists.folder.iterdir()
        # the rejected rows are kept, with the note of whose they are
        if "rejected" not in path.name and path.suffix != ".sent"
    ], "the list is gone"
    assert desk.get(at).status == 403


def test_a_list_whose_columns_nobody_can_guess_is_matched_by_hand(desk: Site) -> None:
    # Neither a name nor the first rows tell which column has the addresses.
    table = b"who,city\n" + b"nobody,Ada\n" * 60 + b"ada@x.example,Ada\n"
    at = desk.send_file("/desk/readers/import", "x.csv", table).headers["location"]
    assert desk.get(at).status == 422
    assert desk.post(f"{at}/check", target=["address", "address"]).status == 422
    assert desk.post(f"{at}/check", target=["address"]).status == 403
    assert "61 rows = 1 +" in check(desk, at, target=["address", "out"]).text


def test_what_is_no_list_is_refused_where_it_was_chosen(desk: Site) -> None:
    answer = desk.send_file("/desk/readers/import", "book.xlsx", b"PK\x03\x04 a workbook")
    assert answer.status == 422
    assert "Save it as CSV" in answer.text
    assert not list(desk.runtime.lists.folder.iterdir())
    assert desk.get("/desk/readers/import/" + "0" * 64).status == 403
    assert desk.get("/desk/readers/import/..%2f..%2fetc").status in (404, 422)


def test_a_list_that_nobody_imports_is_forgotten_after_two_weeks(desk: Site) -> None:
    desk.send_file("/desk/readers/import", "x.csv", LIST.encode())
    for days, left in ((13, 3), (15, 0)):
        at = datetime.now(UTC) + timedelta(days=days)
        list(
            carry_out_steps(
                Round(
                    desk.runtime.database,
                    desk.publication,
                    desk.runtime.signer,
                    at,
                    desk.runtime.urls,
                )
            )
        )
        assert len(list(desk.runtime.lists.folder.iterdir())) == left


OPTED_OUT = b"email,Opted out,joined\n" + b"".join(
    b"%d@x.example,%s,2024-05-06\n" % (n, b"yes" if n % 3 == 0 else b"No") for n in range(1, 7)
)


def test_a_column_that_may_say_who_left_is_asked_about_and_nobody_comes_in_before(
    desk: Site,
) -> None:
    at = desk.send_file("/desk/readers/import", "x.csv", OPTED_OUT).headers["location"]
    matched = {"target": ["address", "attribute", "joined_at"]}
    asked = check(desk, at, **matched)
    assert asked.status == 422
    assert "Opted out" in asked.text
    assert "yes:\n                2 rows" in asked.text
    assert "no:\n                4 rows" in asked.text
    assert desk.post(f"{at}/start", **matched).status == 403, "no check has found what happens"
    half = {**matched, "asked": ["1|yes", "1|no"], "answer": ["unsubscribed", ""]}
    assert check(desk, at, **half).status == 422
    whole = {**half, "answer": ["unsubscribed", "active"]}
    checked = check(desk, at, **whole)
    assert "6 rows = 4 + 2 + 0" in checked.text
    assert 'value="1|yes"' in checked.text, "an answer may be changed"
    # Other answers than those that were checked are not imported either.
    assert desk.post(f"{at}/start", **{**whole, "answer": ["active", "active"]}).status == 403
    desk.post(f"{at}/start", **whole)
    settle(desk)
    counts = {"active": 4, "unsubscribed": 2}
    assert desk.runtime.database.read(count_by_status, desk.key) == counts


def test_the_name_of_a_file_and_the_order_of_its_dates_are_asked_about(desk: Site) -> None:
    table = b"email,joined\nada@x.example,05/06/2024\n"
    at = desk.send_file("/desk/readers/import", "bounces.csv", table).headers["location"]
    matched = {"target": ["address", "joined_at"]}
    asked = check(desk, at, **matched)
    assert "People of bounces.csv" in asked.text
    assert "date may be either way round" in asked.text
    answered = {**matched, "asked": ["everybody|*", "dates|*"], "answer": ["bounce", "day"]}
    assert "1 row = 0 + 0 + 1" in check(desk, at, **answered).text


def test_a_workbook_comes_in_by_the_sheet_that_has_addresses(desk: Site) -> None:
    book = workbook({"Notes": [["hello"]], "News": [["E-Mail"], ["ada@x.example"]]})
    at = desk.send_file("/desk/readers/import", "book.xlsx", book).headers["location"]
    assert "book.xlsx, sheet News" in desk.get(at).text
    assert "1 row = 1 +" in check(desk, at, target=["address"]).text

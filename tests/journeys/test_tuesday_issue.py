"""Two weeks of a publication: real HTTP, real SMTP, a clock that is set; a reader joins, one
leaves, one is refused."""

from datetime import UTC, datetime, timedelta

from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.issues.reading import read_blocks
from tests.journeys.world import World, link, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)  # Tuesday, 09:00 in Berlin
WEEK = timedelta(days=7)


def join(one: World, address: str) -> None:
    one.sign_up(address)
    url = link(one.letter_to(address, "Confirm").text, "/confirm/")
    assert "Confirm my subscription" in one.get(url)
    one.post(url)
    one.letter_to(address, "Welcome")


def approve(one: World, number: int) -> None:
    issue = one.issue(number)
    with one.runtime.database.writing() as session:
        edition = print_edition(session, issue.key, one.runtime.urls, one.clock.now())
        approval.approve(session, issue.key, edition.checksum, by="editor", now=one.clock.now())


def test_tuesday_issue(database_url: str) -> None:
    with world(database_url, start=FIRST - timedelta(days=2), second_deadline=FIRST + WEEK) as one:
        for name in ("ada", "bob", "cyd"):
            join(one, f"{name}@readers.example")
        one.sign_up("never-confirmed@readers.example")
        one.inbox.refusing["bob@readers.example"] = "550 5.1.1 no such user"

        one.clock.move_to(FIRST - timedelta(hours=20))
        one.tick()
        assert one.issue(1).status == "proposed"
        one.letter_to("desk@inference.example", "Issue 1 is proposed")
        approve(one, 1)
        one.tick()
        assert one.issue(1).status == "approved", "nothing goes out before the deadline"

        one.clock.move_to(FIRST)
        one.tick()
        one.tick()
        first = one.ledger(1)
        assert (first.considered, dict(first.excluded)) == (4, {"unconfirmed": 1})
        assert dict(first.messages) == {"accepted": 2, "refused": 1}

        letter = one.letters_to("ada@readers.example")[-1]
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        leave_url = letter.headers["List-Unsubscribe"].strip("<>")
        assert "Unsubscribe" in one.get(leave_url), "a GET shows a button and changes nothing"
        assert one.post(leave_url, **{"List-Unsubscribe": "One-Click"}) == "You are unsubscribed."

        join(one, "dan@readers.example")
        one.clock.move_to(FIRST + WEEK - timedelta(hours=20))
        one.tick()
        approve(one, 2)
        one.clock.move_to(FIRST + WEEK)
        one.tick()
        second = one.ledger(2)
        assert (second.considered, dict(second.messages)) == (4, {"accepted": 2})
        assert dict(second.excluded) == {"unconfirmed": 1, "suppressed": 1}, (
            "an address that nobody has is not tried again"
        )
        to_ada = [
            one
            for one in one.letters_to("ada@readers.example")
            if "List-Unsubscribe" in one.headers
        ]
        assert len(to_ada) == 1, "who left gets nothing more"

        with one.runtime.database.reading() as session:
            articles = [
                {b.article_id for b in read_blocks(session, one.issue(n).key) if b.article_id}
                for n in (1, 2)
            ]
        assert articles[0], "the first issue has stories"
        assert articles[1], "the second issue has stories"
        assert not articles[0] & articles[1], "nothing of last week is repeated"


def test_by_the_send_rule_it_goes_out_without_a_hand_on_it(database_url: str) -> None:
    with world(
        database_url, start=FIRST - timedelta(days=2), second_deadline=FIRST + WEEK, rule="send"
    ) as one:
        join(one, "ada@readers.example")
        for hours in (-20, 0):
            one.clock.move_to(FIRST + timedelta(hours=hours))
            one.tick()
        assert dict(one.ledger(1).messages) == {"accepted": 1}


def test_by_the_hold_rule_it_waits_and_the_editors_hear_of_it(database_url: str) -> None:
    with world(database_url, start=FIRST - timedelta(days=2), second_deadline=FIRST + WEEK) as one:
        for hours in (-20, 0):
            one.clock.move_to(FIRST + timedelta(hours=hours))
            one.tick()
        assert one.issue(1).status == "held"
        one.letter_to("desk@inference.example", "Issue 1 is held")

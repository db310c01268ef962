"""Leaving: a GET changes nothing, one click by its exact body alone, old links for ever, a scanner
is asked once more."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, delete, select

from newsletter.clock import SetClock
from newsletter.delivery.models import Message
from newsletter.letters.models import SmallLetter
from newsletter.publications.preferences import change
from newsletter.tokens import Signer, pair
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Leave, Subscriber, Subscription
from tests.samples.times import NOON
from tests.web.asking import Answer
from tests.web.letters import Sent, sent

ADA, BOB, CYD, DAN = (f"{name}@readers.example" for name in ("ada", "bob", "cyd", "dan"))
EXACT = {"List-Unsubscribe": "One-Click"}


def field(answer: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, answer.text
    return found[1]


def press(one: Sent, address: str, *, looking: timedelta) -> Answer:
    """Open the page and press its button after a while."""
    path = f"/leave/{one.token(address)}"
    page = one.site.get(path)
    one.site.clock.move_by(looking)
    return one.site.post(path, shown=field(page, "shown"))


def test_a_get_changes_nothing_and_masks_the_address(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        page = one.site.get(f"/leave/{one.token(ADA)}")
        assert page.status == 200
        assert "a•••@readers.example" in page.text
        assert ADA not in page.text
        assert one.status(ADA) == "active"


def test_the_exact_body_of_rfc_8058_leaves_at_once_and_twice_is_harmless(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(seconds=1))
        assert one.site.post(f"/leave/{one.token(ADA)}", **EXACT).text == "You are unsubscribed."
        assert one.site.post(f"/leave/{one.token(ADA)}", **EXACT).text == "You are unsubscribed."
        left = one.left(ADA)
        assert (one.status(ADA), left.by, left.issue_id, left.after_s, left.status) == (
            "unsubscribed",
            "one-click",
            one.issue_id,
            1,
            "obeyed",
        )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"List-Unsubscribe": "One Click"},
        {"List-Unsubscribe": "Not-One-Click"},
        {"List-Unsubscribe-Post": "One-Click"},
        {"List-Unsubscribe": ["One-Click", "No"]},
        {"List-Unsubscribe": "One-Click", "x": "y"},
        {"List-Unsubscribe": ""},
        {"again": "yes"},
        {"shown": ""},
        {"shown": "x", "again": "yes"},
    ],
)
def test_any_other_body_leaves_nobody_and_shows_the_page_with_the_button(
    database_url: str, body: dict[str, str | list[str]]
) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(days=1))
        answer = one.site.post(f"/leave/{one.token(ADA)}", **body)
        assert (answer.status, one.status(ADA)) == (422, "active")
        assert "<button" in answer.text


def test_a_page_that_another_reader_saw_leaves_nobody(database_url: str) -> None:
    """One look at a page of one's own is no look at every other reader's."""
    with sent(database_url, NOON, ADA, BOB) as one:
        one.site.clock.move_by(timedelta(days=1))
        shown = field(one.site.get(f"/leave/{one.token(BOB)}"), "shown")
        one.site.clock.move_by(timedelta(seconds=5))
        for path in (f"/leave/{one.token(ADA)}", f"/preferences/{one.token(ADA)}/leave"):
            assert one.site.post(path, shown=shown, again="yes").status == 422
        assert one.status(ADA) == "active"


FORM = "application/x-www-form-urlencoded"
PART = (
    '--edge\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--edge--'
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click\r\n", FORM),
        ("List-Unsubscribe=One-Click\n", FORM),
        (" List-Unsubscribe=One-Click \t", FORM),
        ("List-Unsubscribe=One-Click%0D%0A", FORM),
        ("List-Unsubscribe=One-Click+", FORM),
        ("List-Unsubscribe=One-Click&", FORM),
        ("List-Unsubscribe=one-click", FORM),
        ("list-unsubscribe=ONE-CLICK", FORM),
        ("List%2DUnsubscribe=One%2DClick", FORM),
        ("List-Unsubscribe=One-Click&List-Unsubscribe=One-Click", FORM),
        ("List-Unsubscribe=One-Click", ""),
        ("List-Unsubscribe=One-Click", f"{FORM}; charset=utf-8"),
        ("List-Unsubscribe=One-Click", f"{FORM.upper()};charset=UTF-8"),
        ("List-Unsubscribe=One-Click", "text/plain; charset=us-ascii"),
        ("List-Unsubscribe=One-Click", "application/octet-stream"),
        ("List-Unsubscribe=One-Click", "application/json"),
        (f"{PART}\r\n", "multipart/form-data; boundary=edge"),
        (f"{PART}\r\n\r\n", 'Multipart/Form-Data; charset=utf-8; boundary="edge"'),
        (PART.replace("\r\n", "\n"), "multipart/form-data; boundary=edge"),
        (PART.replace("One-Click", "one-click \r\n"), "multipart/form-data; boundary=edge"),
        (
            PART.replace("\r\n\r\n", "\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n"),
            "multipart/form-data; boundary=edge",
        ),
    ],
)
def test_one_click_leaves_in_each_spelling_that_providers_send(
    sqlite_url: str, body: str, kind: str
) -> None:
    with sent(sqlite_url, NOON, ADA) as one:
        headers = {"content-type": kind} if kind else {}
        answer = one.site.send(f"/leave/{one.token(ADA)}", body.encode(), headers)
        assert (answer.status, answer.text) == (200, "You are unsubscribed.")
        assert (one.status(ADA), one.left(ADA).by) == ("unsubscribed", "one-click")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"\xff\xfe\x00", "multipart/form-data; boundary="),
        (PART.encode(), "multipart/form-data; boundary=other"),
        (b"--edge\r\n", "multipart/form-data; boundary=edge"),
        (b"\x00=\x00&%ff=%zz", FORM),
        (b"x" * 100_000 + b"&List-Unsubscribe=One-Click", FORM),
    ],
)
def test_a_damaged_form_gets_the_page_with_the_button(
    sqlite_url: str, body: bytes, kind: str
) -> None:
    with sent(sqlite_url, NOON, ADA) as one:
        answer = one.site.send(f"/leave/{one.token(ADA)}", body, {"content-type": kind})
        assert (answer.status, one.status(ADA)) == (422, "active")
        assert "<button" in answer.text


def test_the_pages_own_button_works_as_a_multipart_form_too(sqlite_url: str) -> None:
    with sent(sqlite_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(hours=3))
        path = f"/leave/{one.token(ADA)}"
        shown = field(one.site.get(path), "shown")
        one.site.clock.move_by(timedelta(seconds=5))
        body = PART.replace("List-Unsubscribe", "shown").replace("One-Click", shown)
        headers = {"content-type": "multipart/form-data; boundary=edge"}
        assert "You are unsubscribed" in one.site.send(path, body.encode(), headers).text
        assert one.status(ADA) == "unsubscribed"


def test_by_the_page_with_its_way_and_age_then_a_reason_then_the_undo(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(hours=3))
        page = press(one, ADA, looking=timedelta(seconds=5))
        assert "You are unsubscribed" in page.text
        assert ADA not in page.text
        back = re.search(r"/back/[^/\"]+", page.text)
        assert back
        assert one.site.post(f"{back[0]}/why", why="", words=" ").status == 403
        assert (
            "Thank you for telling us why"
            in one.site.post(f"{back[0]}/why", why="often", words="Daily would\n do").text
        )
        left = one.left(ADA)
        assert (left.by, left.issue_id, left.after_s, left.why, left.words) == (
            "link",
            one.issue_id,
            10_805,
            "often",
            "Daily would do",
        )
        assert one.site.post(back[0]).status == 303
        assert (one.status(ADA), one.left(ADA).status) == ("active", "undone")
        assert one.site.post(back[0]).status == 303, "undoing twice is harmless"


def test_an_old_undo_brings_nobody_back_who_left_once_more(database_url: str) -> None:
    """Who had a forwarded letter left by it, and kept the link that takes it back."""
    with sent(database_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(hours=3))
        page = press(one, ADA, looking=timedelta(seconds=5))
        back = re.search(r"/back/[^/\"]+", page.text)
        assert back
        one.site.post(back[0])
        assert one.status(ADA) == "active"
        one.site.clock.move_by(timedelta(days=1))
        one.site.post(f"/leave/{one.token(ADA)}", **EXACT)
        assert one.site.post(back[0]).status == 303
        assert one.status(ADA) == "unsubscribed"


@pytest.mark.parametrize("by", ["one-click", "complaint", "editor"])
def test_a_forwarded_letter_brings_nobody_back_who_left(database_url: str, by: str) -> None:
    """Who has a letter presses its button once more: no way back, no reason, at any time.

    Neither after a sign-up, since anybody may type the address.
    """
    with sent(database_url, NOON, ADA) as one:
        path = f"/leave/{one.token(ADA)}"
        one.site.clock.move_by(timedelta(hours=3))
        shown = field(one.site.get(path), "shown")
        key = one.subscription(ADA).key
        with one.site.runtime.database.writing() as session:
            unsubscribing.end_subscription(session, key, by=by, now=one.site.clock.now())
        first = one.left(ADA).id
        for pressed in (path, path.replace("/leave/", "/preferences/") + "/leave"):
            page = one.site.post(pressed, shown=shown)
            assert ("Nothing comes to you" in page.text, "/back/" in page.text) == (True, False)
        assert one.site.ask("POST", "/api/signup", {"email": ADA}).status == 202
        page = one.site.get(path)
        one.site.clock.move_by(timedelta(seconds=5))
        page = one.site.post(path, shown=field(page, "shown"))
        assert ("Nothing comes to you" in page.text, "/back/" in page.text) == (True, False)
        assert (one.status(ADA), one.left(ADA).id) == ("unsubscribed", first)


def test_the_way_back_is_good_for_a_month_from_the_leave(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(hours=3))
        back = re.search(r"/back/[^/\"]+", press(one, ADA, looking=timedelta(seconds=5)).text)
        assert back
        one.site.clock.move_by(timedelta(days=30, seconds=1))
        assert one.site.post(back[0]).status == 403
        assert one.status(ADA) == "unsubscribed"


def test_a_scanner_of_a_small_letter_is_doubted_too(database_url: str) -> None:
    """It presses the button of the page in the same second; a person reads the page first."""
    with sent(database_url, NOON, ADA, BOB) as one:
        paths = [_small_path(one, address) for address in (ADA, BOB)]
        for path in paths:
            page = one.site.get(path)
            assert "One more press" in one.site.post(path, shown=field(page, "shown")).text
        assert [one.status(ADA), one.status(BOB)] == ["active", "active"]
        page = one.site.get(paths[0])
        one.site.clock.move_by(timedelta(seconds=5))
        one.site.post(paths[0], shown=field(page, "shown"))
        one.site.post(paths[1], **EXACT)
        assert [one.status(ADA), one.status(BOB)] == ["unsubscribed", "unsubscribed"]


def _small_path(one: Sent, address: str) -> str:
    number = pair(one.site.key, one.subscription(address).subscriber_id)
    return f"/leave/{one.site.runtime.signer.sign('preferences', number)}"


def test_old_links_work_after_the_messages_are_gone_and_the_keys_were_changed_twice(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        by_link, by_click = one.token(ADA), one.token(BOB)
        with one.site.runtime.database.writing() as session:
            session.exec(delete(Message))
        newest = Signer("the newest of three", ("the one between", one.site.runtime.signer.secret))
        object.__setattr__(one.site.runtime, "signer", newest)
        one.site.clock.move_by(timedelta(days=3650))
        page = one.site.get(f"/leave/{by_link}")
        assert (
            "You are unsubscribed"
            in one.site.post(f"/leave/{by_link}", shown=field(page, "shown")).text
        )
        one.site.post(f"/leave/{by_click}", **EXACT)
        assert (one.status(ADA), one.status(BOB)) == ("unsubscribed", "unsubscribed")
        assert (one.left(ADA).issue_id, one.left(ADA).after_s) == (one.issue_id, None)


def test_links_of_the_first_version_s_letters_work_too(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        signer = one.site.runtime.signer
        with one.site.runtime.database.reading() as session:
            message_id = session.exec(select(Message.id).where(col(Message.address) == ADA)).one()
            bob = session.exec(
                select(Subscription.id)
                .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
                .where(col(Subscriber.address) == BOB)
            ).one()
        one.site.post(f"/leave/{signer.sign('leave', message_id or 0)}", **EXACT)
        one.site.post(f"/stop/{signer.sign('preferences', bob or 0)}", **EXACT)
        assert (one.status(ADA), one.status(BOB)) == ("unsubscribed", "unsubscribed")
        assert one.left(ADA).issue_id == one.issue_id


def test_a_scanner_that_submits_every_form_is_not_obeyed_and_a_reader_behind_it_is(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA, BOB, CYD, DAN) as one:
        for address in (ADA, BOB, CYD):
            answer = press(one, address, looking=timedelta(milliseconds=200))
            assert "One more press" in answer.text
            again = one.site.post(
                f"/leave/{one.token(address)}", shown=field(answer, "shown"), again="yes"
            )
            assert "One more press" in again.text, "the script submits this page too"
        assert [one.status(address) for address in (ADA, BOB, CYD)] == ["active"] * 3
        waiting = one.site.runtime.database.read(unsubscribing.waiting_leaves, one.site.key)
        assert [(leave.by, leave.status) for leave in waiting] == [("link", "doubtful")] * 3

        one.site.clock.move_by(timedelta(seconds=30))
        doubted = press(one, DAN, looking=timedelta(seconds=4))
        assert "One more press" in doubted.text, (
            "three others of the network pressed within the minute"
        )
        one.site.clock.move_by(timedelta(seconds=2))
        assert (
            "You are unsubscribed"
            in one.site.post(
                f"/leave/{one.token(DAN)}", shown=field(doubted, "shown"), again="yes"
            ).text
        )
        assert (one.status(DAN), one.left(DAN).status) == ("unsubscribed", "obeyed")
        one.site.post(f"/leave/{one.token(ADA)}", **EXACT)
        assert (one.status(ADA), one.left(ADA).status) == ("unsubscribed", "obeyed"), (
            "one click of a provider is obeyed in any burst"
        )


def test_a_goodbye_letter_comes_once_and_only_where_the_publication_wants_one(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        one.site.clock.move_by(timedelta(hours=1))
        press(one, ADA, looking=timedelta(seconds=5))
        assert _letters(one) == []
        one.site.runtime.database.write(change, one.site.key, goodbye=True)
        press(one, BOB, looking=timedelta(seconds=5))
        assert _letters(one) == [("goodbye", BOB)]


class RunningClock(SetClock):
    """A clock that goes on, as a real one does: no two looks at it show the same time."""

    def now(self) -> datetime:
        self.move_by(timedelta(milliseconds=1))
        return super().now()


def test_a_goodbye_letter_comes_by_a_clock_that_runs(database_url: str) -> None:
    """Once the leave and the page after it each had a time of their own, and no letter came."""
    with sent(database_url, NOON, ADA) as one:
        one.site.runtime.database.write(change, one.site.key, goodbye=True)
        one.site.clock = RunningClock(NOON + timedelta(hours=1))
        one.site.app.state.runtime = replace(one.site.runtime, clock=one.site.clock)
        press(one, ADA, looking=timedelta(seconds=5))
        assert _letters(one) == [("goodbye", ADA)]


def test_a_leave_leaves_a_record_with_the_shortened_network(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.post(f"/leave/{one.token(ADA)}", **EXACT)
        with one.site.runtime.database.reading() as session:
            record = session.exec(select(ConsentRecord).order_by(col(ConsentRecord.id))).all()[-1]
            leave = session.get_one(Leave, 1)
        assert (record.act, record.words, record.network) == ("leave", "one-click", "127.0.0.0/24")
        assert leave.network == "127.0.0.0/24"


def _letters(one: Sent) -> list[tuple[str, str]]:
    with one.site.runtime.database.reading() as session:
        return [
            (letter.kind, letter.address)
            for letter in session.exec(select(SmallLetter).order_by(col(SmallLetter.id)))
        ]

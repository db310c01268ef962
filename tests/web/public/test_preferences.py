"""Preferences by a signed link: how often, topics, snooze, all publications at once; a wrong value
keeps nothing."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.publications.opening import open_publication
from newsletter.publications.preferences import change
from newsletter.tokens import pair
from subscribers.models import Subscriber
from tests.delivery.rig import subscribe
from tests.samples.times import NOON
from tests.web.letters import Sent, sent

ADA = "ada@readers.example"
MONDAY = "The Monday Note"


def saved(one: Sent, **changed: str) -> None:
    """Save the page with these fields; it answers with the page to look at next."""
    fields = {
        f"often-{one.site.key}": "every",
        f"snooze-{one.site.key}": "",
    } | changed
    answer = one.site.post(f"/preferences/{one.token(ADA)}", **fields)
    assert answer.status == 303, answer.text
    assert "Saved" in one.site.get(answer.headers["location"]).text


def _live_in(one: Sent, zone: str) -> None:
    with one.site.runtime.database.writing() as session:
        session.get_one(Subscriber, one.subscription(ADA).subscriber_id).time_zone = zone


def test_what_is_chosen_is_kept_and_shown_and_the_address_is_masked(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        key = one.site.key
        one.site.runtime.database.write(change, key, topics=["Models", "Policy"])
        saved(
            one,
            **{
                f"often-{key}": "monthly",
                f"topic-{key}": "Policy",
            },
        )
        kept = one.subscription(ADA)
        assert (kept.frequency, kept.topics, kept.snoozed_until) == ("monthly", ["Policy"], None)
        page = one.site.get(f"/preferences/{one.token(ADA)}").text
        assert re.search(r'value="monthly" checked', page)
        assert re.search(r'value="Policy" checked', page)
        assert not re.search(r'value="Models" checked', page)
        assert "a•••@readers.example" in page
        assert ADA not in page


def test_a_snooze_ends_by_itself_is_kept_by_a_later_save_and_can_be_ended(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA) as one:
        snooze = f"snooze-{one.site.key}"
        _live_in(one, "Pacific/Auckland")
        saved(one, **{snooze: "4"})
        until = NOON + timedelta(weeks=4)
        assert one.subscription(ADA).snoozed_until == until
        assert (
            "Nothing until 10 June 2026" in one.site.get(f"/preferences/{one.token(ADA)}").text
        ), "the day where they live"
        one.site.clock.move_by(timedelta(days=1))
        saved(one, **{snooze: "keep"})
        assert one.subscription(ADA).snoozed_until == until
        saved(one, **{snooze: ""})
        assert one.subscription(ADA).snoozed_until is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"often": "daily"}, "monthly best-of"),
        ({"snooze": "27"}, "1 to 26 weeks"),
        ({"snooze": "9" * 5000}, "1 to 26 weeks"),
        ({"snooze": "-1"}, "1 to 26 weeks"),
        ({"topic": "Not offered"}, "topics that are offered"),
    ],
)
def test_a_wrong_value_keeps_nothing_and_says_what_it_may_be(
    database_url: str, changed: dict[str, str], says: str
) -> None:
    with sent(database_url, NOON, ADA) as one:
        key = one.site.key
        fields = {f"often-{key}": "monthly", f"snooze-{key}": ""}
        fields |= {f"{name}-{key}": value for name, value in changed.items()}
        answer = one.site.post(f"/preferences/{one.token(ADA)}", **fields)
        assert answer.status == 422
        assert says in answer.text
        assert one.subscription(ADA).frequency == "every"


def test_one_page_is_for_all_publications_and_leaves_all_at_once(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        other = one.site.runtime.database.write(_second, ADA)
        page = one.site.get(f"/preferences/{one.token(ADA)}")
        assert MONDAY in page.text
        saved(one, **{f"often-{other}": "monthly", f"snooze-{other}": "2"})
        assert one.subscription(ADA).frequency == "every"

        one.site.clock.move_by(timedelta(hours=1))
        shown = re.search(
            r'name="shown" value="([^"]+)"', one.site.get(f"/preferences/{one.token(ADA)}").text
        )
        assert shown
        one.site.clock.move_by(timedelta(seconds=5))
        gone = one.site.post(f"/preferences/{one.token(ADA)}/leave", shown=shown[1])
        assert "You are unsubscribed" in gone.text
        assert (one.status(ADA), one.left(ADA).by, one.left(ADA).issue_id) == (
            "unsubscribed",
            "preferences",
            one.issue_id,
        )
        small = one.site.runtime.signer.sign(
            "preferences", pair(other, one.subscription(ADA).subscriber_id)
        )
        assert "Nothing comes to you" in one.site.get(f"/leave/{small}").text, (
            "the other one is left too"
        )


@pytest.mark.parametrize("fields", [{}, {"shown": ""}, {"shown": "x", "again": "yes"}])
def test_only_the_button_of_the_page_leaves(database_url: str, fields: dict[str, str]) -> None:
    """A program that posts to the address gets the page, however old the letter is."""
    with sent(database_url, NOON, ADA) as one:
        one.site.clock.move_by(timedelta(days=1))
        answer = one.site.post(f"/preferences/{one.token(ADA)}/leave", **fields)
        assert (answer.status, one.status(ADA)) == (422, "active")
        assert "<button" in answer.text


def test_the_link_of_a_letter_without_an_issue_chooses_and_leaves_too(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        small = one.site.runtime.signer.sign(
            "preferences", pair(one.site.key, one.subscription(ADA).subscriber_id)
        )
        assert "What you get" in one.site.get(f"/preferences/{small}").text
        one.site.post(f"/leave/{small}", **{"List-Unsubscribe": "One-Click"})
        assert (one.status(ADA), one.left(ADA).issue_id) == ("unsubscribed", None)


def _second(session: Session, address: str) -> int:
    publication = open_publication(
        session,
        name=MONDAY,
        sender_address="m@inference.example",
        cadence="Monday 08:00 Europe/Berlin",
    )
    subscribe(session, publication.key, address)
    return publication.key

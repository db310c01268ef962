"""From the letter to the vote, in a browser: links open a page, only the button votes, and a
scanner votes for nobody."""

import re
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from newsletter.delivery.voting import count_votes
from newsletter.demo import sample
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from tests.doubles.browser import chromium
from tests.journeys.world import World, link, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def votes(one: World) -> dict[str, int]:
    return dict(one.runtime.database.read(count_votes, one.issue(1).key))


def answer_link(letter: str, answer: str) -> str:
    found = re.search(rf"http\S+/vote/\S+/{answer}\b", letter)
    assert found, letter
    return found[0]


def sent_to(one: World, *addresses: str) -> None:
    """The first issue, sent to readers who confirmed."""
    for address in addresses:
        one.sign_up(address)
        one.post(link(one.letter_to(address, "Confirm").text, "/confirm/"))
    one.tick()
    approve(one)
    one.clock.move_to(FIRST + timedelta(minutes=1))
    one.tick()
    assert one.ledger(1).messages["accepted"] == len(addresses)


def approve(one: World) -> None:
    with one.runtime.database.writing() as session:
        key = one.issue(1).key
        edition = print_edition(session, key, one.runtime.urls, one.clock.now())
        approval.approve(session, key, edition.checksum, by=sample.EDITOR, now=one.clock.now())


def test_a_reader_votes_by_the_button_changes_their_mind_and_the_desk_counts_it(
    sqlite_url: str,
) -> None:
    start, second = FIRST - timedelta(hours=20), FIRST + timedelta(days=7)
    with world(sqlite_url, start=start, second_deadline=second) as one, chromium() as browser:
        sent_to(one, "ada@readers.example")
        letter = one.letters_to("ada@readers.example")[-1].text
        for answer in ("yes", "partly", "no"):
            one.get(answer_link(letter, answer))
            with suppress(
                urllib.error.HTTPError
            ):  # a HEAD may be refused; it votes for nobody either
                urllib.request.urlopen(
                    urllib.request.Request(answer_link(letter, answer), method="HEAD")
                )
        assert sum(votes(one).values()) == 0, "opening a link votes for nobody"
        page = browser.new_page(java_script_enabled=False)
        page.goto(answer_link(letter, "yes"))
        assert "a•••@readers.example" in page.inner_text("main")
        page.click("text=Answer “yes”")
        assert "Noted: yes" in page.inner_text("h1")
        assert votes(one) == {"Yes": 1, "Partly": 0, "No": 0}
        page.click("button:has-text('Partly')")
        assert votes(one) == {"Yes": 0, "Partly": 1, "No": 0}
        page.goto(one.runtime.settings.public_url + "/desk")
        page.fill("#address", sample.EDITOR)
        page.fill("#password", sample.PASSWORD)
        page.click("button:has-text('Log in')")
        page.goto(one.runtime.urls.desk_issue(one.issue(1).key))
        assert "1 answer" in page.inner_text("section:has(h2:has-text('Was it useful?'))")

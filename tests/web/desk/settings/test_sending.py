"""The relay is tried from the page, by a letter to oneself; no secret is shown."""

import dataclasses
from collections.abc import Iterator

import pytest

from newsletter.demo.inbox import Inbox
from newsletter.mail.dkim import make_key, read_key
from newsletter.runtime import Runtime
from newsletter.web.limits.tries import MOST
from tests.samples.times import NOON
from tests.web.asking import Site, site
from tests.web.desk.settings.forms import marks

SECRET = "a-password-of-the-relay"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    opened = Inbox()
    opened.start()
    yield opened
    opened.stop()


def with_runtime(desk: Site, **changes: object) -> None:
    changed = dataclasses.replace(desk.runtime, **changes)  # type: ignore[arg-type]
    desk.app.state.runtime = changed


def with_relay(desk: Site, url: str) -> None:
    runtime: Runtime = desk.runtime
    with_runtime(desk, settings=dataclasses.replace(runtime.settings, relay_url=url))


def test_a_letter_to_oneself_is_taken_and_the_relay_is_quoted(desk: Site, inbox: Inbox) -> None:
    with_relay(desk, f"smtp+plain://127.0.0.1:{inbox.port}")
    page = desk.post("/desk/settings/sending/relay", address="all@readers.example")
    assert page.status == 200
    assert "It said: 250" in page.text
    assert 'sending">Try the relay' not in desk.get("/desk").text, "the first step is done"
    assert [letter.rcpt_to for letter in inbox.letters] == ["mara@inference.example"], (
        "whatever the form says, it goes to nobody else"
    )


def test_a_relay_that_is_not_there_is_said_with_its_place_and_no_secret(desk: Site) -> None:
    with_relay(desk, f"smtps://mara:{SECRET}@127.0.0.1:1")
    page = desk.post("/desk/settings/sending/relay")
    assert "does not answer" in page.text
    assert "127.0.0.1:1" in page.text
    for shown in (page.text, desk.get("/desk/settings/sending").text):
        assert SECRET not in shown
        assert "with a name and a secret" in shown


def test_tries_are_few(desk: Site) -> None:
    answers = [desk.post("/desk/settings/sending/relay") for _ in range(MOST + 1)]
    assert [answer.status for answer in answers] == [200] * MOST + [429]
    assert "Wait some minutes" in answers[-1].text


def test_a_sender_without_a_key_of_its_domain_is_warned_of_before_it_is_saved(desk: Site) -> None:
    with_runtime(desk, keys=[read_key("inference.example", "s1", make_key("ed25519"))])
    page = desk.get("/desk/settings/sending").text
    assert "s1._domainkey.inference.example" in page
    form = {
        "seen:sender_address": marks(page)["seen:sender_address"],
        "sender_address": "mara@deepwater.example",
    }
    review = desk.post("/desk/settings/sending", **form)
    assert "may take them for forged" in review.text

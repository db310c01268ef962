"""Arriving by a link of a former secret: choosing and leaving, and nothing that needs the owner.

The attacker learned a secret that was replaced, so they can make a letter's link of any reader.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from newsletter.tokens import Purpose, Signer, pair
from tests.samples.times import NOON
from tests.web.letters import Sent, sent
from tests.web.public.person.mail import ADA, NEW, addresses, ask_data, letters, pass_days, path_in

OLD_LINK = "This link is of an old letter"
PURPOSES: tuple[Purpose, ...] = ("letter", "preferences")


@contextmanager
def rotated(database_url: str) -> Iterator[tuple[Sent, Signer]]:
    """A site whose secret was replaced after its letters went out, and the one that leaked."""
    with sent(database_url, NOON, ADA) as one:
        leaked = one.site.runtime.signer
        rotated = replace(leaked, secret="the secret after it", older=(leaked.secret,))
        object.__setattr__(one.site.runtime, "signer", rotated)
        yield one, leaked


def forge(one: Sent, leaked: Signer, purpose: Purpose) -> str:
    place = one.issue_id if purpose == "letter" else one.site.key
    return leaked.sign(purpose, pair(place, one.subscription(ADA).subscriber_id))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_who_learned_an_old_secret_moves_nobody_and_gets_no_data(
    database_url: str, purpose: Purpose
) -> None:
    with rotated(database_url) as (one, leaked):
        token = forge(one, leaked, purpose)
        for door, form in (("address", {"address": NEW}), ("mine", {})):
            answer = one.site.post(f"/preferences/{token}/{door}", **form)
            assert answer.status in (403, 422)
            assert f"Nothing was changed. {OLD_LINK}" in answer.text
        assert letters(one) == []
        pass_days(one, 15)
        assert addresses(one) == [ADA]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_old_letter_still_chooses_and_leaves_and_says_where_the_rest_is(
    database_url: str, purpose: Purpose
) -> None:
    with rotated(database_url) as (one, leaked):
        token = forge(one, leaked, purpose)
        page = one.site.get(f"/preferences/{token}").text
        assert OLD_LINK in page
        assert not re.search(r'action="[^"]*/(address|mine)"', page), "no form that it may not send"
        chosen = {f"often-{one.site.key}": "monthly"}
        assert one.site.post(f"/preferences/{token}", **chosen).status == 303
        assert one.subscription(ADA).frequency == "monthly"
        one.site.post(f"/leave/{token}", **{"List-Unsubscribe": "One-Click"})
        assert one.status(ADA) == "unsubscribed"


def test_the_link_in_a_newer_letter_opens_all_of_it(database_url: str) -> None:
    with rotated(database_url) as (one, _):
        one.site.post("/link", email=ADA)
        page = one.site.get(path_in(letters(one)[-1]))
        assert "Have a copy, or erase me" in page.text
        assert OLD_LINK not in page.text
        assert one.site.get(ask_data(one, one.token(ADA))).status == 200

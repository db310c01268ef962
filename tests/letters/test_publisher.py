"""Each link in a letter is good for its purpose alone, and until its time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import OldToken, Purpose, Signer, unpair
from newsletter.urls import Urls
from tests.samples.times import NOON

SIGNER = Signer("a secret of the tests")
PUBLISHER = Publisher(Publication(id=3, slug="tides"), Urls("https://n.example"), SIGNER)
UNTIL = NOON + timedelta(days=7)
LINKS: dict[Purpose, Callable[[], str]] = {
    "confirm": lambda: PUBLISHER.confirm_url(7, UNTIL),
    "stay": lambda: PUBLISHER.stay_url(7, UNTIL),
    "mine": lambda: PUBLISHER.data_url(7, UNTIL),
    "address": lambda: PUBLISHER.new_address_url(7, UNTIL),
    "former": lambda: PUBLISHER.former_address_url(7, UNTIL),
    "own": lambda: PUBLISHER.own_tool_url(7, UNTIL),
    "answer": lambda: PUBLISHER.answer_url(7, UNTIL),
}


@pytest.mark.parametrize("purpose", LINKS)
def test_a_link_names_its_row_until_its_time(purpose: Purpose) -> None:
    token = LINKS[purpose]().rpartition("/")[2]
    assert SIGNER.read(purpose, token, UNTIL) == 7
    with pytest.raises(OldToken):
        SIGNER.read(purpose, token, UNTIL + timedelta(seconds=1))


def test_the_token_of_the_preferences_names_publication_and_subscriber_and_never_expires() -> None:
    token = PUBLISHER.preferences_token(7)
    later = NOON + timedelta(days=36500)
    assert unpair(SIGNER.read("preferences", token, later)) == (3, 7)


def test_a_publication_may_have_a_form_for_makers_elsewhere() -> None:
    publication = Publication(id=3, slug="tides", promote_url="https://forms.example/tools")
    elsewhere = Publisher(publication, PUBLISHER.urls, SIGNER)
    assert elsewhere.promote_url == "https://forms.example/tools"
    assert PUBLISHER.promote_url == PUBLISHER.urls.promote()

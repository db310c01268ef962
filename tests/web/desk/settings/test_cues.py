"""Cues at the desk: shown, replaced by paste or upload, refused with a reason, and given back."""

from collections.abc import Iterator

import pytest

from newsletter.publications.models import Publication
from tests.samples.times import NOON
from tests.web.asking import Site, site

HERE = "/desk/settings/cues"
GARDEN = """# of <b>gardens</b>
language = "en"
[family.pest]
says = "a pest or a disease spreads"
points = 30
phrases = "moth .. hedge*"
"""


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def kept(desk: Site) -> str:
    with desk.runtime.database.reading() as session:
        return session.get_one(Publication, desk.key).cues


def test_cues_are_shown_replaced_and_given_back(desk: Site) -> None:
    page = desk.get(HERE).text
    assert "the usual cues" in page
    assert "a court, a government or a lawsuit decides something" in page
    assert desk.post(HERE, cues=GARDEN.replace("\n", "\r\n")).status == 303
    assert kept(desk) == GARDEN
    page = desk.get(f"{HERE}?done=saved").text
    assert "a cue file of your own" in page
    assert "# of &lt;b&gt;gardens&lt;/b&gt;" in page
    assert "a pest or a disease spreads" in page
    assert desk.post(f"{HERE}/usual").status == 303
    assert kept(desk) == ""


def test_a_file_with_a_fault_changes_nothing_and_stays_in_the_form(desk: Site) -> None:
    answer = desk.post(HERE, cues=GARDEN.replace("30", "300"))
    assert answer.status == 403
    assert "family pest: points is a number from -100 to 100" in answer.text
    assert "points = 300" in answer.text
    assert kept(desk) == ""


def test_a_file_is_uploaded_and_one_that_is_no_text_is_refused(desk: Site) -> None:
    assert desk.upload(f"{HERE}/upload", b"\xef\xbb\xbf" + GARDEN.encode()).status == 303
    assert kept(desk) == GARDEN
    refused = desk.upload(f"{HERE}/upload", b"\xff\xfe\x00")
    assert refused.status == 403
    assert "no text in UTF-8" in refused.text
    assert kept(desk) == GARDEN


def test_a_stored_file_that_cannot_be_used_any_more_is_shown_with_what_to_mend(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        session.get_one(Publication, desk.key).cues = GARDEN.replace("points", "worth")
    page = desk.get(HERE).text
    assert "ranked by the usual cues. family pest: there is no field worth" in page
    assert "worth = 30" in page

"""Every setting of a publication at the desk: set after a look at what it does, or refused."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.publications.fields.preference import Preference, Subject
from newsletter.publications.fields.table import SUBJECTS
from newsletter.publications.models import Publication
from newsletter.publications.weights import read_weights
from newsletter.schedule.changing import change_preferences
from tests.issues.stage import open_issue
from tests.publications.fields.samples import SAMPLES
from tests.samples.times import NOON
from tests.web.asking import Site, site
from tests.web.desk.settings.forms import fields, marks, set_at_desk

ROWS = [(subject, row) for subject in SUBJECTS for row in subject.preferences]
# A page has no way to choose what is none of the choices, but a form that was made by hand has.
CHOSEN = ("choice", "truth")


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


@pytest.fixture(scope="module")
def untouched(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk that refuses: nothing of it changes, so all cases share it."""
    file = tmp_path_factory.mktemp("desk") / "newsletter.sqlite3"
    shutil.copy(sqlite_template, file)
    with site(f"sqlite:///{file}", NOON) as opened:
        yield opened


def kept(desk: Site) -> Publication:
    with desk.runtime.database.reading() as session:
        return session.get_one(Publication, desk.key)


def test_each_column_is_set_at_the_desk(desk: Site) -> None:
    for subject in SUBJECTS:
        page = desk.get(f"/desk/settings/{subject.name}").text
        form: dict[str, str] = {}
        for row in subject.preferences:
            form |= fields(row, SAMPLES[row.name].good, page)
        if any(
            row.read(SAMPLES[row.name].good) != getattr(kept(desk), row.name)
            for row in subject.preferences
        ):
            answer = set_at_desk(desk, subject.name, form)
            assert answer.headers["location"] == f"/desk/settings/{subject.name}?done=saved"
    publication = kept(desk)
    for _, row in ROWS:
        assert getattr(publication, row.name) == row.read(SAMPLES[row.name].good), row.name


@pytest.mark.parametrize(("subject", "row"), ROWS, ids=[row.name for _, row in ROWS])
def test_a_bad_value_is_refused_beside_its_field_with_what_was_typed(
    untouched: Site, subject: Subject, row: Preference
) -> None:
    bad = SAMPLES[row.name].bad
    page = untouched.get(f"/desk/settings/{subject.name}").text
    for path in (f"/desk/settings/{subject.name}", f"/desk/settings/{subject.name}/save"):
        refused = untouched.post(path, **fields(row, bad, page))
        assert refused.status == 422
        assert f'id="{row.name}-error"' in refused.text
        assert row.kind.widget in CHOSEN or bad.strip("\N{ZERO WIDTH SPACE}") in refused.text
        assert f'href="#{row.name}"' in refused.text


def test_a_change_of_the_cadence_says_what_becomes_of_the_next_issue(desk: Site) -> None:
    page = desk.get("/desk/settings/when").text
    assert page.count("<li>") == 6, "the next six dates"
    form = {"seen:cadence": marks(page)["seen:cadence"], "cadence": "Thursday 09:00 Europe/Berlin"}
    review = desk.post("/desk/settings/when", **form)
    assert "The next issue goes out Thursday" in review.text
    assert "instead of Tuesday" in review.text
    assert kept(desk).cadence.startswith("Tuesday"), "a look saves nothing"
    again = desk.post("/desk/settings/when", **form, step="edit")
    assert 'value="Thursday 09:00 Europe/Berlin"' in again.text, "what was typed is there"
    set_at_desk(desk, "when", form)
    assert kept(desk).cadence == "Thursday 09:00 Europe/Berlin"


def test_of_two_editors_the_second_sees_both_values_and_nothing_is_lost(desk: Site) -> None:
    page = desk.get("/desk/settings/publication").text
    with desk.runtime.database.writing() as session:
        change_preferences(session, desk.key, {"name": "Deep Water"}, NOON)
    form = {"seen:name": marks(page)["seen:name"], "name": "Shallow Water"}
    for path in ("/desk/settings/publication", "/desk/settings/publication/save"):
        refused = desk.post(path, **form)
        assert refused.status == 409
        assert "it is “Deep Water” now" in refused.text
        assert 'value="Shallow Water"' in refused.text
    assert kept(desk).name == "Deep Water"
    form["seen:name"] = marks(refused.text)["seen:name"]
    set_at_desk(desk, "publication", form)
    assert kept(desk).name == "Shallow Water"


def test_weights_of_ranking_and_of_topics_are_set_there_too(desk: Site) -> None:
    seen = marks(desk.get("/desk/settings/weights").text)
    form = {
        "seen:weight.coverage": seen["seen:weight.coverage"],
        "weight.coverage": "12.5",
        "seen:weight.topics": seen["seen:weight.topics"],
        "weight.topics": "Open models 1.5\nPolicy 0",
    }
    set_at_desk(desk, "weights", form)
    seen = marks(desk.get("/desk/settings/weights").text)
    fewer = {"seen:weight.topics": seen["seen:weight.topics"], "weight.topics": "policy 0"}
    set_at_desk(desk, "weights", fewer)
    with desk.runtime.database.reading() as session:
        found = read_weights(session, desk.key)
    assert (found.coverage, dict(found.topics)) == (12.5, {"policy": 0.0})


def test_nothing_different_is_said_and_a_name_in_markup_is_shown_as_it_is(desk: Site) -> None:
    page = desk.get("/desk/settings/publication").text
    name = {"seen:name": marks(page)["seen:name"]}
    same = desk.post("/desk/settings/publication", **name, name=kept(desk).name)
    assert "nothing to save" in same.text
    review = desk.post("/desk/settings/publication", **name, name="<b>\u05d9\u05d5\u05dd</b>")
    assert "<bdi>&lt;b&gt;\u05d9\u05d5\u05dd&lt;/b&gt;</bdi>" in review.text


def test_the_overview_names_what_sending_lacks_and_links_to_each_page(desk: Site) -> None:
    page = desk.get("/desk/settings").text
    assert "/desk/settings/publication#postal_address" in page
    tabs = desk.get("/desk/settings/skipped").text
    for subject in SUBJECTS:
        assert f'href="/desk/settings/{subject.name}">{subject.title}</a>' in page
        assert f'href="/desk/settings/{subject.name}">{subject.title}</a>' in tabs
    assert 'aria-current="page"' in page
    found = desk.get("/desk/settings/find/postal_address").headers["location"]
    assert found == "/desk/settings/publication#postal_address"
    assert desk.get("/desk/settings/find/nothing").status == 404
    desk.log_out()
    assert desk.get("/desk/settings").headers["location"] == "/desk/login"


def test_a_check_that_blocks_links_to_the_setting_that_mends_it(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        open_issue(session, desk.publication)
    page = desk.get("/desk").text
    assert "no postal address" in page
    assert 'href="/desk/settings/find/postal_address"' in page

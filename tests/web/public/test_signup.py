"""The sign-up page without scripts, the letter's button, the code for other sites, and quarantine
at the desk."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from newsletter.letters.models import SmallLetter
from newsletter.letters.writing import CONFIRM_FOR
from subscribers.models import Subscription
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as made:
        yield made


def fields(text: str) -> dict[str, str]:
    """The hidden fields of the first form."""
    form = text[text.index("<form") : text.index("</form>")]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def confirm_path(one: Site) -> str:
    with one.runtime.database.reading() as session:
        letter = session.exec(select(SmallLetter).where(SmallLetter.kind == "confirm")).one()
    return letter.fields["confirm_url"].removeprefix("http://news.example")


def test_by_the_page_alone_a_reader_joins_and_a_get_confirms_nothing(one: Site) -> None:
    page = one.get("/?source=Podcast-7").text
    one.clock.move_by(timedelta(seconds=20))
    asked = one.post("/subscribe", email="ada@readers.example", **fields(page))
    assert asked.status == 200
    assert "Thank you! Your submission has been received!" in asked.text
    path = confirm_path(one)
    assert "Confirm my subscription" in one.get(path).text
    assert "a•••@readers.example" in one.get(path).text
    with one.runtime.database.reading() as session:
        standing = session.exec(select(Subscription)).one()
    assert (standing.status, standing.source) == ("unconfirmed", "podcast-7")
    assert one.post(path).status == 303
    assert one.post(path).status == 303, "confirming twice is harmless"
    with one.runtime.database.reading() as session:
        assert session.exec(select(Subscription.status)).all() == ["active"]
        assert [row.kind for row in session.exec(select(SmallLetter))] == ["confirm", "welcome"]


def test_a_letter_can_be_had_again_with_one_press(one: Site) -> None:
    asked = one.post("/subscribe", email="ada@readers.example")
    one.clock.move_by(timedelta(minutes=6))
    again = one.post("/subscribe", **fields(asked.text))
    assert again.text.count("ada@readers.example") == 2
    with one.runtime.database.reading() as session:
        assert [row.kind for row in session.exec(select(SmallLetter))] == ["confirm", "confirm"]


def test_a_slip_is_asked_about_and_either_answer_is_one_press(one: Site) -> None:
    asked = one.post("/subscribe", email="ada@gmial.com")
    assert asked.status == 422
    assert 'value="ada@gmial.com"' in asked.text, "what was typed is kept"
    meant = re.findall(r'name="meant" value="([^"]+)"', asked.text)
    assert "ada@gmail.com" in one.post("/subscribe", email="ada@gmial.com", meant=meant[0]).text
    assert "ada@gmial.com" in one.post("/subscribe", email="ada@gmial.com", is_meant="true").text


def test_a_link_that_came_too_late_leads_to_the_form(one: Site) -> None:
    one.post("/subscribe", email="ada@readers.example")
    one.clock.move_by(CONFIRM_FOR + timedelta(seconds=1))
    late = one.get(confirm_path(one))
    assert late.status == 403
    assert "This link has expired" in late.text
    assert '<form class="signup"' in late.text
    assert one.post(confirm_path(one)).status == 403


def test_the_code_for_other_sites_is_plain_html_and_tells_theme_and_source(one: Site) -> None:
    page = one.get("/embed?theme=dark&source=Blog").text
    code = re.findall(r'<textarea[^>]*id="embed"[^>]*>(.*?)</textarea>', page, re.DOTALL)[0]
    for piece in (
        "data-theme=&#34;dark&#34;",
        "value=&#34;blog&#34;",
        "action=&#34;http://news.example/subscribe&#34;",
        "/static/form.js",
    ):
        assert piece in code
    assert "http://news.example/?source=blog" in page
    assert "A tag is up to 40" in one.get("/embed?source=no+tag%21").text
    assert one.get("/embed?theme=pink").status == 422


def test_an_editor_lets_in_or_drops_and_nobody_else_sees_who_waits(one: Site) -> None:
    for name in ("eve", "mal"):
        one.post("/subscribe", email=f"{name}@readers.example", website="x")
    desk = one.get("/desk/quarantine").text
    assert "2 wait for a decision." in desk
    assert "A field was filled in that people do not see" in desk
    paths = re.findall(r'action="(/desk/quarantine/\d+/[a-z-]+)"', desk)
    assert len(paths) == 4
    assert one.post(paths[0]).status == 303
    assert one.post(paths[3]).status == 303
    assert one.post(paths[0]).status == 409
    with one.runtime.database.reading() as session:
        kinds = [(row.kind, row.address) for row in session.exec(select(SmallLetter))]
    assert kinds == [("notice", "mara@inference.example"), ("confirm", "mal@readers.example")]
    assert "All caught up" in one.get("/desk/quarantine").text
    assert "by mara@inference.example" in one.get("/desk/quarantine?tab=dropped").text
    one.log_out()
    assert one.get("/desk/quarantine").status == 303
    assert one.post(paths[0]).status == 303

"""What is on file of a reader is changed by an editor: all of a form, or nothing of it."""

from sqlmodel import select

from subscribers.leaving import unsubscribing
from subscribers.models import Subscription
from tests.samples.times import NOON
from tests.web.asking import Site
from tests.web.desk.people.stage import sign_up


def on_file(desk: Site) -> tuple[str, str, dict[str, str]]:
    with desk.runtime.database.reading() as session:
        (found,) = session.exec(select(Subscription)).all()
        return found.name, found.frequency, found.attributes


def test_name_frequency_and_attributes_are_changed_added_and_taken_away(desk: Site) -> None:
    key = sign_up(desk, "ada@x.example", "Ada")
    at = f"/desk/readers/{key}"
    assert f'href="{at}/edit"' in desk.get(at).text
    fields = {"name": " Ada  L. ", "frequency": "monthly"}
    saved = desk.post(f"{at}/edit", **fields, attribute=["plan"], value=["pro <b>"])
    page = desk.get(saved.headers["location"]).text
    assert "Changed." in page
    assert "pro &lt;b&gt;" in page
    assert on_file(desk) == ("Ada L.", "monthly", {"plan": "pro <b>"})
    assert 'value="pro &lt;b&gt;"' in desk.get(f"{at}/edit").text
    pairs = {"attribute": ["plan", "city", ""], "value": ["", "Ulm", ""]}
    desk.post(f"{at}/edit", name="Ada", **pairs)
    assert on_file(desk) == ("Ada", "every", {"city": "Ulm"})


def test_what_does_not_fit_changes_nothing_and_stays_as_it_was_typed(desk: Site) -> None:
    key = sign_up(desk, "ada@x.example", "Ada")
    at = f"/desk/readers/{key}/edit"
    nameless = desk.post(at, name="Eve", attribute=[""], value=["pro"])
    long = desk.post(at, name="Eve", attribute=["plan"], value=["x" * 501])
    for answer in (nameless, long):
        assert answer.status == 422
        assert 'id="attributes-error"' in answer.text
        assert 'value="Eve"' in answer.text
    hourly = desk.post(at, name="Eve", frequency="hourly", attribute=["plan"], value=["pro"])
    assert (hourly.status, 'id="frequency-error"' in hourly.text) == (422, True)
    assert on_file(desk) == ("Ada", "every", {})
    assert desk.get("/desk/readers/99/edit").status == 404
    assert desk.post("/desk/readers/99/edit").status == 404


def test_a_change_brings_nobody_back_who_left(desk: Site) -> None:
    key = sign_up(desk, "ada@x.example")
    with desk.runtime.database.writing() as session:
        unsubscribing.end_subscription(session, key, by="link", now=NOON)
    assert desk.post(f"/desk/readers/{key}/edit", name="Ada").status == 303
    with desk.runtime.database.reading() as session:
        assert session.exec(select(Subscription.status)).one() == "unsubscribed"

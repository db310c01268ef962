"""A form that came back: two editors lose nothing, and what is wrong stays as it was typed."""

from newsletter.publications.fields.table import PREFERENCES
from newsletter.publications.fields.typed import (
    SEEN,
    TypedField,
    mark_of,
    read_entries,
    show_entries,
)

SHOWN = (PREFERENCES["name"], PREFERENCES["postal_address"], PREFERENCES["poll"])
KEPT: dict[str, object] = {"name": "Deep Water", "postal_address": "1 Quay", "poll": True}


def form(seen: dict[str, object] = KEPT, **typed: str) -> dict[str, str]:
    """The form that an editor sends who saw these values."""
    marks = {f"{SEEN}{row.name}": mark_of(row.show(seen[row.name])) for row in SHOWN}
    return {**marks, **{row.name: row.show(seen[row.name]) for row in SHOWN}, **typed}


def read(sent: dict[str, str], kept: dict[str, object] = KEPT) -> dict[str, TypedField]:
    def check(name: str, value: object) -> object:
        return PREFERENCES[name].check(value)

    return {entry.name: entry for entry in read_entries(SHOWN, kept, sent, check)}


def test_what_nobody_touched_is_no_change() -> None:
    assert not any(entry.is_change for entry in show_entries(SHOWN, KEPT))
    assert not any(entry.is_change for entry in read(form()).values())
    assert not any(entry.is_change for entry in read({}).values()), "a form without fields"


def test_a_box_that_is_not_ticked_is_a_no() -> None:
    sent = form()
    del sent["poll"]
    assert read(sent)["poll"].value is False


def test_a_browser_may_send_other_line_ends() -> None:
    kept = {**KEPT, "postal_address": "a\nb"}
    assert not read(form(kept, postal_address="a\r\nb"), kept)["postal_address"].is_change


def test_a_wrong_text_stays_as_it_was_typed() -> None:
    entry = read(form(name="n" * 121))["name"]
    assert entry.typed == "n" * 121
    assert "at most 120" in entry.error


def test_two_editors_of_two_fields_lose_nothing() -> None:
    others = {**KEPT, "name": "Deeper Water"}
    found = read(form(KEPT, postal_address="2 Quay"), others)
    assert not found["name"].is_change
    assert found["name"].typed == "Deeper Water", "the first editor's, who was faster"
    assert found["postal_address"].value == "2 Quay"


def test_two_editors_of_one_field_see_both_values() -> None:
    others = {**KEPT, "name": "Deeper Water"}
    entry = read(form(KEPT, name="Shallow Water"), others)["name"]
    assert entry.is_conflict
    assert entry.typed == "Shallow Water"
    assert "“Deeper Water”" in entry.error
    again = {**form(others, name="Shallow Water")}
    assert read(again, others)["name"].value == "Shallow Water", "now both were seen"


def test_two_editors_who_want_the_same_agree() -> None:
    others = {**KEPT, "name": "Deeper Water"}
    assert not read(form(KEPT, name="Deeper Water"), others)["name"].error

"""Every column of a publication has a row with a rule, or a reason why nobody changes it."""

import pytest

from newsletter.errors import Refused
from newsletter.publications.fields.table import NOT_SET, PREFERENCES, SUBJECTS
from newsletter.publications.models import Publication
from tests.publications.fields.samples import SAMPLES


def test_each_column_has_a_row_or_a_reason() -> None:
    assert PREFERENCES.keys() | NOT_SET.keys() == set(Publication.model_fields)
    assert not PREFERENCES.keys() & NOT_SET.keys()


def test_a_row_is_on_one_page_and_says_what_it_means() -> None:
    rows = [preference for subject in SUBJECTS for preference in subject.preferences]
    assert len(rows) == len(PREFERENCES)
    assert all(row.label and row.meaning for row in rows)
    assert len({row.flag for row in rows}) == len(rows)


def test_each_has_samples() -> None:
    assert SAMPLES.keys() == PREFERENCES.keys()


@pytest.mark.parametrize("name", PREFERENCES)
def test_what_is_kept_is_shown_as_it_was_typed_and_can_be_typed_again(name: str) -> None:
    preference = PREFERENCES[name]
    kept = preference.read(SAMPLES[name].good)
    shown = preference.show(kept)
    assert preference.read(shown) == kept
    assert preference.words(kept)


@pytest.mark.parametrize("name", PREFERENCES)
def test_a_value_that_cannot_be_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        PREFERENCES[name].read(SAMPLES[name].bad)
    assert " " in str(refusal.value)


def test_the_usual_values_pass_their_own_rules() -> None:
    usual = Publication(slug="x", name="X", sender_name="X", sender_address="x@x.example")
    for preference in PREFERENCES.values():
        value = getattr(usual, preference.name)
        if value != "":  # the postal address waits for somebody to write it
            assert preference.check(value) == value, preference.name


def test_a_column_holds_the_longest_text_that_its_rule_takes() -> None:
    for name, most in (("name", 120), ("tagline", 200), ("sender_name", 120)):
        column = Publication.__table__.columns[name]  # type: ignore[attr-defined]
        assert column.type.length == most
        assert PREFERENCES[name].read("n" * most)

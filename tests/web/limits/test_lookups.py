"""Look-ups: who finds no place is refused at once, and a place that was left is free."""

import pytest

from newsletter.web.limits.lookups import LookUpPlaces, LookUps, TooManyLookUps


def test_a_place_is_taken_once_and_free_again_whatever_happened() -> None:
    places = LookUpPlaces(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="of the site"):
            _fail_in(places)


def _fail_in(places: LookUpPlaces) -> None:
    with places.one():
        with pytest.raises(TooManyLookUps), places.one():
            pass
        raise ValueError("of the site")


def test_strangers_never_take_the_places_of_editors() -> None:
    look_ups = LookUps(LookUpPlaces(1), LookUpPlaces(1))
    with (
        look_ups.strangers.one(),
        look_ups.editors.one(),
        pytest.raises(TooManyLookUps),
        look_ups.strangers.one(),
    ):
        pass

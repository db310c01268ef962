"""A picture that a person names is looked at before it is kept."""

from newsletter.fetching.limits import Limits
from newsletter.tools.pictures import find_picture
from tests.doubles.web import always, serving
from tests.samples.images import made

LOCAL = Limits(allow_private=True)


def test_a_picture_that_loads_is_found_with_its_size() -> None:
    with serving({"/a.png": always(200, made("PNG"))}) as web:
        found = find_picture(f"{web.url}/a.png", LOCAL)
    assert found is not None
    assert (found.width, found.height) == (640, 360)


def test_what_is_missing_broken_or_in_our_own_network_is_no_picture() -> None:
    with serving({"/a.png": always(404, b"nothing")}) as web:
        assert find_picture(f"{web.url}/a.png", LOCAL) is None
        assert find_picture(f"{web.url}/a.png", Limits()) is None
    assert find_picture("https://127.0.0.1:9/a.png", LOCAL) is None

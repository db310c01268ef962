"""A browser is called what a person calls it."""

import pytest

from newsletter.web.desk.team.browsers import browser_name

GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {GECKO} Chrome/130.0 Safari/537.36", "Chrome on Linux"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {GECKO} Chrome/130.0 Safari/537.36 Edg/130",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Android 14; rv:130.0) Gecko/130.0 Firefox/130",
            "Firefox on Android",
        ),
        # As it is kept: 120 characters, without its end.
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/17.0 Mobi",
            "Safari on an iPhone",
        ),
        ("Firefox/1", "Firefox"),
        ("curl/8.0 <b>", "curl/8.0 <b>"),
        ("", "A browser without a name"),
    ],
)
def test_a_browser_is_named_with_its_system(agent: str, name: str) -> None:
    assert browser_name(agent) == name

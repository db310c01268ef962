"""An operator's theme is printed before it can be chosen: what every issue has must be there."""

import pytest

from newsletter.brands.theme import BadTheme
from newsletter.brands.themes import SHIPPED
from newsletter.editions.own_themes import check_theme

TEXT = (SHIPPED / "gazette" / "theme.toml").read_text("utf-8")
SECTION = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def test_a_theme_without_blocks_of_its_own_is_only_read() -> None:
    assert check_theme("own", {"theme.toml": TEXT}).name == "own"


def test_an_issue_without_its_heading_is_refused() -> None:
    files = {"theme.toml": TEXT, "blocks/header.mjml.j2": SECTION.format("no heading")}
    with pytest.raises(BadTheme, match="view_url|heading"):
        check_theme("own", files)


def test_a_header_of_its_own_may_stand_above_issues_and_small_letters() -> None:
    header = SECTION.format(
        "{% if number is defined %}<h1>{{ face.name }}</h1>"
        "<a href=\"{{ marker('view_url') }}\">See it in a browser</a>{% endif %}"
    )
    look = check_theme("own", {"theme.toml": TEXT, "blocks/header.mjml.j2": header})
    assert [kind for kind, _ in look.blocks] == ["header"]

"""An operator's own blocks: printed by a child in a sandbox, and refused when they are broken."""

from dataclasses import replace

import pytest

from newsletter.brands.brand import Brand
from newsletter.brands.theme import BadTheme
from newsletter.brands.themes import SHIPPED, look_of_brand
from newsletter.editions.blocks.filling import fill
from newsletter.editions.mjml import TemplateBroken
from newsletter.editions.own_themes import FACE, check_theme
from newsletter.editions.press import press
from newsletter.editions.specimen import specimen

TEXT = (SHIPPED / "gazette" / "theme.toml").read_text("utf-8")
LEAD = (
    "<mj-section>\n  <mj-column>\n    <mj-text>{{ before }}{{ lead.title }}</mj-text>\n"
    "  </mj-column>\n</mj-section>\n"
)


def files(lead: str) -> dict[str, str]:
    return {"theme.toml": TEXT, "blocks/lead.mjml.j2": lead}


def test_a_block_of_its_own_stands_in_the_place_of_ours() -> None:
    look = check_theme("own", files(LEAD.replace("{{ before }}", "Our lead: ")))
    issue = specimen(replace(FACE, look=look))
    printed = press(issue)
    assert f"Our lead: {issue.stories[0].title}" not in printed.html
    assert issue.lead
    assert f"Our lead: {issue.lead.title}" in printed.html
    assert "Read the full story" not in printed.html
    assert press(issue).checksum == printed.checksum


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("{{ ''.__class__.__mro__ }}", "unsafe|undefined"),
        ("{{ lead.title.__class__ }}", "unsafe|undefined"),
        ("{{ marker.__globals__ }}", "unsafe|undefined"),
        ("{{ [].append(1) }}", "unsafe|SecurityError|not safely"),
        ("{% include '/etc/passwd' %}", "etc/passwd"),
        ("{% include '../../../newsletter.toml' %}", "newsletter.toml"),
        ("{{ nobody_knows }}", "nobody_knows"),
        ("{% for x in range(10) %}", "line"),
        ("{{ 7 / 0 }}", "ZeroDivisionError"),
        ("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}", "time"),
        ("{{ 'x' * 2000000000 }}", "memory|MemoryError"),
    ],
)
def test_what_a_block_may_not_do_is_refused(inside: str, words: str) -> None:
    with pytest.raises(BadTheme, match=words):
        check_theme("own", files(LEAD.replace("{{ before }}", inside)))


def test_broken_mjml_is_refused_with_file_line_and_column() -> None:
    with pytest.raises(BadTheme, match=r"blocks/lead\.mjml\.j2, line 3, column \d+: </mj-txt>"):
        check_theme("own", files(LEAD.replace("</mj-text>", "</mj-txt>")))


def test_a_theme_that_hides_what_the_law_asks_for_is_refused() -> None:
    header = {"theme.toml": TEXT, "blocks/header.mjml.j2": LEAD.replace("{{ before }}", "")}
    with pytest.raises(BadTheme):
        check_theme("own", header)


def test_a_stored_block_that_is_broken_later_stops_its_letter_and_no_other() -> None:
    brand = Brand("own", tuple(files("<mj-section>").items()))
    with pytest.raises(TemplateBroken):
        press(specimen(replace(FACE, look=look_of_brand(brand))))
    assert press(specimen(FACE)).html


def test_a_template_of_ours_names_its_file_and_line() -> None:
    with pytest.raises(TemplateBroken, match="issue.mjml.j2: .*undefined"):
        fill("issue.mjml.j2", {})

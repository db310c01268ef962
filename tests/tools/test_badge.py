"""The badge: a picture and a link for the maker's own site, whatever the names are."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from newsletter.tools.badge import badge_svg, badge_width, embed_code


@given(st.text(max_size=130))
def test_a_badge_is_well_formed_whatever_the_name_and_holds_no_script_and_no_address(
    name: str,
) -> None:
    for dark in (False, True):
        svg = badge_svg("".join(sign for sign in name if sign.isprintable()), dark=dark)
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
        assert tags == {"svg", "title", "rect", "path", "text"}
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "").replace(name, "")


def test_the_embed_code_is_a_picture_and_a_link_and_quotes_the_names() -> None:
    code = embed_code(
        tool='A "B" <i>',
        publication="The Inference",
        page_url="https://n.example/tools/a",
        light_url="https://n.example/l",
        dark_url="https://n.example/d",
    )
    assert code == (
        '<a href="https://n.example/tools/a"><picture>'
        '<source srcset="https://n.example/d" media="(prefers-color-scheme: dark)">'
        f'<img src="https://n.example/l" width="{badge_width("The Inference")}" height="44" '
        'alt="A &quot;B&quot; &lt;i&gt;, featured on The Inference"></picture></a>'
    )


def test_a_long_name_is_cut_and_its_badge_is_no_wider() -> None:
    long = "The Quarterly Review of Everything There Is"
    assert "The Quarterly Review of Everyt…" not in badge_svg(long)
    assert "The Quarterly Review of Every…" in badge_svg(long)
    assert badge_width(long) == badge_width(long + " and More") > badge_width("Ink")

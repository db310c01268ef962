"""The traps of the compiler stay inside."""

import html as markup
import re

import pytest

from newsletter.editions.mjml import TemplateBroken, compile_mjml


@pytest.mark.parametrize(
    "value", ['x" onerror="alert(1)', "back\\slash", "नमस्ते ไทย", "a\u00a0b", "two\nlines", "é́"]
)
def test_trap_attribute_values_stay_inside_their_quotes(value: str) -> None:
    image = f'<mj-image src="https://x.example/i.png" alt="{markup.escape(value)}" />'
    body = (
        f"<mjml><mj-body><mj-section><mj-column>{image}</mj-column></mj-section></mj-body></mjml>"
    )
    found = re.search(r'alt="([^"]*)"', compile_mjml(body, "test"))
    assert found
    assert markup.unescape(found[1]) == value.replace("\n", " ")


def test_trap_an_unknown_tag_is_named() -> None:
    with pytest.raises(TemplateBroken, match="mj-foo"):
        compile_mjml(
            "<mjml><mj-body><mj-section><mj-column><mj-text><mj-foo>x</mj-foo></mj-text>"
            "</mj-column></mj-section></mj-body></mjml>",
            "x",
        )


def test_trap_a_broken_document_names_template_and_line() -> None:
    with pytest.raises(TemplateBroken, match=r"issue, line \d+"):
        compile_mjml("<mjml>\n<mj-body>\n<mj-section width=3>\n</mj-body></mjml>", "issue")

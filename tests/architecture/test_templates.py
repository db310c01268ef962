"""How templates are laid out.

djLint keeps the rest of the form of pages (`make check`); MJML has these two rules only.
"""

import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT

MOST_CHARACTERS = 100
BLOCK = re.compile(
    r"<(address|article|aside|blockquote|body|dd|details|dialog|div|dl|dt|fieldset|figure|footer"
    r"|form|h[1-6]|head|header|hr|html|li|main|nav|ol|p|pre|section|summary|table|tbody|td|th"
    r"|thead|tr|ul|mj-[a-z]+)\b"
)


def test_no_line_of_a_template_is_over_a_hundred_characters() -> None:
    broken = [f"{place}: {len(line)}" for place, line in lines() if len(line) > MOST_CHARACTERS]
    assert not broken, "\n".join(broken)


def test_at_most_one_block_begins_on_a_line_of_a_template() -> None:
    broken = [f"{place}: {line.strip()}" for place, line in lines() if len(BLOCK.findall(line)) > 1]
    assert not broken, "\n".join(broken)


def test_each_link_of_a_page_is_written_so_that_it_gets_the_prefix_of_its_publication() -> None:
    """`render` adds it to a path in double quotes, of the attributes that it knows."""
    other = re.compile(
        r"""\s[a-z-]+=(?:'/|/[a-z])"""
        r"""|(?<!href)(?<!src)(?<!srcset)(?<!action)(?<!hx-get)(?<!hx-post)="/[a-z]"""
    )
    broken = [place for place, line in lines() if other.search(line)]
    assert not broken, "\n".join(broken)


def lines() -> Iterator[tuple[str, str]]:
    """Each line of each template of a page or a letter, with its place."""
    files = [
        file
        for kind in ("*.html", "*.mjml.j2")
        for file in sorted((ROOT / "templates").rglob(kind))
    ]
    assert files
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            yield f"{file.relative_to(ROOT)}:{number}", line

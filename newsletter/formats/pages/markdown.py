"""Pure. Markdown as HTML that may be shown. The only home of markdown-it-py."""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.formats.markup import clean, lowered_headings

MARKDOWN = MarkdownIt("js-default")  # tables and strikethrough; HTML is shown as text
HEADINGS = ("heading_open", "heading_close")


def render(markdown: str) -> str:
    """Return sanitised HTML. Its headings begin at h2, below the title, and skip no level."""
    tokens = MARKDOWN.parse(markdown)
    _lower_headings(tokens)
    return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def render_line(markdown: str) -> str:
    """Return one line as sanitised HTML: links and emphasis, no paragraph."""
    return clean(MARKDOWN.renderInline(markdown))


def _lower_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in HEADINGS]
    lowered = lowered_headings(token.tag for token in headings)
    for token in headings:
        token.tag = lowered[token.tag]

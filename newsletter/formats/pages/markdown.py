"""Pure. Markdown as HTML that may be shown. The only home of markdown-it-py."""

from markdown_it import MarkdownIt

from newsletter.formats.markup import clean

MARKDOWN = MarkdownIt("js-default")  # tables and strikethrough; HTML is shown as text


def render(markdown: str) -> str:
    """Return sanitised HTML. Its headings begin at h2, below the title, and skip no level."""
    tokens = MARKDOWN.parse(markdown)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        level = 2 + levels.index(token.tag)
        # `clean` keeps h2 to h4: below, readers tell no levels apart.
        token.tag = f"h{min(level, 4)}"
    return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def render_line(markdown: str) -> str:
    """Return one line as sanitised HTML: links and emphasis, no paragraph."""
    return clean(MARKDOWN.renderInline(markdown))

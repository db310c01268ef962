"""Pure. Markdown as HTML. The only home of markdown-it-py."""

from markdown_it import MarkdownIt

from newsletter.formats.markup import clean

MARKDOWN = MarkdownIt("js-default")  # tables and strikethrough; HTML is shown as text


def render(markdown: str) -> str:
    """Return sanitised HTML. Its headings begin at h2, below the title of the page, and skip no level."""
    tokens = MARKDOWN.parse(markdown)
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    below = {tag: f"h{min(2 + place, 4)}" for place, tag in enumerate(levels)}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = below[token.tag]
    return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def render_line(markdown: str) -> str:
    """Return one line as sanitised HTML: links and emphasis, no paragraph."""
    return clean(MARKDOWN.renderInline(markdown))

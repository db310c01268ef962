"""Pure. The badge that an approved tool's maker may show: a picture and a link.

It has no script and no cookie, and counts nothing.
"""

from html import escape

HEIGHT = 44  # CSS pixels
MARK_WIDTH = 58  # the mark, and the space around mark and text
MOST_SIGNS = 30
LIGHT = {"ground": "#ffffff", "edge": "#8f93a3", "small": "#55575f", "ink": "#1c1d24"}
DARK = {"ground": "#15161a", "edge": "#6d7183", "small": "#b5b6bd", "ink": "#ffffff"}
FONT = "Inter, 'Segoe UI', Helvetica, Arial, sans-serif"


def badge_svg(publication: str, *, dark: bool = False) -> str:
    """Return the badge as SVG, `badge_width(publication)` by 44 CSS pixels.

    `textLength` fits the name to its place, whatever fonts the other site has.
    """
    name = _shown(publication)
    c = DARK if dark else LIGHT
    wide = badge_width(publication)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{HEIGHT}" '
        f'viewBox="0 0 {wide} {HEIGHT}" role="img">'
        f"<title>{escape(f'Featured on {publication}')}</title>"
        f'<rect x=".5" y=".5" width="{wide - 1}" height="43" rx="8" '
        f'fill="{c["ground"]}" stroke="{c["edge"]}"/>'
        '<rect x="10" y="9" width="26" height="26" rx="7" fill="#2f4bc4"/>'
        '<path d="M16.5 27V17.5l6.5 6 6.5-6V27" fill="none" stroke="#fff" stroke-width="2.2"/>'
        f'<text x="46" y="18.5" font-family="{FONT}" font-size="10.5" '
        f'fill="{c["small"]}">Featured on</text>'
        f'<text x="46" y="33.5" font-family="{FONT}" font-size="14.5" font-weight="600" '
        f'fill="{c["ink"]}" textLength="{wide - MARK_WIDTH}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(name)}</text></svg>'
    )


def badge_width(publication: str) -> int:
    """Return how wide the badge is, in CSS pixels."""
    return MARK_WIDTH + max(64, round(7.9 * len(_shown(publication))))


def embed_code(
    *,
    tool: str,
    publication: str,
    page_url: str,
    light_url: str,
    dark_url: str,
) -> str:
    """Return the HTML for the maker's own site; it follows the reader's light or dark."""
    words = escape(f"{tool}, featured on {publication}")
    dark = f'<source srcset="{escape(dark_url)}" media="(prefers-color-scheme: dark)">'
    size = f'width="{badge_width(publication)}" height="{HEIGHT}"'
    light = f'<img src="{escape(light_url)}" {size} alt="{words}">'
    return f'<a href="{escape(page_url)}"><picture>{dark}{light}</picture></a>'


def _shown(publication: str) -> str:
    """Return the name as the badge has room for it."""
    name = "".join(filter(str.isprintable, " ".join(publication.split())))
    return name if len(name) <= MOST_SIGNS else name[: MOST_SIGNS - 1].rstrip() + "…"

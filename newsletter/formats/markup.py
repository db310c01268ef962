"""Pure. Markup from outside: made plain, cut at a sentence, or cleaned. The only home of nh3."""

import html
import re
from collections.abc import Iterable, Mapping

import nh3

from newsletter.formats.pictures import is_mark_by_class, may_be_of_story
from newsletter.formats.prose.sentences import sentence_ends
from newsletter.text import clean_text

DEK_CHARS = 300
CUT_AHEAD = 40  # characters behind a cut that show whether a sentence ends before it
LONGEST_SEARCHED = 200_000  # characters of a text that are searched for a picture
# Words end at these tags, too: `<p>One</p><p>two</p>` is not `Onetwo`.
ENDS = re.compile(
    r"(?=</?(?:br|hr|p|[ou]l|li|div|h[1-6]|t[dhr]|d[dlt]|pre|blockquote|table|caption|section"
    r"|article|header|footer|figure|figcaption|option|summary|address)\b)",
    re.IGNORECASE,
)
# An end tag, an entity or an empty element of HTML, which no plain text has.
HTML_SIGN = re.compile(
    r"</(?:a|b|i|p|em|h[1-6]|li|ol|ul|br|div|img|pre|sub|sup|code|span|strong|blockquote)\s?>"
    r"|<(?:br|hr|p|img)\b|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});",
    re.IGNORECASE,
)
# A tag that is never closed would be searched to the end of the text, again at each `<img`.
IMAGE = re.compile(r"<img\b[^<>]{0,4000}", re.IGNORECASE)
ATTRIBUTE = re.compile(
    # A quote that is never closed ends with the tag: again at each attribute, it would take long.
    r"\b(data-lazy-src|data-src|src|width|height|class)"
    r"\s*+=\s*+(?:\"([^\"]*+)(?:\"|\Z)|'([^']*+)(?:'|\Z)|([^\s\"'>]++))",
    re.IGNORECASE,
)
# Characters that no reader sees, but that XML (1.0, section 2.2) and PostgreSQL refuse.
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF])
# Pixels: a picture of fewer counts readers, or is an emoji or a button.
SMALL = re.compile(r"\d{1,2}(?:px)?")
# Text, lists, tables and pictures. No h1: that is the title of the page that shows it.
TAG_NAMES = """
a abbr b blockquote br code dd del dl dt em figcaption figure h2 h3 h4 hr i img ins kbd li mark ol
p pre q s small strong sub sup table tbody td th thead tr ul
"""
TAGS = set(TAG_NAMES.split())
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "abbr": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}


def is_plain(kind: str | None, text: str) -> bool:
    """Whether a text of Atom is no markup, though it may have signs of it, by its type.

    Without a type it is none (RFC 4287, 3.1.1); but many feeds leave it out where they have HTML.
    """
    if kind is None:
        return not HTML_SIGN.search(text[:LONGEST_SEARCHED])
    return kind.strip().lower() in ("text", "text/plain", "xhtml", "application/xhtml+xml")


def plain_text(markup: str) -> str:
    """Return text without markup, entities read, white space folded."""
    markup = replace_surrogates(markup)
    # Most titles have neither a tag nor an entity: they are spared the parsers.
    if "<" in markup:
        markup = nh3.clean(ENDS.sub(" ", markup), tags=set())
    if "&" in markup:
        # Twice, because feeds escape what is escaped already: `&amp;amp;`.
        markup = html.unescape(html.unescape(markup))
    return clean_text(" ".join(markup.translate(CONTROLS).split()))


def replace_surrogates(text: str) -> str:
    """Return text that can be kept: lone surrogates become question marks.

    JSON can smuggle half a character in (RFC 8259, 8.2), and no database keeps it.
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def cut(text: str, limit: int = DEK_CHARS) -> str:
    """Cut at the last sentence that fits into `limit` characters, else at a word.

    A text that is cut at a word ends in an ellipsis, which counts.
    """
    if len(text) <= limit:
        return text
    # A stop at the very end of what fits is one only if the text does not go on behind it.
    end = max((at for at in sentence_ends(text[: limit + CUT_AHEAD]) if at <= limit), default=0)
    # A sentence that ends early would leave most of the space empty.
    if end > limit // 4:
        return text[:end].strip()
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def lowered_headings(tags: Iterable[str]) -> dict[str, str]:
    """Return which heading each becomes, so that they begin at h2 and skip no level.

    h1 is the title of the page that shows them. `clean` keeps no heading below h4.
    """
    return {tag: f"h{min(level, 4)}" for level, tag in enumerate(sorted(set(tags)), start=2)}


def first_image(markup: str) -> str:
    """Return the address of the first picture that is meant to be seen, or ""."""
    for tag in IMAGE.finditer(markup[:LONGEST_SEARCHED]):
        attributes = _attributes(tag[0])
        if _is_seen(attributes) and (address := _address(attributes)):
            return address
    return ""


def _address(attributes: Mapping[str, str]) -> str:
    """Return the address of a picture; where a script loads it late, that is beside `src`."""
    addresses = [attributes.get(name, "") for name in ("data-lazy-src", "data-src", "src")]
    return next((url for url in addresses if url and may_be_of_story(url)), "")


def _is_seen(attributes: Mapping[str, str]) -> bool:
    if is_mark_by_class(attributes.get("class", "")):
        return False
    return not is_tiny(attributes.get("width"), attributes.get("height"))


def is_tiny(*sides: str | None) -> bool:
    """Whether a picture with such a width or height, as it is written, is no picture of a story."""
    return any(side and SMALL.fullmatch(side.strip()) for side in sides)


def _attributes(tag: str) -> dict[str, str]:
    attributes = {}
    # A value is in double quotes, in single ones, or in none.
    for name, *values in ATTRIBUTE.findall(tag):
        attributes[name.lower()] = html.unescape("".join(values)).strip()
    return attributes


def clean(markup: str) -> str:
    """Return HTML that may be kept and shown: text, and links and pictures over http(s) only.

    Nothing that acts is left: no style, script, form or frame.
    """
    return nh3.clean(
        markup,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )

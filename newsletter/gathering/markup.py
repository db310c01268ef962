"""Pure. Markup from outside: made plain, cut at a sentence, or cleaned before it is kept. The only home of nh3."""

import html
import re

import nh3

DEK_CHARS = 300
ENDS = re.compile(r"<(br|/p|/li|/div|/h[1-6]|/t[dhr]|/d[dt]|/pre|/blockquote)\b[^>]*>", re.IGNORECASE)  # where words end too
SENTENCE = re.compile(r"[.!?…][\"'”’)]*\s")
TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "hr",
        "i",
        "img",
    ),
    *(
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ),
}
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "title", "width", "height"}, "abbr": {"title"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"}, "ol": {"start"},
}  # fmt: skip


def plain(markup: str) -> str:
    """Return text without markup, entities read, white space folded."""
    bare = nh3.clean(ENDS.sub(" ", markup), tags=set())
    return " ".join(html.unescape(html.unescape(bare)).split())


def cut(text: str, limit: int = DEK_CHARS) -> str:
    """Cut at the last sentence that fits, else at a word with an ellipsis."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in SENTENCE.finditer(text[:limit])]
    if ends and ends[-1] > limit // 4:
        return text[: ends[-1]].strip()
    return text[: limit - 1].rsplit(" ", 1)[0] + "…"


def clean(markup: str) -> str:
    """Return HTML that may be kept and shown: text, links and pictures over http(s) only, no style, script, form or frame."""
    return nh3.clean(markup, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow")

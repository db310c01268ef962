"""Pure. Markup from outside: made plain, cut at a sentence, or cleaned before it is kept. The only home of nh3."""

import html
import re

import nh3

DEK_CHARS = 300
SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|vs|St|No))(?<!\bMrs)(?<!\be\.g|\bi\.e|\bInc|\betc)[.!?…][\"'”’)]*\s|[。！？]"
)
ENDS = re.compile(
    r"</?(?:br|p|li|div|h[1-6]|t[dhr]|d[dt]|pre|blockquote)\b[^>]*>", re.IGNORECASE
)  # where words end too
IMAGE = re.compile(r"<img\b[^<>]{0,4000}", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"\b(src|width|height)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
CONTROLS = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 127, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF]
)  # nothing that a reader could see
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "title", "width", "height"}, "abbr": {"title"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"}, "ol": {"start"},
}  # fmt: skip


def plain_text(markup: str) -> str:
    """Return text without markup, entities read, white space folded."""
    markup = replace_surrogates(markup)
    if "<" in markup:
        markup = nh3.clean(ENDS.sub(" ", markup), tags=set())
    if "&" in markup:
        markup = html.unescape(html.unescape(markup))
    return " ".join(markup.translate(CONTROLS).split())


def replace_surrogates(text: str) -> str:
    """Return text that can be kept: half characters (lone surrogates), which JSON can smuggle in, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def cut(text: str, limit: int = DEK_CHARS) -> str:
    """Cut at the last sentence that fits, else at a word with an ellipsis."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in SENTENCE.finditer(text[: limit + 1])]
    if ends and ends[-1] > limit // 4:
        return text[: ends[-1]].strip()
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def first_image(markup: str) -> str:
    """Return the address of the first picture that is meant to be seen, or "". One or two pixels across is a counter's, not a picture."""
    for tag in IMAGE.finditer(markup):
        marks = {
            one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "").strip()
            for one in ATTRIBUTE.finditer(tag[0])
        }
        seen = not {marks.get("width"), marks.get("height")} & {"0", "1", "2"}
        if seen and marks.get("src") and not marks["src"].startswith("data:"):
            return marks["src"]
    return ""


def clean(markup: str) -> str:
    """Return HTML that may be kept and shown: text, links and pictures over http(s) only, no style, script, form or frame."""
    return nh3.clean(
        markup,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )

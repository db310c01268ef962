"""Pure. A letter or page that another program made, as HTML that may be kept.

Letters are laid out in tables within tables. A table without a heading cell is layout: what is
innermost in it becomes a paragraph. What was personal, or counted its readers, is left out.
"""

import re
from urllib.parse import unquote

from newsletter.formats.canonical import canonical
from newsletter.formats.found import absolute
from newsletter.formats.markup import clean, is_tiny, lowered_headings
from newsletter.formats.trees import Tree, as_html, drop, text_start

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BOXES = ("div", "section", "article", "main", "center", "header", "footer", "aside")
UNSHOWN = {
    *("script", "style", "template", "head", "title", "noscript", "svg", "math", "nav"),
    *("form", "iframe", "object", "embed"),
}
BLOCKS = (
    *BOXES,
    *HEADINGS,
    *("p", "table", "ul", "ol", "dl", "blockquote", "pre", "figure", "hr"),
)
CELLS = ("tbody", "thead", "tfoot", "tr", "td", "th")
# `mso-hide` is Outlook's own: preheaders are hidden with it.
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
# Words of links that were for one reader, in the languages of the letters that people bring along.
PERSONAL = re.compile(
    r"unsubscribe|(view|read|open)\b.{0,20}\b(browser|online|web version)|forward\b.{0,20}\bfriend"
    r"|(update|manage|change|edit)\b.{0,20}\b(profile|preferences|subscription)"
    r"|abmelden|abbestellen|im browser|einstellungen|désabonner|désinscri|darse de baja",
    re.IGNORECASE,
)
# Mailchimp's `*|NAME|*`, `{{name}}` of many, Mailjet's `[[name]]`, `%%name%%` of Salesforce.
MERGE_FIELD = re.compile(
    r"\*\|[^|]{1,80}\|\*|\{\{[^{}]{1,80}\}\}|\[\[[^\[\]]{1,80}\]\]|%%[^%]{1,80}%%"
)
NOTICE_WORDS = 80  # a paragraph with a personal link and no more words is about the subscription
EMPTY = re.compile(r"<(p|h[2-4]|li|ul|ol|blockquote)>(?:\s|&nbsp;|<br>)*+</\1>")
MOST_EMPTY = 20  # empty elements, each in another
LINK_CHARS = 2000  # of the words or the address of a link: who is to leave by it says so earlier


def import_html(root: Tree, base: str) -> str:
    """Return a page's HTML, sanitised, with absolute addresses; its headings begin at h2.

    `base` is the page's own address, or "" where it has none.
    """
    _drop_unshown(root)
    _judge_addresses(root, base)
    # Only now: a link that held nothing but a counter's picture is empty by now.
    _drop_empty_links(root)
    _unlay(root)
    _lower_headings(root)
    return _tidy(clean(MERGE_FIELD.sub("", as_html(root))))


def _drop_unshown(root: Tree) -> None:
    for element in _all(root):
        if element.tag in UNSHOWN or _is_hidden(element):
            drop(element)


def _is_hidden(element: Tree) -> bool:
    if element.get("hidden") is not None:
        return True
    return HIDDEN.search(element.get("style", "")) is not None


def _judge_addresses(root: Tree, base: str) -> None:
    """Make the addresses of links and pictures absolute; drop those that nobody may keep."""
    for link in _all(root, "a"):
        _judge_link(link, base)
    for picture in _all(root, "img"):
        _judge_picture(picture, base)


def _judge_link(link: Tree, base: str) -> None:
    """Give a link its canonical address; drop one that led to something personal."""
    href = link.get("href", "")
    if _is_personal(link, href):
        drop(_notice_around(link))
    elif url := canonical(absolute(href, base)):
        link.set("href", url)
    elif not href.startswith("mailto:"):
        link.attrib.pop("href", "")


def _is_personal(link: Tree, href: str) -> bool:
    address = unquote(href[:LINK_CHARS])
    if PERSONAL.search(text_start(link, LINK_CHARS)) or PERSONAL.search(address):
        return True
    return MERGE_FIELD.search(address) is not None


def _notice_around(link: Tree) -> Tree:
    """Return the paragraph that is about a personal link, else the link alone."""
    for element in link.iterancestors("p", "td", "div", "li"):
        text = text_start(element, LINK_CHARS)
        if len(text) < LINK_CHARS and len(text.split()) <= NOTICE_WORDS:
            return element
    return link


def _judge_picture(picture: Tree, base: str) -> None:
    """Keep a picture that comes by https and is meant to be seen: a tiny one counts readers."""
    source = absolute(picture.get("src", ""), base)
    is_counter = is_tiny(picture.get("width"), picture.get("height"))
    if is_counter or not source.startswith("https://"):
        drop(picture)
        return
    picture.set("src", source)
    picture.set("alt", picture.get("alt", ""))


def _drop_empty_links(root: Tree) -> None:
    for link in _all(root, "a"):
        if not text_start(link, LINK_CHARS) and next(link.iter("img"), None) is None:
            drop(link)


def _unlay(root: Tree) -> None:
    """Turn tables that are layout into paragraphs."""
    for table in _all(root, "table"):
        _make_boxes(table)
    for box in _all(root, "body", *BOXES):
        _make_paragraphs(box)


def _make_boxes(table: Tree) -> None:
    """Turn a table that is layout into boxes; one with a heading cell is a table of data."""
    cells = _own_cells(table)
    if any(cell.tag == "th" for cell in cells):
        return
    for element in (table, *cells):
        element.tag = "div"


def _own_cells(table: Tree) -> list[Tree]:
    """Return the parts of a table, without those of the tables in it."""
    cells = table.iter(*CELLS)
    return [cell for cell in cells if next(cell.iterancestors("table")) is table]


def _make_paragraphs(box: Tree) -> None:
    if any(child.tag in BLOCKS for child in box):
        _wrap_loose_words(box)
    elif next(box.iterdescendants(*BLOCKS), None) is None and box.tag != "body":
        box.tag = "p"


def _wrap_loose_words(box: Tree) -> None:
    """Put words that are beside blocks, and in none, into paragraphs."""
    children = list(box)
    loose = _paragraph(box, box.text)
    box.text = None
    for child in children:
        box.remove(child)
    for child in children:
        if child.tag not in BLOCKS:
            loose.append(child)
            continue
        box.extend((loose, child))
        # The text behind a block is the next loose text.
        loose = _paragraph(box, child.tail)
        child.tail = None
    box.append(loose)


def _paragraph(box: Tree, text: str | None) -> Tree:
    paragraph = box.makeelement("p")
    paragraph.text = text
    return paragraph


def _lower_headings(root: Tree) -> None:
    headings = _all(root, *HEADINGS)
    lowered = lowered_headings(str(heading.tag) for heading in headings)
    for heading in headings:
        heading.tag = lowered[str(heading.tag)]


def _all(root: Tree, *tags: str) -> list[Tree]:
    """Return the elements with one of these tags, or all: complete before a walk changes them."""
    return [*root.iter(*tags)]


def _tidy(html: str) -> str:
    # An empty element may hold another: again, until none is left.
    for _ in range(MOST_EMPTY):
        fuller = EMPTY.sub("", html)
        if fuller == html:
            break
        html = fuller
    return "\n".join(filter(None, map(str.strip, html.split("\n"))))

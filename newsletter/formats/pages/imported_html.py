"""Pure. A letter or page that another program made, as HTML that may be kept: its layout is taken down, and what was personal or counted
its readers is left out.

Letters are laid out in tables within tables. A table without a heading cell is layout: what is innermost in it becomes a paragraph.
"""

import re
from urllib.parse import unquote

from newsletter.formats.canonical import canonical
from newsletter.formats.found import absolute
from newsletter.formats.markup import clean
from newsletter.formats.trees import Tree, as_html, drop, text_of

UNSHOWN = (
    "script",
    "style",
    "template",
    "head",
    "title",
    "noscript",
    "svg",
    "math",
    "form",
    "iframe",
    "object",
    "embed",
    "nav",
)
BOXES = ("div", "section", "article", "main", "center", "header", "footer", "aside")
BLOCKS = (
    *BOXES,
    "p",
    "table",
    "ul",
    "ol",
    "dl",
    "blockquote",
    "pre",
    "figure",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
PERSONAL = re.compile(
    r"unsubscribe|(view|read|open)\b.{0,20}\b(browser|online|web version)|forward\b.{0,20}\bfriend"
    r"|(update|manage|change|edit)\b.{0,20}\b(profile|preferences|subscription)"
    r"|abmelden|abbestellen|im browser|einstellungen|désabonner|désinscri|darse de baja",
    re.IGNORECASE,
)
MERGE_FIELD = re.compile(
    r"\*\|[^|]{1,80}\|\*|\{\{[^{}]{1,80}\}\}|\[\[[^\[\]]{1,80}\]\]|%%[^%]{1,80}%%"
)
NOTICE_WORDS = 80  # a paragraph with a personal link and no more words is about the subscription
EMPTY = re.compile(r"<(p|h[2-4]|li|ul|ol|blockquote)>(\s|\u00a0|&nbsp;|<br>)*</\1>")


def import_html(root: Tree, base: str) -> str:
    """Return a page's HTML, sanitised, with absolute addresses; its headings begin at h2. `base` is its own address or ""."""
    for element in [one for one in root.iter() if one.tag in UNSHOWN or _is_hidden(one)]:
        drop(element)
    for link in [*root.iter("a")]:
        _judge_link(link, base)
    for picture in [*root.iter("img")]:
        _judge_picture(picture, base)
    for link in [
        one for one in root.iter("a") if not text_of(one) and next(one.iter("img"), None) is None
    ]:
        drop(link)
    for table in [*root.iter("table")]:
        _take_down(table)
    for box in [*root.iter("body", *BOXES)]:
        if any(child.tag in BLOCKS for child in box):
            _wrap(box)
        elif next(box.iterdescendants(*BLOCKS), None) is None and box.tag != "body":
            box.tag = "p"
    levels = sorted({str(one.tag) for one in root.iter(*HEADINGS)})
    for heading in [*root.iter(*HEADINGS)]:
        heading.tag = f"h{min(2 + levels.index(str(heading.tag)), 4)}"
    html = clean(MERGE_FIELD.sub("", as_html(root)))
    while (fuller := EMPTY.sub("", html)) != html:
        html = fuller
    return re.sub(r"\s*\n\s*", "\n", html).strip()


def _is_hidden(element: Tree) -> bool:
    return bool(HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


def _judge_link(link: Tree, base: str) -> None:
    """Where a link led to something personal, it goes with the paragraph that is about it."""
    href = link.get("href") or ""
    if (
        PERSONAL.search(text_of(link))
        or PERSONAL.search(unquote(href))
        or MERGE_FIELD.search(unquote(href))
    ):
        around = next(
            (
                one
                for one in link.iterancestors("p", "td", "div", "li")
                if len(text_of(one).split()) <= NOTICE_WORDS
            ),
            link,
        )
        drop(around)
    elif url := canonical(absolute(href, base)):
        link.set("href", url)
    elif not href.startswith("mailto:"):
        link.attrib.pop("href", "")


def _judge_picture(picture: Tree, base: str) -> None:
    """A picture comes by https, and is meant to be seen: one or two pixels across is a counter's."""
    source = absolute(picture.get("src") or "", base)
    if not source.startswith("https://") or {picture.get("width"), picture.get("height")} & {
        "0",
        "1",
        "2",
    }:
        drop(picture)
    else:
        picture.set("src", source)
        picture.set("alt", picture.get("alt") or "")


def _take_down(table: Tree) -> None:
    own = [
        one
        for one in table.iter("tbody", "thead", "tfoot", "tr", "td", "th")
        if next(one.iterancestors("table"), None) is table
    ]
    if any(one.tag == "th" for one in own):
        return
    for one in (table, *own):
        one.tag = "div"


def _wrap(box: Tree) -> None:
    """Words that stand loose beside blocks become paragraphs."""
    children, loose = list(box), box.makeelement("p")
    loose.text, box.text = box.text, None
    for child in children:
        box.remove(child)
    for child in children:
        if child.tag in BLOCKS:
            box.extend((loose, child))
            loose = box.makeelement("p")
            loose.text, child.tail = child.tail, None
        else:
            loose.append(child)
    box.append(loose)

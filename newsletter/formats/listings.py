"""Pure. Article links on a listing page that has no feed: told by headings, dates and repeated structure, not by any site's own names."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.formats.canonical import canonical
from newsletter.formats.dates import read_date
from newsletter.formats.decoding import decode
from newsletter.formats.found import Found, absolute, newest
from newsletter.formats.links import day_in, may_be_article, same_site
from newsletter.formats.markup import cut, first_image, replace_surrogates
from newsletter.formats.trees import Tree, inner_markup, parse_page, text_of, text_pieces

MOST_LINKS = 2000
ENOUGH = 4  # points, see _points
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ASIDE = {"nav", "footer", "aside", "form", "select", "dialog", "noscript"}
ASIDE_NAMES = re.compile(
    r"\b(nav(bar|igation)?|menu|foot(er)?|side-?bar|bread-?crumbs?|cookies?|share|social|pagination|pager|related)\b",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"(read|learn|see|show|view|load|find out|discover|continue)\s*(more|all|reading|the (article|story|post)|on|full \w+)?|more"
    r"|weiterlesen|mehr( lesen)?"
    r"|lire( la suite)?|leer más|leggi( tutto)?|lees (verder|meer)|next|previous|older( posts)?|newer( posts)?|\d+|comments?|[→›»>\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Card:
    """The largest part of a page that is about one link."""

    url: str
    root: Tree
    anchors: Sequence[Tree]


def read_listing(content: bytes, url: str) -> list[Found]:
    """Return the articles that the page fetched from `url` lists, in its order; [] if it lists none, whatever the bytes."""
    root = parse_page(decode(content))
    if root is None:
        return []
    cards = _cards(root, url)
    shapes = Counter(map(_shape, cards))
    found = (_found(card, repeated=shapes[_shape(card)] >= 3) for card in cards)
    return list(newest(found))


def _cards(root: Tree, url: str) -> list[_Card]:
    base = next((absolute(one.get("href") or "", url) for one in root.iter("base")), "") or url
    anchors: dict[str, list[Tree]] = {}
    for anchor in list(root.iter("a"))[:MOST_LINKS]:
        address = absolute(anchor.get("href") or "", base)
        if (
            address
            and same_site(address, url)
            and may_be_article(address)
            and not _is_aside(anchor)
        ):
            anchors.setdefault(canonical(address), []).append(anchor)
    anchors.pop(canonical(url), None)
    around: dict[Tree, set[str]] = {}
    for address, there in anchors.items():
        for anchor in there:
            for element in (anchor, *anchor.iterancestors()):
                around.setdefault(element, set()).add(address)
    return [
        _Card(address, _around(there[0], around), there)
        for address, there in anchors.items()
        if len(address) <= 2000
    ]


def _around(anchor: Tree, around: dict[Tree, set[str]]) -> Tree:
    card = anchor
    for element in anchor.iterancestors():
        if len(around[element]) > 1 or element.tag in ("body", "html", "main"):
            break
        card = element
    return card


def _is_aside(anchor: Tree) -> bool:
    for element in anchor.iterancestors():
        if element.tag in ("article", "main", "body"):
            return False
        if element.tag in ASIDE or element.get("role") == "navigation":
            return True
        if element.tag == "header" and not any(
            one.tag in ("article", "main", "section", "li") for one in element.iterancestors()
        ):
            return True
        if ASIDE_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False


def _shape(card: _Card) -> str:
    """Where a card stands and how it is built: alike for all that one template made."""
    path = [str(element.tag) for element in (card.root, *card.root.iterancestors())]
    return " ".join(path) + "|" + " ".join(str(child.tag) for child in card.root)[:100]


def _found(card: _Card, *, repeated: bool) -> Found | None:
    heading = next(
        (
            text
            for one in card.root.iter(*HEADINGS)
            if (text := text_of(one)) and not GENERIC.fullmatch(text)
        ),
        "",
    )
    title = heading or max(
        (text for one in card.anchors if not GENERIC.fullmatch(text := _label(one))),
        key=len,
        default="",
    )
    texts = (text for text in _pieces(card.root) if text != title and len(text) <= 60)
    dated = next(filter(None, map(read_date, texts)), None) or day_in(card.url)
    points = (
        2 * bool(heading)
        + 2 * repeated
        + 2 * bool(dated)
        + (len(title.split()) >= 4 or not title.isascii())
    )
    points += (card.url.rsplit("/", 2)[-1] or card.url).count("-") >= 2
    if (
        not title
        or points < ENOUGH
        or (len(title) < 12 and not heading and not dated and title.isascii())
    ):
        return None
    dek = next(
        (text for one in card.root.iter("p") if len(text := text_of(one)) >= 40 and text != title),
        "",
    )
    picture = next(
        (one.get("src") or one.get("data-src") or "" for one in card.root.iter("img")), ""
    ) or first_image(inner_markup(card.root))
    return Found(
        card.url,
        title[:500],
        dek=cut(dek),
        published_at=dated,
        image_url="" if picture.startswith("data:") else absolute(picture, card.url),
    )


def _label(anchor: Tree) -> str:
    """What a link says: its words, else what it is labelled, else what its picture shows."""
    pictures = (one.get("alt") or "" for one in anchor.iter("img"))
    return text_of(anchor) or replace_surrogates(
        (anchor.get("aria-label") or anchor.get("title") or next(pictures, "")).strip()
    )


def _pieces(root: Tree) -> Iterator[str]:
    """Dates as machines are told, then every piece of text."""
    yield from (one.get("datetime") or "" for one in root.iter("time"))
    yield from text_pieces(root)

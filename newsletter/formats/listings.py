"""Pure. Article links on a listing page that has no feed.

They are known by headings, dates and repeated structure, and not by any site's own names: what
works for one site only breaks with its next design.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from newsletter.formats.bases import page_base
from newsletter.formats.canonical import canonical
from newsletter.formats.dates.reading import first_date_alone
from newsletter.formats.decoding import decode
from newsletter.formats.found import LONGEST_TITLE, LONGEST_URL, Found, absolute, newest
from newsletter.formats.links import day_in, may_be_article, same_site
from newsletter.formats.markup import first_image, replace_surrogates
from newsletter.formats.prose.deks import stored_dek
from newsletter.formats.trees import Tree, inner_markup, parse_page, text_pieces, text_start

MOST_LINKS = 2000
MOST_HEADINGS = 10  # of one card that are looked at, and as many paragraphs
PARAGRAPH_CHARS = 2000  # of one that may be a dek, which is shorter
MOST_PIECES = 200  # of a card's text, one of which may be its date
NAME_CHARS = 300  # of the classes of an element
REPEATED = 3  # cards of one shape: two may be chance
SHORT_TITLE = 12  # characters: `Read`, `Details` and the like are shorter
SHORTEST_DEK = 40
ENOUGH = 4  # points, see _article
SEVERAL = ""  # addresses inside an element
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ASIDE = {"nav", "footer", "aside", "form", "select", "dialog", "noscript"}
CONTENT = ("article", "main", "body")
PARTS = ("article", "main", "section", "li")
WHOLE = ("body", "html", "main")
ASIDE_NAMES = re.compile(
    r"\b(nav(bar|igation)?|menu|foot(er)?|side-?bar|bread-?crumbs?|cookies?|share|social"
    r"|pagination|pager|related)\b",
    re.IGNORECASE,
)
# What links say that lead to an article without being its title, in several languages.
GENERIC = re.compile(
    r"(read|learn|see|show|view|load|find out|discover|continue)"
    r"\s*(more|all|reading|the (article|story|post)|on|full \w+)?|more"
    r"|weiterlesen|mehr( lesen)?"
    r"|lire( la suite)?|leer más|leggi( tutto)?|lees (verder|meer)"
    r"|next|previous|older( posts)?|newer( posts)?|\d+|comments?|[→›»>\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Card:
    """The largest part of a page that is about one link, and all the links to its address."""

    url: str
    root: Tree
    anchors: Sequence[Tree]


def read_listing(content: bytes, url: str) -> list[Found]:
    """Return the articles that the page fetched from `url` lists, in its order.

    [] if it lists none, whatever the bytes.
    """
    root = parse_page(decode(content))
    if root is None:
        return []
    return list(newest(_articles(_cards(root, url))))


def _cards(root: Tree, url: str) -> list[_Card]:
    anchors = _anchors(root, url)
    around = _addresses_around(anchors)
    return [
        _Card(address, _card_root(links[0], around), links)
        for address, links in anchors.items()
        if len(address) <= LONGEST_URL
    ]


def _anchors(root: Tree, url: str) -> Mapping[str, Sequence[Tree]]:
    """Return the links that may lead to an article of this site, by canonical address."""
    base = page_base(root, url)
    asides = _Asides()
    anchors: dict[str, list[Tree]] = defaultdict(list)
    for anchor in islice(root.iter("a"), MOST_LINKS):
        address = absolute(anchor.get("href", ""), base)
        # The cheap questions first: a page may have two thousand links.
        if _may_be_listed(address, url) and not asides.have(anchor):
            anchors[canonical(address)].append(anchor)
    # A page links to itself: in its logo, in its menu.
    anchors.pop(canonical(url), None)
    return anchors


def _may_be_listed(address: str, url: str) -> bool:
    return bool(address) and same_site(address, url) and may_be_article(address)


class _Asides:
    """Menus, footers and the like: what of a page is not its own content."""

    def __init__(self) -> None:
        # Each element is judged once, however many links are in it.
        self._judged: dict[Tree, bool] = {}

    def have(self, anchor: Tree) -> bool:
        """Whether a link is in one of them."""
        judged = False
        passed: list[Tree] = []
        for element in anchor.iterancestors():
            if (known := self._known(element)) is not None:
                judged = known
                break
            passed.append(element)
        self._judged.update(dict.fromkeys(passed, judged))
        return judged

    def _known(self, element: Tree) -> bool | None:
        """Return what an element says of all that is in it; None if it says nothing."""
        if element in self._judged:
            return self._judged[element]
        if element.tag in CONTENT:
            return False
        return True if _is_aside_by_kind(element) or _is_aside_by_name(element) else None


def _is_aside_by_kind(element: Tree) -> bool:
    if element.tag == "header":
        # The header of a card is content, that of the page is none.
        return next(element.iterancestors(*PARTS), None) is None
    return element.tag in ASIDE or element.get("role") == "navigation"


def _is_aside_by_name(element: Tree) -> bool:
    names = f"{element.get('class', '')[:NAME_CHARS]} {element.get('id', '')[:NAME_CHARS]}"
    return ASIDE_NAMES.search(names) is not None


def _addresses_around(anchors: Mapping[str, Sequence[Tree]]) -> Mapping[Tree, str]:
    """Return, for each element around a link, the only address linked inside it; "" for several."""
    around: dict[Tree, str] = {}
    for address, links in anchors.items():
        for link in links:
            for element in (link, *link.iterancestors()):
                # What is around an element with several has several, too.
                if around.setdefault(element, address) == SEVERAL:
                    break
                if around[element] != address:
                    around[element] = SEVERAL
    return around


def _card_root(anchor: Tree, around: Mapping[Tree, str]) -> Tree:
    """Return the outermost element around a link that is about no other address."""
    card = anchor
    for element in anchor.iterancestors():
        if around[element] == SEVERAL or element.tag in WHOLE:
            break
        card = element
    return card


def _articles(cards: Sequence[_Card]) -> Iterator[Found | None]:
    """Yield the article of each card, None where too little speaks for one."""
    shapes = [_shape(card) for card in cards]
    times = Counter(shapes)
    for card, shape in zip(cards, shapes, strict=True):
        yield _article(card, is_repeated=times[shape] >= REPEATED)


def _shape(card: _Card) -> str:
    """Return where a card is and how it is built: alike for all that one template made."""
    path = _tags([card.root, *card.root.iterancestors()])
    return f"{path}|{_tags(card.root)[:100]}"


def _tags(elements: Iterable[Tree]) -> str:
    return " ".join(str(element.tag) for element in elements)


def _article(card: _Card, *, is_repeated: bool) -> Found | None:
    """Return the article of a card, None if too little speaks for one."""
    heading = _heading(card)
    title = heading or _longest_label(card)
    published_at = _date(card, title)
    signs = bool(heading) + bool(published_at)
    if not title or (_is_short(title) and not signs):
        return None
    # Two of three signs make an article, or one of them and what its title and address add.
    points = 2 * (signs + is_repeated) + _is_sentence(title) + _joins_words(card.url)
    return _found(card, title, published_at) if points >= ENOUGH else None


def _found(
    card: _Card,
    title: str,
    published_at: datetime | None,
) -> Found:
    return Found(
        card.url,
        title[:LONGEST_TITLE],
        dek=stored_dek(_dek(card, title), title),
        published_at=published_at,
        image_url=_image_url(card),
    )


def _heading(card: _Card) -> str:
    for heading in islice(card.root.iter(*HEADINGS), MOST_HEADINGS):
        text = text_start(heading, LONGEST_TITLE)
        if not GENERIC.fullmatch(text):
            return text
    return ""


def _longest_label(card: _Card) -> str:
    labels = map(_label, card.anchors[:MOST_HEADINGS])
    return max((label for label in labels if not GENERIC.fullmatch(label)), key=len, default="")


def _label(anchor: Tree) -> str:
    """Return what a link shows: its words, else its label, else the label of its picture."""
    if text := text_start(anchor, LONGEST_TITLE):
        return text
    label = anchor.get("aria-label") or anchor.get("title") or _image_attribute(anchor, "alt")
    return replace_surrogates(label.strip())


def _date(card: _Card, title: str) -> datetime | None:
    # A title may have a date in it that is not its own.
    texts = (text for text in islice(_dates(card.root), MOST_PIECES) if text != title)
    return first_date_alone(texts) or day_in(card.url)


def _dates(root: Tree) -> Iterator[str]:
    """Yield the dates that are written for machines, then every piece of text."""
    for time in root.iter("time"):
        yield time.get("datetime", "")
    yield from text_pieces(root)


def _is_short(title: str) -> bool:
    return len(title) < SHORT_TITLE and title.isascii()


def _is_sentence(title: str) -> bool:
    # Languages that set no words apart have no four words: every title counts there.
    return len(title.split()) >= 4 or not title.isascii()


def _joins_words(url: str) -> bool:
    """Whether an address ends in words with hyphens between them, as of a title."""
    name = url.rsplit("/", 2)[-1] or url
    return name.count("-") >= 2


def _dek(card: _Card, title: str) -> str:
    for paragraph in islice(card.root.iter("p"), MOST_HEADINGS):
        text = text_start(paragraph, PARAGRAPH_CHARS)
        if len(text) >= SHORTEST_DEK and text != title:
            return text
    return ""


def _image_url(card: _Card) -> str:
    # Pages that load their pictures late have the address in data-src.
    address = _image_attribute(card.root, "src") or _image_attribute(card.root, "data-src")
    address = address or first_image(inner_markup(card.root))
    if address.startswith("data:"):
        return ""
    return absolute(address, card.url)


def _image_attribute(element: Tree, name: str) -> str:
    """Return an attribute of the first picture in an element, or ""."""
    for image in element.iter("img"):
        return image.get(name, "")
    return ""

"""Pure. The tool that a page describes: in JSON-LD, in microdata, or by OpenGraph alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import islice

from newsletter.errors import Refused
from newsletter.formats.canonical import canonical
from newsletter.formats.decoding import decode
from newsletter.formats.found import absolute
from newsletter.formats.links import same_site
from newsletter.formats.pages.jsonld import LinkedThing, described_things, kinds_of
from newsletter.formats.pages.metadata import IMAGES, read_metas
from newsletter.formats.tools.found import (
    FoundTool,
    make_tool,
    number_in_words,
    price_in_words,
    split_tags,
)
from newsletter.formats.trees import Tree, parse_page, text_of

# schema.org's kinds of what a publication may feature.
KINDS = ("SoftwareApplication", "WebApplication", "MobileApplication", "Product")
MOST_ELEMENTS = 20_000  # of a page that are looked through for microdata
MOST_PROPERTIES = 200
GROUPS = "Application"  # `BusinessApplication` says no more than `Business`
TITLES = ("og:title", "twitter:title")
DESCRIPTIONS = ("og:description", "twitter:description", "description")
AMOUNTS = ("product:price:amount", "og:price:amount")
CURRENCIES = ("product:price:currency", "og:price:currency")
TITLE_SIGNS = (" | ", " – ", " — ", " - ", " · ", " • ")


class NotAToolPage(Refused):
    """That page describes no tool."""


class AsksForLogin(Refused):
    """That page asks for a login."""


@dataclass(frozen=True, slots=True)
class ToolPage:
    """The tool of a page. It is `declared` if the page itself calls it a product."""

    tool: FoundTool
    is_declared: bool = True


def read_tool_page(content: bytes, url: str) -> ToolPage:
    """Return the tool of the page that was fetched from `url`, whatever the bytes.

    Raises NotAToolPage or AsksForLogin.
    """
    root = parse_page(decode(content))
    if root is None:
        raise NotAToolPage
    metas = read_metas(root)
    thing = _described(root, url) or _marked_up(root)
    if thing is not None:
        return ToolPage(_tool_of(thing, metas, url))
    if any(field.get("type", "").lower() == "password" for field in root.iter("input")):
        raise AsksForLogin
    return _by_opengraph(metas, url)


def _described(root: Tree, url: str) -> Mapping[str, object] | None:
    """Return the product in JSON-LD; of several the one that has this page's address."""
    products = [thing for thing in described_things(root) if _is_product(thing)]
    own = canonical(url)
    for thing in products:
        if canonical(absolute(LinkedThing(thing).text("url"), url)) == own:
            return thing
    return products[0] if products else None


def _is_product(thing: Mapping[str, object]) -> bool:
    return any(kind in KINDS for kind in kinds_of(thing)) and bool(LinkedThing(thing).text("name"))


def _marked_up(root: Tree) -> Mapping[str, object] | None:
    """Return the first product in microdata, as JSON-LD would have it."""
    for element in islice(root.iter(), MOST_ELEMENTS):
        if element.get("itemtype", "").rpartition("/")[2] in KINDS:
            thing = _properties(element)
            if thing.get("name"):
                return thing
    return None


def _properties(element: Tree) -> dict[str, object]:
    thing: dict[str, object] = {}
    for child in islice(_own_properties(element), MOST_PROPERTIES):
        value = _properties(child) if child.get("itemscope") is not None else _value(child)
        for name in child.get("itemprop", "").split():
            thing.setdefault(name, value)
    return thing


def _own_properties(element: Tree) -> Iterator[Tree]:
    """Yield the properties of an item, not those of items inside of it.

    Without recursion: pages nest their elements as deep as they like.
    """
    waiting = list(element)[::-1]
    for _ in range(MOST_ELEMENTS):
        if not waiting:
            return
        child = waiting.pop()
        if child.get("itemprop"):
            yield child
        if child.get("itemscope") is None:
            waiting += list(child)[::-1]


def _value(element: Tree) -> str:
    for attribute in ("content", "href", "src"):
        if (value := element.get(attribute)) is not None:
            return value.strip()
    # A text, not markup: a `<` in it is a `<`.
    return escape(text_of(element), quote=False)


def _tool_of(
    thing: Mapping[str, object],
    metas: Mapping[str, list[str]],
    url: str,
) -> FoundTool:
    described = LinkedThing(thing)
    images = [*described.image_addresses(), *_all(metas, *IMAGES)]
    category = described.text("applicationCategory") or described.text("category")
    fields = {
        "name": described.text("name"),
        "url": _link(described, url),
        "price": _price(thing),
        "description": described.text("description") or _escaped(_first(metas, *DESCRIPTIONS)),
        "image": next(filter(None, images), ""),
        "category": category.removesuffix(GROUPS),
    }
    return make_tool(fields, described.keywords("keywords"), url, 0)


def _link(described: LinkedThing, url: str) -> str:
    """Return the tool's own site if the page names it, else the page itself."""
    named = absolute(described.text("url"), url)
    # Many sites name their front page for each of their tools: all would be one tool.
    return named if named and not same_site(named, url) else canonical(url)


def _price(thing: Mapping[str, object]) -> str:
    offers = thing.get("offers")
    offer = offers[0] if isinstance(offers, list) and offers else offers
    if not isinstance(offer, dict):
        return "Free" if thing.get("isAccessibleForFree") is True else ""
    currency = _amount(offer, "priceCurrency")
    if price := _amount(offer, "price"):
        return price_in_words(price, currency)
    lowest = price_in_words(_amount(offer, "lowPrice"), currency)
    return f"From {lowest}" if lowest not in ("", "Free") else lowest


def _amount(offer: Mapping[str, object], key: str) -> str:
    value = offer.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_in_words(value)
    return value.strip()[:60] if isinstance(value, str) else ""


def _by_opengraph(metas: Mapping[str, list[str]], url: str) -> ToolPage:
    """Return the tool of a page that has OpenGraph alone. Raises NotAToolPage."""
    kind = _first(metas, "og:type").lower()
    title = _first(metas, *TITLES)
    # An article about a tool is none; what says nothing may be anything.
    if not title or (kind not in ("", "website") and not kind.startswith("product")):
        raise NotAToolPage
    fields = {
        "name": _escaped(_without_site(title, _first(metas, "og:site_name"))),
        "url": canonical(url),
        "price": price_in_words(_first(metas, *AMOUNTS), _first(metas, *CURRENCIES)),
        "description": _escaped(_first(metas, *DESCRIPTIONS)),
        "image": _first(metas, *IMAGES),
    }
    tags = split_tags(_first(metas, "keywords"))
    return ToolPage(make_tool(fields, tags, url, 0), is_declared=kind.startswith("product"))


def _without_site(title: str, site: str) -> str:
    for sign in TITLE_SIGNS:
        if site and title.casefold().endswith(f"{sign}{site}".casefold()):
            return title[: -len(sign + site)]
    return title


def _escaped(text: str) -> str:
    # Meta elements have been read as plain text already.
    return escape(text, quote=False)


def _first(metas: Mapping[str, list[str]], *names: str) -> str:
    return next(iter(_all(metas, *names)), "")


def _all(metas: Mapping[str, list[str]], *names: str) -> list[str]:
    return [text for name in names for text in metas.get(name, ())]

"""Pure. A tool's card: the fields that are shown, as a maker or an editor typed them, and problems.

All problems are found at once, by field, so that a form keeps what was typed and shows each problem
at its place.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from newsletter.text import one_line, slug

MOST_NAME = 60  # characters
MOST_PRICE = 24
MOST_DESCRIPTION = 400
MOST_URL = 2000
MOST_TAGS = 5
MOST_TAG = 30
URL_WANTED = "Write the web address like https://example.com"
UNSAFE = '<>"\\`'  # they end an attribute or a link in HTML, Markdown or plain text
TAG_SIGNS = re.compile(r"[,;#\n]")
HOST = re.compile(r"[^\s.]++(?:\.[^\s.]++)++")


@dataclass(frozen=True, slots=True)
class Card:
    """Name, link, price pill, description, tags without #, and a picture's address ("": none)."""

    name: str = ""
    url: str = ""
    price: str = "Free"
    description: str = ""
    tags: tuple[str, ...] = ()
    image_url: str = ""


def read_card(
    *,
    name: str,
    url: str,
    price: str,
    description: str,
    tags: str | Sequence[str],
    image_url: str,
) -> Card:
    """Return a card of what was typed, each field on one line. Nothing is judged yet.

    Tags are words between commas or #; each is kept once, whatever its case.
    """
    return Card(
        one_line(name),
        url.strip(),
        one_line(price),
        one_line(description),
        _read_tags(tags),
        image_url.strip(),
    )


def find_problems(card: Card, *, by_maker: bool = False) -> Mapping[str, str]:
    """Return the problems by field, none if the card can be shown.

    A maker must also say what the tool does and costs.
    """
    problems = {
        "name": _name_problem(card),
        "url": "" if is_web_address(card.url) else URL_WANTED,
        "price": _price_problem(card, by_maker),
        "description": _description_problem(card, by_maker),
        "tags": _tags_problem(card),
        "image_url": _image_problem(card),
    }
    return {field: problem for field, problem in problems.items() if problem}


def is_web_address(url: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    """True for an address that a reader can open.

    It has a host of at least two names, no user or password, and no white space.
    """
    if len(url) > MOST_URL or any(_is_unsafe(sign) for sign in url):
        return False
    try:
        return _leads_to_a_host(urlsplit(url), schemes)
    except ValueError:  # a bracket that is not closed, or a port that is no number
        return False


def slug_of(name: str) -> str:
    """Return the words of a name for an address; `tool` if it has no Latin letter or digit."""
    return slug(name) or "tool"


def _read_tags(tags: str | Sequence[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for word in filter(None, map(one_line, _parts_of(tags))):
        kept.setdefault(word.casefold(), word)
    return tuple(kept.values())


def _parts_of(tags: str | Sequence[str]) -> list[str]:
    if isinstance(tags, str):
        return TAG_SIGNS.split(tags)
    return [tag.lstrip("#") for tag in tags]


def _leads_to_a_host(address: SplitResult, schemes: tuple[str, ...]) -> bool:
    """Raises ValueError if the port is no number."""
    return (
        address.scheme in schemes
        and "@" not in address.netloc
        and bool(HOST.fullmatch(address.hostname or ""))
        and address.port != 0
    )


def _is_unsafe(sign: str) -> bool:
    return sign.isspace() or ord(sign) < 32 or sign in UNSAFE


def _name_problem(card: Card) -> str:
    if card.name and len(card.name) <= MOST_NAME:
        return ""
    return f"Give the name of the tool, in at most {MOST_NAME} characters."


def _price_problem(card: Card, by_maker: bool) -> str:
    if len(card.price) <= MOST_PRICE and (card.price or not by_maker):
        return ""
    return f"Say what it costs in at most {MOST_PRICE} characters: Free, Free trial, From $9."


def _description_problem(card: Card, by_maker: bool) -> str:
    length = len(card.description)
    if length <= MOST_DESCRIPTION and (length or not by_maker):
        return ""
    typed = f" These are {length}." if length else ""
    return f"Say what it does, in at most {MOST_DESCRIPTION} characters.{typed}"


def _tags_problem(card: Card) -> str:
    if len(card.tags) <= MOST_TAGS and all(len(tag) <= MOST_TAG for tag in card.tags):
        return ""
    return (
        f"Give at most {MOST_TAGS} tags of at most {MOST_TAG} characters, with commas between them."
    )


def _image_problem(card: Card) -> str:
    if not card.image_url or is_web_address(card.image_url, schemes=("https",)):
        return ""
    return "Write the picture's address like https://example.com/picture.png, or leave it empty."

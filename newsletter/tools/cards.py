"""Pure. A tool's card: what is shown of it, as its maker or an editor typed it, and what is wrong with that.

All problems are found at once, by field, so that a form can keep what was typed and show each at its place.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_NAME, MOST_PRICE, MOST_DESCRIPTION, MOST_URL = 60, 24, 400, 2000
MOST_TAGS, MOST_TAG = 5, 30
HOST = re.compile(r"[^\s.]+(\.[^\s.]+)+")


@dataclass(frozen=True, slots=True)
class Card:
    """Name, link, price pill, description, tags without #, and the address of a picture, "" for none."""

    name: str = ""
    url: str = ""
    price: str = "Free"
    description: str = ""
    tags: tuple[str, ...] = ()
    image_url: str = ""


def read_card(
    *, name: str, url: str, price: str, description: str, tags: str | Sequence[str], image_url: str
) -> Card:
    """Return what was typed with its white space folded; tags are words between commas or #, each once. Nothing is judged yet."""
    words = (
        re.split(r"[,;#\n]", tags) if isinstance(tags, str) else [tag.lstrip("#") for tag in tags]
    )
    each: dict[str, str] = {}
    for folded in filter(None, map(_fold, words)):
        each.setdefault(folded.casefold(), folded)
    return Card(
        _fold(name),
        url.strip(),
        _fold(price),
        _fold(description),
        tuple(each.values()),
        image_url.strip(),
    )


def find_problems(card: Card, *, by_maker: bool = False) -> Mapping[str, str]:
    """Return what is wrong, by field: empty if the card can be shown. A maker must also say what the tool does and costs."""
    found: dict[str, str] = {}
    if not card.name or len(card.name) > MOST_NAME:
        found["name"] = f"Give the name of the tool, in at most {MOST_NAME} characters."
    if not is_web_address(card.url):
        found["url"] = "Write the web address like https://example.com"
    if (by_maker and not card.price) or len(card.price) > MOST_PRICE:
        found["price"] = (
            f"Say what it costs in at most {MOST_PRICE} characters: Free, Free trial, From $9."
        )
    if (by_maker and not card.description) or len(card.description) > MOST_DESCRIPTION:
        typed = f" These are {len(card.description)}." if card.description else ""
        found["description"] = f"Say what it does, in at most {MOST_DESCRIPTION} characters.{typed}"
    if len(card.tags) > MOST_TAGS or any(len(tag) > MOST_TAG for tag in card.tags):
        found["tags"] = (
            f"Give at most {MOST_TAGS} tags of at most {MOST_TAG} characters, with commas between them."
        )
    if card.image_url and not is_web_address(card.image_url, schemes=("https",)):
        found["image_url"] = (
            "Write the picture's address like https://example.com/picture.png, or leave it empty."
        )
    return found


def is_web_address(url: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    """True for an address that a reader can open: a host of two names at least, no user or password, no white space."""
    if len(url) > MOST_URL or any(
        sign.isspace() or ord(sign) < 32 or sign in '<>"\\`' for sign in url
    ):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in schemes
            and "@" not in parts.netloc
            and bool(HOST.fullmatch(parts.hostname or ""))
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def slug_of(name: str) -> str:
    """Return the words of a name for an address: a to z, digits and hyphens; `tool` if it has none of these."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or "tool"


def _fold(text: str) -> str:
    """One line, without control characters."""
    return " ".join(
        "".join(
            " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text
        ).split()
    )

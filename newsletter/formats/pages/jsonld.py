"""Pure. JSON-LD (schema.org): the article, or another thing, that a page describes.

Schema.org lets nearly every value be a text, an object, or a list of either. A value of any other
shape reads as nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsletter.formats.markup import plain_text
from newsletter.formats.trees import Tree

NESTED = 3  # levels that are searched for an article
MOST_PARTS = 100  # of a list
MOST_IMAGES = 5
ARTICLES = re.compile(
    r"(\w*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|VideoObject"
    r"|PodcastEpisode)$"
)
# Publishing systems wrap scripts so that browsers without scripts do not show them. No JSON begins
# or ends like this.
OPENINGS = ("//", "<![CDATA[", "<!--")
ENDINGS = ("-->", "]]>", "//")
# Where plug-ins of WordPress and others put the article in an object about the whole page.
INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class LinkedThing:
    """A thing as JSON-LD describes it; "" and [] for what it does not have."""

    values: Mapping[str, object]

    def text(self, key: str) -> str:
        """Return a text as it is written, or the first of several; it may be markup."""
        return _text(self.values.get(key))

    def name(self, key: str) -> str:
        """Return the plain name of a person or an organization."""
        return plain_text(_name(self.values.get(key)))

    def names(self, key: str) -> list[str]:
        """Return the plain names of one or more, each once."""
        names = map(plain_text, map(_name, self._listed(key)))
        return list(dict.fromkeys(filter(None, names)))

    def keywords(self, key: str) -> list[str]:
        """Return keywords as they are written: a list, or one text with commas."""
        value = self.values.get(key)
        keywords = value.split(",") if isinstance(value, str) else self._listed(key)
        return [keyword.strip() for keyword in keywords if isinstance(keyword, str)]

    def image_addresses(self) -> list[str]:
        """Return the addresses of its pictures as they are written, relative ones too."""
        return [_image_address(image) for image in self._listed("image")[:MOST_IMAGES]]

    def _listed(self, key: str) -> list[object]:
        return _as_list(self.values.get(key))


def find_article(root: Tree) -> LinkedThing:
    """Return the first article in the JSON-LD of a page; one without values if there is none."""
    for values in described_things(root):
        if _is_article(values):
            return LinkedThing(values)
    return LinkedThing({})


def described_things(root: Tree) -> Iterator[Mapping[str, object]]:
    """Yield the objects that the JSON-LD of a page describes."""
    for script in root.iter("script"):
        if "ld+json" in script.get("type", "").lower():
            yield from _objects(_parse(script.text or ""), NESTED)


def _parse(text: str) -> object:
    try:
        # Not strict: many templates leave line ends in a description.
        return json.loads(_unwrapped(text), strict=False)
    except (ValueError, RecursionError):
        return None


def _unwrapped(text: str) -> str:
    text = text.strip()
    for opening in OPENINGS:
        text = text.removeprefix(opening).lstrip()
    for ending in ENDINGS:
        text = text.removesuffix(ending).rstrip()
    return text


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Yield an object and those inside it, down to a depth."""
    if not depth:
        return
    if isinstance(value, list):
        for part in value[:MOST_PARTS]:
            yield from _objects(part, depth - 1)
    elif isinstance(value, dict):
        yield value
        for key in INSIDE:
            yield from _objects(value.get(key), depth - 1)


def _is_article(values: Mapping[str, object]) -> bool:
    return any(map(ARTICLES.match, kinds_of(values)))


def kinds_of(values: Mapping[str, object]) -> list[str]:
    """Return the kinds that a thing says it is of, without the vocabulary's address."""
    named = _as_list(values.get("@type"))
    return [kind.rpartition("/")[2] for kind in named if isinstance(kind, str)]


def _image_address(image: object) -> str:
    if isinstance(image, dict):
        return _text(image.get("url") or image.get("contentUrl"))
    return _text(image)


def _name(value: object) -> str:
    if isinstance(value, dict):
        return _text(value.get("name"))
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, list) and value:
        return _text(value[0])
    return value if isinstance(value, str) else ""


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]

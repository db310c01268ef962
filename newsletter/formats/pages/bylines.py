"""Pure. Who wrote an article, by the words of its page: for pages whose data name nobody."""

import re
from collections.abc import Iterator
from itertools import dropwhile, islice

from newsletter.formats.prose.people import name_of
from newsletter.formats.trees import Tree, text_of, text_pieces

MOST_ELEMENTS = 5000  # of a page that are looked at
LONGEST = 100  # characters of a byline
PIECES_BELOW = 8  # pieces of text below the heading
MOST_WORDS = 12  # of all names together
CLASSES = {
    *("author", "byline", "post-author", "entry-author", "article-author", "author-name"),
    *("byline__name", "byline-name", "p-author", "post__author", "article__author", "writer"),
}
# What stands before a name, in some languages: `By Ada Grey`, `Von Ada Grey`.
BY = re.compile(
    r"(?:written by|words by|posted by|story by|by|von|par|por|di|door|av|af|autor(?:in)?:?"
    r"|author:?|автор:?|от|作者[:：]?|文[/／]|글)\s+(?=\S)",
    re.IGNORECASE,
)
# What follows it: a date, the minutes that reading takes, the site.
END = re.compile(r"\s*[|·•–—/]\s|\s[-]\s|,?\s(?:on|am|le|el|il)\s(?=.{0,12}\d)|\s\d|\s\((?=\d)")


def read_byline(root: Tree) -> str:
    """Return the names that a page's marks or words give its article; "" if none are sure."""
    for text in _marked(root):
        if name := _name(text):
            return name
    # Without a mark only a text that says itself that a name follows.
    for text in _below_heading(root):
        if BY.match(text) and (name := _name(text)):
            return name
    return ""


def _marked(root: Tree) -> Iterator[str]:
    for element in islice(root.iter(), MOST_ELEMENTS):
        if isinstance(element.tag, str) and _is_of_author(element):
            yield text_of(element)


def _is_of_author(element: Tree) -> bool:
    """Whether an element has the author's name, by what it says of itself."""
    if "author" in element.get("rel", "").lower().split():
        return True
    if element.get("itemprop", "").lower() == "author":
        return True
    return not CLASSES.isdisjoint(element.get("class", "").lower().split())


def _below_heading(root: Tree) -> Iterator[str]:
    heading = next(root.iter("h1"), None)
    if heading is None:
        return iter(())
    start = next(text_pieces(heading), None)
    after = dropwhile(lambda text: text != start, text_pieces(root))
    return islice(after, 1, PIECES_BELOW)


def _name(text: str) -> str:
    """Return the name in a byline; "" for what is none."""
    name = name_of(_without_end(_behind_by(text[: 2 * LONGEST].strip())))
    return name if _is_name(name) else ""


def _behind_by(text: str) -> str:
    by = BY.match(text)
    return text[by.end() :] if by else text


def _without_end(text: str) -> str:
    end = END.search(text)
    return text[: end.start()] if end else text


def _is_name(name: str) -> bool:
    """Whether a text may be a name: short, and not in small letters alone: `staff`."""
    if not 2 <= len(name) <= LONGEST or len(name.split()) > MOST_WORDS:
        return False
    return _has_capital(name) or _is_uncased(name)


def _has_capital(name: str) -> bool:
    return name != name.lower()


def _is_uncased(name: str) -> bool:
    """Whether a name is in a script that has no capitals."""
    return name.lower() == name.upper() and name.strip(".") != ""

"""Pure. What the relative addresses in a feed are relative to (RFC 3986, 5.1; xml:base)."""

from collections.abc import Iterator
from urllib.parse import urljoin

from newsletter.formats.trees import Tree, local_name

BASE = "{http://www.w3.org/XML/1998/namespace}base"
ATTRIBUTES = ("href", "src", "url")
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
WRITTEN = ("link", "origlink")  # elements whose text is an address
LONGEST = 10_000  # characters of an address


def resolve_bases(root: Tree, url: str) -> None:
    """Make the addresses of a document absolute wherever an element names their base.

    The document was fetched from `url`, to which the outermost base is relative. Bases nest.
    """
    for element, base in _with_bases(root, url):
        for name in (*ATTRIBUTES, ABOUT):
            if address := element.get(name):
                element.set(name, joined(base, address))
        if local_name(element) in WRITTEN and not len(element) and element.text:
            element.text = joined(base, element.text)


def page_base(root: Tree, url: str) -> str:
    """Return what the addresses of a page are relative to: its first `base`, else its address."""
    for element in root.iter("base"):
        if named := element.get("href"):
            return _inner_base(url, named)
    return url


def joined(base: str, address: str) -> str:
    """Return an address together with its base; the address alone if that cannot be."""
    if len(base) + len(address) > LONGEST:
        return address
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address


def _with_bases(root: Tree, url: str) -> Iterator[tuple[Tree, str]]:
    """Yield each element that is in one with a base, and the base in effect."""
    # A stack of our own: a hostile document may be deeper than Python's.
    waiting = [(root, url, False)]
    while waiting:
        element, base, is_named = waiting.pop()
        if named := element.get(BASE):
            base = _inner_base(base, named)
            is_named = True
        if is_named:
            yield element, base
        waiting += [(child, base, is_named) for child in element]


def _inner_base(base: str, named: str) -> str:
    """Return the base that an element names; the outer one if it names none of the web."""
    inner = joined(base, named)
    return inner if inner.lower().startswith(("http://", "https://")) else base

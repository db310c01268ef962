"""Pure. By what a tool is known: its address without what only counts visitors, and its name."""

from functools import lru_cache
from urllib.parse import urlsplit

from newsletter.formats.canonical import canonical
from newsletter.text import without_accents

KEY_CHARS = 600  # the column's; a longer address is known by its beginning
FRONTS = ("/index.html", "/index.htm", "/index.php")


@lru_cache(maxsize=50_000)  # a look compares each tool with all that are known
def address_key(url: str) -> str:
    """Return by what an address is known: http and https, www and a slash at the end are no matter.

    The host stays whole: two makers on one host that lets rooms have two tools.
    """
    try:
        parts = urlsplit(canonical(url))
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url[:KEY_CHARS]
    path = parts.path
    for front in FRONTS:
        path = path.removesuffix(front)
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{path.rstrip('/')}{query}"[:KEY_CHARS]


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """Return a name without case, accents, spaces and signs: "Up-scayl AI" is "upscaylai"."""
    folded = without_accents(name)
    # A name of signs alone is known by them.
    return ("".join(filter(str.isalnum, folded)) or folded.strip())[:KEY_CHARS]


def keys_of(name: str, url: str) -> tuple[str, str]:
    """Return the keys of a tool: of its address, then of its name; they never look alike."""
    return "@" + address_key(url), "=" + name_key(name)

"""Pure. Firms: whose words stand at an address, by the domain that somebody registered.

Hosts where everybody may write are no firm: there the account is one, where the address names it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from tld import get_fld

# Each account has a host of its own below these. The public suffix list has others, as github.io.
ACCOUNTS_BY_HOST = frozenset({
    "substack.com", "wordpress.com", "ghost.io", "beehiiv.com", "tumblr.com", "medium.com",
    "hashnode.dev", "notion.site", "libsyn.com", "podbean.com", "buzzsprout.com", "transistor.fm",
    "bandcamp.com", "livejournal.com",
})  # fmt: skip
# Each account has a path of its own below these: its first part names it.
ACCOUNTS_BY_PATH = frozenset({
    "github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "huggingface.co", "medium.com",
    "dev.to", "x.com", "twitter.com", "facebook.com", "instagram.com", "tiktok.com", "threads.net",
    "mastodon.social", "t.me", "buttondown.com", "buttondown.email", "hackernoon.com", "vimeo.com",
    "soundcloud.com", "patreon.com",
})  # fmt: skip
# The address names no account, or none that can be relied on.
NOBODYS = frozenset({
    "youtube.com", "youtu.be", "reddit.com", "redd.it", "news.ycombinator.com", "lobste.rs",
    "news.google.com", "news.yahoo.com", "msn.com", "flipboard.com", "arxiv.org", "biorxiv.org",
    "medrxiv.org", "ssrn.com", "researchgate.net", "linkedin.com", "bsky.app", "spotify.com",
    "anchor.fm", "podcasts.apple.com", "feedburner.com", "feedproxy.google.com", "prnewswire.com",
    "businesswire.com", "globenewswire.com", "archive.org", "web.archive.org", "bit.ly", "t.co",
    "doi.org", "wikipedia.org", "slideshare.net", "scribd.com",
})  # fmt: skip
MOST_LABELS = 3  # of a host that is looked for in the sets above
FEW_LABELS = 2  # what a host has that nobody can have registered below
MOST_SHARE = 0.8  # of a source's articles that must be one firm's


def firm_of(url: str) -> str:
    """Return the registered domain, "host/account" where accounts share one, or "" for nobody's."""
    host = host_of(url).rstrip(".").removeprefix("www.")
    shared = _shared_host(host)
    return _account(shared, host, urlsplit(url).path) if shared else _registered(host)


def host_of(url: str) -> str:
    """Return the host of an address in lower case, "" where it has none."""
    # It stands before the third slash, and thousands of addresses are at a few hundred hosts.
    return _host_at("/".join(url.split("/", 3)[:3]))


@lru_cache(maxsize=1 << 12)
def _host_at(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:  # "http://[" is no address
        return ""


def firm_of_source(urls: Iterable[str]) -> str:
    """Return the firm that a source speaks for, by the addresses of its articles; "" for several.

    A source that links to many firms, or writes where everybody may, speaks for none of them.
    """
    counts = Counter(map(firm_of, urls))
    total = counts.total()
    firm, most = counts.most_common(1)[0] if total else ("", 0)
    return firm if most >= MOST_SHARE * total else ""


def firm_names(sources: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return by domain the firm that it belongs to, where an editor named one, in lower case.

    `sources` have the name that an editor gave, or "", and the domain of their articles. A name
    also covers the domain that is called like it, so naming one of a firm's sources is enough.
    """
    pairs = [(name.casefold(), domain) for name, domain in sources]
    names = {name for name, _ in pairs if name}
    alike = {domain: label_of(domain) for name, domain in pairs if not name and domain}
    found = {domain: label for domain, label in alike.items() if label in names}
    return found | {domain: name for name, domain in pairs if name and domain}


def label_of(firm: str) -> str:
    """Return what a firm is called in its domain or account: "orrery" of "orrery.co.uk"."""
    return firm.rpartition("/")[2].partition(".")[0].casefold()


def _is_numeric(host: str) -> bool:
    """True for an address of the network, or for a name without a dot, as "localhost"."""
    return "." not in host or ":" in host or host.replace(".", "").isdigit()


@lru_cache(maxsize=1 << 12)
def _shared_host(host: str) -> str:
    """Return the host of many voices at which this one is, or ""."""
    labels = host.split(".")
    for length in range(min(MOST_LABELS, len(labels)), 1, -1):
        name = ".".join(labels[-length:])
        if name in NOBODYS or name in ACCOUNTS_BY_HOST or name in ACCOUNTS_BY_PATH:
            return name
    return ""


def _account(
    shared: str,
    host: str,
    path: str,
) -> str:
    """Return the account at a host of many voices, or "" where its address names none."""
    if shared in ACCOUNTS_BY_HOST and host != shared:
        return host
    first = path.strip("/").partition("/")[0].casefold()
    return f"{shared}/{first}" if shared in ACCOUNTS_BY_PATH and first else ""


@lru_cache(maxsize=1 << 12)  # thousands of articles are at a few hundred hosts
def _registered(host: str) -> str:
    """Return the part of a host that somebody registered, by the public suffix list, or "".

    The list knows that "co.uk" is nobody's. Below a top level that it does not know, the last two
    labels are taken, as the list itself says.
    """
    if _is_numeric(host):
        return ""
    known = get_fld(f"https://{host}", fail_silently=True)
    return known or ".".join(host.split(".")[-FEW_LABELS:])

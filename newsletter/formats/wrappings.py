"""Pure. Addresses around other addresses: redirectors, mail scanners, AMP copies.

`unwrap` finds the address inside as far as it can be seen. It asks no network: an opaque token (a
shortener, Google News of today) is resolved when the page is fetched.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

GOOGLE = re.compile(r"(?<![\w-])google\.(com|[a-z]{2}|com?\.[a-z]{2})$")
# Host and beginning of the path: the parameters that may have the address behind it.
REDIRECTORS = {
    "google.*/url": ("q", "url"),
    "google.*/imgres": ("imgrefurl",),
    "news.google.*/news/url": ("url",),
    "facebook.com/l.php": ("u",),
    "l.facebook.com/": ("u",),
    "lm.facebook.com/": ("u",),
    "l.messenger.com/": ("u",),
    "l.instagram.com/": ("u",),
    "l.threads.net/": ("u",),
    "t.umblr.com/redirect": ("z",),
    "out.reddit.com/": ("url",),
    "youtube.com/redirect": ("q",),
    "duckduckgo.com/l/": ("uddg",),
    "slack-redir.net/link": ("url",),
    "vk.com/away.php": ("to",),
    "away.vk.com/": ("to",),
    "linkedin.com/redir/": ("url",),
    "linkedin.com/safety/go": ("url",),
    "medium.com/r/": ("url",),
    "getpocket.com/redirect": ("url",),
    "bing.com/news/apiclick.aspx": ("url",),
    "steamcommunity.com/linkfilter/": ("url", "u"),
    "safelinks.protection.outlook.com/": ("url",),
    "disq.us/url": ("url",),
    "go.skimresources.com/": ("url",),
    "click.linksynergy.com/": ("murl",),
}
# Here the address is inside a base64 token of the path, or of the parameter `u`.
TOKENS = {
    "news.google.*": "/rss/articles/",
    "substack.com": "/redirect/",
    "bing.com": "/ck/",
}
# Nearly all hosts are none of these, so that one look at the last two names spares the tables.
HOSTS = [place.partition("/")[0] for place in (*REDIRECTORS, *TOKENS)]
ENDINGS = {tuple(host.split(".")[-2:]) for host in HOSTS}
# ampproject.org documents the paths of its cache: /c/ is a document, /s/ after it means https.
AMP_CACHE = re.compile(r"/(?:c|v|i|ii|a|wp)/(s/)?([^/]+\..*)")
AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\..*)")
AMP_PATH = re.compile(r"(?<=[^/])(?<!/amp)(?:/amp)++(/?)$|(?<=[^/])\.amp(?=\.html?$)")
TOKEN = re.compile(r"[\w-]{16,}")
ADDRESS = re.compile(rb"https?://[\x21\x23-\x5b\x5d-\x7e]+")


def unwrap(url: str) -> str:
    """Return the address that this one leads to or is the AMP copy of; else the same.

    Takes an http(s) address in its normal form (canonical.py). Raises ValueError for a broken one.
    """
    parts = urlsplit(url)
    host = GOOGLE.sub("google.*", parts.hostname or "")
    if tuple(host.split(".")[-2:]) in ENDINGS:
        return _unwrapped(url, host, parts)
    return _original(url, host, parts) if "amp" in url else urlunsplit(parts)


def _unwrapped(
    url: str,
    host: str,
    parts: SplitResult,
) -> str:
    """Return what is behind an address of a host that may be a redirector."""
    if keys := _redirector_keys(host, parts.path):
        return _target(parts.query, keys) or url
    if tokens := _tokens(host, parts):
        return _address_in(tokens) or url
    return _original(url, host, parts)


def is_at(host: str, name: str) -> bool:
    """Whether a host is `name` or below it."""
    # The dot keeps badnews.example apart from news.example.
    return host == name or host.endswith(f".{name}")


def _pairs(query: str) -> Mapping[str, str]:
    # Of two equal keys the first counts, as servers read them: it is written last.
    return dict(pair.partition("=")[::2] for pair in reversed(query.split("&")))


def _redirector_keys(host: str, path: str) -> Sequence[str]:
    """Return the parameters that may have the address, none if this is no redirector."""
    for place, keys in REDIRECTORS.items():
        name, _, start = place.partition("/")
        if is_at(host, name) and path.startswith(f"/{start}"):
            return keys
    return ()


def _target(query: str, keys: Sequence[str]) -> str:
    """Return the address that one of these parameters has, or ""."""
    pairs = _pairs(query)
    for key in keys:
        address = unquote(pairs.get(key, ""))
        if address.startswith(("http://", "https://")):
            return address
    return ""


def _tokens(host: str, parts: SplitResult) -> str:
    """Return the text in which a token may have the address, "" on all other hosts."""
    for name, start in TOKENS.items():
        if is_at(host, name) and parts.path.startswith(start):
            token = _pairs(parts.query).get("u", "")
            return f"{parts.path}/{token}"
    return ""


def _address_in(tokens: str) -> str:
    """Return the first address that is written in base64, or ""."""
    for token in TOKEN.findall(tokens):
        # Bing puts two signs before the token.
        for text in (token, token[2:]):
            if address := ADDRESS.search(_from_base64(text)):
                return address[0].decode("ascii")
    return ""


def _from_base64(text: str) -> bytes:
    # The padding is left out in addresses (RFC 4648, 3.2), but Python insists on it.
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def _original(
    url: str,
    host: str,
    parts: SplitResult,
) -> str:
    """Return the original of an AMP page, as far as its address shows one; else the same."""
    if is_at(host, "cdn.ampproject.org") or is_at(host, "bing-amp.com"):
        cached = AMP_CACHE.fullmatch(parts.path)
        return _after_amp(cached) if cached else url
    if is_at(host, "google.*") and (shown := AMP_VIEWER.fullmatch(parts.path)):
        return _after_amp(shown)
    path = AMP_PATH.sub(r"\1", parts.path)
    return urlunsplit(parts._replace(netloc=_without_amp(parts.netloc), path=path))


def _after_amp(match: re.Match[str]) -> str:
    """Return the address that a path of a cache or of Google's viewer has in it."""
    scheme = "https" if match[1] else "http"
    return f"{scheme}://{match[2]}"


def _without_amp(netloc: str) -> str:
    # amp.dev is a site of its own.
    if not netloc.startswith("amp.") or netloc.count(".") < 2:
        return netloc
    # amp.news.example is answered at www., amp.blog.news.example at blog.
    www = "www." if netloc.count(".") == 2 else ""
    return www + netloc.removeprefix("amp.")

"""Pure. Addresses around other addresses: redirectors, mail scanners, AMP copies.

`unwrap` finds the address inside as far as it can be seen. It asks no network: an opaque token (a
shortener, Google News of today) is resolved when the page is fetched.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
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
ENDINGS = {tuple(name.partition("/")[0].split(".")[-2:]) for name in (*REDIRECTORS, *TOKENS)}
# ampproject.org documents the paths of its cache: /c/ is a document, /s/ after it means https.
AMP_CACHE = re.compile(r"/(?:c|v|i|ii|a|wp)/(s/)?([^/]+\..*)")
AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\..*)")
AMP_PATH = re.compile(r"(?<=[^/])(/amp)+(/?)$|(?<=[^/])\.amp(?=\.html?$)")
TOKEN = re.compile(r"[\w-]{16,}")
ADDRESS = re.compile(rb"https?://[\x21\x23-\x5b\x5d-\x7e]+")


def unwrap(url: str) -> str:
    """Return the address that this one leads to or is the AMP copy of; else the same.

    Takes an http(s) address in its normal form (canonical.py). Raises ValueError for a broken one.
    """
    parts = urlsplit(url)
    host = GOOGLE.sub("google.*", parts.hostname or "")
    if tuple(host.split(".")[-2:]) not in ENDINGS:
        return _original(url, host, parts) if "amp" in url else urlunsplit(parts)
    pairs = _pairs(parts.query)
    keys = _redirector_keys(host, parts.path)
    if keys:
        return _first_address(unquote(pairs.get(key, "")) for key in keys) or url
    if _has_token(host, parts.path):
        return _address_in_token(parts.path + "/" + pairs.get("u", "")) or url
    return _original(url, host, parts)


def is_at(host: str, name: str) -> bool:
    """Whether a host is `name` or below it."""
    return host == name or host.endswith(f".{name}")


def _pairs(query: str) -> Mapping[str, str]:
    # Of two equal keys the first counts, as servers read them: it is written last.
    return dict(pair.partition("=")[::2] for pair in reversed(query.split("&")))


def _redirector_keys(host: str, path: str) -> Sequence[str]:
    for place, keys in REDIRECTORS.items():
        name, _, start = place.partition("/")
        if is_at(host, name) and path.startswith(f"/{start}"):
            return keys
    return ()


def _first_address(texts: Iterable[str]) -> str:
    return next((text for text in texts if text.startswith(("http://", "https://"))), "")


def _has_token(host: str, path: str) -> bool:
    return any(is_at(host, name) and path.startswith(start) for name, start in TOKENS.items())


def _address_in_token(path: str) -> str:
    """Return the first address that is written in base64 somewhere in a path, or ""."""
    for token in TOKEN.findall(path):
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


def _original(url: str, host: str, parts: SplitResult) -> str:
    """Return the original of an AMP page, as far as its address shows one; else the same."""
    if is_at(host, "cdn.ampproject.org") or is_at(host, "bing-amp.com"):
        cached = AMP_CACHE.fullmatch(parts.path)
        return _after_amp(cached) if cached else url
    if is_at(host, "google.*") and (shown := AMP_VIEWER.fullmatch(parts.path)):
        return _after_amp(shown)
    path = AMP_PATH.sub(r"\2", parts.path)
    return urlunsplit(parts._replace(netloc=_without_amp(parts.netloc), path=path))


def _after_amp(match: re.Match[str]) -> str:
    scheme = "https" if match[1] else "http"
    return f"{scheme}://{match[2]}"


def _without_amp(netloc: str) -> str:
    # amp.dev is a site of its own.
    if not netloc.startswith("amp.") or netloc.count(".") < 2:
        return netloc
    # amp.news.example is answered at www., amp.blog.news.example at blog.
    www = "www." if netloc.count(".") == 2 else ""
    return www + netloc.removeprefix("amp.")

"""Pure. The one address by which an article is known.

It is also the link that readers get, so nothing is changed that a server may tell apart: the scheme, `www.`, a slash at the end,
`index.html` and the order of a query stay as they were written. What goes is what only counts visitors or only wraps the address.
"""

import base64
import binascii
import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import idna

TRACKING = re.compile(
    r"""(utm|mtm|pk|piwik|matomo|hsa|fb|ga|itm|at|ns|sc|wt)_\w+ | _?hs(enc|mi|fp|ctatracking) | (fb|g|dc|ms|y|tw|tt|epi)cl(id|src) | rdt_cid
    | gclsrc | (g|w)braid | ymclid | li_fat_id | igsh(id)? | mc_[ce]id | mkt_tok | vero_(id|conv) | oly_(anon|enc)_id | _openstat |
    wickedid | rb_clickid | s_(cid|kwcid) | ef_id | epik | ref | ref_?(src|url) | cmp(id)? | ncid | ocid | cvid | smid | smtyp |
    guccounter | guce_\w+ | srsltid | mbid | cndid | bxid | trk(campaign|info)? | trackingid | sr_share | spm | __twitter_impression |
    __s | _ga | _gl | ck_subscriber_id | _bhlid | sharetype | cxrecs_s | xtor | dm_i | elqtrack\w* | sb_referer_host | awesm""",
    re.VERBOSE,
)
TRACKING_AT = {  # parameters that count visitors on these hosts, and mean something elsewhere
    "youtube.com": {"si", "feature", "pp", "ab_channel"}, "youtu.be": {"si", "feature"}, "twitter.com": {"s", "t"}, "x.com": {"s", "t"},
    "medium.com": {"source", "sk"}, "substack.com": {"r", "publication_id", "post_id", "isFreemail", "triedRedirect", "showWelcome"},
    "linkedin.com": {"trk", "lipi", "licu"}, "open.spotify.com": {"si"}, "instagram.com": {"hl"}, "forbes.com": {"sh"},
}  # fmt: skip
GOOGLE = re.compile(r"(?<![\w-])google\.(com|[a-z]{2}|com?\.[a-z]{2})$")
REDIRECTORS = {  # host and beginning of the path: the parameter with the address behind it
    "google.*/url": ("q", "url"), "google.*/imgres": ("imgrefurl",), "news.google.*/news/url": ("url",), "facebook.com/l.php": ("u",),
    "l.facebook.com/": ("u",), "lm.facebook.com/": ("u",), "l.messenger.com/": ("u",), "l.instagram.com/": ("u",),
    "l.threads.net/": ("u",), "t.umblr.com/redirect": ("z",), "out.reddit.com/": ("url",), "youtube.com/redirect": ("q",),
    "duckduckgo.com/l/": ("uddg",), "slack-redir.net/link": ("url",), "vk.com/away.php": ("to",), "away.vk.com/": ("to",),
    "linkedin.com/redir/": ("url",), "linkedin.com/safety/go": ("url",), "medium.com/r/": ("url",), "getpocket.com/redirect": ("url",),
    "bing.com/news/apiclick.aspx": ("url",), "steamcommunity.com/linkfilter/": ("url", "u"),
    "safelinks.protection.outlook.com/": ("url",), "disq.us/url": ("url",), "go.skimresources.com/": ("url",),
    "click.linksynergy.com/": ("murl",),
}  # fmt: skip
WRAPPED = {
    "news.google.*": "/rss/articles/",
    "substack.com": "/redirect/",
    "bing.com": "/ck/",
}  # the address is inside a base64 token
WRAPPERS = {
    tuple(name.partition("/")[0].split(".")[-2:]) for name in (*REDIRECTORS, *WRAPPED)
}  # nearly all hosts are none of these
AMP_PAIRS = {
    "amp",
    "amp=",
    "amp=1",
    "amp=true",
    "amp=yes",
    "outputtype=amp",
    "output=amp",
    "type=amp",
    "_amp=true",
    "usqp=mq331aq",
}
AMP_CACHE = re.compile(r"/(?:c|v|i|ii|a|wp)/(s/)?([^/]+\..*)")
AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\..*)")
ADDRESS = re.compile(rb"https?://[\x21\x23-\x5b\x5d-\x7e]+")
UNRESERVED = re.compile(r"%(2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE)
ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
KEPT = "!$&'()*+,;=:@/?%~"  # RFC 3986, 3.3 and 3.4
PLAIN = re.compile(r"[\w.~!$&'()*+,;=:@/?-]*", re.ASCII)  # needs no escape
PORTS = {"http": 80, "https": 443}
MOST_WRAPPINGS = 100


def canonical(url: str) -> str:
    """Return the address by which an article is known; what is no http(s) address comes back as it is, stripped. Idempotent."""
    url = url.strip()
    for _ in range(MOST_WRAPPINGS):
        try:
            plainer = _without_wrapping(_normal(url))
        except ValueError:
            return url
        if plainer == url:
            return url
        url = plainer
    return url


def _normal(url: str) -> str:
    """Scheme and host in lower case, the host in ASCII, no default port or password, escapes in one form, no tracking, no fragment."""
    parts = urlsplit(url)
    scheme, port = parts.scheme.lower(), parts.port
    if scheme not in PORTS or not parts.hostname:
        return url
    host = _ascii(parts.hostname.rstrip("."))
    netloc = host if port in (None, PORTS[scheme]) else f"{host}:{port}"
    fragment = (
        parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    )  # a route of a page that is one program
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _counts(pair, host))
    return urlunsplit(
        (scheme, netloc, _escaped(parts.path) or "/", _escaped(query), _escaped(fragment))
    )


def _ascii(host: str) -> str:
    """IDNA 2008 with UTS 46, as browsers have it; a host that it does not allow stays as it is."""
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return quote(host, safe="")


def _escaped(part: str) -> str:
    """Escapes in upper case, only where they are needed, and there always."""
    if PLAIN.fullmatch(part):
        return part
    part = UNRESERVED.sub(lambda one: unquote(one[0]), part)
    part = ESCAPE.sub(lambda one: one[0].upper(), re.sub(r"%(?![0-9a-fA-F]{2})", "%25", part))
    return quote(part.encode("utf-8", "replace"), safe=KEPT)


def _counts(pair: str, host: str) -> bool:
    """Whether a pair of the query says who came from where, or asks for AMP, and nothing about the article."""
    key = pair.partition("=")[0]
    there = (keys for name, keys in TRACKING_AT.items() if _is_at(host, name))
    return (
        bool(TRACKING.fullmatch(key.lower()))
        or pair.lower() in AMP_PAIRS
        or any(key in keys for keys in there)
    )


def _without_wrapping(url: str) -> str:
    """The address that this one leads to or is the AMP copy of, as far as it can be seen in it; else the same."""
    parts = urlsplit(url)
    host = GOOGLE.sub("google.*", parts.hostname or "")
    if tuple(host.split(".")[-2:]) not in WRAPPERS:
        return _without_amp(url, host, parts.path) if "amp" in url else urlunsplit(parts)
    pairs = dict(pair.partition("=")[::2] for pair in reversed(parts.query.split("&")))
    for beginning, keys in REDIRECTORS.items():
        name, _, path = beginning.partition("/")
        if _is_at(host, name) and parts.path.startswith(f"/{path}"):
            return next(
                (
                    inside
                    for key in keys
                    if (inside := unquote(pairs.get(key, ""))).startswith(("http://", "https://"))
                ),
                url,
            )
    if any(_is_at(host, name) and parts.path.startswith(path) for name, path in WRAPPED.items()):
        return _inside(parts.path + "/" + pairs.get("u", "")) or url
    return _without_amp(url, host, parts.path)


def _is_at(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")


def _inside(tokens: str) -> str:
    """The first address that is written in base64 somewhere in a path."""
    for token in re.findall(r"[\w-]{16,}", tokens):
        for start in (0, 2):  # Bing puts two signs before
            try:
                found = ADDRESS.search(
                    base64.urlsafe_b64decode(token[start:] + "=" * (-len(token[start:]) % 4))
                )
            except (binascii.Error, ValueError):
                continue
            if found:
                return found[0].decode("ascii")
    return ""


def _without_amp(url: str, host: str, path: str) -> str:
    """The original of an AMP page: from a cache, Google's viewer, an `amp.` host, or `/amp` at the end of the path."""
    if _is_at(host, "cdn.ampproject.org") or _is_at(host, "bing-amp.com"):
        cached = AMP_CACHE.fullmatch(path)
        return f"http{'s' if cached[1] else ''}://{cached[2]}" if cached else url
    if _is_at(host, "google.*") and (shown := AMP_VIEWER.fullmatch(path)):
        return f"http{'s' if shown[1] else ''}://{shown[2]}"
    parts = urlsplit(url)
    name = parts.netloc
    if name.startswith("amp.") and name.count(".") > 1:
        name = ("www." if name.count(".") == 2 else "") + name[4:]
    path = re.sub(r"(?<=[^/])(/amp)+(/?)$|(?<=[^/])\.amp(?=\.html?$)", r"\2", path)
    return urlunsplit((parts.scheme, name, path, parts.query, parts.fragment))

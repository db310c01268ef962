"""Pure. The one address by which an article is known.

It is also the link that readers get, so nothing is changed that a server may tell apart: the
scheme, `www.`, a slash at the end, `index.html` and the order of a query stay as they were written.
What goes is what only counts visitors or only wraps the address (wrappings.py).
"""

import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import idna

from newsletter.formats.wrappings import is_at, unwrap

# Parameters that count visitors wherever they are: of Google, Facebook, Microsoft, HubSpot,
# Mailchimp, Marketo, Adobe, Matomo and others, as their own documents name them.
TRACKING = re.compile(
    r"""(utm|mtm|pk|piwik|matomo|hsa|fb|ga|itm|at|ns|sc|wt)_\w+ | _?hs(enc|mi|fp|ctatracking)
    | (fb|g|dc|ms|y|tw|tt|epi)cl(id|src) | rdt_cid | gclsrc | (g|w)braid | ymclid | li_fat_id
    | igsh(id)? | mc_[ce]id | mkt_tok | vero_(id|conv) | oly_(anon|enc)_id | _openstat | wickedid
    | rb_clickid | s_(cid|kwcid) | ef_id | epik | ref | ref_?(src|url) | cmp(id)? | ncid | ocid
    | cvid | smid | smtyp | guccounter | guce_\w+ | srsltid | mbid | cndid | bxid
    | trk(campaign|info)? | trackingid | sr_share | spm | __twitter_impression | __s | _ga | _gl
    | ck_subscriber_id | _bhlid | sharetype | cxrecs_s | xtor | dm_i | elqtrack\w*
    | sb_referer_host | awesm""",
    re.VERBOSE,
)
# Parameters that count visitors on these hosts, and mean something elsewhere.
TRACKING_AT = {
    "youtube.com": {"si", "feature", "pp", "ab_channel"},
    "youtu.be": {"si", "feature"},
    "twitter.com": {"s", "t"},
    "x.com": {"s", "t"},
    "medium.com": {"source", "sk"},
    "substack.com": {
        *("r", "publication_id", "post_id"),
        *("isFreemail", "triedRedirect", "showWelcome"),
    },
    "linkedin.com": {"trk", "lipi", "licu"},
    "open.spotify.com": {"si"},
    "instagram.com": {"hl"},
    "forbes.com": {"sh"},
}
# Conventions of AMP plug-ins: they ask for the same article in its AMP form.
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
# Escapes of what RFC 3986, 2.3, never asks to escape: `%7E` is `~`.
UNRESERVED = re.compile(r"%(2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE)
ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
BARE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
KEPT = "!$&'()*+,;=:@/?%~"  # RFC 3986, 3.3 and 3.4
PLAIN = re.compile(r"[\w.~!$&'()*+,;=:@/?-]*", re.ASCII)  # needs no escape
PORTS = {"http": 80, "https": 443}
MOST_WRAPPINGS = 10
FRAGMENT_CHARS = 200
# What is behind a `#` and counts readers or says where a browser begins: `utm_source=rss`, `xtor`,
# the text fragment `:~:text=`, and the places that publishing systems have on every page.
OF_A_PROGRAM = re.compile(
    r"[^=]{0,200}=|:~:|(?:comments?|respond|disqus_thread|more-\d+|rss|atom|feed|top|content|main"
    r"|ref|echobox|twitter|facebook|newsletter|intcid|article|story)$|$"
)
# What counts for nothing at the ends of an address: controls, as browsers and urlsplit have it, and
# white space of any script. Either may stand behind the other.
BLANK = "".join(c for c in map(chr, range(0x3001)) if c <= " " or c.isspace())


def canonical(url: str) -> str:
    """Return the address by which an article is known. Idempotent.

    What is no http(s) address comes back as it is, stripped.
    """
    url = url.strip(BLANK)
    try:
        return _unwrapped(url)
    except ValueError:
        return url


def own_fragment(url: str) -> str:
    """Return what is behind the `#` of an address if it may name a part of the page, else ""."""
    fragment = url.strip(BLANK).partition("#")[2][:FRAGMENT_CHARS]
    if _route(fragment) or OF_A_PROGRAM.match(fragment.lower()):
        return ""
    return _escape(fragment)


def _unwrapped(url: str) -> str:
    """Return an address in its normal form, without what is wrapped around it."""
    inner = url
    # One wrapping may hold another, and what comes out needs its normal form again.
    for _ in range(MOST_WRAPPINGS):
        try:
            plainer = unwrap(_normal(inner))
        except ValueError:
            return inner
        if plainer == inner:
            return inner
        inner = plainer
    # Somebody built it to be unwrapped without end: it is known as it is written.
    return _normal(url)


def _normal(url: str) -> str:
    """Return scheme and host in lower case, the host in ASCII, escapes in one form.

    Without default port, password, tracking and fragment.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port  # raises ValueError for one that is no number, whatever the scheme
    if scheme not in PORTS or not parts.hostname:
        return url
    host = _ascii(parts.hostname.rstrip("."))
    netloc = host if port in (None, PORTS[scheme]) else f"{host}:{port}"
    path = _escape(parts.path) or "/"
    query = _escape(_own_query(parts.query, host))
    return urlunsplit((scheme, netloc, path, query, _route(parts.fragment)))


def _ascii(host: str) -> str:
    """Return a host by IDNA 2008 with UTS 46, as browsers have it."""
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return quote(host, safe="")


def _escape(part: str) -> str:
    """Return escapes in upper case, only where they are needed, and there always."""
    if PLAIN.fullmatch(part):
        return part
    return quote(_tidy_escapes(part).encode("utf-8", "replace"), safe=KEPT)


def _tidy_escapes(part: str) -> str:
    """Return what needs no escape as it is, all other escapes in upper case, a bare % escaped."""
    part = UNRESERVED.sub(lambda match: unquote(match[0]), part)
    part = BARE_PERCENT.sub("%25", part)
    return ESCAPE.sub(lambda match: match[0].upper(), part)


def _own_query(query: str, host: str) -> str:
    """Return what a query says about the article, in its order."""
    return "&".join(pair for pair in query.split("&") if pair and not _counts(pair, host))


def _counts(pair: str, host: str) -> bool:
    """Whether a pair of the query counts visitors or asks for AMP, and is not of the article."""
    key = pair.partition("=")[0]
    if TRACKING.fullmatch(key.lower()) or pair.lower() in AMP_PAIRS:
        return True
    return _counts_at(host, key)


def _counts_at(host: str, key: str) -> bool:
    """Whether a parameter counts visitors on this host."""
    return any(key in keys for name, keys in TRACKING_AT.items() if is_at(host, name))


def _route(fragment: str) -> str:
    # `#!/a` and `#/a` are routes: the page is a program, and shows another article at each.
    return _escape(fragment) if fragment.startswith(("!", "/")) else ""

"""Pure. What an address alone shows: whether it may be an article's, its site, and its day."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from newsletter.formats.dates.reading import beginning_of
from newsletter.formats.wrappings import is_at

# Parts of paths that lead to lists, to people and to the fine print, in several languages.
SECTIONS = re.compile(
    r"""about(-us)?|accounts?|advertis\w*|apps?|archives?|authors?|careers?|cart|categor(y|ies)
    |checkout|contact(-us)?|contributors?|cookies?|cookie-policy|contribute|customers?|docs
    |documentation|donate|downloads?|events|faq|feeds?|followers|galler(y|ies)|help|imprint
    |impressum|jobs|legal|licen[sc]e|log-?in|log-?out|members?|membership|newsletters?|partners
    |people|podcasts?|press-kit|pricing|privacy(-policy)?|products?|profile|register|rss|search
    |services?|shop|sign-?in|sign-?up|site-?map|staff|status|store|subscribe|support|tags?|team
    |terms(-of-\w+)?|topics?|tos|users?|videos?|wp-admin|wp-login|wp-json|datenschutz|kontakt
    |ueber-uns|mentions-legales|contatti""",
    re.IGNORECASE | re.VERBOSE,
)
FRONTS = re.compile(
    r"index|home|default|blog|news|newsroom|articles?|posts?|stories|latest|research|magazine"
    r"|aktuell",
    re.IGNORECASE,
)
LISTS = re.compile(
    r"/(page|seite|p)/\d+/?$|/(tags?|categor(y|ies)|authors?|topics?|label|series|search)/",
    re.IGNORECASE,
)
FILES = re.compile(
    r"\.(jpe?g|png|gif|svg|webp|avif|ico|css|js|json|xml|rss|atom|pdf|zip|gz|mp[34]|m4a|webm|txt"
    r"|csv|epub|ics|woff2?)$",
    re.IGNORECASE,
)
# WordPress without permalinks has `/?p=12` for every article.
NUMBERED = re.compile(r"(^|&)(p|id|article|story|post)=\w+")
DAY = re.compile(r"/(20\d\d)[/-]?(\d\d)[/-]?(\d\d)(?!\d)")


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site: one host, `www.` apart, or one below the other."""
    host = host_of(url)
    other_host = host_of(other)
    if not host or not other_host:
        return False
    return is_at(host, other_host) or is_at(other_host, host)


def may_be_article(url: str) -> bool:
    """Whether an address may be an article's: no site's front, no list, no fine print, no file."""
    parts = urlsplit(url)
    if FILES.search(parts.path) or LISTS.search(parts.path):
        return False
    *folders, last = _names(parts.path)
    if folders:
        # `/news/about-face-at-the-lab` is an article: its words are joined as in a title.
        return "-" in last or not SECTIONS.fullmatch(folders[0])
    return not _is_front(last) or NUMBERED.search(parts.query) is not None


def _names(path: str) -> list[str]:
    """Return the names in a path, at least one, the last without its ending."""
    names = [name for name in path.split("/") if name] or ["index"]
    names[-1] = names[-1].rsplit(".", 1)[0]
    return names


def _is_front(name: str) -> bool:
    """Whether the only name of a path is a site's front or one of its sections."""
    return bool(FRONTS.fullmatch(name) or SECTIONS.fullmatch(name))


def day_in(url: str) -> datetime | None:
    """Return the day that an address names, as /2026/05/05/, at midnight UTC."""
    named = DAY.search(urlsplit(url).path)
    if not named:
        return None
    year, month, day = map(int, named.groups())
    return beginning_of((year, month, day))


def host_of(url: str) -> str:
    """Return the host of an address without `www.`; "" if it has none."""
    return (urlsplit(url).hostname or "").removeprefix("www.").rstrip(".")

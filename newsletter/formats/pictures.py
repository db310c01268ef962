"""Pure. Which addresses of pictures are of a picture for a story, by what they say themselves.

Emoji, counters, avatars, logos and buttons are pictures of every page, and of none.
"""

import re
from urllib.parse import unquote, urlsplit

from newsletter.formats.wrappings import is_at

LONGEST = 2000
# Hosts that have nothing else.
HOSTS = (
    "s.w.org",
    "gravatar.com",
    "pixel.wp.com",
    "stats.wp.com",
    "stats.wordpress.com",
    "feeds.feedburner.com",
    "feedads.g.doubleclick.net",
    "doubleclick.net",
    "scorecardresearch.com",
    "twemoji.maxcdn.com",
    "img.shields.io",
)
# Outlook for Windows shows no WebP, few clients show AVIF, and nearly none the others.
NOT_IN_MAIL = re.compile(r"\.(?:webp|avif|svgz?|ico|bmp|tiff?|heic|heif|jxl|mp4|webm|pdf)$")
TYPES_NOT_IN_MAIL = tuple(
    f"image/{name}"
    for name in ("webp", "avif", "svg", "x-icon", "vnd.", "bmp", "tiff", "hei", "jxl")
)
FOLDERS = re.compile(
    r"/(?:(?:tw)?emojis?|smil(?:ey|ie)s?|avatars?|logos?|favicons?|icons?|sprites?|badges?"
    r"|buttons?|social|share-buttons|tracking|pixels?|beacons?)/"
)
# 1f600.png is an emoji by its number.
NUMBERED = re.compile(r"u?1f[\da-f]{3}(?:[-_][\da-f]{2,5}){0,8}")
ALONE = re.compile(
    r"(?:1x1|pixel|spacer|blank|transparent|clear|dot|beacon|count|share|rss|badge|button|default"
    r"|placeholder|no-?image|emoji)(?:[-_.x@]?\d{1,4}){0,4}"
)
# site-logo, logo-dark, author_avatar-96x96, facebook-icon, tweet-button
MARKS = re.compile(
    r"(?:[a-z\d]{1,20}[-_]){0,2}(?:logo|logotype|avatar|favicon|icon|sprite|emoji)"
    r"(?:[-_.@]?(?:\d{1,4}x?|x|small|large|dark|light|square|white|black|default|og|share|rss"
    r"|social|header|footer|rgb|full|color|colour)){0,6}"
    r"|(?:facebook|twitter|linkedin|whatsapp|tweet|pinterest|reddit|email|rss)"
    r"[-_](?:share|button|icon|badge|square|round|white|black)(?:[-_]\d{1,4}){0,2}"
)
CLASSES = re.compile(
    r"(?:^|\s)(?:wp-smiley|emoji|emojione|twemoji|smiley|avatar|gravatar|logo|site-logo|icon"
    r"|share-button|tracking-pixel|author-(?:image|photo|avatar))(?:\s|$)"
)


def may_be_of_story(url: str) -> bool:
    """Whether a picture may be shown with a story, as far as its address tells."""
    try:
        parts = urlsplit(url[:LONGEST].lower())
    except ValueError:
        return False
    if parts.scheme == "data":
        return False
    return not _counts(parts.hostname or "") and _may_be_path(unquote(parts.path))


def is_type_in_mail(media_type: str) -> bool:
    """Whether a media type is of a picture that mail programs show; “image” alone may be one."""
    plain = media_type.strip().lower()
    return plain.startswith("image") and not plain.startswith(TYPES_NOT_IN_MAIL)


def _counts(host: str) -> bool:
    """Whether a host has nothing but counters, emoji and avatars."""
    return any(is_at(host, name) for name in HOSTS)


def _may_be_path(path: str) -> bool:
    if NOT_IN_MAIL.search(path) or FOLDERS.search(path):
        return False
    return not _is_mark(_stem(path))


def _stem(path: str) -> str:
    """Return the name of a file without its ending."""
    return path.rpartition("/")[2].partition(".")[0]


def _is_mark(stem: str) -> bool:
    """Whether the name of a file is that of a sign of its site."""
    return any(pattern.fullmatch(stem) for pattern in (NUMBERED, ALONE, MARKS))


def is_mark_by_class(names: str) -> bool:
    """Whether the class of a picture says that it is an emoji, an avatar, a logo or a button."""
    return bool(CLASSES.search(names[:LONGEST].lower()))

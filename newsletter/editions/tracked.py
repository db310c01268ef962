"""Pure. An edition whose links are counted: each address becomes one of ours.

Ours has the place of the address in the edition's links table. What differs from reader to reader
is one marker, the same in all links of a letter. What is a marker already (leave, choose, view in
browser) stays as it is. The edition itself is not changed: the archive shows its own addresses.
"""

import html
import re
from collections.abc import Sequence

from newsletter.editions.personalising import LINK, Markers
from newsletter.urls import Urls

TRACK = "track"  # the marker in all counted links
# An anchor up to its address. Other attributes may hold > in their quotes.
# Both cases are written out: a pattern that ignores the case finds its `<` three times as slowly.
HREF = re.compile(
    r"""(<[aA]\b(?:[^<>"'\s]++|\s(?![hH][rR][eE][fF]=)|"[^"]*+"|'[^']*+')*+"""
    r"""\s[hH][rR][eE][fF]=)("[^"]*+"|'[^']*+')"""
)
# A link for programs to follow, which no person sees or hears. `mso-hide` is for Outlook, which
# shows what is not displayed.
HIDDEN = (
    '<div aria-hidden="true" style="display:none;mso-hide:all">'
    '<a href="{url}" tabindex="-1" rel="nofollow"></a></div>'
)
PIXEL = (
    '<img src="{url}" width="1" height="1" alt="" '
    'style="display:block;width:1px;height:1px;border:0">'
)


def is_counted(url: str) -> bool:
    """True if an address leads to the web: only such visits can be led through us."""
    # A mailto: or tel: link is opened by a program that no redirect reaches.
    return url.startswith(("https://", "http://"))


def track_html(
    text: str,
    links: Sequence[str],
    urls: Urls,
    markers: Markers,
) -> str:
    """Return the HTML with counted links, the hidden link (place len(links)), and the pixel."""
    places = _places(links)
    track = markers.spell(TRACK)

    def counted(href: re.Match[str]) -> str:
        # The table has addresses as they are, the HTML has them escaped.
        place = places.get(html.unescape(href[2][1:-1]))
        return href[0] if place is None else f'{href[1]}"{urls.click(track, place)}"'

    return _at_the_end(HREF.sub(counted, text), _unseen(len(links), urls, track))


def track_text(
    text: str,
    links: Sequence[str],
    urls: Urls,
    markers: Markers,
) -> str:
    """Return the plaintext part with counted links.

    An address is the end of a line. The marker before it says that it is no author's words.
    """
    places = _places(links)
    track = markers.spell(TRACK)

    def counted(line: str) -> str:
        before, link, url = line.rpartition(markers.spell(LINK))
        place = places.get(url) if link else None
        return line if place is None else before + urls.click(track, place)

    return "\n".join(counted(line) for line in text.split("\n"))


def _unseen(
    place: int,
    urls: Urls,
    track: str,
) -> str:
    """Return the hidden link, which has that place, and the pixel."""
    return HIDDEN.format(url=urls.click(track, place)) + PIXEL.format(url=urls.pixel(track))


def _at_the_end(page: str, addition: str) -> str:
    """Add to the end of a page's body."""
    head, end, tail = page.rpartition("</body>")
    return head + addition + end + tail if end else page + addition


def _places(links: Sequence[str]) -> dict[str, int]:
    """Return the place of each address that is counted."""
    return {url: place for place, url in enumerate(links) if is_counted(url)}

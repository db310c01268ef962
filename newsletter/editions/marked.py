"""Pure. An edition's parts with the markers in them, whichever version printed it.

Format 2 spells markers with the edition's code. In format 1 they were a name in double brackets,
and double brackets of authors were broken up, not all of them: three in a row left two. Only what
a template put there is taken for a marker here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsletter.editions.content import POLL
from newsletter.editions.models import Edition
from newsletter.editions.personalising import LINK, Markers, Segments
from newsletter.errors import Refused
from newsletter.urls import Urls

FORMAT = 2  # of the markers in an edition that is printed today
# In format 1: a template's marker was an address of its own in the HTML, or the end of a line in
# the text, or a word. An author's was broken up: a zero-width space, or its reference, comes before
# its brackets.
OF_TEMPLATE = re.compile(r"""(?<=["\s])\[\[([a-z_]+)\]\](?=["\s.]|$)""")
# Format 1 said of everybody that they had confirmed.
CONFIRMED = re.compile(r"\byou(\s)confirmed(\s)(?=\[\[email\]\]\s)")
CONFIRMED_ON = re.compile(r"\bon(\s)\[\[confirmed_on\]\]")


class OtherFormat(Refused):
    """Send it with the version that printed it, or stop this delivery and print the issue again."""


@dataclass(frozen=True, slots=True)
class MarkedEdition:
    """HTML and text of an edition, with its markers spelled as `markers` does."""

    html: str
    text: str
    links: tuple[str, ...]
    markers: Markers

    def split_html(self) -> Segments:
        return self.markers.split(self.html)

    def split_text(self) -> Segments:
        return self.markers.split(self.text)


def read_marked(edition: Edition) -> MarkedEdition:
    """Return the parts of an edition. Raises OtherFormat for one of a later version."""
    if edition.format == FORMAT:
        markers = Markers(edition.marker_code)
        return MarkedEdition(edition.html, edition.text, tuple(edition.links), markers)
    if edition.format == 1:
        return _read_first_format(edition)
    raise OtherFormat(
        f"Edition {edition.checksum[:12]} has format {edition.format}, "
        f"this version sends {FORMAT}. {OtherFormat.__doc__}"
    )


def impersonal_values(
    urls: Urls,
    *,
    address: str,
    since: str,
    page: str,
) -> Mapping[str, str]:
    """Return values that stand for a reader's, where an edition is shown to others.

    What would act on a reader leads to our own pages: to `page`, or where one signs up.
    """
    return {
        "email": address,
        "reason": "you confirmed",
        "since": since,
        LINK: "",
        "view_url": page,
        "unsubscribe_url": urls.home(),
        "preferences_url": urls.home(),
        **dict.fromkeys(POLL.markers, page),
    }


def _read_first_format(edition: Edition) -> MarkedEdition:
    """Spell the markers of a format 1 edition with a code, as today."""
    markers = Markers.of((edition.html, edition.text))
    return MarkedEdition(
        _respell(edition.html, markers),
        _mark_links(_respell(edition.text, markers), edition.links, markers),
        tuple(edition.links),
        markers,
    )


def _respell(text: str, markers: Markers) -> str:
    # The words first: what is spelled with the code is no marker of format 1 any more.
    text = CONFIRMED.sub(r"[[reason]]\2", text)
    text = CONFIRMED_ON.sub("[[since]]", text)
    return OF_TEMPLATE.sub(lambda found: markers.spell(found[1]), text)


def _mark_links(
    text: str,
    links: Iterable[str],
    markers: Markers,
) -> str:
    """Mark the links of a text part: in format 1 they ended lines, alone or after a colon."""
    for url in links:
        end = re.compile(rf"(?m)(?:^|(?<=: )){re.escape(url)}$")
        text = end.sub(lambda found: markers.spell(LINK) + found[0], text)
    return text

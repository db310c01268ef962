"""The forms of the pages of settings, as a browser reads and sends them."""

import re
from collections.abc import Mapping
from html import unescape

from newsletter.publications.fields.preference import Preference
from newsletter.publications.fields.typed import SEEN
from tests.web.asking import Answer, Site

MARK = re.compile(r'name="(seen:[\w.]+)" value="([0-9a-f]{16})"')


def marks(page: str) -> dict[str, str]:
    """What the editor saw, as the page has it."""
    return dict(MARK.findall(page))


def fields(preference: Preference, typed: str, page: str) -> dict[str, str]:
    """The fields of a form in which an editor typed into one place."""
    mark = f"{SEEN}{preference.name}"
    box = preference.kind.widget == "truth" and typed == "no"
    return {mark: marks(page)[mark]} | ({} if box else {preference.name: typed})


def set_at_desk(desk: Site, subject: str, form: Mapping[str, str]) -> Answer:
    """Look at what a change does, then save it as the page says."""
    review = desk.post(f"/desk/settings/{subject}", **form)
    assert review.status == 200, review.text
    assert "Nothing is saved yet" in review.text
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', review.text)
    carried = {unescape(name): unescape(value) for name, value in hidden}
    return desk.post(f"/desk/settings/{subject}/save", **carried)

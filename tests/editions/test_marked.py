"""Editions of both formats: only what a template put there is a marker."""

import json
from collections import Counter
from pathlib import Path

import pytest

from newsletter.editions.content import POLL
from newsletter.editions.marked import FORMAT, MarkedEdition, OtherFormat, read_marked
from newsletter.editions.models import Edition
from newsletter.editions.personalising import LINK
from newsletter.editions.press import press
from tests.editions.test_press import content
from tests.samples.times import NOON

# Printed by commit 625cae9, when three brackets in a row left a marker: of each kind one is planted
# in every field that an author writes.
PLANTED = Path(__file__).parents[1] / "samples" / "editions" / "format_1.json"
VALUES = {
    "email": "VICTIM@r.example",
    "reason": "the publisher imported",
    "since": "on 3 June 2026",
    "view_url": "https://n.example/archive/7",
    "unsubscribe_url": "https://n.example/leave/TOKEN",
    "preferences_url": "https://n.example/preferences/TOKEN",
    LINK: "",
    **{marker: f"https://n.example/{marker}/TOKEN" for marker in POLL.markers},
}


def old_edition() -> Edition:
    return Edition(issue_id=1, printed_at=NOON, **json.loads(PLANTED.read_text("utf-8")))


def joined(marked: MarkedEdition) -> tuple[str, str]:
    html = marked.split_html().join(VALUES, escape=True)
    return html, marked.split_text().join(VALUES, escape=False)


def test_an_edition_of_the_first_format_has_a_readers_values_only_where_its_template_put_them() -> (
    None
):
    marked = read_marked(old_edition())
    in_text = Counter(marked.split_text().markers)
    links = {"view_url", "unsubscribe_url", "preferences_url", *POLL.markers}
    own = links | {"email", "reason", "since"}
    assert {name: count for name, count in in_text.items() if name != LINK} == dict.fromkeys(own, 1)
    # the HTML has the browser's view at its head, too
    assert Counter(marked.split_html().markers) == Counter(own) + Counter(["view_url"])
    for part in joined(marked):
        assert part.count("VICTIM@r.example") == 1
        assert part.count("TOKEN") == 2 + len(POLL.answers)


def test_an_edition_of_the_first_format_gives_the_true_reason_too() -> None:
    for part in joined(read_marked(old_edition())):
        shown = " ".join(part.split())
        sentence = (
            "because the publisher imported VICTIM@r.example for The Inference on 3 June 2026."
        )
        assert f"You receive this {sentence}" in shown


def test_the_links_of_a_first_format_text_are_marked_as_todays_are() -> None:
    text = read_marked(old_edition()).split_text()
    after = [part for name, part in zip(text.markers, text.parts[1:], strict=True) if name == LINK]
    urls = [part.split("\n")[0] for part in after]
    assert "https://x.example/ferry" in urls
    assert "http://x.example/join" in urls


def test_an_edition_of_today_is_read_by_its_own_code() -> None:
    printed = press(content(title="[[email]] [[[email]]"))
    row = {name: getattr(printed, name) for name in ("subject", "preheader", "html", "text")}
    edition = Edition(
        issue_id=1,
        format=FORMAT,
        marker_code=printed.markers.code,
        links=list(printed.links),
        checksum=printed.checksum,
        printed_at=NOON,
        **row,
    )
    html, text = joined(read_marked(edition))
    assert html.count("VICTIM") == text.count("VICTIM") == 1
    assert "[[email]] [[[email]]" in text


def test_an_edition_of_a_later_version_is_refused() -> None:
    edition = old_edition()
    edition.format = FORMAT + 1
    with pytest.raises(OtherFormat, match=f"has format {FORMAT + 1}"):
        read_marked(edition)

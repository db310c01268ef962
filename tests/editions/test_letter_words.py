"""The words of the small letters: subject and plain text are, byte for byte, those in samples."""

from pathlib import Path

import pytest

from newsletter.editions.content import Face
from newsletter.editions.press import TEMPLATES, press_letter

SAMPLES = Path(__file__).parents[1] / "samples" / "letters"
KINDS = sorted(file.name.split(".")[0] for file in (TEMPLATES / "letters").glob("*.mjml.j2"))
FACE = Face(
    "The Inference & Friends",
    "Marked up",
    "en",
    "http://x.example/",
    "http://x.example/join",
    "",
    "1 Street, 10115 Berlin",
)
# Values that a template engine may change: markup, braces, double spaces, empty lines, a line
# that is longer than the text is wide.
FIELDS = {
    "email": "ada+news@bücher.example",
    "confirm_url": "https://news.example/confirm/" + "abcdefghij" * 8,
    "confirm_expires": "19 May 2026, 10:00 UTC",
    "latest_url": "https://news.example/issues/14",
    "latest_words": "The latest issue: <Models> & {their} prices",
    "preferences_url": "https://news.example/preferences/p",
    "unsubscribe_url": "https://news.example/leave/p",
    "stay_url": "https://news.example/stay/s",
    "stay_expires": "26 May 2026, 10:00 UTC",
    "undo_url": "https://news.example/back/u",
    "head": "  A source\nis  silent ",
    "text": "Look at it.\n\nIt fell silent {twice};  see & mend <it> before the deadline comes.",
    "url": "http://news.example/desk?a=1&b=2",
    "url_label": "Open the desk",
    "note": "Was it not you who asked? Then do nothing: nothing was changed.",
    "own_url": "https://news.example/own/o",
    "own_expires": "15 May 2026, 10:00 UTC",
    "tool": "Inkwell & Sons",
    "question": "Does it work offline?\n\nAnd what does it cost, {roughly}, for a <team> of ten?",
    "answer_url": "https://news.example/answer/a",
    "answer_expires": "2 June 2026, 10:00 UTC",
    "page_url": "https://news.example/tools/inkwell",
    "embed_code": '<a href="https://news.example/tools/inkwell"><picture>  <img alt="A &amp; B" '
    'src="https://news.example/badge/inkwell.png" width="120" height="24"></picture></a>',
    "reason": "It needs an account\tto try.",
    "promote_url": "https://news.example/promote",
}


@pytest.mark.parametrize("kind", KINDS)
def test_subject_and_text_are_as_kept(kind: str) -> None:
    printed = press_letter(kind, FACE, FIELDS)
    kept = (SAMPLES / f"{kind}.txt").read_text("utf-8")
    assert f"{printed.subject}\n\n{printed.text}" == kept


def test_who_is_on_the_list_is_not_told_that_they_confirmed() -> None:
    """They may have come with a list, or by a program."""
    printed = press_letter("known", FACE, FIELDS)
    assert "confirmed" not in printed.html + printed.text

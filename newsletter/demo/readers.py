"""The readers of the story: one follows a link, one leaves by the button of a mail client."""

import re
import urllib.request
from http.client import HTTPConnection
from urllib.parse import urlsplit

from newsletter.demo import sample
from newsletter.demo.inbox import Parsed, parsed
from newsletter.demo.patience import Stuck, looks
from newsletter.demo.stage import Stage
from newsletter.issues.models import Issue
from newsletter.tracking.figures import EventTotals, read_figures

# The path of counted links (newsletter/urls.py).
LINK = re.compile(r"https?://(?:(?!https?://|/c/)\S)++/c/\S++")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Scanners call themselves browsers. What gives them away is that they ask for the head only.
SCANNER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)


def click(stage: Stage, issue: Issue) -> int:
    """A reader follows a link of their letter, then a mail scanner asks for its head only.

    Returns the clicks by people.
    """
    address, letter = _last_letter(stage, 1)
    link = LINK.findall(letter.text)[0]
    visit("GET", link, BROWSER)
    outcome = visit("HEAD", link, SCANNER)
    stage.say(f"  {address} follows a link: {outcome}; a mail scanner does so, too")
    clicks = _wait_for_clicks(stage, issue)
    stage.say(
        f"  counted, without knowing whose: {clicks.people} click by people, "
        f"{clicks.robots} by robots"
    )
    return clicks.people


def leave(stage: Stage) -> int:
    """The first sample reader presses the mail client's button: the one-click POST of RFC 8058."""
    address, letter = _last_letter(stage, 0)
    request = urllib.request.Request(
        letter.headers["List-Unsubscribe"].strip("<>"),
        data=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        stage.say(f"  {address} leaves by one click: HTTP {answer.status}")
    return 1


def visit(method: str, url: str, agent: str) -> str:
    """Ask for an address, follow no redirect, and return in words what was answered."""
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=10)
    connection.request(method, place.path, headers={"User-Agent": agent})
    answer = connection.getresponse()
    connection.close()
    return f"HTTP {answer.status} to {answer.headers['Location']}"


def _last_letter(stage: Stage, reader: int) -> tuple[str, Parsed]:
    """Return the address of a sample reader, and their last letter."""
    address = sample.readers(stage.readers)[reader][0]
    received = [letter for letter in stage.inbox.letters if letter.rcpt_to == address]
    return address, parsed(received[-1])


def _wait_for_clicks(stage: Stage, issue: Issue) -> EventTotals:
    """Return the counts once both visits are stored."""
    for _ in looks(0.05):
        figures = stage.database.read(read_figures, issue.key)
        if figures and figures.clicks.people + figures.clicks.robots == 2:
            return figures.clicks
    raise Stuck("The clicks were not counted in time.")

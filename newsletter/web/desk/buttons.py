"""What a page of the desk says to a refusal: the message, and the button or page that helps.

An editor at the desk cannot give the command that an error has for the terminal (its `hint`).
"""

from newsletter.desk.tokens import NoApiToken
from newsletter.editions.checks import NoPostalAddress
from newsletter.errors import NewsletterError
from newsletter.gathering.discovery import NoSourceKind
from newsletter.gathering.own_articles import NoArticle
from newsletter.gathering.sources import KnownSource, NoSource
from newsletter.intake.quarantine import NotInQuarantine
from newsletter.issues.reading import NoIssue
from newsletter.tool_sources.finding import NoToolSourceKind
from newsletter.tool_sources.sources import KnownToolSource, NoToolSource
from newsletter.tools.directory import NoTool
from newsletter.tools.slots import NoSlot
from newsletter.tracking.targets import NoLink
from newsletter.webhooks.hooks import NoWebhook
from subscribers.audiences.saved import NoAudience

PREFIX = "/desk"
BUTTONS: tuple[tuple[type[NewsletterError], str], ...] = (
    (NoIssue, "“Issues” shows those there are."),
    (NoLink, "The figures of the issue number those there are."),
    (NoArticle, "“Articles” shows those there are."),
    (NoSource, "“Sources” shows those there are."),
    (KnownSource, "“Sources” shows it."),
    (NoSourceKind, "Press “Look” at the address again."),
    (NoTool, "“Tools” shows those there are."),
    (NoSlot, "The page of the tool shows those there are."),
    (NoToolSource, "“Tool sources” shows those there are."),
    (KnownToolSource, "“Tool sources” shows it."),
    (NoToolSourceKind, "Press “Look” at the address again."),
    (NoAudience, "“Audiences” shows those there are."),
    (NotInQuarantine, "“Quarantine” shows what is."),
    (NoApiToken, "“API” shows those there are."),
    (NoWebhook, "“API” shows those there are."),
    (NoPostalAddress, "“Settings” has it, under “Publication”."),
)


def is_at_desk(path: str) -> bool:
    """True for the address of a page of the desk."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def explain(error: NewsletterError | None) -> str:
    """The message of an error, and what to press at the desk if something helps; "" for None."""
    if error is None:
        return ""
    # By class, so that a subclass has the button of its parent.
    for kind, words in BUTTONS:
        if isinstance(error, kind):
            return f"{error} {words}"
    return str(error)

"""Pure. Faults of a block's MJML: the first, with its line and column.

The compiler takes what it does not know, and says of most faults neither line nor column.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

# What a letter may be made of: not what loads another file, or sets what all letters have.
KNOWN = frozenset(
    (
        *("mj-section", "mj-column", "mj-group", "mj-wrapper", "mj-hero", "mj-text", "mj-button"),
        *("mj-image", "mj-divider", "mj-spacer", "mj-table", "mj-raw", "mj-social"),
        *("mj-social-element", "mj-navbar", "mj-navbar-link"),
    )
)
FORBIDDEN = frozenset(
    (
        *("script", "style", "iframe", "object", "embed", "form", "input"),
        *("base", "meta", "link"),
    )
)
VOID = frozenset(["area", "br", "col", "hr", "img", "wbr"])  # HTML, 13.1.2: without an end
QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: lines and columns count from 1."""

    line: int
    column: int
    message: str


class _Found(Exception):
    """Its argument is the first fault: nothing after it need be read."""

    def __init__(
        self,
        fault: Fault,
    ) -> None:
        super().__init__(fault.message)
        self.fault = fault


def find_fault(source: str) -> Fault | None:
    """Return the first fault of the MJML of a block, whose tags of Jinja are blank."""
    tags = _Tags()
    try:
        tags.feed(source)
        tags.finish()
    except _Found as found:
        return found.fault
    return None


class _Tags(HTMLParser):
    """Keeps the tags that are open, with their places."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, int, int]] = []

    def handle_starttag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],
    ) -> None:
        self._check_tag(tag)
        if tag not in VOID:
            line, column = self.getpos()
            self._open.append((tag, line, column))

    def handle_startendtag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],
    ) -> None:
        self._check_tag(tag)

    def handle_endtag(
        self,
        tag: str,
    ) -> None:
        if tag in VOID:
            return
        if not self._open:
            self._stop(f"</{tag}> closes nothing")
        opened, line, _ = self._open.pop()
        if opened != tag:
            self._stop(f"</{tag}> comes where <{opened}> of line {line} is open")

    def finish(self) -> None:
        """Stop at what is left: a tag that is cut off, or one that was never closed."""
        self.close()
        if self._open:
            tag, line, column = self._open[0]
            raise _Found(
                Fault(
                    line,
                    column + 1,
                    f"<{tag}> is not closed",
                )
            )

    def _check_tag(
        self,
        tag: str,
    ) -> None:
        text = self.get_starttag_text() or ""
        if tag in FORBIDDEN or (tag.startswith("mj") and tag not in KNOWN):
            self._stop(f"a block has no tag <{tag}>")
        if not _is_whole(text):
            self._stop(f"<{tag}> needs quotes around each value, and its > at the end")

    def _stop(
        self,
        message: str,
    ) -> None:
        line, column = self.getpos()
        raise _Found(
            Fault(
                line,
                column + 1,
                message,
            )
        )


def _is_whole(tag: str) -> bool:
    """True if each value of a tag is in quotes, and no other tag begins in it."""
    bare = _without_values(tag)
    quoted = all(part.lstrip().startswith('"') for part in bare.split("=")[1:])
    return quoted and "<" not in bare[1:]


def _without_values(tag: str) -> str:
    """Return a tag with a quote alone for each value in quotes."""
    out = []
    quote = ""
    for char in tag:
        if quote:
            quote = "" if char == quote else quote
        elif char in QUOTES:
            quote = char
            out.append('"')
        else:
            out.append(char)
    return "".join(out)

"""Pure. Pages: the list of readers by the thousand subscription ids, as text that is searched."""

from collections.abc import Iterator, Sequence

from subscribers.mailboxes import fold

PAGE = 1000  # subscription ids; the triggers of migration 0034 count by it, too
BETWEEN = "\x1f"  # address and name; no text has a control character
Reader = tuple[int, str, str]  # subscription id, address, name


def page_of(subscription_id: int) -> int:
    """Return the number of the page that has this id."""
    return (subscription_id - 1) // PAGE


def ids_of(first: int, end: int) -> tuple[int, int]:
    """Return the ids of the pages from `first` to before `end`: above one, up to the other."""
    return first * PAGE, end * PAGE


def searchable(address: str, name: str) -> str:
    """Return what is searched of a reader, without regard to case and width."""
    return fold(f"{address}{BETWEEN}{name}")


def page_text(readers: Sequence[Reader]) -> str:
    """Return the text of a page: a line for each reader."""
    return "\n".join(searchable(address, name) for _, address, name in readers)


def has_any(text: str, needles: Sequence[str]) -> bool:
    """True if any of the needles is in the text."""
    return any(needle in text for needle in needles)


def ids_with(text: str, ids: Sequence[int], needles: Sequence[str]) -> Sequence[int]:
    """Return the ids of the lines that have any of the needles, the last line first."""
    lines: set[int] = set()
    for needle in needles:
        lines.update(_lines_with(text, needle))
    return [ids[line] for line in sorted(lines, reverse=True)]


def _lines_with(text: str, needle: str) -> Iterator[int]:
    """Give the numbers of the lines that have the needle."""
    line = 0
    begin = 0
    # Most pages have one such line, or none: so they are not taken apart.
    while (at := text.find(needle, begin)) >= 0:
        line += text.count("\n", begin, at)
        yield line
        begin = text.find("\n", at)
        if begin < 0:
            return

"""The documents as tests read them: pages, code blocks, words in backticks, tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import ROOT

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^(?: {4}|\t).*\n)+", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#]+)")


@dataclass(frozen=True, slots=True)
class Page:
    """One document: its path from the root, its text, and the prose and the blocks of it."""

    path: str
    text: str

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return INDENTED.sub("\n", FENCE.sub("", self.text))

    @property
    def blocks(self) -> Sequence[str]:
        """The code blocks: fenced, and indented by four."""
        fenced = [
            block.partition("\n")[2].removesuffix("```") for block in FENCE.findall(self.text)
        ]
        return [*fenced, *INDENTED.findall(FENCE.sub("", self.text))]

    @property
    def spans(self) -> Sequence[str]:
        """What is in backticks, outside of code blocks. A span may go on in the next line."""
        return SPAN.findall(re.sub(r"(?<=\S)\n(?=\S)", " ", self.prose))

    @property
    def links(self) -> Sequence[str]:
        """The files that the page links to, as paths from the root."""
        targets = [target for target in LINK.findall(self.prose) if "://" not in target]
        here = (ROOT / self.path).parent
        return [str((here / target).resolve().relative_to(ROOT)) for target in targets]


def pages() -> Sequence[Page]:
    """The pages of the root and of docs/; the decisions are history and keep their words."""
    files = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
    return [read(file) for file in files]


def read(file: Path) -> Page:
    """Return one document."""
    return Page(str(file.relative_to(ROOT)), file.read_text("utf-8"))


def rows(page: Page) -> Iterator[Sequence[str]]:
    """The rows of a page's tables, cell by cell, heads and lines left out."""
    for line in page.text.splitlines():
        if line.startswith("|") and not set(line) <= set("|- "):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]

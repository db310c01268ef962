"""Pure. Per-reader markers: an edition is split once, and joined for each letter.

A marker is spelled with the code of its edition, which is a hash of all that the edition says. So
no text in an edition can spell one of its markers: it would have to hold its own hash.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

CODE_CHARS = 32  # hex digits: 128 bits
# Stands before each address in the text part that the program put there: its value is empty.
# Without it a title that is an address would be taken for a link.
LINK = "link"


class UnknownMarker(ValueError):
    """An edition asks for a value that a letter does not have."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Constant parts and the markers between them: len(parts) == len(markers) + 1."""

    parts: tuple[str, ...]
    markers: tuple[str, ...]

    def fill(self, values: Mapping[str, str], *, escape: bool) -> "Segments":
        """Put in the values that are the same for all readers; the other markers stay.

        `escape` is for HTML.
        """
        # What is the same for all is put in once, so that a letter has fewer parts to join.
        parts = [self.parts[0]]
        markers = []
        for marker, part in zip(self.markers, self.parts[1:], strict=True):
            if marker in values:
                value = values[marker]
                parts[-1] += (html.escape(value) if escape else value) + part
            else:
                parts.append(part)
                markers.append(marker)
        return Segments(tuple(parts), tuple(markers))

    def join(self, values: Mapping[str, str], *, escape: bool) -> str:
        """Return the text with all values in their places. Raises UnknownMarker."""
        filled = self.fill(values, escape=escape)
        if filled.markers:
            raise UnknownMarker(filled.markers[0])
        return filled.parts[0]


@dataclass(frozen=True)
class Markers:
    """How the markers of one edition are spelled."""

    code: str

    @classmethod
    def of(cls, content: object) -> "Markers":
        """Return the markers for what an edition says; `content` is a frozen dataclass."""
        # repr has every text of it, quoted: contents that differ in anything have other codes.
        # The same content has the same, so that what prints the same stays the same edition.
        digest = hashlib.sha256(repr(content).encode()).hexdigest()
        return cls(digest[:CODE_CHARS])

    def spell(self, name: str) -> str:
        """Return the marker of that name."""
        return f"[[{self.code}:{name}]]"

    def is_in(self, text: str) -> bool:
        """True if there is a marker in a text."""
        return self._pattern.search(text) is not None

    def split(self, text: str) -> Segments:
        """Split a text at its markers."""
        # With one group in the pattern, re.split gives texts and names in turn.
        pieces = self._pattern.split(text)
        return Segments(tuple(pieces[::2]), tuple(pieces[1::2]))

    def show(self, text: str) -> str:
        """Return a text for an editor's eyes, with the names of its markers in brackets."""
        segments = self.split(text)
        names = {name: "" if name == LINK else f"[{name}]" for name in segments.markers}
        return segments.join(names, escape=False)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\[\[{re.escape(self.code)}:([a-z_]+)\]\]")

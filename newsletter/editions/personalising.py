"""Pure. Per-reader markers: an edition is split once, and joined for each letter."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

MARKER = re.compile(r"\[\[([a-z_]+)\]\]")


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


def split_at_markers(text: str) -> Segments:
    """Split a text at its [[markers]]."""
    # With one group in the pattern, re.split gives texts and names in turn.
    pieces = MARKER.split(text)
    return Segments(tuple(pieces[::2]), tuple(pieces[1::2]))


def disarm(text: str) -> str:
    """Break up what looks like a marker, so that no author can print a reader's link."""
    # A zero-width space: no reader sees it.
    return text.replace("[[", "[\u200b[")

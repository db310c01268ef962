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

    def join(self, values: Mapping[str, str], *, escape: bool) -> str:
        """Return the text with the values in their places, HTML-escaped or not. Raises UnknownMarker."""
        pieces = [self.parts[0]]
        for marker, part in zip(self.markers, self.parts[1:], strict=True):
            if marker not in values:
                raise UnknownMarker(marker)
            pieces += [html.escape(values[marker]) if escape else values[marker], part]
        return "".join(pieces)


def split(text: str) -> Segments:
    """Split a text at its [[markers]]."""
    pieces = MARKER.split(text)
    return Segments(tuple(pieces[::2]), tuple(pieces[1::2]))


def disarm(text: str) -> str:
    """Break up what looks like a marker, so that no author can print a reader's link."""
    return text.replace("[[", "[\u200b[")

"""The press: Jinja to MJML to HTML, and the text part beside it."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from newsletter.brands.direction import text_direction
from newsletter.editions.blocks.filling import TEMPLATES, fill
from newsletter.editions.blocks.own_blocks import print_in_child
from newsletter.editions.content import Content, Face
from newsletter.editions.links import find_links
from newsletter.editions.mjml import TemplateBroken, compile_mjml
from newsletter.editions.personalising import Markers
from newsletter.editions.plaintext import own_words, wrap, write_text
from newsletter.errors import Refused

MOST_BYTES = 102 * 1024  # Gmail clips a letter over this
# What XML has no way to write (XML 1.0, 2.2), and MJML is XML.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class EditionTooLarge(Refused):
    """This issue prints to more than 102 KB, which Gmail would clip.

    Drop a story or shorten a text.
    """


@dataclass(frozen=True, slots=True)
class Printed:
    """An issue printed, with markers.

    The checksum is the SHA-256 of subject, preheader, HTML and text.
    """

    subject: str
    preheader: str
    html: str
    text: str
    links: tuple[str, ...]
    checksum: str
    markers: Markers

    @property
    def html_bytes(self) -> int:
        return len(self.html.encode())


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """A small letter, with the person's values in it."""

    subject: str
    html: str
    text: str


def press(content: Content) -> Printed:
    """Print an issue. Raises TemplateBroken or EditionTooLarge."""
    # Cleaned first: templates then need not know what is dangerous.
    clean: Content = _clean(content)
    markers = Markers.of(clean)
    html = _html("issue.mjml.j2", _values(clean, markers))
    # In bytes, as Gmail counts: a letter of Cyrillic is twice as long as it looks.
    if len(html.encode()) > MOST_BYTES:
        raise EditionTooLarge
    text = write_text(clean, markers)
    return Printed(
        clean.subject,
        clean.preheader,
        html,
        text,
        find_links(html, markers),
        _checksum(
            clean.subject,
            clean.preheader,
            html,
            text,
        ),
        markers,
    )


def press_letter(
    kind: str,
    face: Face,
    fields: Mapping[str, str],
) -> PrintedLetter:
    """Print a small letter. A kind is the name of its two files in templates/email/letters.

    The first paragraph of its text file is the subject. Raises TemplateBroken.
    """
    values = {"face": face, **fields}
    html = _html(f"letters/{kind}.mjml.j2", values)
    subject, *paragraphs = _filled_paragraphs(f"letters/{kind}.txt.j2", values)
    return PrintedLetter(" ".join(subject.split()), html, _letter_text(paragraphs, face))


def _values(content: Content, markers: Markers) -> Mapping[str, object]:
    """Return what the template of an issue is filled with."""
    names = [field.name for field in dataclasses.fields(content)]
    values = {name: getattr(content, name) for name in [*names, "read_minutes"]}
    return {**values, "marker": markers.spell}


def _checksum(*texts: str) -> str:
    # NUL is in none of them, so that no text can take over the end of another.
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _filled_paragraphs(template: str, values: Mapping[str, object]) -> list[str]:
    """Fill each paragraph of a text file."""
    try:
        return [paragraph.render(**values) for paragraph in _paragraphs(template)]
    except TemplateError as error:
        raise TemplateBroken(f"{template}: {error.message}") from None


@cache
def _paragraphs(template: str) -> tuple[Template, ...]:
    """The paragraphs of a text file, each a template of its own.

    Values are filled in after the file is parted, so an empty line in one parts nothing.
    """
    source = (TEMPLATES / template).read_text("utf-8")
    # No markup in plain text: nothing is escaped.
    environment = Environment(autoescape=False, undefined=StrictUndefined)  # noqa: S701
    return tuple(environment.from_string(part) for part in source.rstrip().split("\n\n"))


def _letter_text(paragraphs: Sequence[str], face: Face) -> str:
    """Join paragraphs to a text part, with a foot."""
    # A paragraph of a value that this letter has not is none.
    blocks = [*map(_fold, filter(str.strip, paragraphs)), _letter_foot(face)]
    return "\n\n".join(blocks) + "\n"


def _fold(paragraph: str) -> str:
    # The code of a badge is copied by its reader: a folded line would break it.
    return paragraph if paragraph.startswith("<") else wrap(paragraph)


def _letter_foot(face: Face) -> str:
    return "\n".join(["-- ", *own_words(face)]).rstrip()


def _html(template: str, values: Mapping[str, object]) -> str:
    """Fill a template and compile it."""
    known = _known(values)
    blocks = cast(Face, values["face"]).look.blocks
    if blocks:
        return print_in_child(template, known, blocks)
    return compile_mjml(fill(template, known), template)


def _known(values: Mapping[str, object]) -> Mapping[str, object]:
    """Return all that a template may name: the values, the look and which way a text runs."""
    face = cast(Face, values["face"])
    return {**values, "t": face.look, "direction_of": text_direction}


def _clean(value: Any) -> Any:
    """Drop control characters in all that people wrote: in every text of a value, however deep.

    By the type of what is found, not by a list of fields: one that is added later is cleaned, too.
    """
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, tuple):
        return type(value)(map(_clean, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        cleaned = {field.name: _clean(getattr(value, field.name)) for field in fields}
        return dataclasses.replace(value, **cleaned)
    return value

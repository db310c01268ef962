"""The press: Jinja to MJML to HTML, and the text part beside it."""

import dataclasses
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)

from newsletter.editions.content import Content, Face, Item
from newsletter.editions.links import links
from newsletter.editions.mjml import TemplateBroken, compile_mjml
from newsletter.editions.personalising import disarm
from newsletter.editions.plaintext import wrap, write_text
from newsletter.errors import Refused

TEMPLATES = Path(__file__).parents[2] / "templates" / "email"
MOST_BYTES = 102 * 1024  # Gmail clips a letter over this
SUBJECTS = {
    "confirm": "Confirm your subscription to {name}",
    "welcome": "Welcome to {name}",
    "known": "You are on the list of {name} already",
    "reconfirm": "Do you want to stay with {name}?",
    "goodbye": "You are unsubscribed from {name}",
    "notice": "{head}",
    "reader": "{head}",
    "ownership": "Did you send a tool to {name}?",
    "question": "A question about {tool}",
    "approved": "{tool} is on {name}",
    "rejected": "About {tool}",
}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "confirm": (
        "You asked for {name} at {email}. Open this page and press its button:",
        "{confirm_url}",
        "The link works until {confirm_expires}. Was it not you? Then do nothing.",
    ),
    "welcome": (
        "Your address is confirmed. {latest_words}",
        "{latest_url}",
        "What you get, and how often: {preferences_url}",
        "To leave at any time: {unsubscribe_url}",
    ),
    "known": (
        "Somebody, probably you, entered {email} at {name} again. It is on the list: nothing more is needed.",
        "What you get, and how often: {preferences_url}",
        "To leave at any time: {unsubscribe_url}",
    ),
    "reconfirm": (
        "{name} comes to {email} since a list was brought over to us. Do you want to stay? Open this page and press its button:",
        "{stay_url}",
        "The link works until {stay_expires}. If you do nothing, it ends then, and nothing more comes.",
        "To leave now: {unsubscribe_url}",
    ),
    "goodbye": (
        "No further issues will come to {email}. Was it a slip? Come back here:",
        "{undo_url}",
    ),
    "notice": ("{text}", "{url}"),
    "reader": ("{text}", "{url}", "{note}"),
    "ownership": (
        "Somebody sent a tool to {name} and gave {email} for our answer. Was it you? Open this page and press its button:",
        "{own_url}",
        "The link works until {own_expires}. Was it not you? Then do nothing, and nobody here sees the tool.",
    ),
    "question": (
        "An editor of {name} asks about {tool}:",
        "{question}",
        "Answer here, and change what you sent if you like:",
        "{answer_url}",
        "The link works until {answer_expires}.",
    ),
    "approved": (
        "{tool} is approved. Its page:",
        "{page_url}",
        "It may be featured in an issue when its turn comes. If you like, show the badge on your site; a picture and a link, no more:",
        "{embed_code}",
    ),
    "rejected": (
        "An editor of {name} looked at {tool} and said no:",
        "{reason}",
        "You may send it in again: {promote_url}",
    ),
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class EditionTooLarge(Refused):
    """This issue prints to more than 102 KB, which Gmail would clip. Drop a story or shorten a text."""


@dataclass(frozen=True, slots=True)
class Printed:
    """An issue printed, with markers; the checksum covers subject, preheader, HTML and text."""

    subject: str
    preheader: str
    html: str
    text: str
    links: tuple[str, ...]
    checksum: str

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
    clean = _clean(content)
    values = {field.name: getattr(clean, field.name) for field in dataclasses.fields(clean)}
    html = _html("issue.mjml.j2", values | {"read_minutes": clean.read_minutes})
    if len(html.encode()) > MOST_BYTES:
        raise EditionTooLarge
    text = write_text(clean)
    told = "\0".join((clean.subject, clean.preheader, html, text))
    return Printed(
        clean.subject,
        clean.preheader,
        html,
        text,
        links(html),
        hashlib.sha256(told.encode()).hexdigest(),
    )


def press_letter(kind: str, face: Face, fields: Mapping[str, str]) -> PrintedLetter:
    """Print a small letter of one of the kinds that have a subject."""
    html = _html(f"letters/{kind}.mjml.j2", {"face": face, **fields})
    subject = " ".join(SUBJECTS[kind].format(name=face.name, **fields).split())
    return PrintedLetter(subject, html, _letter_text(kind, face, fields))


def _letter_text(kind: str, face: Face, fields: Mapping[str, str]) -> str:
    filled = [line.format(name=face.name, **fields) for line in TEXTS[kind]]
    lines = [
        line if line.startswith("<") else wrap(line) for line in filled
    ]  # code is copied as it is
    return "\n\n".join([*lines, f"-- \n{face.name}\n{face.postal_address}".rstrip()]) + "\n"


def _html(template: str, values: Mapping[str, object]) -> str:
    try:
        source = _environment().get_template(template).render(t=_theme(), **values)
    except TemplateSyntaxError as error:
        raise TemplateBroken(
            f"{error.filename or template}, line {error.lineno}: {error.message}"
        ) from None
    except TemplateError as error:
        raise TemplateBroken(f"{template}: {error.message}") from None
    return compile_mjml(source, template)


def _clean(content: Content) -> Content:
    """Break up markers and drop control characters in all that authors wrote."""

    def text(value: str) -> str:
        return disarm(CONTROL.sub("", value))

    def item(one: Item) -> Item:
        changed = {
            f.name: text(getattr(one, f.name)) for f in dataclasses.fields(one) if f.name != "tags"
        }
        return dataclasses.replace(one, tags=tuple(text(tag) for tag in one.tags), **changed)

    return dataclasses.replace(
        content,
        subject=text(content.subject),
        preheader=text(content.preheader),
        intro=text(content.intro),
        lead=item(content.lead) if content.lead else None,
        stories=tuple(item(one) for one in content.stories),
        brief=tuple(item(one) for one in content.brief),
        tools=tuple(item(one) for one in content.tools),
        similar=tuple(item(one) for one in content.similar),
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _theme() -> Mapping[str, object]:
    return tomllib.loads((TEMPLATES / "theme.toml").read_text("utf-8"))

"""A look that is tried: what the form of the page has, over what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from newsletter.brands.brand import Brand
from newsletter.brands.look import Look
from newsletter.brands.themes import look_of_brand
from newsletter.brands.typed import (
    PICKED,
    SEEN,
    THEME,
    read_typed,
    show_typed,
    with_picked,
)
from newsletter.editions.own_themes import choose
from newsletter.errors import NewsletterError
from newsletter.publications.looks import brand_of
from newsletter.web.desk.desk import Desk, DeskDep


@dataclass(frozen=True, slots=True)
class TriedLook:
    """What was typed, the brand that it makes, and the sentence for each text that makes none."""

    typed: Mapping[str, str]
    brand: Brand
    errors: Mapping[str, str]

    @property
    def look(self) -> Look:
        """How the brand looks."""
        return look_of_brand(self.brand)

    @property
    def query(self) -> str:
        """The typed texts as they stand in an address."""
        texts = {name: text for name, text in self.typed.items() if _is_told(name, text)}
        return urlencode(texts)


async def _query(request: Request) -> Mapping[str, str]:
    return dict(request.query_params)


async def _form(request: Request) -> Mapping[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def try_look(
    desk: Desk,
    values: Mapping[str, str],
) -> TriedLook:
    """Return the look that a form asks for; without a form, the one that is kept."""
    stored = brand_of(desk.publication)
    if THEME not in values:
        return TriedLook(
            show_typed(stored),
            stored,
            {},
        )
    try:
        brand, errors = (
            choose(stored, desk.runtime.themes, values[THEME]),
            {},
        )
    except NewsletterError as error:
        brand, errors = stored, {THEME: str(error)}
    read = read_typed(_ticked(values), brand)
    typed = {**show_typed(read.brand), **with_picked(_ticked(values))}
    return TriedLook(
        typed,
        read.brand,
        errors | dict(read.errors),
    )


def _query_trial(
    desk: DeskDep,
    values: Annotated[Mapping[str, str], Depends(_query)],
) -> TriedLook:
    return try_look(desk, values)


def _form_trial(
    desk: DeskDep,
    values: Annotated[Mapping[str, str], Depends(_form)],
) -> TriedLook:
    return try_look(desk, values)


QueryTrialDep = Annotated[TriedLook, Depends(_query_trial)]
FormTrialDep = Annotated[TriedLook, Depends(_form_trial)]


def _ticked(
    values: Mapping[str, str],
) -> Mapping[str, str]:
    """Return the values with what a browser leaves out: a box that is not ticked."""
    return {"plate": "no", **values} if "alt" in values else values


def _is_told(
    name: str,
    text: str,
) -> bool:
    is_help = name.startswith((PICKED, SEEN))
    return (bool(text) and not is_help) or name == THEME

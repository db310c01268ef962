"""Rendering: templates into answers."""

import re
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.brands.direction import language_direction
from newsletter.cadence.printing import days_of
from newsletter.cadence.reading import parse
from newsletter.delivery.progress import per_second
from newsletter.publications.looks import look_of_publication
from newsletter.publications.models import Publication
from newsletter.text import duration
from subscribers.addresses import display_address

TEMPLATES = Path(__file__).parents[2] / "templates"
STATIC = Path(__file__).parent / "static"
# Of the publication whose pages are asked for; `entrance.py` sets it for each request.
PREFIX: ContextVar[str] = ContextVar("prefix", default="")
# Attributes that name a page of ours. A quote in a text is escaped, so none is in a text. Files
# are the same for all publications: a browser keeps them once.
LOCAL = re.compile(
    r'(\s(?:href|src|srcset|action|formaction|hx-(?:get|post|put|patch|delete|push-url))=")'
    r"(?=/(?!/|static/))"
)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": display_address,
        "days": days,
        "local": local,
        "duration": duration,
        "direction": language_direction,
        "per_second": per_second,
    }
    return environment


def local(at: datetime, cadence: str, form: str = "%A %d %B, %H:%M") -> str:
    """A time in the publication's own zone."""
    return at.astimezone(ZoneInfo(cadence.split()[-1])).strftime(form)


def days(cadence: str) -> str:
    """The days of a cadence in words: "every Tuesday"."""
    return days_of(parse(cadence))


def render(template: str, **values: object) -> str:
    """Return a page; one of a publication has its look, unless another is given to try.

    Its links lead to pages of the publication that was asked for.
    """
    publication = values.get("publication")
    if isinstance(publication, Publication):
        values.setdefault("look", look_of_publication(publication))
    page = _environment().get_template(template).render(**values)
    prefix = PREFIX.get()
    return LOCAL.sub(rf"\1{prefix}", page) if prefix else page


def is_local(url: str) -> bool:
    """True for a path on this host: //other.example is another one."""
    return url.startswith("/") and not url.startswith("//")


def show(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(render(template, **values), status_code=status)


def go_to(path: str) -> RedirectResponse:
    """Answer a form with the page to look at next."""
    return RedirectResponse(path, status_code=303)

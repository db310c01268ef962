"""The sign-up form for other sites: its code, its looks, and links with a tag of their source."""

from html import escape
from typing import Literal

from fastapi import APIRouter, Response

from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.public.front import FrontDep
from subscribers.joining.signup import source_tag

pages = APIRouter(route_class=PublicRoute)
Theme = Literal["auto", "light", "dark"]
CODE = """<link rel="stylesheet" href="{style}">
<form class="newsletter-form" data-newsletter data-theme="{theme}" action="{action}" method="post">
  <label for="newsletter-email">{label}</label>
  <input id="newsletter-email" name="email" type="email" autocomplete="email" required>
  <input name="website" tabindex="-1" autocomplete="off"
    aria-label="Leave this empty" hidden>{source}
  <button>Subscribe</button>
  <div role="status"></div>
</form>
<script src="{script}" async></script>"""


@pages.get("/embed")
def embed(front: FrontDep, theme: Theme = "auto", source: str = "") -> Response:
    tag = source_tag(source)
    home = front.urls.home()
    return front.show(
        "public/embed.html",
        theme=theme,
        source=tag,
        mistagged=bool(source.strip()) and not tag,
        code=embed_code(front.publication, front.urls, theme, tag),
        link=f"{home}?source={tag}" if tag else home,
    )


def embed_code(
    publication: Publication,
    urls: Urls,
    theme: Theme,
    source: str,
) -> str:
    """Return the form as HTML; it works without our script and our style too."""
    tagged = f'\n  <input name="source" type="hidden" value="{escape(source)}">' if source else ""
    return CODE.format(
        style=escape(urls.static("embed.css")),
        theme=theme,
        action=escape(urls.subscribe()),
        label=escape(f"Get {publication.name} by e-mail"),
        source=tagged,
        script=escape(urls.static("form.js")),
    )

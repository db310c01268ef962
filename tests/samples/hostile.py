"""Markup that tries to run something, and the look that finds what still could."""

import re
from html.parser import HTMLParser

HOSTILE = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<!--<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<object data=javascript:window.hit=1></object>",
    "<form action=javascript:window.hit=1><button>x</button></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import url(https://evil.example/x.css)</style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<a href='javascript:window.hit=1'>x</a>",
    "<a href=' &#106;ava\tscript:window.hit=1'>x</a>",
    "<a href='data:text/html,<script>window.hit=1</script>'>x</a>",
    "<details open ontoggle=window.hit=1>x</details>",
    "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'>",
    "<template><script>window.hit=1</script></template>",
    "javascript:window.hit=1",
    "JaVaScRiPt:window.hit=1",
    "vbscript:window.hit=1",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=",
    "https://evil.example/\" onmouseover=\"window.hit=1",
    "https://evil.example/' onmouseover='window.hit=1",
    "'\"--></title></textarea></style></script><img src=x onerror=window.hit=1>",
    "{{ 7*7 }}{% include 'x' %}",
    "\u2028window.hit=1\u2029",
)  # fmt: skip
RUNS = {"script", "style", "iframe", "object", "embed", "form", "base", "meta", "link", "svg", "math", "template", "noscript", "details"}
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\s-]*):", re.IGNORECASE)  # as a browser reads it: leading and inner space ignored


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "srcset", "formaction", "id", "name", "class"):
                self.found.append(name)
            scheme = SCHEME.match(value or "") if name in ("href", "src") else None
            if scheme and scheme[1].casefold() not in ("http", "https", "mailto"):
                self.found.append(f"{name}={value}")


def harmless(markup: str) -> None:
    """Fail if `markup` has an element, an attribute or an address that could run or load something."""
    look = _Look()
    look.feed(markup)
    assert not look.found, (look.found, markup)

"""Markup that tries to run something, feeds and pages with it, and a look for what still could."""

import re
from html import escape
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
WORDS = "Some words that harm nobody"
HOME = "https://hostile.example"
SENTENCE = (
    "The tide came in over the wire that the lamp had left on the grid, "
    "and nobody in the hall was late for the paper. "
)
LONG = SENTENCE * 4
FIELDS = (  # of an item
    "title",
    "twice",  # the title, escaped twice
    "dek",
    "content",
    "beside",  # content beside a dek
    "author",
    "category",
    "link",
    "query",
    "picture",
    "loaded",  # a picture that loads
    "body",  # the item's page
)
RUNS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "base",
    "meta",
    "link",
    "svg",
    "math",
    "template",
    "noscript",
    "details",
}
SCHEME = re.compile(
    r"[\x00-\x20]*([a-z][a-z0-9+.\s-]*):", re.IGNORECASE
)  # as a browser reads it: leading and inner space ignored


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in (
                "style",
                "srcdoc",
                "srcset",
                "formaction",
                "id",
                "name",
                "class",
            ):
                self.found.append(name)
            scheme = SCHEME.match(value or "") if name in ("href", "src") else None
            if scheme and scheme[1].casefold() not in ("http", "https", "mailto"):
                self.found.append(f"{name}={value}")


def found_in(markup: str) -> list[str]:
    """Return the elements, attributes and addresses of `markup` that could run or load."""
    look = _Look()
    look.feed(markup)
    return look.found


def harmless(markup: str) -> None:
    """Fail if `markup` has an element, an attribute or an address that could run or load."""
    found = found_in(markup)
    assert not found, (found, markup)


class Shape(HTMLParser):
    """What documents are built of.

    `parts` are their elements, with the names of attributes and the schemes of addresses, and their
    comments; `words` is all the rest.
    """

    def __init__(self, *documents: str) -> None:
        super().__init__()
        self.parts: set[tuple[str, ...]] = set()
        self.words = ""
        for document in documents:
            self.reset()
            self.feed(document)
            self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.add((tag, *sorted(_noted(name, value or "") for name, value in attrs)))
        self.words += "".join(f" {value}" for _, value in attrs)

    def updatepos(self, i: int, j: int) -> int:
        """HTMLParser: no line is asked for, and counting them takes a tenth of the time."""
        return j

    def handle_comment(self, data: str) -> None:
        self.parts.add(("<!--", data))

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


def _noted(name: str, value: str) -> str:
    if name in ("href", "src", "action", "data", "formaction"):
        scheme = SCHEME.match(value)
        return f"{name}={scheme[1].casefold() if scheme else ''}"
    return (
        f"{name}={value}"
        if name in ("http-equiv", "type", "rel")
        else f"{name} url"
        if name == "style" and "url(" in value
        else name
    )


def feed_with(field: str, attack: str, number: int) -> bytes:
    """Return RSS of one item with the attack in one field, and words in the others."""
    link = f"{HOME}/story/{number}"
    of = {"title": WORDS, "dek": "" if field == "content" else LONG[:200], "link": link}
    of |= dict.fromkeys(("content", "author", "category", "picture", "body"), "")
    name = {"twice": "title", "beside": "content", "query": "link", "loaded": "picture"}.get(
        field, field
    )
    # A dek is whole sentences: alone, most attacks would be none.
    within = f"The council met in May. {attack} It meets again in June."
    of[name] = {
        "twice": escape(attack),
        "query": f"{link}?{attack}",
        "dek": within,
        "content": within,
    }.get(field, attack)
    text = {key: escape(value) for key, value in of.items()}
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Hostile</title><item>'
        f"<title>{text['title']}</title><description>{text['dek']}</description>"
        f"<link>{text['link']}</link><content:encoded>{text['content']}</content:encoded>"
        f"<dc:creator>{text['author']}</dc:creator><category>{text['category']}</category>"
        f'<enclosure type="image/png" url="{text["picture"]}"/></item></channel></rss>'
    ).encode()


def page_with(attack: str) -> bytes:
    """Return the page of an article with the attack in its text."""
    article = f"<h1>{WORDS}</h1><p>{LONG}</p><div>{attack}</div><p>{LONG}</p>"
    return f"<html><body><article>{article}</article></body></html>".encode()

"""Pure. Lists of tools: CSV with any delimiter and encoding, or JSON, whatever the bytes.

A row that cannot be read costs itself only. Lists of people have a reader of their own, which is
made for files larger than memory: this one has a whole document, which was fetched.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence

from newsletter.formats.decoding import decode
from newsletter.formats.tools.found import (
    MOST_TOOLS,
    SHOWN_CHARS,
    FoundTool,
    NotAToolList,
    RefusedRow,
    ToolList,
    make_tool,
    number_in_words,
    price_in_words,
    split_tags,
)
from newsletter.text import clean_text, one_line, without_accents

DELIMITERS = ",;\t|"
MOST_LINES = 60  # of one row: a description has paragraphs, the rest of the file is none
MOST_COLUMNS = 200
MOST_CHARS = 100_000  # of one row; csv itself takes no cell of more than 128 KB
HEADINGS = 30  # lines that are looked through for the names of the columns
# What a column or a key is called, in letters and digits alone, and the field that it fills.
FIELDS: Mapping[str, Sequence[str]] = {
    "name": ("name", "toolname", "tool", "title", "product", "productname", "app", "appname"),
    "url": (
        *("url", "link", "website", "websiteurl", "webaddress", "address", "homepage", "site"),
        *("toolurl", "producturl", "href", "webseite", "adresse"),
    ),
    "price": ("price", "pricing", "cost", "costs", "plan", "preis", "prix"),
    "description": (
        *("description", "shortdescription", "summary", "tagline", "about", "text"),
        *("beschreibung", "blurb"),
    ),
    "tags": ("tags", "tag", "keywords", "topics", "labels", "schlagworte"),
    "image": (
        *("image", "imageurl", "picture", "pictureurl", "logo", "logourl", "icon", "screenshot"),
        *("thumbnail", "thumbnailurl", "bild"),
    ),
    "category": ("category", "categories", "applicationcategory", "kategorie", "section"),
}
BY_HEADING = {heading: field for field, headings in FIELDS.items() for heading in headings}
# Where a JSON document keeps its list, if it is an object.
LISTS = ("tools", "items", "products", "apps", "data", "results", "entries")
JSON_BEGINS = ("[", "{")
UNCLOSED = "A quotation mark opens in this row and does not close."
TOO_LONG = f"The row is longer than {MOST_CHARS // 1000} KB."
NO_OBJECT = "This is no object with a name and a url."

Row = tuple[int, list[str], str]  # its first line, its cells, why it cannot be read or ""


def read_tool_list(content: bytes, url: str) -> ToolList:
    """Return the tools of a list that was fetched from `url`. Raises NotAToolList."""
    text = _plain_lines(content)
    return _read_json(text, url) if text[:1] in JSON_BEGINS else _read_csv(text, url)


def _plain_lines(content: bytes) -> str:
    # csv takes no NUL, and no text of ours has one.
    text = decode(content).replace("\0", "").lstrip("\ufeff \r\n")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_csv(text: str, url: str) -> ToolList:
    # Not splitlines(): it also ends a line at signs that stand inside of a description.
    lines = [f"{line}\n" for line in text.split("\n")]
    start, delimiter, columns = _find_heading(lines)
    tools: list[FoundTool] = []
    refused: list[RefusedRow] = []
    total = 0
    for number, cells, trouble in _rows(lines, start, delimiter):
        total += 1
        if total > MOST_TOOLS:
            continue
        if trouble:
            refused.append(RefusedRow(number, _shown("".join(cells)), trouble))
        else:
            tools.append(_csv_tool(cells, columns, url, number))
    return ToolList(tuple(tools), tuple(refused), _note(total))


def _find_heading(lines: Sequence[str]) -> tuple[int, str, dict[str, int]]:
    """Return where rows begin, the delimiter, and the place of each field. Raises NotAToolList."""
    seen = ""
    for at, line in enumerate(lines[:HEADINGS]):
        # What stands above a heading (a title, a note, Excel's `sep=;`) names no columns.
        for delimiter in DELIMITERS:
            cells = _cells(line, delimiter)
            columns = _columns(cells)
            if {"name", "url"} <= set(columns):
                return at + 1, delimiter, columns
            if len(columns) > 0:
                seen = line.strip()[:200]
    if seen:
        raise NotAToolList(f"{NotAToolList.__doc__} The first row names: {seen}")
    raise NotAToolList


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Return the place of each field that a heading names, of two names the first."""
    columns: dict[str, int] = {}
    for at, cell in enumerate(cells[:MOST_COLUMNS]):
        if field := BY_HEADING.get(_folded(cell)):
            columns.setdefault(field, at)
    return columns


def _folded(heading: str) -> str:
    return "".join(filter(str.isalnum, without_accents(heading[:60])))


def _cells(line: str, delimiter: str) -> list[str]:
    if len(line) > MOST_CHARS:
        return []
    return next(csv.reader([line], delimiter=delimiter), [])


def _rows(
    lines: Sequence[str],
    start: int,
    delimiter: str,
) -> Iterator[Row]:
    """Yield the rows below the heading, but blank ones."""
    width = len(_cells(lines[start - 1], delimiter))
    at = start
    while at < len(lines):
        cells, taken, trouble = _next_row(lines[at : at + MOST_LINES], delimiter, width)
        if any(map(str.strip, cells)) or trouble:
            yield at + 1, cells, trouble
        at += taken


def _next_row(
    lines: Sequence[str],
    delimiter: str,
    width: int,
) -> tuple[list[str], int, str]:
    """Return the cells of the first row of these lines, its lines, and what is wrong with it."""
    first = lines[0]
    if len(first) > MOST_CHARS:
        return [first[:60]], 1, TOO_LONG
    if first.count('"') % 2 == 0:
        return _cells(first, delimiter), 1, ""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        cells = []
    # Two broken rows look like one row with good rows inside a cell.
    if len(cells) == width:
        return cells, reader.line_num, ""
    return _cells(first, delimiter), 1, UNCLOSED


def _csv_tool(
    cells: Sequence[str],
    columns: Mapping[str, int],
    url: str,
    row: int,
) -> FoundTool:
    fields = {field: cells[at] for field, at in columns.items() if at < len(cells)}
    fields["price"] = price_in_words(fields.get("price", ""))
    return make_tool(fields, split_tags(fields.get("tags", "")), url, row)


def _read_json(text: str, url: str) -> ToolList:
    try:
        entries = _entries(json.loads(text))
    except (ValueError, RecursionError):
        raise NotAToolList from None
    tools: list[FoundTool] = []
    refused: list[RefusedRow] = []
    for number, entry in enumerate(entries[:MOST_TOOLS], start=1):
        if isinstance(entry, dict):
            tools.append(_json_tool(entry, url, number))
        else:
            refused.append(RefusedRow(number, _shown(str(entry)), NO_OBJECT))
    # A list of other things names nothing at all: that is no list of which each row is wrong.
    if not any(tool.name and tool.url for tool in tools):
        raise NotAToolList
    return ToolList(tuple(tools), tuple(refused), _note(len(entries)))


def _entries(document: object) -> list[object]:
    """Return the list of a document. Raises NotAToolList."""
    if isinstance(document, list):
        return document
    found = _lists_in(document) if isinstance(document, dict) else []
    if not found:
        raise NotAToolList
    return found[0]


def _lists_in(document: Mapping[str, object]) -> list[list[object]]:
    return [found for key in LISTS if isinstance(found := document.get(key), list)]


def _json_tool(
    entry: Mapping[str, object],
    url: str,
    row: int,
) -> FoundTool:
    fields: dict[str, str] = {}
    tags: list[str] = []
    for key, value in list(entry.items())[:MOST_COLUMNS]:
        field = BY_HEADING.get(_folded(key), "")
        if field == "tags":
            tags += _texts(value)
        elif field and (text := _text(value)):
            fields.setdefault(field, text)
    fields["price"] = price_in_words(fields.get("price", ""), _text(entry.get("currency")))
    return make_tool(fields, tags, url, row)


def _shown(row: str) -> str:
    """Return the beginning of a row that cannot be read, as a page can show it."""
    # JSON writes half a character as \\ud800: no page can be encoded with it.
    return one_line(clean_text(row[:SHOWN_CHARS]))[:60]


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [_text(part) for part in value[:MOST_COLUMNS]]
    return split_tags(_text(value))


def _text(value: object) -> str:
    """Return a text or a number as text; of an object its address or name, of a list the first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("name") or value.get("amount") or ""
    # A bool is an int to Python.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_in_words(value)
    return value if isinstance(value, str) else ""


def _note(total: int) -> str:
    if total <= MOST_TOOLS:
        return ""
    return f"The list has {total:,} rows; the first {MOST_TOOLS:,} were read."

"""The map is true: paths exist, statuses are those of the tables, avoided words name nothing."""

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from newsletter.migrations.tables import metadata
from tests.architecture.sources import PACKAGES, ROOT, modules
from tests.docs.pages import Page, pages, read, rows

ARCHITECTURE = read(ROOT / "docs/ARCHITECTURE.md")
GLOSSARY = read(ROOT / "docs/GLOSSARY.md")
TOP = ("newsletter", "subscribers", "templates", "tests", "docs", "bench", "bin")
PATH = re.compile(r"(?:[\w.-]+/)*[\w.{},*-]+/?")
DECISION = re.compile(r"docs/adr/\d{4}")
ALONE = {"pyproject.toml", "compose.yaml", "Dockerfile", "Makefile", "README.md", "CONTRIBUTING.md"}

# Avoided words that name something all the same, each with its reason. A word that is itself a
# term of the glossary needs none: a message is no job, though a job must not be called so.
EXCEPTIONS = {
    "activity": "when subscribers did something last: their own, not an editor's",
    "channel": "the element of RSS 2.0 and what stands for it in the other formats",
    "client": "a program that comes to the API with a token (RFC 9110 has the word)",
    "code": "the number of an SMTP or HTTP reply",
    "contact": "a maker's address at a submission: they are no subscriber",
    "content": "the words and links that an edition is printed from",
    "digest": "SHA-256 of an API token",
    "draft": "a letter that lacks only its signatures",
    "error": "the sentence that a source's last fetch ended with",
    "frequency": "how often a subscriber wants issues; the cadence is the publication's",
    "batch": "the people of a list that one transaction stores; a slice is a delivery's",
    "key": "a keyed hash in the table of counts",
    "limit": "how often something may be sent by a public form within a window",
    "mail": "the room of SMTP and mail formats",
    "membership": "an editor's place on the team of a publication; readers subscribe",
    "newsletter": "the program",
    "poll": "the question at the end of an issue; its answers are votes",
    "post": "the sender of small letters",
    "read": "how many rows of a list were read",
    "rejected": "rows of a list that cannot be imported",
    "rendering": "templates of web pages; an edition is printed",
    "schedule": "the room of cadences, deadlines and ticks",
    "sent": "issues that were sent, in the archive; a letter is accepted",
    "settings": "what describes the machine; a reader's are preferences",
    "target": "where a redirect leads",
    "version": "counts changes of a row, so that a stale form is refused",
    "visitor": "a keyed hash of network and program behind an event",
}


def test_each_path_that_a_page_names_exists() -> None:
    missing = [
        f"{page.path}: {path}" for page in pages() for path in named_paths(page) if not exists(path)
    ]
    assert not missing, "\n".join(missing)


def test_each_link_of_a_page_leads_to_a_file() -> None:
    missing = [
        f"{page.path}: {path}"
        for page in pages()
        for path in page.links
        if not (ROOT / path).exists()
    ]
    assert not missing, "\n".join(missing)


def test_the_tree_of_the_architecture_is_the_real_one() -> None:
    drawn = set(tree())
    missing = [path for path in sorted(drawn) if not (ROOT / path).exists()]
    assert not missing, missing
    rooms = {
        f"{file.parent.relative_to(ROOT)}/"
        for top in PACKAGES
        for file in (ROOT / top).rglob("__init__.py")
    }
    leaves = {str(file.relative_to(ROOT)) for file in (ROOT / "newsletter").glob("[a-z]*.py")}
    undrawn = sorted((rooms | leaves) - drawn - {"newsletter/migrations/versions/"})
    assert not undrawn, undrawn


def test_each_status_of_the_glossary_is_that_of_a_table_and_the_other_way_round() -> None:
    named = {term: statuses for term, statuses in glossary_statuses() if statuses}
    tables = {frozenset(statuses) for statuses in tables_of_moves()}
    wrong = {term: sorted(statuses) for term, statuses in named.items() if statuses not in tables}
    assert not wrong, wrong
    unnamed = [sorted(statuses) for statuses in tables - set(named.values())]
    assert not unnamed, unnamed


def test_no_avoided_word_names_a_module_a_class_a_table_or_a_column() -> None:
    avoided = {
        word: term for term, words in glossary_avoided() for word in words if word not in terms()
    }
    found = {
        f"{word} (avoided for {avoided[word]})": where
        for word, where in names().items()
        if word in avoided
    }
    found = {word: where for word, where in found.items() if word.split(" (")[0] not in EXCEPTIONS}
    assert not found, "\n".join(f"{word}: {', '.join(where)}" for word, where in found.items())


def test_each_exception_is_still_one() -> None:
    avoided = {word for _, words in glossary_avoided() for word in words}
    assert EXCEPTIONS.keys() <= avoided & names().keys(), EXCEPTIONS.keys() - (
        avoided & names().keys()
    )


def named_paths(page: Page) -> Iterator[str]:
    """The paths in backticks, and those in code blocks that begin at a folder of ours."""
    for span in page.spans:
        if is_path(span):
            yield span
    for block in page.blocks:
        for word in re.split(r"[\s`'\"(),;]+", block):
            first, _, rest = word.partition("/")
            if rest and first in TOP and PATH.fullmatch(word):
                yield word.partition("::")[0]


def is_path(text: str) -> bool:
    """True if words in backticks name a file or a folder of this repository."""
    if not PATH.fullmatch(text):
        return False
    first, slash, _ = text.partition("/")
    return text in ALONE or (bool(slash) and first in TOP) or (not slash and text.endswith(".py"))


def exists(path: str) -> bool:
    """True if a path, of which a part may be {this,that} or *, is there; ADRs go by
    their number."""
    if DECISION.fullmatch(path):
        return any(ROOT.glob(f"{path}-*.md"))
    return all(any(ROOT.glob(each.rstrip("/"))) for each in spelled_out(path))


def spelled_out(path: str) -> list[str]:
    """Return a/{b,c}.py as a/b.py and a/c.py."""
    parts = [
        part.strip("{}").split(",") if part.startswith("{") else [part]
        for part in re.split(r"(\{[^}]*\})", path)
    ]
    return ["".join(each) for each in product(*parts)]


def tree() -> Iterator[str]:
    """The paths in the drawing of the rooms: two spaces of indent a level, then a description."""
    above: list[str] = []
    for line in ARCHITECTURE.blocks[drawing()].splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        entries = line.strip().partition("  ")[0].split()
        above = above[:depth]
        yield from ("".join(above) + entry for entry in entries)
        above.append(entries[0])


def drawing() -> int:
    """Return which block of the architecture has the rooms."""
    return next(
        at for at, block in enumerate(ARCHITECTURE.blocks) if block.startswith("subscribers/")
    )


def glossary_statuses() -> Iterator[tuple[str, frozenset[str]]]:
    """Each term of the glossary, and the statuses that its line names: status `a`, `b`."""
    for term, line, _ in (row for row in rows(GLOSSARY) if len(row) == 3):
        found = re.search(r"status (?:of a \w+ )?((?:`[^`]+`(?:, )?)+)", line)
        yield term, frozenset(re.findall(r"`([^`]+)`", found[1])) if found else frozenset()


def tables_of_moves() -> Iterator[set[str]]:
    """The statuses of each thing: tables may share a mapping, so those that no move joins are
    apart."""
    for module in modules():
        if module.path.endswith("/status.py") and "cli" not in module.path.split("/"):
            home = importlib.import_module(module.path.removesuffix(".py").replace("/", "."))
            for value in vars(home).values():
                table = getattr(value, "table", value)
                if isinstance(table, Mapping) and all(
                    isinstance(to, frozenset) for to in table.values()
                ):
                    yield from joined(table)


def joined(table: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """Return the groups of statuses that moves join, in either direction."""
    groups: list[set[str]] = []
    for status, targets in table.items():
        here = {status, *targets}
        apart = [group for group in groups if not group & here]
        groups = [*apart, here.union(*(group for group in groups if group & here))]
    return groups


def glossary_avoided() -> Iterator[tuple[str, Sequence[str]]]:
    """Each term, and the words to avoid for it, in lower case with _ for a space; remarks left
    out."""
    for term, _, avoided in (row for row in rows(GLOSSARY) if len(row) == 3):
        bare = re.sub(r"\([^()]*\)", "", avoided)
        yield term, [snake(word) for word in bare.split(",") if word.strip() and avoided != "Avoid"]


def terms() -> set[str]:
    """The words that the glossary has for something."""
    return {
        snake(word)
        for term, *_ in rows(GLOSSARY)
        for word in re.sub(r"\([^()]*\)", "", term).split(",")
    }


def names() -> Mapping[str, list[str]]:
    """What our modules, classes, tables and columns are called, in the form of `glossary_avoided`,
    and where."""
    found: dict[str, list[str]] = {}
    for module in modules():
        if module.path.startswith("newsletter/migrations/"):
            continue
        for part in module.path.removesuffix(".py").split("/"):
            found.setdefault(part, []).append(module.path)
        for node in module.tree.body:
            if node.__class__.__name__ == "ClassDef":
                found.setdefault(snake(node.name), []).append(
                    f"{module.path}:{node.lineno} {node.name}"
                )
    for table in metadata.tables.values():
        found.setdefault(table.name, []).append(f"table {table.name}")
        for column in table.columns:
            found.setdefault(column.name, []).append(f"column {table.name}.{column.name}")
    return found


def snake(name: str) -> str:
    """Return `RawItem`, `raw item` and `raw-item` as raw_item."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+", "_", name.strip()).lower()

"""The rules of the house that no type checker knows. import-linter keeps the layers; these keep
the rest."""

import ast
import re
import sys
import tomllib

from newsletter.delivery.models import Delivery, Exclusion, Message
from newsletter.migrations import tables
from subscribers.models import Subscription
from tests.architecture.sources import PACKAGES, ROOT, functions, handlers, modules, parameters

IMPURE = {
    "aiosmtplib",
    "asyncio",
    "httpx2",
    "multiprocessing",
    "os",
    "pathlib",
    "socket",
    "sqlalchemy",
    "sqlmodel",
    "subprocess",
    "threading",
    "time",
    "urllib.request",
    "newsletter.clock",
    "newsletter.database",
    "newsletter.statements",
}
HOMES = {
    "aiosmtpd": ("newsletter/demo/inbox.py",),
    "aiosmtplib": ("newsletter/mail/",),
    "alembic": ("newsletter/migrations/",),
    "apscheduler": ("newsletter/schedule/",),
    "cryptography": ("newsletter/mail/dkim.py", "newsletter/mail/signing_child.py"),
    "email_validator": ("subscribers/addresses.py",),
    "fastapi": ("newsletter/web/",),
    "feedparser": ("newsletter/formats/feeds.py",),
    "httpcore2": ("newsletter/fetching/connecting.py",),
    "httpx2": ("newsletter/fetching/fetcher.py",),
    "idna": ("newsletter/formats/canonical.py",),
    "jinja2": (
        "newsletter/editions/blocks/filling.py",
        "newsletter/editions/press.py",
        "newsletter/web/rendering.py",
    ),  # letters and pages: two sets of filters
    "lxml": ("newsletter/formats/trees.py",),
    "markdown_it": ("newsletter/formats/pages/markdown.py",),
    "mjml": ("newsletter/editions/mjml.py",),
    "nh3": ("newsletter/formats/markup.py",),
    "openpyxl": ("newsletter/lists/tables/workbooks.py",),
    "PIL": ("newsletter/brands/logo_child.py", "newsletter/formats/pages/images.py"),
    "procrastinate": (
        "newsletter/jobs.py",
        "newsletter/worker/",
        "newsletter/migrations/versions/",
    ),
    "protego": ("newsletter/fetching/robots.py",),
    "psycopg": ("newsletter/jobs.py", "newsletter/statements.py"),
    "pwdlib": ("newsletter/desk/passwords.py",),
    "pyotp": ("newsletter/desk/factors.py",),
    "pydantic": (
        "newsletter/gathering/children/messages.py",  # what a child says is checked
        "newsletter/web/",  # the shape of JSON bodies and of forms
    ),
    "segno": ("newsletter/desk/factors.py",),
    "sqlalchemy": ("newsletter/", "subscribers/"),  # the tables' language, with sqlmodel
    "sqlmodel": ("newsletter/", "subscribers/"),
    "starlette": ("newsletter/web/",),  # what FastAPI stands on: its errors and its ASGI types
    "tld": ("newsletter/choosing/voices/firms.py",),
    "trafilatura": ("newsletter/formats/pages/main_text.py",),
    "typer": ("newsletter/cli/",),
    "uvicorn": ("newsletter/serving/",),
    "uvloop": ("newsletter/delivery/sender/running.py",),
    "zxcvbn": ("newsletter/desk/passwords.py",),
}
LOADED_BY_OTHERS = {"httptools", "python_multipart", "tzdata"}  # by uvicorn, FastAPI and zoneinfo
IMPORT_NAMES = {"markdown_it_py": "markdown_it", "mjml_python": "mjml", "pillow": "PIL"}
LONGEST_FUNCTION, LONGEST_MODULE = 50, 350
MOST_PARAMETERS = 5


def test_a_pure_module_imports_no_clock_no_session_and_no_io() -> None:
    broken = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        if module.docstring.startswith("Pure.")
        for line, name in module.imports
        if name in IMPURE or name.split(".")[0] in IMPURE
    ]
    assert not broken, broken


def test_a_pure_module_never_asks_what_time_it_is() -> None:
    asked = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if module.docstring.startswith("Pure.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and ast.unparse(node.value).startswith("date")
    ]
    assert not asked, asked


def test_only_the_database_and_its_migrations_commit() -> None:
    committing = {
        module.path
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    }
    assert committing <= {"newsletter/database/__init__.py", "newsletter/migrations/running.py"}


def test_each_outside_library_has_its_home() -> None:
    astray = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for line, name in module.imports
        if (top := name.split(".")[0]) not in sys.stdlib_module_names and top not in PACKAGES
        if not module.path.startswith(HOMES.get(top, ()))
    ]
    assert not astray, astray


def test_each_dependency_is_used_in_its_home() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "dependencies"
    ]
    names = {re.split(r"[^A-Za-z0-9_-]", one)[0].replace("-", "_") for one in declared}
    names = {IMPORT_NAMES.get(name, name) for name in names} - LOADED_BY_OTHERS
    used = {name.split(".")[0] for module in modules() for _, name in module.imports}
    assert names <= set(HOMES), "a dependency without a home"
    assert set(HOMES) <= used, "a home that nobody lives in"


def test_a_status_changes_only_through_its_table_of_moves() -> None:
    loose = []
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Assign):
                continue
            for target, value in _pairs(node):
                if (
                    isinstance(target, ast.Attribute)
                    and target.attr == "status"
                    and ".to(" not in ast.unparse(value)
                ):
                    loose.append(f"{module.path} {ast.unparse(node)}")
    assert not loose, loose


def test_every_module_says_what_it_is_and_every_public_function_of_a_room_too() -> None:
    silent = [module.path for module in modules() if not module.docstring]
    silent += [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        if not ast.get_docstring(node) and not _is_handler(module.path, node)
    ]
    assert not silent, silent


def test_rooms_are_small() -> None:
    large = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules()
        for node in functions(module)
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    large += [
        module.path
        for module in modules()
        if len((ROOT / module.path).read_text("utf-8").splitlines()) > LONGEST_MODULE
    ]
    assert not large, large


def test_a_handler_has_at_most_five_parameters() -> None:
    found = handlers("newsletter/web/")
    assert len(found) > 120
    wide = [
        f"{module.path}:{node.lineno} {node.name}"
        for module, node in found
        if len(parameters(node)) > MOST_PARAMETERS
    ]
    assert not wide, wide


def test_a_get_writes_nothing() -> None:
    writing = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules()
        if module.path.startswith("newsletter/web/")
        for node in functions(module)
        if any(".get(" in ast.unparse(decorator) for decorator in node.decorator_list)
        if "Writing" in ast.unparse(node.args)
        or ".writing(" in ast.unparse(node)
        or ".write(" in ast.unparse(node)
    ]
    assert not writing, writing


def test_pages_load_nothing_from_elsewhere_and_obey_the_strict_policy() -> None:
    # application/ld+json is data that no browser runs: HTML, 4.12.1, "data block"
    loads = re.compile(
        r"""<(script|style)\b(?![^>]*\bsrc=|\ type="application/ld\+json">)"""
        r"""|\sstyle=|\son[a-z]+=|(src|<link[^>]+href)=["']?(https?:)?//"""
    )
    broken = [
        f"{page.relative_to(ROOT)}: {found[0]}"
        for folder in ("public", "desk")
        for page in sorted((ROOT / "templates" / folder).glob("*.html"))
        if (found := loads.search(page.read_text("utf-8")))
    ]
    assert not broken, broken


def test_every_template_is_used() -> None:
    code = "\n".join(
        file.read_text("utf-8") for package in PACKAGES for file in (ROOT / package).rglob("*.py")
    )
    files = [file for file in (ROOT / "templates").rglob("*") if file.suffix in (".html", ".j2")]
    text = code + "\n".join(file.read_text("utf-8") for file in files)
    kinds = _letter_kinds()
    unwritten = [kind for kind in kinds if f'"{kind}"' not in code]
    assert not unwritten, unwritten
    unused = [
        file.name
        for file in files
        if file.name not in text and file.name.split(".")[0] not in kinds | _blocks()
    ]
    assert not unused, unused


def test_who_gets_an_issue_is_kept_by_the_database_itself() -> None:
    unique = {
        model: {
            tuple(constraint.columns.keys())
            for constraint in tables.metadata.tables[model.__tablename__].constraints
        }
        for model in (Message, Exclusion, Delivery, Subscription)
    }
    assert ("issue_id", "subscriber_id") in unique[Message]
    assert ("delivery_id", "subscriber_id") in unique[Exclusion]
    assert ("subscriber_id", "publication_id") in unique[Subscription]


def _is_handler(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """A handler is told by its route."""
    return path.startswith("newsletter/web/") and bool(node.decorator_list)


def _letter_kinds() -> set[str]:
    """A small letter's kind is the name of its files: rows name it, not a template's name."""
    return {file.name.split(".")[0] for file in (ROOT / "templates/email/letters").glob("*.j2")}


def _blocks() -> set[str]:
    return {file.name.split(".")[0] for file in (ROOT / "templates/email/blocks").glob("*.j2")}


def _pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """Targets with their values, tuples taken apart where both sides are tuples."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs += zip(target.elts, node.value.elts, strict=True)
        elif isinstance(target, ast.Tuple):
            pairs += [(one, node.value) for one in target.elts]
        else:
            pairs.append((target, node.value))
    return pairs


def test_no_page_or_command_builds_an_address_without_its_publication() -> None:
    """`runtime.urls` are the first publication's: `runtime.urls.of(publication)` are any one's."""
    broken = [
        module.path
        for module in modules()
        if re.search(r"runtime\.urls\.(?!of\()", (ROOT / module.path).read_text("utf-8"))
    ]
    assert not broken, broken

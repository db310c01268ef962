"""docs/settings.md is what docs/generate.py writes of the settings as they are."""

import importlib.util
from dataclasses import fields
from types import ModuleType

from newsletter.settings import Settings
from tests.architecture.sources import ROOT


def generator() -> ModuleType:
    """Return docs/generate.py as a module; docs/ is no package."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_settings_is_what_the_generator_writes() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    assert page == generator().page(), "run `python docs/generate.py`"


def test_each_setting_has_a_comment_that_says_its_meaning() -> None:
    comments = generator().read_comments((ROOT / "newsletter/settings.py").read_text("utf-8"))
    assert [*comments] == [field.name for field in fields(Settings)]


def test_a_comment_is_read_beside_its_field_or_above_it() -> None:
    source = (
        "class Settings:\n    a: str = ''  # beside\n"
        "    # above it,\n    # in two lines\n    b: int = 4\n    c: int = 5\n"
    )
    assert generator().read_comments(source) == {"a": "beside", "b": "above it, in two lines"}

"""Themes as one file: what goes out comes in, and nothing else does."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.brands.exchange import pack_theme, unpack_theme
from newsletter.brands.theme import BadTheme

FILES = {"theme.toml": 'title = "Tide"\n', "blocks/lead.mjml.j2": "<mj-section></mj-section>"}


def packed(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_theme_comes_back_as_it_went_and_is_the_same_bytes_each_time() -> None:
    assert unpack_theme(pack_theme(FILES)) == FILES
    assert pack_theme(FILES) == pack_theme(dict(FILES))


@pytest.mark.parametrize(
    "name",
    [
        "../theme.toml",
        "/etc/cron.d/x",
        "..\\theme.toml",
        "own/theme.toml",
        "blocks/footer.mjml.j2",
        "blocks/../theme.toml",
        "theme.toml/x",
        "C:theme.toml",
        "run.py",
    ],
)
def test_a_name_that_is_none_of_a_theme_is_refused(name: str) -> None:
    with pytest.raises(BadTheme, match="no file of a theme"):
        unpack_theme(packed(("theme.toml", b""), (name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(BadTheme):
        unpack_theme(packed(("theme.toml", b"a"), ("theme.toml", b"b")))


def test_a_bomb_and_a_file_that_is_no_text_are_refused() -> None:
    with pytest.raises(BadTheme, match="bytes"):
        unpack_theme(packed(("theme.toml", b"#" * 50_000_000)))
    with pytest.raises(BadTheme, match="bytes"):
        unpack_theme(b"PK" + b"\0" * 500_000)
    with pytest.raises(BadTheme, match="UTF-8"):
        unpack_theme(packed(("theme.toml", b"\xff\xfe")))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_theme_or_are_refused(content: bytes) -> None:
    with pytest.raises(BadTheme):
        unpack_theme(content)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_changes_nothing_that_runs(at: int, byte: int) -> None:
    content = bytearray(pack_theme(FILES))
    content[at % len(content)] = byte
    try:
        files = unpack_theme(bytes(content))
    except BadTheme:
        return
    assert set(files) <= set(FILES) | {"blocks/lead.mjml.j2"}

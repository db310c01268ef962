"""Themes on disk: three that ship, and folders of an operator."""

from pathlib import Path

import pytest

from newsletter.brands.brand import Brand
from newsletter.brands.theme import BadTheme
from newsletter.brands.themes import (
    SHIPPED,
    NoSuchTheme,
    choose_theme,
    look_of_brand,
    look_of_stored,
    own_names,
    read_files,
    shipped_names,
    shipped_theme,
    theme_of_files,
)

TEXT = (SHIPPED / "gazette" / "theme.toml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "harbour" / "theme.toml", TEXT.replace("Gazette", "Harbour"))
    write(tmp_path / "harbour" / "blocks" / "lead.mjml.j2", "<mj-section></mj-section>")
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_three_ship_and_the_present_look_is_the_first() -> None:
    assert shipped_names() == ("marked", "bulletin", "gazette")
    assert shipped_theme("marked").style["header"] == "marker"


def test_a_folder_of_an_operator_is_a_theme_that_a_brand_keeps_whole(folder: Path) -> None:
    assert own_names(folder) == ("harbour",)
    files = choose_theme(folder, "harbour")
    look = look_of_brand(Brand("harbour", files))
    assert look.name == "harbour"
    assert look.blocks == (("lead", "<mj-section></mj-section>"),)
    assert choose_theme(folder, "gazette") == (), "what ships is not copied: it may get better"


def test_a_folder_may_be_absent_and_may_not_take_the_name_of_a_theme_that_ships(
    folder: Path,
) -> None:
    write(folder / "marked" / "theme.toml", TEXT)
    write(folder / "Not A Name" / "theme.toml", TEXT)
    assert own_names(folder) == ("harbour",)
    assert own_names(folder / "none") == ()


@pytest.mark.parametrize("name", ["none", "../harbour", "marked/..", ""])
def test_a_name_that_is_no_folder_here_is_no_theme(folder: Path, name: str) -> None:
    with pytest.raises(NoSuchTheme):
        read_files(folder, name)
    with pytest.raises(NoSuchTheme):
        shipped_theme(name)


def test_a_block_that_is_ours_cannot_be_replaced() -> None:
    for name in ("blocks/footer.mjml.j2", "blocks/_base.mjml.j2", "lead.mjml.j2", "issue.mjml.j2"):
        with pytest.raises(BadTheme, match="no block"):
            theme_of_files("own", {"theme.toml": TEXT, name: "x"})


def test_a_link_to_a_file_elsewhere_and_a_huge_block_are_refused(folder: Path) -> None:
    block = folder / "harbour" / "blocks" / "tools.mjml.j2"
    block.symlink_to("/etc/hostname")
    with pytest.raises(BadTheme, match="link"):
        read_files(folder, "harbour")
    block.unlink()
    write(block, "x" * 100_001)
    with pytest.raises(BadTheme, match="bytes"):
        read_files(folder, "harbour")


def test_a_stored_theme_that_ships_no_more_looks_as_the_first_does() -> None:
    assert look_of_stored({"theme": "gone"}).name == "marked"


def test_a_stored_theme_that_cannot_be_read_any_more_stops_no_page_and_no_letter() -> None:
    stored = {"theme": "own", "files": [["theme.toml", "broken = ["]], "footer": "Made here."}
    look = look_of_stored(stored)
    assert (look.name, look.footer) == ("marked", "Made here.")

"""A look that is tried: what is typed over what is kept, and a theme of the operator's folder."""

from dataclasses import replace
from pathlib import Path

from newsletter.brands.brand import Brand
from newsletter.brands.themes import SHIPPED
from newsletter.desk.models import Editor
from newsletter.publications.looks import change_brand
from newsletter.publications.models import Publication
from newsletter.web.desk.desk import Desk
from newsletter.web.desk.settings.trying import try_look
from tests.samples.times import NOON
from tests.web.asking import Site, site

TEXT = (SHIPPED / "gazette" / "theme.toml").read_text("utf-8")


def desk_of(opened: Site) -> Desk:
    with opened.runtime.database.reading() as session:
        publication = session.get_one(Publication, opened.key)
    return Desk(Editor(address="a@x.example", password=""), publication, opened.runtime, None)


def test_without_a_form_the_kept_look_is_shown_and_with_one_the_typed(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            change_brand(session, opened.key, Brand("gazette", footer="Made here."))
        desk = desk_of(opened)
        assert try_look(desk, {}).brand == Brand("gazette", footer="Made here.")
        tried = try_look(desk, {"theme": "bulletin", "light_text": "red"})
        assert tried.brand == Brand("bulletin", footer="Made here.")
        assert tried.errors.keys() == {"light_text"}
        assert "light_text=red" in tried.query, "what was typed comes along"


def test_a_theme_of_the_folder_is_kept_whole_and_stays_when_its_folder_goes(
    sqlite_url: str, tmp_path: Path
) -> None:
    with site(sqlite_url, NOON) as opened:
        desk = desk_of(opened)
        settings = replace(opened.runtime.settings, themes_folder=str(tmp_path))
        desk = replace(desk, runtime=replace(opened.runtime, settings=settings))
        file = tmp_path / "tide" / "theme.toml"
        file.parent.mkdir()
        file.write_text(TEXT, "utf-8")
        tried = try_look(desk, {"theme": "tide"})
        assert not tried.errors
        assert dict(tried.brand.files) == {"theme.toml": TEXT}
        file.write_text(TEXT.replace("bar         = 1", "bar         = 99"), "utf-8")
        broken = try_look(desk, {"theme": "tide"})
        assert "line" in broken.errors["theme"]
        assert broken.brand == Brand()
        with opened.runtime.database.writing() as session:
            change_brand(session, opened.key, tried.brand)
        assert try_look(desk_of(opened), {"theme": "tide"}).brand == tried.brand

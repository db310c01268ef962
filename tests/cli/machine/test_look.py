"""`newsletter look`: set, shown, refused; what was mended is said."""

from pathlib import Path

from tests.brands.test_logos import ring
from tests.cli.shell import INIT, rows, run


def look() -> dict[str, tuple[object, object]]:
    return {str(row["name"]): (row["chosen"], row["printed"]) for row in rows("look", "show")}


def test_a_look_is_set_shown_mended_refused_and_reset(folder: Path) -> None:
    run(*INIT)
    said = run("look", "set", "theme=bulletin", "light_text=#ddd", "header=plain").output
    assert "Light: the text #dddddd had a contrast of 1.2 : 1" in said
    assert look()["light_text"] == ("#dddddd", "#6e6e6e")
    assert look()["header"] == ("plain", "plain")
    refused = run("look", "set", "light_text=red", "header=neon", code=4).output
    assert "light_text: A colour is" in refused
    assert "header: The header is one of" in refused
    run("look", "set", "neon=1", code=4)
    run("look", "set", "theme=none", code=3)
    assert look()["theme"] == ("bulletin", "bulletin"), "a refusal changes nothing"
    run("look", "reset")
    assert look()["theme"] == ("marked", "marked")


def test_a_logo_comes_from_a_file_and_goes_again(folder: Path) -> None:
    run(*INIT)
    (folder / "logo.png").write_bytes(ring())
    said = run("look", "logo", str(folder / "logo.png")).output
    assert "Dark: the logo is transparent" in said
    run("look", "set", "alt=The Tide", "plate=no")
    assert look()["alt"] == ("The Tide", "The Tide")
    (folder / "logo.svg").write_text("<svg><script>alert(1)</script></svg>")
    assert (
        "Mail programs show no SVG" in run("look", "logo", str(folder / "logo.svg"), code=4).output
    )
    run("look", "no-logo")
    assert "alt" not in look()

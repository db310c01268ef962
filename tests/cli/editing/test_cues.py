"""`newsletter cues`: the usual file is printed, a copy is used, and a fault says where it is."""

from pathlib import Path

from tests.cli.shell import INIT, run


def test_an_editor_prints_changes_and_uses_a_cue_file(folder: Path, tmp_path: Path) -> None:
    run(*INIT)
    usual = run("cues", "show").stdout
    own = tmp_path / "cues.toml"
    own.write_bytes(b"\xef\xbb\xbf" + f"# ours\n{usual}".replace("\n", "\r\n").encode())
    run("cues", "check", str(own))
    assert run("cues", "show").stdout == usual, "a check changes nothing"
    run("cues", "use", str(own))
    assert run("cues", "show").stdout == f"# ours\n{usual}"
    own.write_text(usual.replace("[family.law]", "[family.law]\nsay = 1"))
    assert "family law: there is no field say" in run("cues", "use", str(own), code=4).output
    assert "family law" in run("cues", "check", str(own), code=4).output
    own.write_bytes(b"\xff\xfe")
    assert "UTF-8" in run("cues", "use", str(own), code=4).output
    run("cues", "use", str(tmp_path / "missing.toml"), code=4)
    assert run("cues", "show").stdout == f"# ours\n{usual}"
    run("cues", "use", "usual")
    assert run("cues", "show").stdout == usual

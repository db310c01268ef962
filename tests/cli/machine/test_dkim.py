"""`newsletter dkim`: a key of our own, and what to do with it."""

from pathlib import Path

from tests.cli.shell import INIT, run


def test_a_dkim_key_is_made_once_is_private_and_works_by_the_printed_setting(folder: Path) -> None:
    run(*INIT)
    record, setting = run("dkim", "s1", "inference.example").stdout.splitlines()
    assert record.startswith('s1._domainkey.inference.example. TXT "v=DKIM1; k=rsa; p=')
    assert (folder / "s1.pem").stat().st_mode & 0o077 == 0
    with (folder / "newsletter.toml").open("a") as file:
        file.write(setting + "\n")
    run("status")
    assert "never overwritten" in run("dkim", "s1", "inference.example", code=5).stderr
    assert (
        "rsa or ed25519"
        in run("dkim", "s2", "inference.example", "--algorithm", "md5", code=4).stderr
    )

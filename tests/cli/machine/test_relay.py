"""The relay is tried from the terminal, and says why it takes nothing."""

import pytest

from newsletter.demo.inbox import Inbox
from tests.cli.shell import INIT, rows, run


def test_a_relay_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*INIT)
    monkeypatch.setenv("NEWSLETTER_RELAY_URL", "smtp+plain://127.0.0.1:1")
    assert "does not answer" in run("relay", "try", "ada@readers.example", code=6).output
    run("relay", "try", "ada", code=4)
    inbox = Inbox()
    inbox.start()
    monkeypatch.setenv("NEWSLETTER_RELAY_URL", f"smtp+plain://127.0.0.1:{inbox.port}")
    [row] = rows("relay", "try", "ada@readers.example")
    inbox.stop()
    assert str(row["reply"]).startswith("250")

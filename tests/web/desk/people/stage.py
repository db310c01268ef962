"""Readers and a list of them, for the desk's pages on people."""

from subscribers.joining import signup
from tests.samples.times import NOON
from tests.web.asking import Site

LIST = "E-Mail;Name;City\nada@x.example;Ada;Ulm\nleft@x.example;Lee;\n=cmd()|x;Eve;\n"


def sign_up(desk: Site, address: str, name: str = "") -> int:
    with desk.runtime.database.writing() as session:
        asked = signup.sign_up(
            session,
            desk.key,
            address,
            name=name,
            evidence=signup.ConsentEvidence("Send it weekly", network="203.0.113.9"),
            now=NOON,
        )
        signup.confirm(session, asked.subscription_id, network="203.0.113.9", now=NOON)
        return asked.subscription_id


def settle(desk: Site) -> None:
    """Wait until what was asked of lists is done."""
    assert desk.app.state.list_thread.wait_until_done(60)

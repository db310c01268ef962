"""Changes of a subscription are noted by what makes them, in its transaction, where somebody listens."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.lists.importing import import_file
from newsletter.publications.models import Publication
from subscribers import changes, finding, suppressing
from subscribers.joining import signup
from subscribers.joining.vouching import vouch
from subscribers.leaving import unsubscribing
from subscribers.models import Change
from tests.architecture.sources import functions, modules

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def kinds(session: Session) -> list[str]:
    return [one.kind for one in session.exec(select(Change).order_by(col(Change.id))).all()]


def test_each_way_of_changing_a_subscription_is_noted_with_its_kind(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    changes.set_listening(session, key, wanted=True)
    asked = signup.sign_up(session, key, "ada@readers.example", now=NOW)
    signup.confirm(session, asked.subscription_id, now=NOW)
    finding.set_name(session, finding.by_address(session, key, "ada@readers.example"), "Ada", NOW)
    unsubscribing.end_subscription(
        session, asked.subscription_id, by="link", issue_id=None, now=NOW
    )
    unsubscribing.undo_leave(session, asked.subscription_id, NOW)
    vouch(session, key, "bob@readers.example", name="", words="yes", source="fair", now=NOW)
    suppressing.suppress(session, "ada@readers.example", "bounce", NOW)
    assert kinds(session) == [
        "joined",
        "confirmed",
        "changed",
        "left",
        "returned",
        "confirmed",
        "suppressed",
    ]


def test_an_import_is_noted_row_by_row(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    database.write(changes.set_listening, publication.key, wanted=True)
    file = tmp_path / "list.csv"
    file.write_text("address\na@readers.example\nb@readers.example\n", "utf-8")
    import_file(
        database,
        publication.key,
        file,
        now=NOW,
        progress=lambda _: None,
        rejected_path=tmp_path / "rejected.csv",
    )
    with database.reading() as session:
        assert kinds(session) == ["joined", "joined"]


def test_where_nobody_listens_nothing_is_noted(session: Session, publication: Publication) -> None:
    signup.sign_up(session, publication.key, "ada@readers.example", now=NOW)
    changes.set_listening(session, publication.key, wanted=True)
    changes.set_listening(session, publication.key, wanted=True)
    changes.set_listening(session, publication.key, wanted=False)
    signup.sign_up(session, publication.key, "bob@readers.example", now=NOW)
    assert kinds(session) == []


def test_a_change_that_is_undone_with_its_transaction_was_never_noted(
    database: Database, publication: Publication
) -> None:
    database.write(changes.set_listening, publication.key, wanted=True)

    def ask_and_die(session: Session) -> None:
        signup.sign_up(session, publication.key, "ada@readers.example", now=NOW)
        assert kinds(session) == ["joined"]
        raise RuntimeError("the process has other plans")

    with pytest.raises(RuntimeError, match="other plans"):
        database.write(ask_and_die)
    with database.reading() as session:
        assert kinds(session) == []


def test_what_was_taken_is_gone(session: Session, publication: Publication) -> None:
    changes.set_listening(session, publication.key, wanted=True)
    for name in ("a", "b", "c"):
        signup.sign_up(session, publication.key, f"{name}@readers.example", now=NOW)
    assert len(changes.take(session, 2)) == 2
    assert len(changes.take(session, 2)) == 1
    assert not changes.take(session, 2)


def test_no_function_moves_a_subscription_without_a_note_of_it() -> None:
    silent = [
        f"{module.path} {node.name}"
        for module in modules()
        if module.path.startswith("subscribers/")
        for node in functions(module)
        if any(
            isinstance(one, ast.Call) and ast.unparse(one.func) == "moved" for one in ast.walk(node)
        )
        if not any(
            isinstance(one, ast.Call) and ast.unparse(one.func).split(".")[-1] in ("record", "note")
            for one in ast.walk(node)
        )
    ]
    assert not silent, silent

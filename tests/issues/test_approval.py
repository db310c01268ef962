"""Approval: a yes to one edition, in force until it is withdrawn; a sent issue is remembered."""

import pytest
from sqlmodel import Session, col, select

from newsletter.issues import approval
from newsletter.issues.models import Approval, Linked
from newsletter.issues.reading import read_issue
from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from tests.issues.stage import make_issue, open_issue, send, stories, tool
from tests.samples.times import NOON


def test_an_approval_is_in_force_until_it_is_withdrawn_and_stays_known(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    assert approval.in_force(session, key) is None
    made = approval.approve(session, key, "checksum", by="mara", now=NOON)
    assert approval.in_force(session, key) == made
    assert read_issue(session, key).status == "approved"
    approval.withdraw(session, key, NOON)
    assert approval.in_force(session, key) is None
    assert read_issue(session, key).status == "proposed"
    assert session.exec(select(Approval)).one().withdrawn_at == NOON


@pytest.mark.parametrize("status", ["held", "sent", "skipped"])
def test_an_issue_that_is_held_sent_or_skipped_cannot_be_approved(
    session: Session, publication: Publication, status: str
) -> None:
    key = open_issue(session, publication)
    read_issue(session, key).status = status
    with pytest.raises(WrongMove):
        approval.approve(session, key, "checksum", by="mara", now=NOON)
    assert approval.in_force(session, key) is None


def test_what_a_sent_issue_linked_and_folded_is_remembered_once(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 5)
    shown = stories(session, key)
    shown[1].folded = [shown[0].article_id or 0]
    session.flush()
    send(session, read_issue(session, key))
    linked = session.exec(select(Linked.article_id).order_by(col(Linked.article_id))).all()
    assert linked == sorted(block.article_id or 0 for block in shown)


def test_a_best_of_that_is_sent_uses_up_no_tools_turn(
    session: Session, publication: Publication
) -> None:
    chart = tool(session, publication, "Chart")
    best_of = make_issue(session, publication, 1)
    best_of.frequency = "monthly"
    send(session, best_of)
    assert chart.featured_at is None
    send(session, make_issue(session, publication, 2))
    assert chart.featured_at is not None


def test_an_approved_and_a_sent_issue_carry_their_articles_and_a_proposed_one_none(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    shown = {block.article_id or 0 for block in stories(session, key)}
    asked = [*shown, 4711]
    assert approval.carried_articles(session, asked) == set()
    approval.approve(session, key, "checksum", by="mara", now=NOON)
    assert approval.carried_articles(session, asked) == shown
    approval.withdraw(session, key, NOON)
    assert approval.carried_articles(session, asked) == set()
    send(session, read_issue(session, key))
    assert approval.carried_articles(session, asked) == shown

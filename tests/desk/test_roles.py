"""Roles: the table has a line for each act, and a refusal names who may do it."""

import pytest

from newsletter.desk import roles
from newsletter.desk.roles import ROLES, TABLE, Act, NoRole, NotAllowed, Role


def test_each_act_has_one_line_and_the_roles_are_a_ladder() -> None:
    assert [act for act, _, _ in TABLE] == list(Act)
    for act in Act:
        allowed = [roles.may(role, act) for role in ROLES]
        assert allowed == sorted(allowed, reverse=True)
        assert allowed[0], "an owner may do everything"
        assert not roles.may(None, act), "who is no member may do nothing"


def test_a_writer_changes_words_and_a_viewer_looks() -> None:
    assert {act for act in Act if roles.may(Role.WRITER, act)} == {Act.LOOK, Act.ACCOUNT, Act.WRITE}
    assert {act for act in Act if roles.may(Role.VIEWER, act)} == {Act.LOOK, Act.ACCOUNT}


def test_a_refusal_says_what_is_needed_and_who_has_it() -> None:
    roles.check_act(Role.PUBLISHER, Act.SETTINGS)
    with pytest.raises(NotAllowed, match="You are a writer here") as refusal:
        roles.check_act(Role.WRITER, Act.SETTINGS)
    assert "change the settings: an owner or a publisher. One of" in str(refusal.value)
    with pytest.raises(NotAllowed, match="do not belong"):
        roles.check_act(None, Act.LOOK)


@pytest.mark.parametrize("word", ["", "boss", "owner editor", "OWNER\x00"])
def test_a_word_that_is_no_role_is_refused(word: str) -> None:
    assert roles.read_role(" Owner\n") == Role.OWNER
    with pytest.raises(NoRole):
        roles.read_role(word)

"""Checks: what blocks an approval and what deserves a look, each said in words."""

from dataclasses import replace

import pytest

from newsletter.editions.checks import (
    Blocked,
    Check,
    NoPostalAddress,
    check_edition,
    refuse_blocked,
)
from newsletter.editions.content import Content
from newsletter.editions.press import Printed, press
from tests.editions.test_press import content


def checks(issue: Content, **changes: object) -> list[tuple[str, str]]:
    printed: Printed = replace(press(issue), **changes)  # type: ignore[arg-type]
    return [(check.level, check.message) for check in check_edition(issue, printed)]


def test_a_sound_issue_breaks_no_rule() -> None:
    assert checks(content()) == []


def test_what_blocks_comes_before_what_deserves_a_look() -> None:
    issue = replace(content(), lead=None, subject="x" * 61)
    assert checks(issue) == [
        ("block", "There is no lead."),
        ("look", "The subject has 61 characters; phones show about 45."),
    ]


def test_a_subject_an_address_of_the_publisher_and_web_addresses_are_needed() -> None:
    issue = content()
    assert issue.lead is not None
    issue = replace(
        issue,
        subject=" ",
        face=replace(issue.face, postal_address=""),
        lead=replace(issue.lead, title="A talk", url="mailto:a@x.example"),
    )
    messages = [message for _, message in checks(issue)]
    assert messages == [
        "The subject is empty.",
        "The publication has no postal address, which the law asks for in each letter.",
        "The link of “A talk” is no web address.",
    ]


def test_a_large_letter_and_a_picture_that_is_not_on_https_deserve_a_look() -> None:
    issue = content()
    assert issue.lead is not None
    issue = replace(issue, lead=replace(issue.lead, image_url="http://x.example/i.png"))
    assert checks(issue, html="x" * 92 * 1024) == [
        ("look", "The letter has 92 KB; Gmail clips at 102."),
        ("look", "The lead's picture is not on https; some mail clients will not load it."),
    ]


def test_only_a_check_that_blocks_is_refused_and_each_is_named() -> None:
    refuse_blocked([Check("look", "Look at this.")])
    with pytest.raises(Blocked, match=r"First\. Second\.$"):
        refuse_blocked([Check("block", "First."), Check("look", "x"), Check("block", "Second.")])


def test_a_missing_postal_address_is_refused_with_the_command_that_sets_it() -> None:
    found = [Check("block", "No address.", "postal_address"), Check("block", "No lead.")]
    with pytest.raises(NoPostalAddress, match="No address. No lead.") as refusal:
        refuse_blocked(found)
    assert "newsletter publication set --postal-address" in refusal.value.with_hint

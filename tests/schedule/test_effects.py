"""Before a change is kept, it says what it does to the next issues."""

from datetime import UTC, datetime

import pytest

from newsletter.schedule.effects import KnownIssue, effects_of

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
TUESDAY = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
BEFORE = {
    "cadence": "Tuesday 09:00 Europe/Berlin",
    "propose_hours": 24,
    "rule": "hold",
    "name": "Deep Water",
    "sender_name": "Mara",
    "postal_address": "1 Quay",
    "poll": True,
}


def effects(*issues: KnownIssue, now: datetime = NOW, **after: object) -> list[str]:
    return effects_of(BEFORE, {**BEFORE, **after}, issues, now)


def test_another_weekday_says_when_the_next_issue_goes_out() -> None:
    assert effects(cadence="Thursday 09:00 Europe/Berlin") == [
        "The next issue goes out Thursday 3 December, 09:00 instead of Tuesday 1 December, 09:00."
    ]


@pytest.mark.parametrize("status", ["proposed", "held", "approved"])
def test_an_issue_that_is_there_stays_as_it_is(status: str) -> None:
    found = effects(
        KnownIssue(42, status, TUESDAY, TUESDAY), cadence="Thursday 09:00 Europe/Berlin"
    )
    assert found == [
        "The next issue goes out Thursday 10 December, 09:00 instead of Tuesday 8 December, 09:00.",
        f"Issue 42 stays as it is: {status}, for Tuesday 1 December, 09:00.",
    ]


def test_a_week_whose_issue_went_out_early_gets_no_second_one() -> None:
    sent = KnownIssue(42, "sent", TUESDAY, TUESDAY)
    assert "Thursday 10 December" in effects(sent, cadence="Thursday 09:00 Europe/Berlin")[0]


def test_two_zones_are_named() -> None:
    [first, *_] = effects(cadence="Tuesday 09:00 America/New_York")
    assert "Tuesday 1 December, 09:00 (America/New_York)" in first
    assert "Tuesday 1 December, 09:00 (Europe/Berlin)" in first


def test_the_same_time_in_other_words_is_said_to_be_the_same() -> None:
    assert effects(cadence="tuesday 09:00 Europe/Paris")[0].endswith("as before.")


def test_more_hours_of_proposing_say_when_it_is_proposed() -> None:
    assert "It is proposed Sunday 29 November, 09:00." in effects(propose_hours=48)
    assert "It is proposed within minutes." in effects(propose_hours=168)


def test_the_standing_rule_says_what_becomes_of_the_open_issue() -> None:
    [sentence] = effects(KnownIssue(42, "proposed", TUESDAY, TUESDAY), rule="send")
    assert sentence.startswith("Issue 42 is sent at its deadline, Tuesday 1 December, 09:00")
    assert effects(rule="skip") == [
        "The next issue is skipped at its deadline if nobody approves it."
    ]


def test_an_approved_issue_keeps_the_names_that_were_approved() -> None:
    issues = (
        KnownIssue(42, "approved", TUESDAY, TUESDAY),
        KnownIssue(43, "proposed", TUESDAY, TUESDAY),
    )
    kept, changed = effects(*issues, name="Deeper Water", sender_name="Jon")
    assert kept.startswith("Issue 42 is approved and stays as it was read: name, sender's name")
    assert changed == "Issue 43 changes with it: name, sender's name."


def test_what_is_in_no_issue_changes_none() -> None:
    assert effects() == ["The next issue goes out Tuesday 1 December, 09:00, as planned."]
    issues = KnownIssue(41, "held", NOW, NOW), KnownIssue(42, "proposed", TUESDAY, TUESDAY)
    assert effects(*issues) == ["Issue 42 goes out Tuesday 1 December, 09:00, as planned."]

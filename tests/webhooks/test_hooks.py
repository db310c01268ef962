"""The webhooks of a publication: who may be one, who hears of changes, and what waits."""

import pytest
from sqlmodel import Session, select

from newsletter.publications.models import Publication
from newsletter.webhooks import hooks
from newsletter.webhooks.hooks import (
    BadHookUrl,
    NoCall,
    NoWebhook,
    TooManyHooks,
    UnknownChangeKind,
)
from newsletter.webhooks.models import Call, Webhook
from subscribers import changes
from tests.samples.times import NOON

URL = "https://shop.example/newsletter"


def add(session: Session, publication: Publication, url: str = URL, *kinds: str) -> Webhook:
    return hooks.add_webhook(session, publication.key, url, kinds, by="mara", now=NOON)


def wait(session: Session, hook: Webhook, status: str = "waiting") -> Call:
    call = Call(
        webhook_id=hook.key,
        change_id="0" * 32,
        kind="joined",
        subscriber_id=1,
        happened_at=NOON,
        status=status,
        due_at=NOON,
        attempts=3,
    )
    session.add(call)
    session.flush()
    return call


@pytest.mark.parametrize(
    "url", ["", "shop.example", "ftp://shop.example/", "https://me:pw@shop.example/", "https://"]
)
def test_a_webhook_has_a_plain_address(
    url: str, session: Session, publication: Publication
) -> None:
    with pytest.raises(BadHookUrl):
        add(session, publication, url)


def test_kinds_are_those_that_there_are_in_their_order(
    session: Session, publication: Publication
) -> None:
    assert add(session, publication, URL, "left", "joined").kinds == ["joined", "left"]
    with pytest.raises(UnknownChangeKind):
        add(session, publication, URL, "opened")


def test_each_webhook_has_a_secret_of_its_own_and_there_are_twenty_at_most(
    session: Session, publication: Publication
) -> None:
    made = [add(session, publication) for _ in range(hooks.MOST_WEBHOOKS)]
    assert len({hook.secret for hook in made}) == len(made)
    with pytest.raises(TooManyHooks):
        add(session, publication)


def test_changes_are_noted_only_while_an_active_webhook_listens(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    hook = add(session, publication)
    assert changes.is_heard(session, key)
    hooks.disable(session, hook, "It is gone.")
    assert (hook.trouble, changes.is_heard(session, key)) == ("It is gone.", False)
    hooks.enable(session, hook, NOON)
    assert (hook.trouble, changes.is_heard(session, key)) == ("", True)
    wait(session, hook)
    hooks.remove(session, hook)
    assert not changes.is_heard(session, key)
    assert session.exec(select(Call)).all() == []


def test_an_enabled_webhook_gets_what_was_given_up(
    session: Session, publication: Publication
) -> None:
    hook = add(session, publication)
    given_up = wait(session, hook, "expired")
    taken = wait(session, hook, "accepted")
    hooks.disable(session, hook, "It is gone.")
    hooks.enable(session, hook, NOON)
    assert (given_up.status, given_up.attempts) == ("waiting", 0)
    assert taken.status == "accepted"
    assert hooks.count_waiting(session, publication.key) == {hook.key: 1}


def test_webhooks_and_calls_are_those_of_their_publication(
    session: Session, publication: Publication
) -> None:
    hook = add(session, publication)
    first, second = wait(session, hook), wait(session, hook)
    key = publication.key
    assert hooks.read_all(session, key) == [hook]
    assert hooks.read_webhook(session, key, hook.key) is hook
    assert hooks.read_call(session, key, first.key) is first
    assert hooks.latest_calls(session, key, 9) == [(second, hook), (first, hook)]
    assert hooks.latest_calls(session, key, 1) == [(second, hook)]
    with pytest.raises(NoWebhook):
        hooks.read_webhook(session, key + 1, hook.key)
    with pytest.raises(NoCall):
        hooks.read_call(session, key + 1, first.key)


def test_a_call_that_is_sent_again_waits_for_nothing(
    session: Session, publication: Publication
) -> None:
    hook = add(session, publication)
    hook.rests_until = NOON
    call = wait(session, hook, "accepted")
    for _ in range(2):
        hooks.send_again(session, call, NOON)
    assert (call.status, call.attempts, hook.rests_until) == ("waiting", 0, None)

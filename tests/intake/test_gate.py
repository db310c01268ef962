"""The gate counts each attempt, lets people pass, and refuses what is too much."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.intake.gate import (
    Attempt,
    Judgement,
    SpentProof,
    TooMuchFromHere,
    form_token,
    judge_attempt,
    may_ask_for_link,
    may_fetch_picture,
    may_write,
)
from newsletter.intake.judging import (
    DOMAIN,
    DOMAIN_OF_NETWORK,
    LOST_LINKS,
    MAILBOX_DAY,
    MAILBOX_HOUR,
    NETWORK,
    PICTURES,
    UNPROVEN,
    UNPROVEN_OF_OWNER,
)
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from tests.intake.solving import solved
from tests.samples.times import NOON

SIGNER = Signer("a secret of the tests")
ADA = "ada@readers.example"
HERE = "203.0.113.9"


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://n.example"), SIGNER)


def proof(number: int) -> str:
    return solved(SIGNER.secret, NOON + timedelta(minutes=30), nonce=f"{number:016x}")


def judge(
    session: Session, publisher: Publisher, attempt: Attempt, address: str = ADA
) -> Judgement:
    return judge_attempt(session, publisher, attempt, address, now=NOON)


def test_a_person_with_a_proof_or_a_form_passes(session: Session, publisher: Publisher) -> None:
    form = form_token(SIGNER, NOON - timedelta(seconds=9))
    for attempt in (Attempt(HERE, proof=proof(1)), Attempt(HERE, form=form)):
        judgement = judge(session, publisher, attempt)
        assert (judgement.doubts, judgement.is_repeat) == ([], False)


def test_a_proof_is_spent_by_one_mailbox(session: Session, publisher: Publisher) -> None:
    attempt = Attempt(HERE, proof=proof(1))
    judge(session, publisher, attempt)
    assert judge(session, publisher, attempt) == Judgement(is_repeat=True)
    with pytest.raises(SpentProof):
        judge(session, publisher, attempt, "bob@readers.example")


def test_a_form_of_somebody_else_is_none(session: Session, publisher: Publisher) -> None:
    young = form_token(SIGNER, NOON)
    foreign = form_token(Signer("another secret"), NOON)
    assert judge(session, publisher, Attempt(HERE, form=young)).doubts
    assert not judge(session, publisher, Attempt(HERE, form=foreign)).doubts


def test_a_network_is_refused_after_many_with_the_time_to_try_again(
    session: Session, publisher: Publisher
) -> None:
    for number in range(NETWORK.most):
        judge(session, publisher, Attempt(HERE), f"r{number}@d{number}.example")
    with pytest.raises(TooMuchFromHere) as refused:
        judge(session, publisher, Attempt("203.0.113.77", proof=proof(1)))
    assert refused.value.wait_s == 3600
    assert not judge(session, publisher, Attempt("198.51.100.1", proof=proof(1))).doubts


def test_many_of_one_domain_are_doubted_unless_many_people_are_there(
    session: Session, publisher: Publisher
) -> None:
    found = {}
    for domain in ("firm.example", "gmail.com"):
        for number in range(DOMAIN.most + 1):
            attempt = Attempt(f"198.51.{number}.1", proof=proof(hash((domain, number)) % 10**9))
            found[domain] = judge(session, publisher, attempt, f"r{number}@{domain}").doubts
    assert found == {
        "firm.example": ["many sign-ups for this domain within an hour"],
        "gmail.com": [],
    }


STRANGERS = {
    "two networks": [f"198.51.{n % 2}.7" for n in range(2 * NETWORK.most)],
    "a rented server's networks of IPv6": [f"2001:db8:{n:x}::1" for n in range(UNPROVEN.most + 50)],
}


@pytest.mark.parametrize("addresses", STRANGERS.values(), ids=list(STRANGERS))
def test_few_owners_of_networks_keep_nobody_elses_sign_ups_waiting(
    session: Session, publisher: Publisher, addresses: list[str]
) -> None:
    for number, address in enumerate(addresses):
        judge(session, publisher, Attempt(address), f"r{number}@firm.example")
    without_scripts = Attempt(HERE, form=form_token(SIGNER, NOON - timedelta(seconds=9)))
    assert judge(session, publisher, without_scripts, "ada@firm.example").doubts == []


def test_who_has_a_range_of_ipv6_writes_to_few_strangers_without_a_proof(
    session: Session, publisher: Publisher
) -> None:
    """Each /48 of a provider would have ten letters an hour, and there are 65,536."""
    found = [
        judge(session, publisher, Attempt(f"2001:db8:{n:x}::1"), f"r{n}@d{n}.example").doubts
        for n in range(UNPROVEN_OF_OWNER.most + 1)
    ]
    assert not any(found[:-1])
    assert found[-1] == ["many forms without proof of work from networks of one owner"]
    other = Attempt("2001:db9::1", form=form_token(SIGNER, NOON - timedelta(seconds=9)))
    assert judge(session, publisher, other).doubts == []


def test_what_comes_from_very_many_networks_is_a_storm(
    session: Session, publisher: Publisher
) -> None:
    for number in range(UNPROVEN.most):
        judge(session, publisher, Attempt(f"198.{number}.1.7"), f"r{number}@d{number}.example")
    [doubt] = judge(session, publisher, Attempt(HERE)).doubts
    assert "a storm" in doubt
    assert judge(session, publisher, Attempt(HERE, proof=proof(1))).doubts == []


def test_one_network_writes_to_few_people_of_a_domain(
    session: Session, publisher: Publisher
) -> None:
    found = [
        judge(session, publisher, Attempt(HERE, proof=proof(n)), f"r{n}@firm.example").doubts
        for n in range(DOMAIN_OF_NETWORK.most + 1)
    ]
    assert not any(found[:-1])
    assert found[-1] == ["many sign-ups for this domain from this network"]


def test_a_mailbox_gets_a_few_letters_an_hour_and_a_day(session: Session) -> None:
    def written(hours: int, tries: int) -> int:
        now = NOON + timedelta(hours=hours)
        tags = range(tries)
        return sum(may_write(session, SIGNER, f"ada+{tag}@readers.example", now) for tag in tags)

    assert written(0, 50) == MAILBOX_HOUR.most
    assert written(1, 50) == MAILBOX_DAY.most - MAILBOX_HOUR.most
    assert written(2, 50) == 0
    assert written(24, 50) == MAILBOX_HOUR.most


def test_pictures_are_fetched_so_often_for_one_network(session: Session) -> None:
    fetched = [may_fetch_picture(session, SIGNER, HERE, NOON) for _ in range(PICTURES.most + 1)]
    assert fetched == [True] * PICTURES.most + [False]
    assert may_fetch_picture(session, SIGNER, "198.51.100.1", NOON)


def test_lost_links_are_asked_for_so_often_from_one_network(session: Session) -> None:
    asked = [may_ask_for_link(session, SIGNER, HERE, NOON) for _ in range(LOST_LINKS.most + 1)]
    assert asked == [True] * LOST_LINKS.most + [False]
    assert may_ask_for_link(session, SIGNER, "198.51.100.1", NOON)

"""Which relay a letter goes to."""

import pytest

from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import OTHER_DOMAINS, BadRoute, read_routes, relays_for

USUAL = read_relay_url("smtp://usual.example")


def hosts(routes: str, publication: str = "digest") -> dict[str, str]:
    return {
        domain: relay.host
        for domain, relay in relays_for(publication, read_routes(routes), USUAL).items()
    }


def test_without_a_route_everything_goes_to_the_usual_relay() -> None:
    assert hosts("") == {OTHER_DOMAINS: "usual.example"}


def test_a_domain_and_a_publication_have_their_relays_and_what_names_both_goes_first() -> None:
    routes = (
        "digest@big.example=smtp://both.example, @BIG.example=smtp://big.example, "
        "other=smtp://other.example, digest=smtps://own.example"
    )
    assert hosts(routes) == {OTHER_DOMAINS: "own.example", "big.example": "both.example"}
    assert hosts(routes, "other") == {OTHER_DOMAINS: "other.example", "big.example": "big.example"}
    assert hosts(routes, "third") == {OTHER_DOMAINS: "usual.example", "big.example": "big.example"}


@pytest.mark.parametrize(
    "wrong",
    [
        "big.example",
        "=smtp://h",
        "@big.example=http://h",
        "@big.example=smtp://h:port",
        "@a=smtp://h,@b",
    ],
)
def test_a_route_that_cannot_be_read_is_refused_with_what_it_should_look_like(wrong: str) -> None:
    with pytest.raises(BadRoute, match=r"@gmail\.com=smtp://HOST"):
        read_routes(wrong)


def test_a_password_in_a_wrong_route_is_not_repeated() -> None:
    with pytest.raises(BadRoute) as raised:
        read_routes("@big.example=smtp://me:secret@h:port")
    assert "secret" not in str(raised.value)

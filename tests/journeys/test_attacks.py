"""The attacks of `python -m bench.attacks`, each on one kind of database here: none succeeds."""

from pathlib import Path

import pytest

from bench.attacks.attack import Attack
from bench.attacks.ground import ground
from bench.attacks.table import ATTACKS

KINDS = ("sqlite", "postgresql")
PLAYED = [attack for attack in ATTACKS if not attack.is_slow]


@pytest.mark.parametrize(
    ("attack", "database_url"),
    [(attack, KINDS[number % 2]) for number, attack in enumerate(PLAYED)],
    ids=[attack.name for attack in PLAYED],
    indirect=["database_url"],
)
def test_no_attack_succeeds(attack: Attack, database_url: str, tmp_path: Path) -> None:
    with ground(tmp_path, database_url) as service:
        ending = attack.strike(service)
    assert not ending.succeeded, ending.seen

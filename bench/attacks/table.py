"""All attacks, in the order of the table."""

from bench.attacks import (
    of_desk,
    of_input,
    of_letters,
    of_links,
    of_lists,
    of_load,
    of_mailboxes,
    of_outside_input,
)
from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = (
    *of_letters.ATTACKS,
    *of_links.ATTACKS,
    *of_desk.ATTACKS,
    *of_outside_input.ATTACKS,
    *of_load.ATTACKS,
    *of_input.ATTACKS,
    *of_mailboxes.ATTACKS,
    *of_lists.ATTACKS,
)

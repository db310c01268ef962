"""For each preference a text that can be, and one that cannot, as somebody types them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    good: str
    bad: str


# A preference of two values has no bad one on the command line, where it is a flag.
SAMPLES: Mapping[str, Sample] = {
    "name": Sample("Deep Water \N{WATER WAVE}", "n" * 121),
    "tagline": Sample("All about tides", "t" * 201),
    "language": Sample("pt-BR", "english"),
    "postal_address": Sample("Tide Press, 7 Quay, Hull", "a" * 1000),
    "sender_name": Sample("Mara of Deep Water", "\N{ZERO WIDTH SPACE}"),
    "sender_address": Sample("mara@deepwater.example", "mara at deepwater"),
    "reply_to": Sample("letters@deepwater.example", "nobody@"),
    "letters_per_s": Sample("2.5", "nan"),
    "domain_rates": Sample("big.example 10", "big.example fast"),
    "cadence": Sample("Thursday 18:30 Europe/Lisbon", "Someday 09:00 Europe/Lisbon"),
    "skipped": Sample("2026-12-25\n2026-12-28 to 2027-01-01: Off", "Christmas"),
    "propose_hours": Sample("48", "0"),
    "rule": Sample("send", "perhaps"),
    "late_hours": Sample("6", "-1"),
    "thin_stories": Sample("5", "five"),
    "thin_rule": Sample("skip", "stretch"),
    "rows": Sample("3", "21"),
    "compact": Sample("0", "31"),
    "tools": Sample("1", "99999999999"),
    "similar": Sample("0", "1e1"),
    "disclosure": Sample("Anzeige", "d" * 41),
    "promote_url": Sample("https://deepwater.example/ads", "javascript:alert(1)"),
    "topics": Sample("Tides\nShips", "Tides\ntides"),
    "cues": Sample("", "not = [toml"),
    "goodbye": Sample("yes", "perhaps"),
    "poll": Sample("no", "perhaps"),
    "monthly": Sample("yes", "perhaps"),
    "readers_from": Sample("500", "-5"),
    "readers_step": Sample("1,000", "-1"),
    "forget_leavers_days": Sample("90", "29"),
    "tracking": Sample("off", "everything"),
    "tracking_days": Sample("30", "0"),
    "archive": Sample("unlisted", "hidden"),
    "noindex": Sample("yes", "perhaps"),
    "require_factor": Sample("yes", "perhaps"),
    "log_days": Sample("90", "29"),
    "allowed_origins": Sample("https://blog.example", "https://blog.example/path"),
}

"""Pure. The exports of other programs: how each is known, where its columns go, its status words.

Sources, as their columns were documented or written by their own code:
- listmonk: `cmd/subscribers.go` of knadh/listmonk, the header of its export; statuses: docs
  "API / Subscribers".
- Mailchimp: help pages "About Cleaned Contacts", "View Unsubscribed Contacts"; three files:
  subscribed, unsubscribed, cleaned.
- Ghost: help page "Import members"; `@tryghost/members-csv`, the list of columns.
- Buttondown: docs "Subscriber dashboard" (columns) and "API / Subscribers" (types).
- Substack: `mg-substack-members-csv` of TryGhost/migrate, which reads its columns; no page of its
  own was found.
- beehiiv: API reference "Subscriptions", field `status`; `mg-beehiiv-members` of TryGhost/migrate,
  which reads its columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

TARGETS: Mapping[str, str] = {
    "address": "Address",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "status": "Status",
    "joined_at": "Joined at",
    "confirmed_at": "Confirmed at",
    "left_at": "Left at",
    "bounced_at": "Bounced at",
    "gets_letters": "Gets letters (yes, no)",
    "gets_none": "Gets no letters (yes, no)",
    "attributes": "Attributes (JSON)",
    "attribute": "Attribute",
    "": "Leave out",
}
# Of two for one address, the later one counts.
STANDINGS = ("unconfirmed", "active", "unsubscribed", "manual", "complaint", "bounce")
SUPPRESSED = STANDINGS.index("manual")  # from here on: must not be mailed, with this reason


def _by_word(**lists: str) -> Mapping[str, str]:
    """Turn meanings with their words, between commas, into words with their meaning."""
    meanings: dict[str, str] = {}
    for meaning, words in lists.items():
        meanings |= dict.fromkeys(words.split(", "), "" if meaning == "left_out" else meaning)
    return meanings


STATUSES = _by_word(
    active="active, subscribed, confirmed, enabled",
    unconfirmed="unconfirmed, pending",
    unsubscribed="unsubscribed, left, disabled, inactive",
    bounce="bounced, cleaned, bounce",
    complaint="complained, complaint",
    manual="suppressed, manual, blocklisted, blocked, forgotten",
)
PLAIN = _by_word(  # any other file, ours too
    address="address, email, e-mail, email address, e-mail address, email_address, mail, "
    "e-mail-adresse",
    name="name, full name, full_name",
    first_name="first name, first_name, firstname, first, vorname",
    last_name="last name, last_name, lastname, last, surname, nachname",
    status="status",
    joined_at="joined_at, created_at, subscribed_at, signed",
    confirmed_at="confirmed_at",
    left_at="left_at, unsubscribed_at",
    bounced_at="bounced_at",
    attributes="attributes",
)


@dataclass(frozen=True, slots=True)
class Preset:
    """The export of one program.

    `signs` are columns that this export has and others have not together; `columns` has the target
    of each column, "" to leave it out. Case does not count. Other columns become attributes.
    """

    name: str
    signs: tuple[str, ...]
    columns: Mapping[str, str]
    statuses: Mapping[str, str]


def _preset(
    program: str,
    signs: str,
    statuses: Mapping[str, str] = MappingProxyType({}),
    /,
    **columns: str,
) -> Preset:
    """Make a preset of words between commas, which are named by their meaning."""
    return Preset(program, tuple(signs.split(", ")), _by_word(**columns), _by_word(**statuses))


PRESETS = (
    _preset(
        "listmonk",
        "uuid, email, attributes, status, updated_at",
        {"active": "enabled", "unsubscribed": "disabled", "manual": "blocklisted"},
        address="email",
        name="name",
        status="status",
        joined_at="created_at",
        attributes="attributes",
        left_out="uuid, updated_at",
    ),
    _preset(
        "Mailchimp",
        "email address, optin_time, leid",
        address="email address",
        first_name="first name",
        last_name="last name",
        joined_at="optin_time",
        confirmed_at="confirm_time",
        left_at="unsub_time",
        bounced_at="clean_time",
        attribute="tags, notes, phone number, address, birthday, timezone",
        left_out="member_rating, optin_ip, confirm_ip, latitude, longitude, gmtoff, dstoff, "
        "cc, region, last_changed, leid, euid, unsub_campaign_title, unsub_campaign_id, "
        "unsub_reason, unsub_reason_other, clean_campaign_title, clean_campaign_id",
    ),
    _preset(
        "Ghost",
        "email, subscribed_to_emails, complimentary_plan, stripe_customer_id",
        address="email",
        name="name",
        joined_at="created_at",
        left_at="deleted_at",
        gets_letters="subscribed_to_emails",
        attribute="labels, note, tiers, products",
        left_out="id, complimentary_plan, stripe_customer_id, gift_id",
    ),
    _preset(
        "Buttondown",
        "email_address, creation_date, type",
        {
            "active": "regular, premium, gifted, trialed, unpaid, churning, churned, past_due, "
            "paused",
            "unconfirmed": "unactivated, upcoming",
            "unsubscribed": "unsubscribed, removed",
            "bounce": "undeliverable",
            "complaint": "complained",
            "manual": "blocked, spammy",
        },
        address="email_address",
        status="type",
        joined_at="creation_date",
        left_at="unsubscription_date",
        bounced_at="undeliverability_date",
        attributes="metadata",
        attribute="tags, notes, source, utm_source",
        left_out="id, secondary_id, ip_address, avatar_url, churn_date, upgrade_date, "
        "last_open_date, last_click_date, risk_score",
    ),
    _preset(
        "Substack",
        "email, active_subscription, expiry, email_disabled",
        address="email",
        name="name",
        joined_at="created_at",
        gets_none="email_disabled",
        attribute="plan",
        left_out="active_subscription, expiry, first_payment_at, prefer_digests",
    ),
    _preset(
        "beehiiv",
        "email, status, tier, created_at",
        {
            "active": "active",
            "unconfirmed": "pending, validating, needs_attention",
            "unsubscribed": "inactive",
            "bounce": "invalid",
        },
        address="email",
        first_name="first name",
        last_name="last name",
        status="status",
        joined_at="created_at",
        left_at="unsubscribed_at",
        attribute="tier, utm_source, tags",
        left_out="id, stripe_customer_id",
    ),
)


def find_preset(names: Iterable[str]) -> Preset | None:
    """Return the program that writes columns of these names (in lower case), if one is known."""
    written = set(names)
    return next((preset for preset in PRESETS if written.issuperset(preset.signs)), None)


def preset_named(name: str) -> Preset | None:
    """Return the preset of that name, if there is one."""
    return next((preset for preset in PRESETS if preset.name == name), None)

"""Pure. The exports of other programs: by which columns each is known, what its columns are to us, and what its words for a standing mean.

Sources, as their columns were documented or written by their own code:
- listmonk: `cmd/subscribers.go` of knadh/listmonk, the header of its export; statuses: docs "API / Subscribers".
- Mailchimp: help pages "About Cleaned Contacts", "View Unsubscribed Contacts"; three files: subscribed, unsubscribed, cleaned.
- Ghost: help page "Import members"; `@tryghost/members-csv`, the list of columns.
- Buttondown: docs "Subscriber dashboard" (columns) and "API / Subscribers" (types).
- Substack: `mg-substack-members-csv` of TryGhost/migrate, which reads its columns; no page of its own was found.
- beehiiv: API reference "Subscriptions", field `status`; `mg-beehiiv-members` of TryGhost/migrate, which reads its columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
STANDINGS = (
    "unconfirmed",
    "active",
    "unsubscribed",
    "manual",
    "complaint",
    "bounce",
)  # of two for one address, the later one counts
SUPPRESSED = STANDINGS.index("manual")  # from here on: must not be mailed, with this reason
STATUSES: Mapping[str, str] = {
    "active": "active",
    "subscribed": "active",
    "confirmed": "active",
    "enabled": "active",
    "unconfirmed": "unconfirmed",
    "pending": "unconfirmed",
    "unsubscribed": "unsubscribed",
    "left": "unsubscribed",
    "disabled": "unsubscribed",
    "inactive": "unsubscribed",
    "bounced": "bounce",
    "cleaned": "bounce",
    "bounce": "bounce",
    "complained": "complaint",
    "complaint": "complaint",
    "suppressed": "manual",
    "manual": "manual",
    "blocklisted": "manual",
    "blocked": "manual",
    "forgotten": "manual",
}
MAILCHIMP_ONLY = (
    *(
        "member_rating",
        "optin_ip",
        "confirm_ip",
        "latitude",
        "longitude",
        "gmtoff",
        "dstoff",
        "cc",
        "region",
        "last_changed",
    ),
    *(
        "leid",
        "euid",
        "unsub_campaign_title",
        "unsub_campaign_id",
        "unsub_reason",
        "unsub_reason_other",
    ),
    *("clean_campaign_title", "clean_campaign_id"),
)


@dataclass(frozen=True, slots=True)
class Preset:
    """The export of one program. Its columns are looked up without regard to case; others become attributes."""

    name: str
    signs: tuple[str, ...]  # columns that this export has and others have not together
    columns: Mapping[str, str]  # "": left out
    statuses: Mapping[str, str] = field(default_factory=dict)


PRESETS = (
    Preset(
        "listmonk",
        ("uuid", "email", "attributes", "status", "updated_at"),
        {
            "uuid": "",
            "email": "address",
            "name": "name",
            "attributes": "attributes",
            "status": "status",
            "created_at": "joined_at",
        }
        | {"updated_at": ""},
        {"enabled": "active", "disabled": "unsubscribed", "blocklisted": "manual"},
    ),
    Preset(
        "Mailchimp",
        ("email address", "optin_time", "leid"),
        {
            "email address": "address",
            "first name": "first_name",
            "last name": "last_name",
            "optin_time": "joined_at",
        }
        | {
            "confirm_time": "confirmed_at",
            "unsub_time": "left_at",
            "clean_time": "bounced_at",
            "tags": "attribute",
            "notes": "attribute",
        }
        | {
            "phone number": "attribute",
            "address": "attribute",
            "birthday": "attribute",
            "timezone": "attribute",
        }
        | dict.fromkeys(MAILCHIMP_ONLY, ""),
    ),
    Preset(
        "Ghost",
        ("email", "subscribed_to_emails", "complimentary_plan", "stripe_customer_id"),
        {
            "id": "",
            "email": "address",
            "name": "name",
            "subscribed_to_emails": "gets_letters",
            "created_at": "joined_at",
        }
        | {
            "deleted_at": "left_at",
            "complimentary_plan": "",
            "stripe_customer_id": "",
            "gift_id": "",
        }
        | {
            "labels": "attribute",
            "note": "attribute",
            "tiers": "attribute",
            "products": "attribute",
        },
    ),
    Preset(
        "Buttondown",
        ("email_address", "creation_date", "type"),
        {
            "id": "",
            "secondary_id": "",
            "email_address": "address",
            "creation_date": "joined_at",
            "type": "status",
        }
        | {
            "unsubscription_date": "left_at",
            "undeliverability_date": "bounced_at",
            "metadata": "attributes",
        }
        | {
            "tags": "attribute",
            "notes": "attribute",
            "source": "attribute",
            "utm_source": "attribute",
        }
        | dict.fromkeys(
            (
                "ip_address",
                "avatar_url",
                "churn_date",
                "upgrade_date",
                "last_open_date",
                "last_click_date",
                "risk_score",
            ),
            "",
        ),
        dict.fromkeys(
            (
                "regular",
                "premium",
                "gifted",
                "trialed",
                "unpaid",
                "churning",
                "churned",
                "past_due",
                "paused",
            ),
            "active",
        )
        | {
            "unactivated": "unconfirmed",
            "upcoming": "unconfirmed",
            "unsubscribed": "unsubscribed",
            "removed": "unsubscribed",
        }
        | {
            "undeliverable": "bounce",
            "complained": "complaint",
            "blocked": "manual",
            "spammy": "manual",
        },
    ),
    Preset(
        "Substack",
        ("email", "active_subscription", "expiry", "email_disabled"),
        {
            "email": "address",
            "name": "name",
            "active_subscription": "",
            "expiry": "",
            "email_disabled": "gets_none",
        }
        | {
            "created_at": "joined_at",
            "first_payment_at": "",
            "plan": "attribute",
            "prefer_digests": "",
        },
    ),
    Preset(
        "beehiiv",
        ("email", "status", "tier", "created_at"),
        {
            "id": "",
            "email": "address",
            "first name": "first_name",
            "last name": "last_name",
            "status": "status",
        }
        | {
            "created_at": "joined_at",
            "unsubscribed_at": "left_at",
            "stripe_customer_id": "",
            "tier": "attribute",
        }
        | {"utm_source": "attribute", "tags": "attribute"},
        {
            "active": "active",
            "inactive": "unsubscribed",
            "pending": "unconfirmed",
            "validating": "unconfirmed",
            "invalid": "bounce",
        }
        | {"needs_attention": "unconfirmed"},
    ),
)
PLAIN: Mapping[str, str] = {  # any other file, ours too
    **dict.fromkeys(
        (
            "address",
            "email",
            "e-mail",
            "email address",
            "e-mail address",
            "email_address",
            "mail",
            "e-mail-adresse",
        ),
        "address",
    ),
    **dict.fromkeys(("name", "full name", "full_name"), "name"),
    **dict.fromkeys(("first name", "first_name", "firstname", "first", "vorname"), "first_name"),
    **dict.fromkeys(
        ("last name", "last_name", "lastname", "last", "surname", "nachname"), "last_name"
    ),
    "status": "status",
    **dict.fromkeys(("joined_at", "created_at", "subscribed_at", "signed"), "joined_at"),
    "confirmed_at": "confirmed_at",
    **dict.fromkeys(("left_at", "unsubscribed_at"), "left_at"),
    "bounced_at": "bounced_at",
    "attributes": "attributes",
}

"""Pure. The exports of other programs: how each is known, where its columns go, its words.

Sources, as their columns were documented or written by their own code:
- listmonk: `cmd/subscribers.go` of knadh/listmonk, the header of its export; statuses: docs
  "API / Subscribers".
- Mailchimp: help pages "About Cleaned Contacts", "View Unsubscribed Contacts"; four files, which
  are named by what their people are. Its own columns are in capitals in every language.
- Ghost: help page "Import members"; `@tryghost/members-csv`, the list of columns.
- Buttondown: docs "Subscriber dashboard" (columns) and "API / Subscribers" (types).
- Substack: `mg-substack-members-csv` of TryGhost/migrate, which reads its columns; no page of its
  own was found.
- beehiiv: API reference "Subscriptions", field `status`; `mg-beehiiv-members` of TryGhost/migrate,
  which reads its columns.
- phpList: the columns of its table of users, which its export names by their descriptions.
- Brevo: help pages "Export contacts" and "Import a blacklist": a contact is blocklisted who left,
  complained or bounced.
- Kit: help page "Subscriber profile page & status"; API reference "List subscribers" (`state`).
- MailPoet: its export of subscribers has a status for the list, and one for all lists.
- Mautic: the property `doNotContact`; its numbers by the API: 1 left, 2 bounced, 3 by an editor.
- Sendy: `export-csv.php`: a name and an address without a header; a file for each status.
- AWeber: its export has the time and the reason for which somebody's subscription stopped.
- MailerLite: help page "Subscriber statuses explained".
- HubSpot: knowledge base "Export unsubscribes and bounces" (columns, TRUE or a reason), and the
  properties of contacts.
"""

from collections.abc import Iterable

from newsletter.lists.meaning.exports import NOTHING, Preset, make_preset

LEFT_IF_YES = "yes:unsubscribed,no:active,empty:active,date:unsubscribed"

PRESETS: tuple[Preset, ...] = (
    make_preset(
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
    make_preset(
        "Mailchimp",
        "leid, euid",
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
    make_preset(
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
    make_preset(
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
    make_preset(
        "Substack",
        "email, active_subscription, expiry, email_disabled",
        address="email",
        name="name",
        joined_at="created_at",
        gets_none="email_disabled",
        attribute="plan",
        left_out="active_subscription, expiry, first_payment_at, prefer_digests",
    ),
    make_preset(
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
    make_preset(
        "phpList",
        (
            "email, is this subscriber blacklisted (1/0)",
            "email, is this user blacklisted (1/0)",
            "email, confirmed, blacklisted, htmlemail",
        ),
        NOTHING,
        {
            "is this subscriber blacklisted (1/0) | is this user blacklisted (1/0) | blacklisted": (
                LEFT_IF_YES
            ),
            "is this subscriber confirmed (1/0) | is this user confirmed (1/0) | confirmed": (
                "yes:active,no:unconfirmed,empty:unconfirmed"
            ),
            "is this account disabled? | disabled": LEFT_IF_YES,
            # They are of all the years: who bounced once may well get letters. It is asked.
            "number of bounces on this subscriber | bouncecount": "no:active,empty:active",
        },
        address="email",
        joined_at="entered",
        left_out="id, modified, last modified, uniqid, uuid, unique id for subscriber, "
        "htmlemail, subscribepage, "
        "rssfrequency, password, passwordchanged, last time password was changed, "
        "did this subscriber manually confirm, optedin, "
        "send this subscriber html emails, which page was used to subscribe, foreignkey",
    ),
    make_preset(
        "Brevo",
        (
            "email, email_blacklisted",
            "contact id, email, blacklisted",
            "contact id, email, blocklisted",
            "email, added_time, modified_time",
        ),
        NOTHING,
        {
            "email_blacklisted | blacklisted | blocklisted | email_blocklisted": LEFT_IF_YES,
            "email_marketing | email marketing": (
                "subscribed:active,unsubscribed:unsubscribed,blocklisted:unsubscribed,"
                "blacklisted:unsubscribed,never subscribed:unconfirmed,empty:unconfirmed,"
                "yes:active,no:unsubscribed"
            ),
        },
        address="email",
        first_name="firstname, first name, prenom, vorname",
        last_name="lastname, last name, nom, nachname",
        joined_at="added_time",
        left_out="contact id, modified_time, sms_blacklisted, whatsapp_blacklisted, "
        "sms_marketing, _listids",
    ),
    make_preset(
        "MailPoet",
        ("email, global status", "email, list status", "email, subscribed ip, status"),
        NOTHING,
        {
            "global status | list status | status": (
                "subscribed:active,unsubscribed:unsubscribed,unconfirmed:unconfirmed,"
                "inactive:unconfirmed,bounced:bounce"
            ),
        },
        address="email",
        first_name="first name",
        last_name="last name",
        joined_at="subscribed at, created at",
        attribute="list, lists, segment",
        left_out="subscribed ip, confirmed ip",
    ),
    make_preset(
        "Mautic",
        ("email, donotcontact", "email, dnc", "email, do not contact", "email, points, stage"),
        NOTHING,
        {
            "donotcontact | dnc | do not contact | do_not_contact": (
                "yes:unsubscribed,no:active,empty:active,1:unsubscribed,2:bounce,3:manual,"
                "unsubscribed:unsubscribed,bounced:bounce,manual:manual,[]:active"
            ),
        },
        address="email",
        first_name="firstname, first name",
        last_name="lastname, last name",
        joined_at="date_added, dateadded, date_identified, dateidentified, date identified",
        left_out="id, points, stage, owner, owner_id, last_active, lastactive, is_published",
    ),
    make_preset(
        "AWeber",
        ("email, stop time", "email, stop status", "email, stop date"),
        NOTHING,
        {
            "stop status": (
                "empty:active,subscribed:active,no:active,unsubscribed:unsubscribed,"
                "undeliverable:bounce,bounced:bounce,complaint:complaint,complained:complaint,"
                "unconfirmed:unconfirmed,pending:unconfirmed,deleted:unsubscribed,"
                "blocked:manual"
            ),
            "stop time | stop date": "empty:active,date:unsubscribed",
            "verified | verified at | verify time": "yes:active,date:active,no:unconfirmed",
            "status": (
                "subscribed:active,active:active,verified:active,unsubscribed:unsubscribed,"
                "unconfirmed:unconfirmed,pending:unconfirmed,undeliverable:bounce"
            ),
        },
        address="email",
        name="name",
        joined_at="add time, add date, date added, subscribed at, signup date",
        attribute="tags, misc, additional notes, ad tracking",
        left_out="message, message no., message #, ip, ip address, add url, web form url, "
        "add method, latitude, longitude, last followup message",
    ),
    make_preset(
        "MailerLite",
        (
            "subscriber, status, subscribed",
            "subscriber, subscribed, opened",
            "email, status, subscribed, opened",
            "email, status, opted in, date created",
            "subscriber, sent, opens, clicks",
        ),
        {
            "active": "active",
            "unconfirmed": "unconfirmed",
            "unsubscribed": "unsubscribed",
            "bounce": "bounced",
            "complaint": "junk, spam",
            "manual": "blocked",
        },
        {"unsubscribed | date unsubscribed": LEFT_IF_YES},
        address="email, subscriber",
        first_name="name, first name",
        last_name="last name, last_name",
        status="status, type",
        joined_at="subscribed, date created, created, opted in",
        left_out="sent, opened, opens, clicked, clicks, id, opt-in ip, signup ip, location, "
        "date updated, opens rate, clicks rate",
    ),
    make_preset(
        "HubSpot",
        (
            "portal bounce, portal unsubscribe",
            "record id, email, unsubscribed from all email",
            "email, unsubscribed from all email",
            "email, opted out of all email",
            "record id, email, marketing contact status",
            "email, email hard bounce reason",
        ),
        NOTHING,
        {
            "unsubscribed from all email | opted out of all email | portal unsubscribe | "
            "global unsubscribe | marketing information | email opt out": LEFT_IF_YES,
            "portal bounce | global bounce | email hard bounce reason | invalid email address": (
                "empty:active,no:active,*:bounce"
            ),
            "portal spam report": "empty:active,no:active,*:complaint",
            "marketing contact status": (
                "marketing contact:active,marketing contacts:active,yes:active,"
                "non-marketing contact:unconfirmed,non-marketing contacts:unconfirmed,"
                "no:unconfirmed,empty:unconfirmed"
            ),
            "email address quarantined | email address quarantine reason": (
                "empty:active,no:active,*:manual"
            ),
        },
        address="email, email address, recipient",
        first_name="first name",
        last_name="last name",
        joined_at="create date",
        left_out="record id, record id - contact, contact id, last activity date, contact owner, "
        "number of sessions, lead status, associated company",
    ),
    make_preset(
        "Kit",
        (
            "email, first_name, status, tags, created_at",
            "email_address, first_name, state, created_at",
            "email address, first name, state, created_at",
            "email, first_name, status, subscribed_at",
        ),
        {
            "active": "active, confirmed, cold",
            "unconfirmed": "inactive, unconfirmed",
            "unsubscribed": "cancelled, canceled, unsubscribed",
            "bounce": "bounced",
            "complaint": "complained",
            "manual": "blocked",
        },
        address="email, email_address, email address",
        first_name="first_name, first name",
        last_name="last_name, last name",
        status="status, state",
        joined_at="created_at, subscribed_at",
        attribute="tags",
        left_out="id, referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content",
    ),
)


def find_preset(names: Iterable[str]) -> Preset | None:
    """Return the program that writes columns of these names (in lower case), if one is known."""
    written = set(names)
    for preset in PRESETS:
        if any(written.issuperset(signs) for signs in preset.signs):
            return preset
    return None


def preset_named(name: str) -> Preset | None:
    """Return the preset of that name, if there is one."""
    return next((preset for preset in PRESETS if preset.name == name), None)

"""The exports of other programs come in as these programs mean them.

Each file here is made from the columns that its program documents: see newsletter/lists/presets.py.
"""

from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.lists.columns import guess_columns, named
from newsletter.lists.importing import account_of, check_file, import_file
from newsletter.lists.meaning.programs import PRESETS
from newsletter.lists.presets import STANDINGS, STATUSES, TARGETS
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.shapes import open_sheet
from newsletter.publications.models import Publication
from subscribers.models import Import, Subscriber, Subscription
from subscribers.suppressing import suppression_reasons
from tests.samples.times import NOON

LISTMONK = """uuid,email,name,attributes,status,created_at,updated_at
5f0c-1,ada@x.example,Ada Low,"{""city"": ""Ulm"", ""projects"": 3}",enabled,\
2024-02-01T10:00:00Z,2024-02-01T10:00:00Z
5f0c-2,bo@x.example,Bo,{},disabled,2024-02-02T10:00:00Z,2024-03-01T10:00:00Z
5f0c-3,cy@x.example,Cy,{},blocklisted,2024-02-03T10:00:00Z,2024-03-01T10:00:00Z
5f0c-4,ada@X.example,Ada again,{},enabled,2024-02-04T10:00:00Z,2024-03-01T10:00:00Z
5f0c-5,broken@,Nobody,{},enabled,2024-02-05T10:00:00Z,2024-03-01T10:00:00Z
"""
MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,"
    "OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TIMEZONE,"
)
SUBSCRIBED = (
    MAILCHIMP
    + """LAST_CHANGED,LEID,EUID,NOTES,TAGS
ada@x.example,Ada,Low,2,2023-05-01 09:00:00,203.0.113.4,2023-05-01 09:02:00,203.0.113.4,\
Europe/Berlin,2024-01-01 00:00:00,11,e1,,"\"\"Editors\"\",\"\"Ulm\"\""
eve@x.example,,,2,,,2023-06-01 09:02:00,,,2024-01-01 00:00:00,12,e2,,
"""
)
UNSUBSCRIBED = (
    MAILCHIMP
    + """UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,\
LEID,EUID,NOTES,TAGS
bo@x.example,Bo,,,2023-05-01 09:00:00,,2023-05-01 09:02:00,,,2024-02-02 08:00:00,May,c1,NORMAL,\
,13,e3,,
ada@x.example,Ada,Low,,2022-05-01 09:00:00,,2022-05-01 09:02:00,,,2022-12-02 08:00:00,May,c1,\
NORMAL,,11,e1,,
"""
)
CLEANED = (
    MAILCHIMP
    + """CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS
cy@x.example,Cy,,1,2023-05-01 09:00:00,,2023-05-01 09:02:00,,,2024-02-02 08:00:00,May,c1,14,e4,,
"""
)
GHOST = """id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,\
created_at,deleted_at,labels,tiers
m1,ada@x.example,Ada Low,Met in Ulm,true,false,,2024-01-15T10:00:00.000Z,,"early,ulm",
m2,bo@x.example,Bo,,false,false,,2024-01-16T10:00:00.000Z,,,
m3,cy@x.example,Cy,,true,false,cus_1,2024-01-17T10:00:00.000Z,2024-06-01T00:00:00.000Z,,
m4,dee@x.example,Dee,,perhaps,false,,2024-01-18T10:00:00.000Z,,,
"""
BUTTONDOWN = """id,email_address,creation_date,type,tags,notes,metadata,source,\
unsubscription_date,undeliverability_date
s1,ada@x.example,2024-01-15T10:00:00.123456Z,regular,"ulm,early",,"{""name"": ""Ada""}",organic,,
s2,bo@x.example,2024-01-16T10:00:00Z,unsubscribed,,,{},import,2024-02-01T10:00:00Z,
s3,cy@x.example,2024-01-17T10:00:00Z,undeliverable,,,{},import,,2024-02-01T10:00:00Z
s4,dee@x.example,2024-01-18T10:00:00Z,unactivated,,,{},organic,,
s5,eve@x.example,2024-01-19T10:00:00Z,complained,,,{},organic,,
s6,fay@x.example,2024-01-20T10:00:00Z,premium,,,{},organic,,
s7,gus@x.example,2024-01-20T10:00:00Z,sunburnt,,,{},organic,,
"""
SUBSTACK = """email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at
ada@x.example,false,,other,false,2024-01-15T10:00:00.000Z,
bo@x.example,false,,other,true,2024-01-16T10:00:00.000Z,
cy@x.example,true,2027-01-01T00:00:00.000Z,yearly,false,2024-01-17T10:00:00.000Z,\
2024-02-01T00:00:00.000Z
"""
BEEHIIV = """email,First Name,Last Name,status,tier,created_at,stripe_customer_id,\
unsubscribed_at,utm_source
ada@x.example, Ada ,Low,active,free,2024-03-24 10:23:10 UTC,,,twitter
bo@x.example,Bo,,inactive,free,2024-03-24 10:36:47 UTC,,2024-04-01 10:00:00 UTC,
cy@x.example,,,pending,free,2024-03-24 10:36:48 UTC,,,
dee@x.example,,,invalid,free,2024-03-24 10:36:48 UTC,,,
eve@x.example,,,active,premium,2024-03-24 10:36:48 UTC,,2024-04-02 10:00:00 UTC,
"""
FILES = {
    "listmonk": (
        LISTMONK,
        ImportAccount(read=5, added=1, left=1, suppressed=1, known=1, rejected=1),
    ),
    "Mailchimp": (SUBSCRIBED, ImportAccount(read=2, added=2)),
    "Ghost": (GHOST, ImportAccount(read=4, added=1, left=2, rejected=1)),
    "Buttondown": (BUTTONDOWN, ImportAccount(read=7, added=3, left=1, suppressed=2, rejected=1)),
    "Substack": (SUBSTACK, ImportAccount(read=3, added=2, left=1)),
    "beehiiv": (BEEHIIV, ImportAccount(read=5, added=2, left=2, suppressed=1)),
}


def bring(
    database: Database, publication: Publication, folder: Path, text: str
) -> tuple[str, ImportAccount]:
    path = folder / "export.csv"
    path.write_text(text, "utf-8")
    columns = named(guess_columns(open_sheet(path).header), path.name)
    expected = check_file(database, publication.key, path, columns, now=NOON).account
    record: Import = import_file(
        database, publication.key, path, now=NOON, rejected_path=folder / "rejected.csv"
    )
    assert account_of(record) == expected
    return record.preset, account_of(record)


def ada(session: Session) -> tuple[str, dict[str, str], str, str]:
    """What is kept of the first person of a file: name, attributes, status, day of joining."""
    query = select(Subscription).join(
        Subscriber, col(Subscription.subscriber_id) == col(Subscriber.id)
    )
    wish = session.exec(query.where(Subscriber.address == "ada@x.example")).one()
    return wish.name, wish.attributes, wish.status, wish.joined_at.date().isoformat()


@pytest.mark.parametrize("program", FILES)
def test_an_export_is_known_by_its_columns_and_each_row_ends_where_it_should(
    program: str, database: Database, publication: Publication, tmp_path: Path
) -> None:
    text, account = FILES[program]
    assert bring(database, publication, tmp_path, text) == (program, account)
    kept = {
        "listmonk": ("Ada again", {}, "active", "2024-02-04"),  # one of two rows
        "Mailchimp": (
            "Ada Low",
            {"TIMEZONE": "Europe/Berlin", "TAGS": '"Editors","Ulm"'},
            "active",
            "2023-05-01",
        ),
        "Ghost": ("Ada Low", {"note": "Met in Ulm", "labels": "early,ulm"}, "active", "2024-01-15"),
        "Buttondown": (
            "",
            {"name": "Ada", "tags": "ulm,early", "source": "organic"},
            "active",
            "2024-01-15",
        ),
        "Substack": ("", {"plan": "other"}, "active", "2024-01-15"),
        "beehiiv": ("Ada Low", {"tier": "free", "utm_source": "twitter"}, "active", "2024-03-24"),
    }
    assert database.read(ada) == kept[program]
    if program in ("listmonk", "Buttondown", "beehiiv"):
        bad = {
            "listmonk": {"cy": "manual"},
            "Buttondown": {"cy": "bounce", "eve": "complaint"},
            "beehiiv": {"dee": "bounce"},
        }[program]
        assert database.read(suppression_reasons) == {
            f"{name}@x.example": reason for name, reason in bad.items()
        }


def test_the_three_files_of_mailchimp_come_in_one_after_another(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    assert bring(database, publication, tmp_path, UNSUBSCRIBED) == (
        "Mailchimp",
        ImportAccount(read=2, left=2),
    )
    assert bring(database, publication, tmp_path, CLEANED) == (
        "Mailchimp",
        ImportAccount(read=1, suppressed=1),
    )
    assert bring(database, publication, tmp_path, SUBSCRIBED) == (
        "Mailchimp",
        ImportAccount(read=2, added=1, kept_out=1),
    )
    assert database.read(suppression_reasons) == {"cy@x.example": "bounce"}


def test_each_preset_speaks_of_places_and_standings_that_there_are() -> None:
    for preset in PRESETS:
        assert set(preset.columns.values()) <= set(TARGETS)
        assert set(preset.statuses.values()) <= set(STANDINGS)
        assert all(signs <= set(preset.columns) for signs in preset.signs), preset.name
    assert set(STATUSES.values()) <= set(STANDINGS)

"""Lists of people as other programs export them, written from the columns that they document.

In each of them `stay…` may be written to, and nobody else: the others left, bounced, complained,
were blocked, or did not confirm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

from newsletter.lists.storing import ImportAccount


@dataclass(frozen=True)
class Export:
    """An export: the program, its file, and where each row is to end."""

    program: str
    file_name: str
    text: str
    account: ImportAccount


PHPLIST = """id,email,Is this subscriber confirmed (1/0),Is this subscriber blacklisted (1/0),\
Number of bounces on this subscriber,Entered,Last Modified,Unique ID for subscriber,\
Send this subscriber HTML emails,Is this account disabled?
1,stay@x.example,1,0,0,2021-03-04 10:11:12,2024-01-01 00:00:00,ab12,1,0
2,unconfirmed@x.example,0,0,0,2021-03-05 10:11:12,2024-01-01 00:00:00,ab13,1,0
3,black@x.example,1,1,0,2021-03-06 10:11:12,2024-01-01 00:00:00,ab14,1,0
4,disabled@x.example,1,0,0,2021-03-07 10:11:12,2024-01-01 00:00:00,ab15,0,1
"""
BREVO = """CONTACT ID;EMAIL;FIRSTNAME;LASTNAME;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;\
MODIFIED_TIME
1;stay@x.example;Ada;Low;No;No;31-01-2024 10:00:00;01-02-2024 10:00:00
2;left@x.example;Bo;Ray;Yes;No;01-02-2024 10:00:00;01-02-2024 10:00:00
3;stay2@x.example;Cy;Sea;;Yes;02-02-2024 10:00:00;01-02-2024 10:00:00
"""
BREVO_STATUS = """EMAIL,FIRSTNAME,EMAIL_MARKETING,ADDED_TIME,MODIFIED_TIME
stay@x.example,Ada,Subscribed,2024-01-31,2024-01-31
left@x.example,Bo,Unsubscribed,2024-01-31,2024-01-31
never@x.example,Cy,Never subscribed,2024-01-31,2024-01-31
"""
KIT = """email,first_name,status,tags,created_at,referrer
stay@x.example,Ada,confirmed,ulm,2024-03-01T10:00:00Z,
cold@x.example,Bo,inactive,,2024-03-01T10:00:00Z,
left@x.example,Cy,cancelled,,2024-03-01T10:00:00Z,
bounced@x.example,Dee,bounced,,2024-03-01T10:00:00Z,
angry@x.example,Eve,complained,,2024-03-01T10:00:00Z,
"""
MAILPOET = """Email,First name,Last name,List,Global Status,Status,Subscribed At
stay@x.example,Ada,Low,News,subscribed,subscribed,2024-01-02 03:04:05
left@x.example,Bo,Ray,News,unsubscribed,subscribed,2024-01-02 03:04:05
one@x.example,Cy,Sea,News,subscribed,unsubscribed,2024-01-02 03:04:05
bounced@x.example,Dee,Ray,News,bounced,subscribed,2024-01-02 03:04:05
waits@x.example,Eve,Low,News,unconfirmed,subscribed,2024-01-02 03:04:05
asleep@x.example,Fay,Low,News,inactive,subscribed,2024-01-02 03:04:05
"""
MAUTIC = """id,email,firstname,lastname,points,doNotContact,date_added
1,stay@x.example,Ada,Low,12,0,2024-01-02 03:04:05
2,left@x.example,Bo,Ray,3,1,2024-01-02 03:04:05
3,bounced@x.example,Cy,Sea,0,2,2024-01-02 03:04:05
4,manual@x.example,Dee,Ray,0,3,2024-01-02 03:04:05
5,true@x.example,Eve,Low,0,TRUE,2024-01-02 03:04:05
"""
SENDY = '"Ada Low","{name}@x.example"\n"Bo Ray","{name}2@x.example"\n'
AWEBER = """Email,Name,Date Added,Stop Time,Stop Status,Ad Tracking,IP Address,Tags
stay@x.example,Ada,2024-01-02 03:04:05,,,web,192.0.2.1,ulm
left@x.example,Bo,2024-01-02 03:04:05,2024-05-06 07:08:09,Unsubscribed,web,192.0.2.2,
bounced@x.example,Cy,2024-01-02 03:04:05,2024-05-06 07:08:09,Undeliverable,web,192.0.2.3,
waits@x.example,Dee,2024-01-02 03:04:05,,Unconfirmed,web,192.0.2.4,
"""
MAILERLITE = """Subscriber,Name,Last name,Status,Subscribed,Sent,Opened,Clicked
stay@x.example,Ada,Low,Active,2024-01-02 03:04:05,4,3,1
left@x.example,Bo,Ray,Unsubscribed,2024-01-02 03:04:05,4,0,0
waits@x.example,Cy,Sea,Unconfirmed,2024-01-02 03:04:05,0,0,0
bounced@x.example,Dee,Ray,Bounced,2024-01-02 03:04:05,1,0,0
angry@x.example,Eve,Low,Junk,2024-01-02 03:04:05,1,0,0
"""
HUBSPOT = """Record ID,First Name,Last Name,Email,Unsubscribed from all email,\
Email hard bounce reason,Marketing contact status,Create Date
1,Ada,Low,stay@x.example,false,,Marketing contact,2024-01-02 03:04
2,Bo,Ray,left@x.example,true,,Marketing contact,2024-01-02 03:04
3,Cy,Sea,bounced@x.example,,UNKNOWN_USER,Marketing contact,2024-01-02 03:04
4,Dee,Ray,other@x.example,,,Non-marketing contact,2024-01-02 03:04
"""
HUBSPOT_LEAVERS = """Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce,\
Marketing Information
bounced@x.example,TRUE,,,,
left@x.example,,TRUE,,,
angry@x.example,,,TRUE,,
dead@x.example,,,,TRUE,
part@x.example,,,,,TRUE
"""
MAILCHIMP_GERMAN = """E-Mail-Adresse,Vorname,Nachname,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,\
{state},LEID,EUID,NOTES
one@x.example,Ada,Low,2,2023-05-01 09:00:00,2023-05-01 09:02:00,{at},11,e1,
two@x.example,Bo,Ray,2,2023-05-01 09:00:00,2023-05-01 09:02:00,{at},12,e2,
"""
EXPORTS = (
    Export("phpList", "users.csv", PHPLIST, ImportAccount(read=4, added=2, left=2)),
    Export("Brevo", "contacts.csv", BREVO, ImportAccount(read=3, added=2, left=1)),
    Export("Brevo", "status.csv", BREVO_STATUS, ImportAccount(read=3, added=2, left=1)),
    Export("Kit", "kit.csv", KIT, ImportAccount(read=5, added=2, left=1, suppressed=2)),
    Export("MailPoet", "mp.csv", MAILPOET, ImportAccount(read=6, added=3, left=2, suppressed=1)),
    Export("Mautic", "mautic.csv", MAUTIC, ImportAccount(read=5, added=1, left=2, suppressed=2)),
    Export("", "news-active.csv", SENDY.format(name="stay"), ImportAccount(read=2, added=2)),
    Export("", "news-unconfirmed.csv", SENDY.format(name="waits"), ImportAccount(read=2, added=2)),
    Export("", "news-unsubscribed.csv", SENDY.format(name="left"), ImportAccount(read=2, left=2)),
    Export("", "news-bounced.csv", SENDY.format(name="dead"), ImportAccount(read=2, suppressed=2)),
    Export(
        "",
        "news-marked-as-spam.csv",
        SENDY.format(name="angry"),
        ImportAccount(read=2, suppressed=2),
    ),
    Export("AWeber", "aweber.csv", AWEBER, ImportAccount(read=4, added=2, left=1, suppressed=1)),
    Export(
        "MailerLite",
        "ml.csv",
        MAILERLITE,
        ImportAccount(read=5, added=2, left=1, suppressed=2),
    ),
    Export("HubSpot", "hubspot.csv", HUBSPOT, ImportAccount(read=4, added=2, left=1, suppressed=1)),
    Export(
        "HubSpot",
        "all-emails.csv",
        HUBSPOT_LEAVERS,
        ImportAccount(read=5, left=2, suppressed=3),
    ),
    Export(
        "Mailchimp",
        "unsubscribed_members_export_1.csv",
        MAILCHIMP_GERMAN.format(state="UNSUB_TIME", at="2024-01-01 10:00:00"),
        ImportAccount(read=2, left=2),
    ),
    Export(
        "Mailchimp",
        "cleaned_members_export_1.csv",
        MAILCHIMP_GERMAN.format(state="CLEAN_TIME", at="2024-01-01 10:00:00"),
        ImportAccount(read=2, suppressed=2),
    ),
    Export(
        "Mailchimp",
        "nonsubscribed_members_export_1.csv",
        MAILCHIMP_GERMAN.format(state="LAST_CHANGED", at="2024-01-01 10:00:00"),
        ImportAccount(read=2, added=2),  # as people who have not confirmed
    ),
)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Return the bytes of a workbook of Excel with these sheets, by their titles."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()

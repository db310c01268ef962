"""Whatever outsiders and editors write: a letter has its reader's values where the template puts
them, and nowhere else."""

from dataclasses import fields, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.brands.brand import Brand
from newsletter.brands.themes import look_of_brand
from newsletter.delivery.claiming import Recipient
from newsletter.delivery.sender.addressing import Stationery, draft_letter, prepare_edition
from newsletter.editions.content import POLL, Content, ContentItem, Face
from newsletter.editions.marked import FORMAT
from newsletter.editions.models import Edition
from newsletter.editions.personalising import Markers
from newsletter.editions.press import Printed, press
from newsletter.publications.models import Letterhead
from newsletter.tokens import pair
from tests.delivery.rig import SIGNER, URLS
from tests.samples.times import NOON

ADA = Recipient(5, "VICTIM@r.example", "Victoria", NOON, 7)
HEAD = Letterhead("n", "The Inference", "Mara", "mara@n.example", "")
TOKENS = (SIGNER.sign("letter", pair(1, 7)), SIGNER.sign("click", pair(3, 5)))
SECRETS = (ADA.address, ADA.name, *TOKENS)
FACE = Face(*["w"] * 8)  # its look is ours
ITEM = ContentItem("w", "https://x.example/w", *["w"] * 4, "w", ("w",), "w")
PLAIN = Content(
    replace(FACE, **dict.fromkeys(("url", "promote_url", "subscribe_url"), "https://x.example/w")),
    7,
    "13 May",
    "w",
    "w",
    "w",
    ITEM,
    (ITEM,),
    (ITEM,),
    (ITEM,),
    (ITEM,),
    POLL,
)
# What is a marker, a template or markup somewhere in our own house, or in another's.
FRAGMENTS = (
    *("[[email]]", "[[[email]]", "[[[[[preferences_url]]", "[[[unsubscribe_url]]", "[[track]]"),
    *("[[", "]]", "[[letter]]", "[[link]]", "[[reason]]", Markers.of(PLAIN).spell("email")),
    *("{{ marker('email') }}", "{{ email }}", "{% include 'x' %}", "{email}", "%(email)s"),
    *("<mj-text>", "</mj-text>", "</mj-section>", "<!--", "-->", "]]>", "<![CDATA[", "&#91;"),
    *('<a href="https://x.example/w">', '" href="', "'", '"', "\\", "\0", "\n", "\r\n", "\t"),
    *("https://x.example/w", "Unsubscribe: ", "</body>", "\u202e", "\u200b", "ﾠ", "*|EMAIL|*"),
)
TEXT = st.lists(
    st.one_of(st.sampled_from(FRAGMENTS), st.text(st.characters(codec="utf-8"), max_size=6)),
    max_size=6,
).map(lambda parts: "w" + "".join(parts))
URL = TEXT.map("https://evil.example/".__add__)
ITEMS = st.builds(
    ContentItem,
    **{name.name: URL if name.name.endswith("url") else TEXT for name in fields(ContentItem)}
    | {"tags": st.tuples(TEXT)},
)
CONTENTS = st.builds(
    Content,
    face=st.builds(
        Face,
        **{name.name: URL if name.name.endswith("url") else TEXT for name in fields(Face)}
        | {"look": TEXT.map(lambda words: look_of_brand(Brand(footer=words))), "pictures": URL},
    ),
    number=st.just(7),
    date_label=TEXT,
    subject=TEXT,
    preheader=TEXT,
    intro=TEXT,
    lead=ITEMS,
    stories=st.tuples(ITEMS),
    brief=st.tuples(ITEMS),
    tools=st.tuples(ITEMS),
    similar=st.tuples(ITEMS),
    poll=st.just(POLL),
)


def edition_of(printed: Printed) -> Edition:
    row = {name: getattr(printed, name) for name in ("subject", "preheader", "html", "text")}
    return Edition(
        id=3,
        issue_id=1,
        format=FORMAT,
        marker_code=printed.markers.code,
        links=list(printed.links),
        checksum=printed.checksum,
        printed_at=NOON,
        **row,
    )


def parts_of_letter(content: Content, tracking: str) -> tuple[str, str]:
    """The text and the HTML of Ada's letter."""
    edition = edition_of(press(content))
    stationery = Stationery(SIGNER, URLS)
    prepared = prepare_edition(HEAD, edition, 7, stationery, now=NOON, tracking=tracking)
    letter = prepared.form.finish(draft_letter(prepared, ADA), ())
    message = message_from_bytes(letter.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = [part.get_content() for part in message.iter_parts()]
    return plain, html


def secrets_in(part: str) -> list[int]:
    return [part.count(secret) for secret in SECRETS]


EXPECTED = {
    tracking: [secrets_in(part) for part in parts_of_letter(PLAIN, tracking)]
    for tracking in ("off", "individual")
}


@settings(max_examples=25, deadline=None)
@given(CONTENTS, st.sampled_from(sorted(EXPECTED)))
@example(replace(PLAIN, intro="[[[email]] [[[preferences_url]] [[[track]]"), "individual")
@example(replace(PLAIN, face=replace(PLAIN.face, name="[[[email]] N")), "off")
@example(replace(PLAIN, lead=replace(ITEM, title="https://x.example/w")), "individual")
@example(replace(PLAIN, lead=replace(ITEM, image_url="https://e.example/?[[[email]]")), "off")
def test_a_letter_has_what_is_its_readers_only_where_the_template_puts_it(
    content: Content, tracking: str
) -> None:
    found = [secrets_in(part) for part in parts_of_letter(content, tracking)]
    for seen, expected in zip(found, EXPECTED[tracking], strict=True):
        # Address, name and the letter's token. The name is in the envelope's field alone.
        assert seen[:3] == expected[:3]
        # A link of which a mail client would make nothing is not counted, and has no token.
        assert seen[3] <= expected[3]

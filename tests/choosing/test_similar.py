"""Similar reading: near in words, never the same story again, and the same answer each time."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.similar import Corpus, Document, document_of, nearest
from tests.samples.reports import report
from tests.samples.stories import OWN, read_items
from tests.samples.times import NOON

COURT = Document(
    "Court orders Meridia to open its app store",
    "The judge gave the phone maker 90 days.",
    source="Wire",
    published_at=NOON,
)
TWIN = Document(
    "Judge tells phone maker Meridia to open app store within 90 days",
    "",
    source="Post",
    published_at=NOON,
)
OTHERS = [
    Document("A kitchen robot learns to crack eggs", "It took the gripper a winter."),
    Document(
        "Phone makers face new rules on app store fees",
        "A court case may come first.",
        published_at=NOON - timedelta(days=20),
    ),
    Document("Harbour pilots try a chart that talks", ""),
]

WEEK = timedelta(days=7)
WORDS = ("kettle", "violin", "glacier", "turbine", "parsley", "marble", "pepper", "saddle")


def test_the_nearest_in_words_comes_first_and_what_shares_nothing_does_not_come() -> None:
    assert nearest(COURT, OTHERS, 3)[0] == 1
    assert nearest(Document("Zylophone", ""), OTHERS, 3) == []


def test_the_same_story_told_again_is_not_similar_nor_is_a_story_shown_twice() -> None:
    assert nearest(COURT, [TWIN, *OTHERS], 4)[0] == 2
    assert 0 not in nearest(COURT, [TWIN, *OTHERS], 4)
    fees = Document(
        "Phone makers face new rules about app store fees",
        "A court case may come first.",
        source="B",
        published_at=NOON - timedelta(days=20),
    )
    chosen = nearest(COURT, [*OTHERS, fees], 4)
    assert len({1, 3} & set(chosen)) == 1


def test_what_shares_a_word_or_an_announcement_alone_is_not_near() -> None:
    among = [
        Document("Introducing a kettle for pilots", ""),
        Document("Now available: a lantern that talks", ""),
        *OTHERS,
    ]
    assert nearest(Document("Introducing the Meridia Two", ""), among, 5) == []
    assert nearest(Document("Pilots are on strike in Oslo", ""), among, 5) == []


def test_rather_two_than_five_of_which_three_are_far_less_near() -> None:
    to = Document("Meridia recalls its harbour lanterns", "A fuse may melt.")
    near = [
        Document("Why a lantern fuse may melt", "Harbour pilots ask.", published_at=NOON),
        Document("Recalls of lanterns double", "A fuse is often why.", published_at=NOON - WEEK),
    ]
    far = [
        Document("Meridia rows a regatta", "Past the harbour.", published_at=NOON - 2 * WEEK),
        Document("A bakery in the harbour", "Meridia eats.", published_at=NOON - 3 * WEEK),
        Document("A choir at the harbour", "Meridia sings.", published_at=NOON - 4 * WEEK),
    ]
    others = [Document(f"The {word} of {word}ham", f"{word} after {word}.") for word in WORDS]
    assert set(nearest(to, [*near, *far, *others], 5)) == {0, 1}


def test_the_text_of_the_page_counts() -> None:
    plain = Document("A quiet week", "")
    page = Document("A quiet week", "", "What a robot learns to crack in this kitchen.")
    assert nearest(plain, OTHERS, 1) == []
    assert nearest(page, OTHERS, 1) == [0]


def test_no_similar_reading_of_labelled_items_tells_their_own_story_but_seldom() -> None:
    items = read_items(OWN)
    corpus = Corpus(
        [Document(item.title, item.dek, "", item.source, item.published_at) for item in items]
    )
    pairs = [
        (item.story, items[near].story)
        for at, item in enumerate(items)
        for near in corpus.nearest(at, 3)
    ]
    assert sum(story == near for story, near in pairs) <= len(pairs) * 0.15


@given(
    st.lists(
        st.builds(Document, st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 5),
)
def test_any_texts_have_an_answer_that_is_no_longer_than_asked_and_never_the_text_itself(
    texts: list[Document], count: int
) -> None:
    for at in range(len(texts)):
        near = Corpus(texts).nearest(at, count)
        assert len(near) == len(set(near)) <= count
        assert at not in near
        assert near == Corpus(texts).nearest(at, count)


def test_a_report_is_compared_by_what_is_known_without_its_page() -> None:
    made = report("Ferry fares rise", "Bells ring.", source="Wire", at=NOON)
    assert document_of(made) == Document("Ferry fares rise", "Bells ring.", "", "Wire", NOON)

"""Pure. Genres of sources, and a first guess at one from the first items that a source shows.

A guess goes by the form of titles, by their words, by whose pages are linked, and by the pace. It
is a beginning: an editor may say otherwise, and what editors choose soon counts for more.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from newsletter.choosing.cues import Cues, words_of
from newsletter.choosing.filler import lists_stories
from newsletter.choosing.voices.firms import firm_of, firm_of_source, label_of

# In the order in which a list of choices shows them.
GENRES: Mapping[str, str] = {
    "press": "a newspaper, magazine or independent writer",
    "lab": "a laboratory or institute that publishes results",
    "vendor": "a firm's own blog",
    "changelog": "a list of changes of a product",
    "podcast": "a podcast or video channel",
    "roundup": "a newsletter that rounds up what others wrote",
    "community": "links and posts of a community",
    "other": "none of these: it counts as any other",
}
FIRST_ITEMS = 30  # a guess looks at so many
FEWEST_ITEMS = 5  # of fewer it says nothing
MOSTLY = 0.5  # such a share of the items decides by form
OFTEN = 0.25  # such a share shows what a source writes about
MANY_FIRMS = 5  # a community links to at least so many
MANY_AUTHORS = 3
PRESS_A_WEEK = 5.0  # who writes so often about others has a newsroom, or writes for a living
LONGEST_TITLE = 200

# A product's name and a version, or nothing but a version or a date.
VERSION = re.compile(
    r"(?:[\w.@/+-]+[ :]){0,5}(?:v(?:ersion )?)?\d{1,4}[.-]\d{1,4}(?:[.-][\w+-]{1,20})*"
    r"(?: (?:is )?(?:released?|out|available)| [(\[][\w .,-]{1,30}[)\]])?$",
    re.IGNORECASE,
)
CHANGES_PATH = re.compile(r"/(?:releases/|changelog|release-notes|whats-new)", re.IGNORECASE)
EPISODE = re.compile(r"^(?:ep(?:isode)?\.? ?)?#?\d{1,4}\b ?[:.|–—-]|\bep(?:isode)?\.? ?#?\d", re.I)
ISSUE_NUMBER = re.compile(r"(?:\bissue |\bno\.? ?|\bvol\.? ?|#)\d{1,4}\b", re.IGNORECASE)
NOT_IN_NAMES = re.compile(r"[\W\d_]+")

# The words of titles, by what they show of a source. The syntax is in cues.py.
TITLE_WORDS: Mapping[str, str] = {
    "changelog": (
        "changelog*, release notes, patch notes, ^fix, ^fixed, ^fixes, ^fix*, ^added, ^bugfix*, "
        "^hotfix*, ^deprecat*, ^minor, ^maintenance release"
    ),
    "podcast": "podcast*, episode*, interview with, in conversation with, live from",
    "roundup": (
        "weekly, digest, roundup, round-up, this week in, the week in, week in, of the week, links "
        "for, weekend reading, news of the week, monthly"
    ),
    "community": "show hn, ask hn, tell hn, ask r, ama, megathread, discussion",
    "lesson": (
        "how to, guide, guides, tutorial*, best practices, ^build, ^building, ^using, ^use, "
        "what is, what are, tips, getting started, introduction to, explained, deep dive, "
        "step by step, playbook, lessons, customer*, case study, part #, integrat*, workflow*, "
        "for developers, webinar*, powered by, partner*, ^meet, ^inside, ^how, ^why"
    ),
    "lab": (
        "research*, paper*, study, studies, evaluat*, benchmark*, measur*, finding*, evidence, "
        "experiment*, trial*, dataset*, survey of, theor*, hypothes*, learn, learning, neural, "
        "alignment, safety, safeguard*, risk*, interpretab*, reasoning, model, models, toward, "
        "towards, predict*, understanding, discover*, detect*, scientific, science, system card"
    ),
    "use": "with",  # "how to do this with our product"; the press uses the word, too
    "own": "we, our, us, announcing, introducing, we're, joins",
}
NAME_WORDS: Mapping[str, str] = {
    "changelog": "changelog, changes, releases, release notes, updates, versions",
    "podcast": "podcast, podcasts, radio, show, episodes, youtube",
    "roundup": "weekly, digest, roundup, round-up, letter, links, briefing, newsletter",
    "community": "reddit, r, hacker news, forum, lobsters, discussions, subreddit",
    "lab": "research, papers, lab, labs, laboratory, institute, university, publications",
}
TITLE_CUES = Cues(TITLE_WORDS.items())
NAME_CUES = Cues(NAME_WORDS.items())


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item that a source showed, as far as a guess looks at it."""

    title: str
    url: str
    author: str
    published_at: datetime


class GenreGuess(NamedTuple):
    """A genre, and what in the items made us think so. Both are "" where nothing did."""

    genre: str = ""
    because: str = ""


NO_GUESS = GenreGuess()


def guess_genre(name: str, items: Sequence[ShownItem]) -> GenreGuess:
    """Guess what a source of that name is, by up to thirty of its items."""
    items = items[:FIRST_ITEMS]
    if len(items) < FEWEST_ITEMS:
        return NO_GUESS
    traits = _Traits(name, items)
    # Forms first: they are surer than words. A source is a vendor's or the press's for the rest.
    guesses = (rule(traits) for rule in RULES)
    return next((guess for guess in guesses if guess.genre), NO_GUESS)


class _Traits:
    """What the items of one source have in common, as shares 0..1."""

    def __init__(
        self,
        name: str,
        items: Sequence[ShownItem],
    ) -> None:
        self.total = len(items)
        self.name_shows = NAME_CUES.found_in(_words_of_name(name))
        self.titles = [item.title[:LONGEST_TITLE] for item in items]
        self.urls = [item.url for item in items]
        self.firm = firm_of_source(self.urls)
        self.authors = {item.author for item in items} - {""}
        self._shown = [TITLE_CUES.found_in(words_of(title)) for title in self.titles]
        self._dates = sorted(item.published_at for item in items)

    def share(self, *kinds: str) -> float:
        """The titles that have words of one of these kinds."""
        return sum(not shown.isdisjoint(kinds) for shown in self._shown) / self.total

    def share_of(
        self,
        holds: Callable[[str], object],
        texts: Collection[str],
    ) -> float:
        """The titles or addresses for which `holds` is true."""
        return sum(bool(holds(text)) for text in texts) / self.total

    def share_of_own(self) -> float:
        """The titles in which the writer is the subject: by its name, or as "we"."""
        label = NOT_IN_NAMES.sub("", label_of(self.firm))
        own = 0
        for title, shown in zip(self.titles, self._shown, strict=True):
            has_name = bool(label) and label in NOT_IN_NAMES.sub("", title.casefold())
            own += has_name or "own" in shown
        return own / self.total

    def firms(self) -> int:
        """How many firms or accounts are linked."""
        return len({firm_of(url) for url in self.urls} - {""})

    def weekly(self) -> float:
        """How many items come in a week; many on one day are a backlog, not a pace."""
        days = (self._dates[-1] - self._dates[0]).total_seconds() / 86_400
        return 7 * (self.total - 1) / days if days >= 1 else 0.0


def _changelog(traits: _Traits) -> GenreGuess:
    versions = traits.share_of(_is_version, traits.titles)
    changes = max(versions, traits.share("changelog"), traits.share_of(_lists_changes, traits.urls))
    if changes >= MOSTLY or (changes >= OFTEN and "changelog" in traits.name_shows):
        return GenreGuess("changelog", f"{_percent(changes)} of its titles are versions or changes")
    return NO_GUESS


def _podcast(traits: _Traits) -> GenreGuess:
    episodes = max(traits.share_of(EPISODE.search, traits.titles), traits.share("podcast"))
    if episodes >= MOSTLY or "podcast" in traits.name_shows:
        return GenreGuess("podcast", f"{_percent(episodes)} of its titles are episodes")
    return NO_GUESS


def _community(traits: _Traits) -> GenreGuess:
    firms = traits.firms()
    is_wide = not traits.firm and firms >= max(MANY_FIRMS, traits.total // 2)
    if is_wide or "community" in traits.name_shows or traits.share("community") >= OFTEN:
        return GenreGuess("community", f"its items are at {firms} sites, or members wrote them")
    return NO_GUESS


def _roundup(traits: _Traits) -> GenreGuess:
    lists = traits.share_of(_rounds_up, traits.titles)
    share = max(lists, traits.share("roundup"))
    if share >= MOSTLY or (share >= OFTEN and "roundup" in traits.name_shows):
        return GenreGuess("roundup", f"{_percent(share)} of its titles are lists or numbers")
    return NO_GUESS


def _own_blog(traits: _Traits) -> GenreGuess:
    """A laboratory has more titles of results than of lessons; a vendor the other way round."""
    own = traits.share_of_own()
    results = traits.share("lab")
    lessons = traits.share("lesson", "use")
    is_lab = "lab" in traits.name_shows or results >= OFTEN
    if is_lab and results > lessons:
        return GenreGuess("lab", f"{_percent(results)} of its titles are of results and models")
    if own >= OFTEN or lessons >= MOSTLY:
        return GenreGuess(
            "vendor",
            f"{_percent(own)} of its titles are about itself, {_percent(lessons)} teach or show",
        )
    return NO_GUESS


def _press(traits: _Traits) -> GenreGuess:
    """Who writes often, or by many hands, and hardly ever about itself."""
    weekly = traits.weekly()
    is_written = weekly >= PRESS_A_WEEK or len(traits.authors) >= MANY_AUTHORS
    # A firm's engineers sign what they write, too; it teaches, or is about the firm.
    is_of_others = max(traits.share_of_own(), traits.share("lesson")) < OFTEN
    if is_written and is_of_others and "lab" not in traits.name_shows:
        return GenreGuess("press", f"it writes about others, {weekly:.0f} times a week")
    return NO_GUESS


RULES = (_changelog, _podcast, _roundup, _community, _press, _own_blog)


def _words_of_name(name: str) -> tuple[str, ...]:
    return words_of(name.replace("_", " ").replace("/", " "))


def _is_version(title: str) -> bool:
    return VERSION.match(title) is not None


def _lists_changes(url: str) -> bool:
    return CHANGES_PATH.search(url) is not None


def _rounds_up(title: str) -> bool:
    return lists_stories(title) or ISSUE_NUMBER.search(title) is not None


def _percent(share: float) -> str:
    return f"{share:.0%}"

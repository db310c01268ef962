"""Pure. Families of news: what kinds of consequence an article shows, and what speaks against it.

A family has points: above nought where editors want such news, below where they leave it out. What
a title shows counts in full, what only a dek shows counts half. The strongest family counts in
full, each further one a third of the one before; a family that `adds` counts beside them in full.

A title has often words of several families: a lesson that names a court, a recall that names its
guide. So families make each other void (`unless`), those that speak against an article first: a
lesson about a data breach is news of the breach, and a finding in a lesson is none.

What a family is worth is in a cue file. What is here is the same for every trade.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from newsletter.choosing.news.forms import forms_of
from newsletter.choosing.news.phrases import Phrase, PhraseBook
from newsletter.choosing.voices.firms import host_of

Kind = Literal["filler", "lesson"]  # of what is no news

KNOWN = "known"  # the class of products that the world knows by name
DEK_COUNTS = 0.5  # what happened should be in the title
DEK_WARNS = 0.2  # “Learn how …” is what many deks of news say
DEK_CHARS = 300  # a dek tells in so many signs what an article is about
FURTHER = 0.35  # of the points of the family before


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of news, or of what is none.

    `mark` is "filler" or "lesson" for what is none, else "". It is void where a family of `unless`
    is found, or where none of `needs` is. `forms` are in forms.py; `topics` are in lower case, as
    feeds give them; `hosts` are ends of host names, `paths` parts of an address. `dek` is what
    counts where only the dek shows it, None for what is usual.
    """

    name: str
    says: str
    points: float
    mark: Kind | Literal[""] = ""
    adds: bool = False
    urgent: bool = False
    dek: float | None = None
    phrases: tuple[Phrase, ...] = ()
    unless: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Sign(NamedTuple):
    """A family that an article shows, and how much of its points counts, 0..1."""

    family: Family
    share: float

    @property
    def points(self) -> float:
        return self.family.points * self.share

    @property
    def is_plain(self) -> bool:
        """True if more than the dek shows it."""
        return self.share == 1


class NewsCues:
    """The families of one cue file."""

    def __init__(
        self,
        language: str,
        families: Iterable[Family],
        classes: Mapping[str, Iterable[str]],
    ) -> None:
        """Raises BadPhrase for a phrase with a class that is missing."""
        self.language = language
        self.families = {family.name: family for family in families}
        phrases = {family.name: family.phrases for family in self.families.values()}
        self._book = PhraseBook(phrases, classes)
        self._with_forms = [family for family in self.families.values() if family.forms]
        self._with_topics = [family for family in self.families.values() if family.topics]
        self._with_hosts = [family for family in self.families.values() if family.hosts]
        # Thousands of articles are at a few hundred hosts.
        self._by_host = lru_cache(maxsize=1 << 12)(self._shown_by_host)
        self._with_paths = [family for family in self.families.values() if family.paths]
        self._known = tuple(classes.get(KNOWN, ()))
        self._signs = lru_cache(maxsize=1 << 15)(self._look)

    def signs(
        self,
        title: str,
        dek: str,
        topics: tuple[str, ...] = (),
        url: str = "",
    ) -> tuple[Sign, ...]:
        """Return what an article shows, the strongest first."""
        return self._signs(title, dek[:DEK_CHARS], topics, url)

    def _look(
        self,
        title: str,
        dek: str,
        topics: tuple[str, ...],
        url: str,
    ) -> tuple[Sign, ...]:
        shown = self._shown_by_title(title) | self._shown_around(topics, url)
        in_dek = self._book.found_in(dek) - shown if dek else set()
        if not shown and not in_dek:  # as in half of all articles
            return ()
        signs = [Sign(family, 1.0) for family in self._named(shown)]
        signs += [Sign(family, _dek_counts(family)) for family in self._named(in_dek)]
        against, found = _not_void(signs, shown)
        return tuple(sorted((*found, *against), key=_strongest_first))

    def _named(
        self,
        names: Iterable[str],
    ) -> list[Family]:
        """Return the families of these names."""
        return [self.families[name] for name in names]

    def _shown_by_title(
        self,
        title: str,
    ) -> set[str]:
        """Return what the words and the form of a title show."""
        return self._book.found_in(title) | self._shown_by_form(title)

    def _shown_by_form(
        self,
        title: str,
    ) -> set[str]:
        """Return what the form of a title shows."""
        forms = forms_of(
            title,
            self._known,
        )
        if not forms:  # as nearly all titles have none
            return set()
        return {family.name for family in self._with_forms if family.forms & forms}

    def _shown_around(
        self,
        topics: Iterable[str],
        url: str,
    ) -> set[str]:
        """Return what its topics and its address show."""
        names = set(map(str.casefold, topics))
        shown = {family.name for family in self._with_topics if not names.isdisjoint(family.topics)}
        return shown | self._shown_by_address(url)

    def _shown_by_address(
        self,
        url: str,
    ) -> set[str]:
        """Return what an address shows: by the end of its host, or by a part of its path."""
        paths = {family.name for family in self._with_paths if _has_path(url, family)}
        return paths | self._by_host(host_of(url))

    def _shown_by_host(
        self,
        host: str,
    ) -> Set[str]:
        """Return what a host shows."""
        return {family.name for family in self._with_hosts if host.endswith(family.hosts)}


def value_of(signs: Iterable[Sign]) -> list[tuple[Sign, float]]:
    """Return what each sign gives or takes: the strongest in full, each further one less."""
    counted = []
    shares = {True: 1.0, False: 1.0}
    for sign in sorted(signs, key=_strongest_first):
        if sign.family.adds:
            counted.append((sign, sign.points))
            continue
        gives = sign.points > 0
        counted.append((sign, sign.points * shares[gives]))
        shares[gives] *= FURTHER
    return counted


def _dek_counts(family: Family) -> float:
    """Return what counts of a family that only the dek shows."""
    if family.dek is not None:
        return family.dek
    return DEK_COUNTS if family.points > 0 else DEK_WARNS


def _not_void(
    signs: Iterable[Sign],
    shown: set[str],
) -> tuple[list[Sign], list[Sign]]:
    """Return what speaks against an article, and what for it, without what others make void.

    What speaks against is settled first; `shown` are the families of its title.
    """
    by_sign = _partition(signs)
    against = [sign for sign in by_sign[0] if sign.family.unless.isdisjoint(shown)]
    standing = shown & {sign.family.name for sign in against}
    found = [sign for sign in by_sign[1] if sign.family.unless.isdisjoint(standing)]
    names = {sign.family.name for sign in found}
    return against, [sign for sign in found if _has_needs(sign.family, names)]


def _partition(signs: Iterable[Sign]) -> tuple[list[Sign], list[Sign]]:
    """Return the signs that take points, and those that give some."""
    takes: list[Sign] = []
    gives: list[Sign] = []
    for sign in signs:
        (takes if sign.points < 0 else gives).append(sign)
    return takes, gives


def _has_path(
    url: str,
    family: Family,
) -> bool:
    """True if the address has one of the paths of a family."""
    return any(path in url for path in family.paths)


def _has_needs(
    family: Family,
    names: set[str],
) -> bool:
    """True for a family that needs none, or has one of those that it needs."""
    return not family.needs or not family.needs.isdisjoint(names)


def _strongest_first(sign: Sign) -> tuple[float, str]:
    """Order signs by their points, whatever they give or take, then by name."""
    return -abs(sign.points), sign.family.name

"""Every pattern of the product, and the text that takes it longest.

A pattern is tried on 1 MB of its worst text as it is used; or, where a cut stands before it,
through the function with the cut. How a worst text is found: a part that may begin anywhere, so
that the rest of the text is scanned again from each beginning.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from newsletter import setting_checks, settings
from newsletter.archive import past_files
from newsletter.choosing import cues, filler, ranking, words
from newsletter.choosing.folds import apart, profiles
from newsletter.choosing.news import forms, phrases
from newsletter.choosing.voices import genres
from newsletter.formats import decoding, feeds, found, links, markup, pictures
from newsletter.formats.canonical import canonical
from newsletter.formats.dates import reading as dates
from newsletter.formats.listings import read_listing
from newsletter.formats.pages import bylines, imported_html, metadata, site_links
from newsletter.formats.prose import blurbs, deks, people
from newsletter.formats.trees import parse_page
from newsletter.gathering import articles
from newsletter.issues.wording.titles import words_for
from newsletter.lists import cells
from newsletter.lists.meaning import asking, survey, vocabulary
from newsletter.lists.meaning import words as list_words
from newsletter.lists.meaning.exports import FILE_NAMES
from newsletter.mail import outcomes
from newsletter.tracking import robots
from subscribers import mailboxes
from tests.architecture.sources import Module, modules
from tests.samples.times import NOON

SIZE = 1_000_000  # characters
AT = "https://news.example/"
AnyPattern = re.Pattern[str] | re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Worst:
    """A text that is `unit` over and over, and what works on it.

    `use` is a pattern's own method, or a function that cuts the text before its patterns see it.
    """

    use: str | Callable[[str], object]
    unit: str
    before: str = ""

    def text(self, size: int = SIZE) -> str:
        """The text, of so many characters."""
        return (self.before + self.unit * (size // len(self.unit) + 1))[:size]


def compiled() -> Mapping[str, AnyPattern]:
    """Every pattern of the product, by module and name; those of a table have numbers, too."""
    return dict(each for module in modules() for each in _patterns_of(module))


def calls_of_re(module: Module) -> Iterator[ast.Call]:
    """Every call of a function of the module `re`."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
                yield node


def _patterns_of(module: Module) -> Iterator[tuple[str, AnyPattern]]:
    name = module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for node in module.tree.body:
        if not isinstance(node, ast.Assign) or not _compiles(node.value):
            continue
        target = node.targets[0]
        assert isinstance(target, ast.Name), f"{name}: a pattern without a name"
        value = getattr(importlib.import_module(name), target.id)
        inside = list(_inside(value))
        for place, pattern in enumerate(inside):
            number = "" if value is pattern else f"[{place}]"
            yield f"{name}.{target.id}{number}", pattern


def _compiles(value: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "compile"
        and isinstance(node.value, ast.Name)
        and node.value.id == "re"
        for node in ast.walk(value)
    )


def _inside(value: object) -> Iterator[AnyPattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _inside(part)


def _item(**fields: object) -> object:
    values = {"links": [AT], "title": "A title"} | fields
    return found.make_found(found.SourceItem(**values), AT)  # type: ignore[arg-type]


def _title(text: str) -> object:
    return _item(title=text)


def _glued(text: str) -> object:
    return _item(title=text, dates=["2026-05-05"])


def _blurb(text: str) -> object:
    return blurbs.printed_blurb(text, "A title")


def _headline(text: str) -> object:
    return words_for([text, "A second", "A third"])


def _ranked(text: str) -> object:
    return ranking.TEASING.search(text[: cues.LONGEST])


def _named(text: str) -> object:
    return metadata._without_site(text, "A site")


def _personal(text: str) -> object:
    link = parse_page("<a>x</a>")
    assert link is not None
    link.text = text
    return imported_html._is_personal(link, text)


def _past(text: str) -> object:
    return past_files._number("", text, "")


def _wrapped(text: str) -> object:
    return _item(links=[f"https://news.google.com/rss/articles/{text}"])


def _site(text: str) -> object:
    return site_links.read_site(f'<a href="{text}" title="{text}">x</a>'.encode(), AT)


def _link(text: str) -> object:
    item = _item(links=[AT + text])
    kept = item.url if isinstance(item, found.Found) else ""
    return (canonical(kept), links.may_be_article(kept), links.day_in(kept))


def _listed(text: str) -> object:
    linked = f'<div class="{text}"><a href="/a-b-c">A title of a page</a></div>'
    return read_listing(linked.encode(), AT)


def _encoding(text: str) -> object:
    return decoding.decode(text.encode("latin-1"))


def _filler(text: str) -> object:
    return (filler.patterns(text), filler._mark_by_form(text))


def _genre(text: str) -> object:
    items = [genres.ShownItem(text, text[: genres.LONGEST_TITLE], "", NOON)] * genres.FEWEST_ITEMS
    return genres.guess_genre(text, items)


def _versions(text: str) -> object:
    return (profiles._versions(text, frozenset()), profiles._words_of_name(text))


def _series(text: str) -> object:
    return (apart._is_series_or_guide(text), apart._skeleton(text))


def _reply(text: str) -> object:
    return outcomes.read_reply(550, text)


def _agent(text: str) -> object:
    return robots._is_program(text.encode("latin-1"))


def _times(text: str) -> object:
    tally = survey.ColumnTally()
    tally.add_times([text])
    return tally


def _confirming(text: str) -> object:
    return asking.CONFIRMING.search(vocabulary.fold(text))


def _setting(text: str) -> object:
    """Read a setting as the file has it, then what looks at it."""
    with suppress(setting_checks.BadSetting):
        value = settings._typed_value("database_url", text)
        setting_checks.check_database_url("database_url", str(value))
        setting_checks.check_leave_mailbox(str(value))
    return None


def _phrases(text: str) -> object:
    return phrases.PhraseBook({}, {}).found_in(text)


def _forms(text: str) -> object:
    return forms.forms_of(text, ())


CHOOSING = "newsletter.choosing."
MEANING = "newsletter.lists.meaning."
FORMATS = "newsletter.formats."
PAGES = "newsletter.formats.pages."
PROSE = "newsletter.formats.prose."
ONE_TAIL = tuple(
    Worst(_blurb, unit)
    for unit in (
        *(" ", "the post ", "this article was published in ", "read more ", "points: "),
        *("1 points ", "photo: a ", "[...] ", "a. ", "submitted by /u/", "[comments] "),
        *("article url: https: ", "cet article erschien zuerst auf ", "Continue reading "),
    )
)
ONE_HEAD = (
    Worst(_blurb, " ", "arXiv:"),
    Worst(_blurb, "arXiv:1 "),
    Worst(_blurb, "tldr "),
    Worst(_blurb, "A"),
    Worst(_blurb, "By A "),
    Worst(_blurb, "A ("),
    Worst(_blurb, "posted "),
)
ONE_DATE = tuple(
    Worst(dates.read_date, unit, before)
    for before in ("", "at ")
    for unit in ("1", "a", "1 ", "1 a ", "1.", "1:", "11:11", "2026年", " ", "ﷺ", "kl ", "17時")
)
IN_A_FILLER = (
    Worst(_filler, "a "),
    Worst(_filler, "1 "),
    Worst(_filler, "How A "),
    Worst(_filler, "A, "),
)
IN_A_GENRE = tuple(Worst(_genre, unit) for unit in ("1.", "a ", "1-", "a.", "ep", "#", "1.1 ("))
BEGINS = ("non_subscribed_", "unsubscribed_", "cleaned_", "subscribed_")
OF_A_FILE = tuple(
    Worst("search", unit, before)
    for before in ("", *BEGINS)
    for unit in ("a", "members", "audience_", "-unsubscribed.cs")
)
# By the pattern's module and name.
WORST: Mapping[str, tuple[Worst, ...]] = {
    "newsletter.archive.past_files.NAMED_DAY": (Worst("search", "1111-11-"),),
    "newsletter.archive.past_files.NAMED_NUMBER": (Worst(_past, "no._"), Worst(_past, "#")),
    "newsletter.archive.past_files.NUMBER": (Worst("fullmatch", "1"),),
    "newsletter.archive.search_terms.WORD": (Worst("search", "_"), Worst("fullmatch", "a")),
    CHOOSING + "cues.WORD": (Worst(cues.words_of, "a-"), Worst(cues.words_of, "1.")),
    CHOOSING + "cues.DIGIT": (Worst("search", "a"),),
    CHOOSING + "cues.FIGURES": (Worst("fullmatch", "1."),),
    CHOOSING + "filler.DATE": IN_A_FILLER,
    CHOOSING + "filler.LABEL": IN_A_FILLER,
    CHOOSING + "filler.LIST_SIGNS": IN_A_FILLER,
    CHOOSING + "filler.BRACKETS": (
        Worst(filler._is_sponsored, "("),
        Worst(filler._is_sponsored, "(    "),
    ),
    CHOOSING + "filler.NUMBERED": IN_A_FILLER,
    CHOOSING + "filler.STANDING": IN_A_FILLER,
    CHOOSING + "folds.apart.SERIES": (Worst(_series, "best "), Worst(_series, "this week")),
    CHOOSING + "folds.apart.GUIDE": (Worst("search", "how "), Worst("search", "best ")),
    CHOOSING + "folds.profiles.IN_SENTENCE": (Worst("findall", "a Ab"), Worst("findall", "a A")),
    CHOOSING + "folds.profiles.VERSION": (Worst(_versions, "A"), Worst(_versions, "Ab 1.1")),
    CHOOSING + "folds.apart.DATED": (Worst(_series, "jan"), Worst(_series, "1 ")),
    CHOOSING + "languages.WORD": (Worst("findall", "a"), Worst("findall", "a ")),
    CHOOSING + "news.forms.AMOUNT": (Worst(_forms, "1,"), Worst(_forms, "$1")),
    CHOOSING + "news.forms.VERSION": (Worst(_forms, "A-"), Worst(_forms, "A ")),
    CHOOSING + "news.forms.BARE_VERSION": (Worst(_forms, "1."), Worst(_forms, "a", "==1")),
    CHOOSING + "news.forms.BUILD": (Worst(_forms, "b1"), Worst(_forms, "1")),
    CHOOSING + "news.forms.BENCH": (Worst(_forms, "a-bench"), Worst(_forms, "a", "bench ")),
    CHOOSING + "news.forms.LOOK_BACK": (Worst(_forms, "A ", " in 20 "),),
    CHOOSING + "news.forms.CROSS": (Worst(_forms, "A ", " x "),),
    CHOOSING + "news.phrases.BREAK": (Worst(_phrases, ": "), Worst("split", " ")),
    CHOOSING + "news.phrases.WRITTEN": (Worst("fullmatch", "a"), Worst("fullmatch", "<a")),
    CHOOSING + "voices.genres.VERSION": IN_A_GENRE,
    CHOOSING + "voices.genres.CHANGES_PATH": (Worst("search", "/release"),),
    CHOOSING + "voices.genres.EPISODE": IN_A_GENRE,
    CHOOSING + "voices.genres.ISSUE_NUMBER": IN_A_GENRE,
    CHOOSING + "voices.genres.NOT_IN_NAMES": IN_A_GENRE,
    CHOOSING + "ranking.TEASING": (Worst(_ranked, "i"), Worst(_ranked, "my ")),
    CHOOSING + "words.NAME_PART": (Worst(_versions, "a"), Worst(_versions, "a ")),
    CHOOSING + "words.WORD": (Worst(words.parse_text, "a-"),),
    CHOOSING + "words.DIGIT": (Worst("search", "a"),),
    CHOOSING + "words.CODE": (Worst("fullmatch", "a"), Worst("fullmatch", "1", "aa-")),
    CHOOSING + "words.UNSPACED": (Worst(words.parse_text, "\u3041"), Worst("findall", "\u3041a")),
    CHOOSING + "words.NUMBER": (Worst(words.parse_text, "1,"), Worst(words.parse_text, " $1 ")),
    "newsletter.cadence.holidays.DATE": (Worst("fullmatch", "1"), Worst("match", "1")),
    "newsletter.cadence.holidays.LENGTH": (Worst("fullmatch", "1", "P"),),
    "newsletter.cadence.moments.SEPARATED": (Worst("fullmatch", "1"),),
    "newsletter.cadence.reading.DAY_NUMBER": (Worst("fullmatch", "1"),),
    "newsletter.cadence.reading.ISO_DATE": (Worst("fullmatch", "1"),),
    "newsletter.cadence.reading.NO_ZONES": (Worst("fullmatch", "/", "posix"),),
    "newsletter.cadence.reading.TIME": (Worst("fullmatch", "1"),),
    "newsletter.cadence.skips.LINE": (Worst("fullmatch", " a", "2026-12-25"),),
    "newsletter.cadence.yearly.COUNT": (Worst("fullmatch", "1"),),
    "newsletter.cadence.yearly.NTH_DAY": (Worst("fullmatch", "1"),),
    "newsletter.cli.machine.secret.LINE": (
        Worst("findall", "secret='"),
        Worst("findall", "'", "secret='"),
    ),
    "newsletter.database.storable.ESCAPED_NUL": (
        Worst("search", "\\"),
        Worst("search", "\\u000"),
        Worst("search", "a\\"),
    ),
    "newsletter.delivery.sender.journal.NOT_IN_NAMES": (Worst("sub", "a"),),
    "newsletter.delivery.sender.journal.HOME": (Worst("fullmatch", "a-"), Worst("fullmatch", "1")),
    "newsletter.demo.feeds.ITEM": (Worst("sub", "<item "), Worst("sub", " ")),
    "newsletter.demo.feeds.DATE": (Worst("search", "<updated>"), Worst("search", " ", "<updated>")),
    "newsletter.demo.inbox.MESSAGE_ID": (Worst("search", "message-id: "), Worst("search", "\n")),
    "newsletter.demo.readers.LINK": (Worst("findall", "http://"), Worst("findall", "/c/")),
    "newsletter.editions.mjml.TAG": (
        Worst("sub", "<!--"),
        Worst("sub", "<a b "),
        Worst("sub", "<a b='"),
    ),
    "newsletter.editions.mjml.VALUE": (Worst("sub", "="), Worst("sub", "= "), Worst("sub", "='\"")),
    "newsletter.editions.mjml.LEFT_OVER": (Worst("search", "<mj"), Worst("search", "<")),
    "newsletter.editions.mjml.BETWEEN_TAGS": (Worst("sub", "\n", ">"), Worst("sub", "> \n")),
    "newsletter.editions.mjml.OFFSET": (Worst("search", "position "),),
    "newsletter.editions.marked.CONFIRMED": (Worst("sub", "you "), Worst("sub", "you confirmed ")),
    "newsletter.editions.marked.CONFIRMED_ON": (Worst("sub", "on "), Worst("sub", "on [[")),
    "newsletter.editions.marked.OF_TEMPLATE": (Worst("sub", " [[a"), Worst("sub", "[")),
    "newsletter.editions.press.CONTROL": (Worst("sub", "a"),),
    "newsletter.editions.tracked.HREF": (
        Worst("sub", "<a "),
        Worst("sub", "<a b='"),
        Worst("sub", "'' ", "<a "),
    ),
    FORMATS + "canonical.TRACKING": (Worst("fullmatch", "utm_"), Worst("fullmatch", "_")),
    FORMATS + "canonical.UNRESERVED": (Worst(_link, "%7E"), Worst("sub", "%")),
    FORMATS + "canonical.ESCAPE": (Worst(_link, "%7e"), Worst("sub", "%")),
    FORMATS + "canonical.BARE_PERCENT": (Worst(_link, "%"), Worst("sub", "a")),
    FORMATS + "canonical.OF_A_PROGRAM": (Worst("match", "a"), Worst("match", "more-1")),
    FORMATS + "canonical.PLAIN": (Worst("fullmatch", "a"),),
    **{
        FORMATS + f"dates.{name}": ONE_DATE
        for name in (
            *("reading.ISO", "reading.EPOCH", "reading.EAST_ASIAN", "reading.NUMERIC"),
            *("reading.DAY_FIRST", "reading.MONTH_FIRST", "reading.YEAR_FIRST"),
            *("reading.YEAR_DAY", "reading.VIETNAMESE", "reading.ERA"),
            *("clocks.ZONE", "clocks.CLOCK", "clocks.CLOCK_24", "clocks.EAST_ASIAN_CLOCK"),
            *("clocks.HOUR", "clocks.AFTER_WORD", "clocks.DOTTED", "zones.FULL_NAME"),
        )
    },
    FORMATS + "decoding.DECLARATION": (
        Worst("sub", " "),
        Worst("sub", "<?xml "),
        Worst("sub", "?", "<?xml "),
    ),
    FORMATS + "decoding.ENCODING": (Worst(_encoding, "<meta"), Worst(_encoding, "<?xml encoding")),
    FORMATS + "decoding.MULTIBYTE": (Worst("findall", "Ã"), Worst("findall", "Ã\x80")),
    FORMATS + "feeds.NEARLY": (Worst("search", "<a"), Worst("search", "<rss:")),
    FORMATS + "feeds.ITEM_TAG": (Worst(feeds._bounded, "<a"), Worst(feeds._bounded, "<item ")),
    FORMATS + "found.LANGUAGE": (Worst(found.language_tag, "a"), Worst(found.language_tag, " ")),
    FORMATS + "found.GLUED": (Worst(_glued, "A"), Worst(_glued, "May 5, 2026")),
    FORMATS + "found.JOINT": (Worst(_glued, "aaaA", "News May 5, 2026"),),
    FORMATS + "markup.SMALL": (Worst("fullmatch", "1"),),
    FORMATS + "pictures.NOT_IN_MAIL": (Worst(pictures.may_be_of_story, ".web"),),
    FORMATS + "pictures.FOLDERS": (Worst(pictures.may_be_of_story, "/logo"),),
    FORMATS + "pictures.NUMBERED": (Worst(pictures.may_be_of_story, "1f600-", "/1f600-"),),
    FORMATS + "pictures.ALONE": (Worst(pictures.may_be_of_story, "dot-1", "/"),),
    FORMATS + "pictures.MARKS": (Worst(pictures.may_be_of_story, "a-logo-x", "/"),),
    FORMATS + "pictures.CLASSES": (Worst(pictures.is_mark_by_class, "logo-"),),
    FORMATS + "prose.people.ADDRESS": (Worst(people.name_of, "a@"), Worst(people.name_of, "a")),
    PAGES + "bylines.BY": (Worst(bylines._name, "by"), Worst(bylines._name, "by ")),
    PAGES + "bylines.END": (Worst(bylines._name, " on "), Worst(bylines._name, " ")),
    FORMATS + "links.SECTIONS": (Worst("fullmatch", "advertis"), Worst("fullmatch", "terms-of-")),
    FORMATS + "links.FRONTS": (Worst("fullmatch", "news"),),
    FORMATS + "links.LISTS": (Worst(_link, "/p/1"), Worst(_link, "1", "/p/")),
    FORMATS + "links.FILES": (Worst(_link, ".jp"), Worst(_link, ".")),
    FORMATS + "links.NUMBERED": (Worst(_link, "&p=a", "?"),),
    FORMATS + "links.DAY": (Worst(_link, "/2026"), Worst(_link, "/20260101")),
    FORMATS + "listings.ASIDE_NAMES": (Worst(_listed, "side"), Worst(_listed, "nav")),
    FORMATS + "listings.GENERIC": (Worst("fullmatch", "read "), Worst("fullmatch", "\u2192 ")),
    FORMATS + "markup.HTML_SIGN": (
        Worst("search", "</"),
        Worst("search", "&#1"),
    ),
    FORMATS + "markup.ENDS": (Worst(_title, "<p "), Worst(_title, "</"), Worst(_title, "<b>")),
    FORMATS + "markup.IMAGE": (
        Worst(markup.first_image, "<img"),
        Worst(markup.first_image, "a", "<img "),
    ),
    FORMATS + "markup.ATTRIBUTE": (
        Worst(markup.first_image, "src='", "<img "),
        Worst(markup.first_image, "<img src ="),
        Worst(markup.first_image, 'src="', "<img "),
    ),
    PROSE + "blurbs.SUFFIX": (
        Worst(blurbs.printed_title, " "),
        Worst(blurbs.printed_title, " - "),
    ),
    PROSE + "blurbs.EMOJI": (Worst(blurbs.printed_title, "\u2600"), Worst("sub", "a")),
    PROSE + "blurbs.LABELS": (
        Worst(blurbs.printed_title, "["),
        Worst(blurbs.printed_title, "live "),
    ),
    PROSE + "blurbs.END": (Worst(_blurb, "."), Worst(_blurb, ".)")),
    PROSE + "blurbs.CLAUSE": (Worst(_blurb, "a "), Worst(_blurb, ", and"), Worst("search", "; ")),
    **{PROSE + f"deks.HEADS[{n}]": ONE_HEAD for n in range(len(deks.HEADS))},
    **{PROSE + f"deks.TAILS[{n}]": ONE_TAIL for n in range(len(deks.TAILS))},
    PROSE + "deks.PARTED": (Worst(_blurb, " ", "A title"), Worst(_blurb, " -", "A title")),
    PROSE + "sentences.STOP": (
        Worst("search", ".", "x"),
        Worst("search", "x", ".." + '"' * 500_000),
        Worst(_blurb, "Dr. "),
    ),
    PROSE + "sentences.HIRAGANA": (Worst(_blurb, "。」と"),),
    PAGES + "article_rules.SLUG": (Worst("fullmatch", "a-"), Worst("fullmatch", "a")),
    PAGES + "article_rules.IMAGE": (Worst("fullmatch", "/", "https://a"),),
    PAGES + "article_rules.VERSION": (Worst("fullmatch", "1"),),
    PAGES + "imported_html.HIDDEN": (Worst("search", "display "), Worst("search", " ", "display")),
    PAGES + "imported_html.PERSONAL": (Worst(_personal, "view "), Worst(_personal, "forward")),
    PAGES + "imported_html.MERGE_FIELD": (
        Worst("sub", "{{"),
        Worst("sub", "*|"),
        Worst("sub", "[["),
    ),
    PAGES + "imported_html.EMPTY": (
        Worst("sub", "<p>"),
        Worst("sub", "\u00a0", "<p>"),
        Worst("sub", "&nbsp;", "<p>"),
    ),
    PAGES + "jsonld.ARTICLES": (Worst("match", "a"), Worst("match", "Article")),
    PAGES + "metadata.SEPARATOR": (Worst(_named, " - "), Worst(_named, "a: ")),
    PAGES + "site_links.FEED_LINK": (Worst(_site, "/rss"), Worst(_site, ".")),
    PAGES + "site_links.COMMENTS": (Worst(_site, "comm"), Worst(_site, "kommenta")),
    FORMATS + "trees.NAMESPACES": (
        Worst("sub", ' xmlns="'),
        Worst("sub", "<a"),
        Worst("sub", "a", "<"),
    ),
    FORMATS + "wrappings.GOOGLE": (Worst("sub", "google."), Worst("sub", "google.co.")),
    FORMATS + "wrappings.AMP_CACHE": (
        Worst("fullmatch", "a", "/c/"),
        Worst("fullmatch", ".", "/c/"),
    ),
    FORMATS + "wrappings.AMP_VIEWER": (Worst("fullmatch", ".", "/amp/"),),
    FORMATS + "wrappings.AMP_PATH": (Worst(_link, "/amp"), Worst(_link, "a.amp")),
    FORMATS + "wrappings.TOKEN": (Worst(_wrapped, "a"), Worst(_wrapped, "aaaaaaaaaaaaaaa.")),
    FORMATS + "wrappings.ADDRESS": (Worst("search", "http://"), Worst("search", "http")),
    "newsletter.gathering.articles.FILE_ENDING": (
        Worst(articles._last_words, "."),
        Worst(articles._last_words, ".aaaaa"),
    ),
    "newsletter.gathering.articles.WORD_BREAKS": (
        Worst(articles._last_words, "-"),
        Worst(articles._last_words, "-a"),
    ),
    "newsletter.intake.proof.SALT": (Worst("fullmatch", "a"), Worst("fullmatch", "1")),
    "newsletter.issues.wording.titles.TURN": (Worst(_headline, " ("), Worst(_headline, " ")),
    "newsletter.lists.cells.CONTROL": (Worst(cells._tidy, "\x01"), Worst(cells._tidy, "a\x01")),
    "newsletter.lists.cells.NEAT": (Worst("fullmatch", "a "), Worst("fullmatch", "a")),
    "newsletter.lists.tables.sheets.PLAIN_TITLE": (
        Worst("fullmatch", "a"),
        Worst("fullmatch", "1 ", "a1"),
    ),
    "newsletter.lists.tables.shapes.COMMENT": (
        Worst("fullmatch", "#"),
        Worst("fullmatch", " "),
        Worst("fullmatch", " ", "#"),
        Worst("fullmatch", "a", "#"),
    ),
    MEANING + "answers.ANSWER": tuple(
        Worst("match", unit) for unit in (" ", "a ", ":", " :", ": ", ":active ")
    ),
    MEANING + "dates.ISO": (Worst("fullmatch", "1"),),
    MEANING + "dates.NUMBERS": (
        Worst("fullmatch", " ", "1/1/2024"),
        Worst("fullmatch", " x\n", "1/1/2024"),
        Worst("fullmatch", "1", "1/1/"),
    ),
    MEANING + "dates.YEAR_FIRST": (
        Worst("fullmatch", " ", "2020"),
        Worst("fullmatch", "1", "2020-"),
    ),
    MEANING + "dates.MONTH_FIRST_OF_ALL": (Worst("fullmatch", "1"), Worst("fullmatch", "1", "1/")),
    MEANING + "dates.NAME_AND_YEAR": (Worst("fullmatch", "a"), Worst("fullmatch", "1", "may de ")),
    MEANING + "dates.YEAR_AND_NAME": (Worst("fullmatch", "a", "2020 "), Worst("fullmatch", "1")),
    MEANING + "dates.SERIAL": (Worst("fullmatch", "1", "11111."),),
    **{MEANING + f"exports.FILE_NAMES[{n}]": OF_A_FILE for n in range(len(FILE_NAMES))},
    MEANING + "mailboxes.ANGLED": (
        Worst("fullmatch", " "),
        Worst("fullmatch", "<"),
        *(Worst("fullmatch", unit, "<") for unit in (" ", "@", "a@", "a", "mailto:")),
        Worst("fullmatch", " ", "<a@b"),
        Worst("fullmatch", ", ", "<a@b>"),
    ),
    MEANING + "mailboxes.BRACKETED": (
        *(Worst("fullmatch", unit) for unit in (" ", "@", "a@", "a", "a@a ")),
        Worst("fullmatch", " ", "a@a"),
        Worst("fullmatch", "a ", "a@a ("),
        Worst("fullmatch", ", ", "a@a ()"),
    ),
    MEANING + "mailboxes.LINK": tuple(
        Worst("fullmatch", unit, before)
        for before in ("", "mailto:")
        for unit in (" ", "a", "?", "a ", "mailto:")
    ),
    MEANING + "asking.CODES": (Worst("fullmatch", "1"), Worst("fullmatch", "1", "5.1.")),
    MEANING + "asking.REFUSALS": (Worst("match", "5"), Worst("match", "1", "5.1.")),
    MEANING + "asking.CONFIRMING": (Worst(_confirming, "d"), Worst(_confirming, "confir")),
    MEANING + "asking.NAMELESS": (Worst("fullmatch", "1", "column "),),
    MEANING + "asking.NUMBERS": (
        Worst("fullmatch", "1"),
        Worst("fullmatch", "a"),
        Worst("fullmatch", "a1"),
        Worst("fullmatch", "a", "https:"),
    ),
    MEANING + "survey.YEAR": (Worst(_times, "111/"), Worst(_times, "1/1/1/"), Worst(_times, "a")),
    MEANING + "vocabulary.CAMEL": (Worst(vocabulary.fold, "aA"), Worst("sub", "a")),
    MEANING + "words.DIGITS_OF_DATE": (
        Worst("match", "1", "1-1-"),
        Worst("match", "1"),
        Worst("match", " ", "1-"),
    ),
    MEANING + "vocabulary.LETTERS": (
        Worst(vocabulary.fold, "a "),
        Worst(list_words.heading_meaning, "a "),
        Worst(list_words.kind_of, "a "),
    ),
    MEANING + "words.ZERO_DATES": (Worst("fullmatch", "0", "0000-00-00 00:00:00"),),
    "newsletter.logs.ADDRESS": (Worst("sub", "a"), Worst("sub", "a@"), Worst("sub", "@a")),
    "newsletter.logs.TOKEN": (Worst("sub", "a" * 31 + " "), Worst("sub", "a")),
    "newsletter.logs.DOTTED_NAME": (Worst("fullmatch", "a."), Worst("fullmatch", "a")),
    "newsletter.mail.headers.PLAIN_NAME": (Worst("fullmatch", "a "), Worst("fullmatch", "a")),
    "newsletter.mail.headers.PLAIN_ADDRESS": (Worst("fullmatch", "a."), Worst("fullmatch", "a")),
    "newsletter.mail.letter.MARKUP": (Worst("search", "a"),),
    "newsletter.mail.offers.NO_ADDRESS": (Worst("search", "a"),),
    "newsletter.mail.offers.QUOTED": (Worst("fullmatch", "\\a", '"'), Worst("fullmatch", "a", '"')),
    "newsletter.mail.outcomes.ENHANCED": (Worst("match", " "), Worst("match", "1", "5.1.")),
    "newsletter.mail.outcomes.OURS": (Worst(_reply, "s"), Worst(_reply, "authen")),
    "newsletter.mail.outcomes.GREY": (Worst("search", "gre"), Worst("search", "greyli")),
    "newsletter.mail.outcomes.NOBODY": (Worst(_reply, "unknown "), Worst(_reply, "no such ")),
    "newsletter.mail.outcomes.REPLY": (Worst("fullmatch", "250 "), Worst("fullmatch", "a", "250 ")),
    "newsletter.publications.fields.checks.ORIGIN": (Worst("fullmatch", "a", "http://"),),
    "newsletter.publications.fields.languages.TAG": (Worst("fullmatch", "de-"),),
    "newsletter.publications.own_urls.PATH": (Worst("fullmatch", "a", "/"),),
    "newsletter.publications.own_urls.HOST": (
        Worst("fullmatch", "a", "http://"),
        Worst("fullmatch", "a.", "http://"),
    ),
    "newsletter.publications.redirects.TARGET": (
        Worst("fullmatch", "/"),
        Worst("fullmatch", "a", "/"),
    ),
    "newsletter.settings.BARE_KEY": (Worst("fullmatch", "a"),),
    "newsletter.setting_checks.CONTROL": (Worst("search", "a"),),
    "newsletter.setting_checks.HOST": (Worst("fullmatch", "1"), Worst("fullmatch", "a", "::%")),
    "newsletter.setting_checks.LEAVE_MAILBOX": (
        Worst("fullmatch", "a-"),
        Worst(_setting, "a.", "a@"),
    ),
    "newsletter.setting_checks.POSTGRESQL_URL": tuple(
        Worst(_setting, unit, "postgresql://") for unit in ("a", ":", "a:", "[", "1", "/?", "@")
    ),
    "newsletter.text.NOT_IN_SLUGS": (Worst("sub", "-"), Worst("sub", "a")),
    "newsletter.text.BREAKS": (Worst("sub", "a"),),
    "newsletter.formats.tools.found.BARE_HOST": (
        Worst("fullmatch", "a."),
        Worst("fullmatch", "a"),
        Worst("fullmatch", "x ", "a.b/"),
    ),
    "newsletter.formats.tools.found.TAG_SIGNS": (Worst("split", "a"),),
    "newsletter.tools.cards.HOST": (Worst("fullmatch", "a."), Worst("fullmatch", "a")),
    "newsletter.tools.cards.TAG_SIGNS": (Worst("split", "a"),),
    "newsletter.tracking.robots.AGENTS": (Worst(_agent, "scanne"), Worst(_agent, "p")),
    "newsletter.web.api.problems.NEW_WORD": (Worst("sub", "a"),),
    "newsletter.web.rendering.LOCAL": (
        Worst("sub", " "),
        Worst("sub", ' href="'),
        Worst("sub", ' hx-push-url="//'),
    ),
    "newsletter.web.syndication.NOT_XML": (Worst("sub", "a"),),
    "subscribers.addresses.PLAIN": (
        Worst("match", "a"),
        Worst("match", "a-", "a@"),
        Worst("match", "a."),
    ),
    "subscribers.audiences.filters.DOMAIN": (Worst("fullmatch", "a."), Worst("fullmatch", "a-")),
    "subscribers.joining.signup.TAG": (Worst("fullmatch", "a"),),
    "subscribers.mailboxes.UNSEEN": (
        Worst("sub", "a"),
        Worst("sub", "\u00ad"),
        Worst(mailboxes.mailbox_of, "\u00ada"),
    ),
}

"""Pure. What feeds and pages put around a dek, or in its place: it is no news, and is cut away."""

import re

from newsletter.formats.markup import DEK_CHARS, cut
from newsletter.formats.prose.repetitions import without_repetitions
from newsletter.formats.prose.sentences import sentence_ends

LONGEST = 2000  # characters of a text that are looked at
MOST_FIRST = 600  # characters of a first sentence that is kept whole
MOST_TAILS = 20  # behind one dek
LABEL_WORDS = 6  # a text of so many words in capitals, without a stop, is the name of a section
FEWEST_WORDS = 4  # a text of fewer words without a stop is a label, too
DENSE_CHARS = 10  # where no spaces are between words, so many characters are a sentence
NEWSLETTER_CHARS = 60  # before the colon behind a newsletter's name
DASH = r"\s*[–—-]{1,2}\s+(?=[A-Z“\"])"
HEADS = (
    # arXiv's feeds have its own line before each abstract.
    re.compile(r"^arXiv:\S{1,40}\s+(?:Announce Type: \S{1,20}\s+)?(?:Abstract:\s*)?"),
    re.compile(r"^(?:abstract|summary|tl;?dr|zusammenfassung|résumé)\s*[:–—]\s*", re.IGNORECASE),
    # A byline before a stroke: By Ada Keel |
    re.compile(r"^(?:[Bb]y|[Ff]rom) [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}\s*(?:[|·•]|[-–—]\s)\s*"),
    # The dateline of a news agency: LONDON, May 4 (Agency) —
    re.compile(
        r"^[A-Z][A-Z .,’'-]{2,40}(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?"
        rf"(?: \([A-Z][\w ]{{1,20}}\))?{DASH}"
    ),
    # The same in small letters, where only the agency shows what it is: Berlin (Agency) –
    re.compile(rf"^[A-Z][\w’' .]{{2,25}}(?:, [A-Z][\w.]{{1,12}})? \([A-Z][\w ]{{1,20}}\){DASH}"),
    re.compile(r"^(?:posted|published|updated)(?: on| by)?:? [^.]{3,60}?[|·•–—]\s*", re.IGNORECASE),
    re.compile(r"^(?:\d+|one|two|five|ten)[ -]?min(?:ute)?s? read\s*[.|·•–—-]*\s*", re.IGNORECASE),
)
# `more` alone is a word of many sentences: it counts only behind the end of one, or in brackets.
MORE = (
    r"read more|continue reading|keep reading|read on|read the (?:full|whole|rest of the)"
    r" (?:article|story|post)|click here|learn more|see more|full story|(?<=[.!?…\[(] )more"
    r"|(?<=[\[(])more|(?:hier )?weiterlesen|mehr (?:lesen|erfahren)|zum artikel|lire (?:la suite"
    r"|plus|l[’']article)|en savoir plus|leer más|(?:seguir|continuar) leyendo|saber más"
    r"|leggi (?:tutto|di più|l[’']articolo)|continua a leggere|leia mais|continu(?:e|ar) lendo"
    r"|saiba mais|lees (?:meer|verder)|czytaj (?:więcej|dalej)|läs mer|læs mere|les mer|lue lisää"
    r"|читать (?:далее|дальше|полностью)|подробнее|читати далі|číst dál|devamını oku|続きを読む"
    r"|もっと(?:見る|読む)|阅读(?:更多|全文)|閱讀更多|继续阅读|더 ?보기|자세히 보기|اقرأ المزيد"
)
ON = "weiterlesen|lire la suite|seguir leyendo|continua a leggere|lees verder"
AFTER = (
    r"(?: (?:at|on|about|here|of|the|this|full|article|story|post|in|auf|bei|sur|en|su) ?"
    r"[^.!?]{0,60})?\s*(?:…|\.\.\.|→|»|›|>+)?\s*[\])]?\s*[.:]?"
)
# WordPress adds a line to every item of its feeds, in the language of the site.
POSTED = (
    r"the post|der beitrag|l[’']article|cet article|la entrada|el cargo|l[’']articolo|o post"
    r"|a publicação|het bericht|artykuł|wpis|inlägget|indlægget|innlegget|сообщение|запись|допис"
    r"|příspěvek|a bejegyzés|yazı"
)
FIRST_ON = (
    r"(?:first )?appeared first on|first appeared on|erschien zuerst auf|est apparu en premier"
    r"|se publicó primero|apareció primero|aparece primero|proviene da|sembra essere il primo"
    r"|apareceu primeiro|(?:verscheen|is) (?:als )?eerst|pochodzi z|dök först upp|blev først"
    r"|dukket først|появил[аои]с[ья] сначала|впервые появил|pochází z|először|ilk önce"
)
TAILS = (
    # Nothing of another such line may be within: it would begin again at each.
    re.compile(
        rf"(?:^|\s)(?:{POSTED})\s(?:(?!the post ).){{1,300}}?(?:{FIRST_ON})\b.{{0,120}}$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\s*this (?:article|story|post) (?:was )?(?:originally |first )?(?:appeared|published)"
        r" (?:first )?(?:on|in|at) .{1,80}$",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:^|(?<=[.!?…。:\])\s]))\s*[\[(]?\s*(?:{MORE})(?!\w){AFTER}$", re.IGNORECASE),
    re.compile(
        rf"(?:^|(?<=[.!?…。\])]))\s*(?:(?:continue|keep) reading|read more|read the full|{ON})\b"
        r"[^.!?]{0,120}[.!?…]?$",
        re.IGNORECASE,
    ),
    # Without a sentence before it, this shows that a text is cut off.
    re.compile(r"(?<=[.!?…。])\s*[\[(]\s*(?:…|\.\.\.)\s*[\])]\s*$"),
    # These are what feeds of Hacker News and Reddit consist of.
    re.compile(
        r"\s*(?:(?:comments|article) url: https?:|points: \d|# comments: \d).{0,900}$",
        re.IGNORECASE,
    ),
    re.compile(r"\s*\b\d+ (?:comments?|points|shares)(?: \|.{0,200})?$", re.IGNORECASE),
    re.compile(r"\s*submitted by\s+/?u/.{1,200}$", re.IGNORECASE),
    re.compile(r"\s*(?:\[link\]\s*)?\[comments\]$|^comments$", re.IGNORECASE),
    re.compile(
        r"\s*\(?(?:photo|image|picture|illustration)(?: credit| by)?: [^.]{2,60}\)?\.?$",
        re.IGNORECASE,
    ),
)
PARTING = " .:–—-|·•!?…"  # what stands between a title and the dek behind it
PARTED = re.compile(r"\s*[.:–—|•!?]+(?=\s|$)|\s+-+\s")
TAIL_CHARS = 1000  # of the end: no line of a tail is longer
# What a forge writes above the list of changes in a release: no sentence follows.
CHANGES = ("what's changed", "what’s changed", "changelog", "full changelog", "release notes")
NEWSLETTERS_WORDS = "news newsletter insights weekly daily digest briefing podcast blog bulletin"
NEWSLETTERS = frozenset(NEWSLETTERS_WORDS.split())
JOINING_WORDS = "a an and as at by for from in of on or the to with & - – | · /"
JOINING = frozenset(JOINING_WORDS.split())


def clean_dek(text: str) -> str:
    """Return the words of a dek alone, "" if it has none: labels and lists of changes are no dek.

    Its sentences are not judged here.
    """
    text = " ".join(text[:LONGEST].split())
    for head in HEADS:
        text = head.sub("", text, count=1)
    text = _without_tails(_without_newsletter(text)).strip(" |·•")
    if text.casefold().startswith(CHANGES) or is_label(text):
        return ""
    return text


def stored_dek(text: str, title: str) -> str:
    """Return what is kept of a dek: its whole sentences, cut off only if the first is very long."""
    text = without_title(clean_dek(text), title)
    first = next(sentence_ends(text), 0)
    return cut(text, first if DEK_CHARS < first <= MOST_FIRST else DEK_CHARS)


def is_label(text: str) -> bool:
    """True for the name of a section, a date or a topic, like “Applied Research”."""
    if not text or next(sentence_ends(text), None) is not None:
        return False
    if len(text.split()) < FEWEST_WORDS:
        return not _is_dense(text)
    words = [word for word in text.split() if word.casefold() not in JOINING]
    return len(words) <= LABEL_WORDS and all(map(_is_capital, words))


def without_title(text: str, heading: str) -> str:
    """Return a dek without its title, which many feeds put first, in its words or in near ones."""
    return without_repetitions(_without_heading(text, heading), heading)


def _without_heading(text: str, heading: str) -> str:
    letters = letters_of(heading)
    if not letters:
        return text
    # Half a title, or the title in other signs, says nothing more.
    if letters.startswith(letters_of(text)):
        return ""
    if not text.casefold().startswith(heading.casefold()):
        return text
    return _behind(text, len(heading))


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, all small: what is left of it in any dress."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _behind(text: str, end: int) -> str:
    """Return what follows a title, if it is a sentence of its own; else the whole text.

    “Ferry fares rise by a tenth” begins with a title, too, and must not lose its beginning.
    """
    rest = text[end:]
    bare = rest.lstrip(PARTING)
    # A title's own question mark parts it from what follows.
    has_stop = text[:end].endswith((".", "!", "?", "…"))
    if (has_stop or not rest[:1].isalnum()) and is_label(bare):
        return ""  # the name of the site
    is_parted = PARTED.match(rest) or (has_stop and rest.startswith(" "))
    return bare if is_parted and bare and not bare[0].islower() else text


def _is_dense(text: str) -> bool:
    """True for a text in a script without spaces that is long enough to say something."""
    return len(text) >= DENSE_CHARS and any(sign >= "\u0e00" and sign.isalpha() for sign in text)


def _is_capital(word: str) -> bool:
    return not word[0].isalpha() or word[0].isupper()


def _without_newsletter(text: str) -> str:
    """Return a dek without the name of its newsletter: “The Gazette, News and Insights: …”."""
    name, colon, rest = text[:NEWSLETTER_CHARS].partition(": ")
    words = [word.strip(",") for word in name.split()]
    is_name = colon and all(_is_capital(word) or word in JOINING for word in words)
    if not is_name or NEWSLETTERS.isdisjoint(map(str.casefold, words)) or not rest[:1].isupper():
        return text
    return text[len(name) + len(colon) :]


def _without_tails(text: str) -> str:
    # Tails follow each other in any order: again, until none is left.
    for _ in range(MOST_TAILS):
        before = text
        for tail in TAILS:
            if found := tail.search(text, max(0, len(text) - TAIL_CHARS)):
                text = text[: found.start()]
        if before == text:
            break
    return text

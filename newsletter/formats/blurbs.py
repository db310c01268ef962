"""Pure. Titles and blurbs as they are printed: what feeds put around the news is cut away."""

import re

from newsletter.formats.markup import cut

BLURB_CHARS = 300
BRIEF_CHARS = 160
LONGEST = 1000  # characters of a title or a dek that are looked at
MOST_TAILS = 20  # behind one dek
# `Title | Site`, `Title - Site`. The first ends in a site's name, the second may end in a thought.
SUFFIX = re.compile(r"\s+[|•·»]\s+([^|•·»]{2,40})$|\s+[–—-]\s+([^–—]{2,40})$")
# Flags and pictures, dingbats, arrows, and the two signs that hold several of them together.
EMOJI = re.compile(r"[\U0001F1E6-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D]+")
LABEL = r"exclusive|breaking(?: news)?|updated?|watch|video|photos|live|pdf"
LABELS = re.compile(
    rf"^\s*(?:[\[(](?:{LABEL})[\])]\s*[:|–—-]?|(?:{LABEL})\s*[:|–—])\s*",
    re.IGNORECASE,
)
DASH = r"\s*[–—-]{1,2}\s+(?=[A-Z“\"])"
HEADS = (
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
    r"|(?<=[\[(])more"
)
AFTER = (
    r"(?: (?:at|on|about|here|of|the|this|full|article|story|post|in) ?[^.!?]{0,60})?"
    r"\s*(?:…|\.\.\.|→|»|›|>+)?\s*[\])]?\s*[.:]?"
)
TAILS = (
    # WordPress adds this line to every item of its feeds.
    re.compile(r"\s*the post .{1,300}? (?:first )?appeared first on .{1,80}$", re.IGNORECASE),
    re.compile(
        r"\s*this (?:article|story|post) (?:was )?(?:originally |first )?(?:appeared|published)"
        r" (?:first )?(?:on|in|at) .{1,80}$",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:^|(?<=[.!?…:\])\s]))\s*[\[(]?\s*(?:{MORE})\b{AFTER}$", re.IGNORECASE),
    # These two are what feeds of Hacker News consist of.
    re.compile(r"\s*(?:comments? url|article url|points): .*$", re.IGNORECASE),
    re.compile(r"\s*\b\d+ (?:comments?|points|shares)(?: \|.*)?$", re.IGNORECASE),
    re.compile(
        r"\s*\(?(?:photo|image|picture|illustration)(?: credit| by)?: [^.]{2,60}\)?\.?$",
        re.IGNORECASE,
    ),
    re.compile(r"\s*[\[(]\s*(?:…|\.\.\.)\s*[\])]\s*$"),
)
END = re.compile(r"[.!?…][”\"’')\]]*$")
SENTENCE = re.compile(r"(?<=[.!?…])[”\"’')\]]*\s+(?=[A-Z0-9“\"‘(ÄÖÜÉ])")
SMALL_WORDS = "A AN AND AS AT BUT BY FOR FROM IN IS IT OF ON OR THE TO WITH"
SMALL = frozenset(SMALL_WORDS.split())
ACRONYM = 4  # a word of capitals up to so long may be an acronym


def printed_title(text: str, source: str = "") -> str:
    """Return a title without its site's name, labels, emoji and shouting.

    `source` is the name of the source. Never empty if `text` was not.
    """
    bare = _without_emoji(text[:LONGEST])
    bare = LABELS.sub("", bare).strip() or bare
    bare = _without_site(bare, source)
    if _is_shouting(bare):
        bare = _calm(bare)
    return bare.strip(" |·•") or text.strip()


def printed_blurb(
    dek: str,
    heading: str,
    limit: int = BLURB_CHARS,
) -> str:
    """Return whole sentences of a dek, cut to `limit` characters; may be empty.

    Bylines, datelines, “Read more” and a title that is repeated are cut away.
    """
    text = _without_heads(_without_emoji(dek[:LONGEST]))
    text = _without_tails(_without_heading(text, heading))
    return _whole_sentences(text.strip(" |·•–—-"), limit)


def _without_emoji(text: str) -> str:
    return " ".join(EMOJI.sub(" ", text).split())


def _without_site(text: str, source: str) -> str:
    """Return a title without its site's name."""
    suffix = SUFFIX.search(text)
    if not suffix or not _is_site_name(suffix, source):
        return text
    title = text[: suffix.start()]
    # `GPT-5 | A review`: one word before the bar is hardly a title.
    return title if len(title.split()) > 1 else text


def _is_site_name(suffix: re.Match[str], source: str) -> bool:
    """True for a suffix after a bar or a dot; for one after a dash if it looks like this source."""
    after_bar, after_dash = suffix.groups()
    return after_bar is not None or _is_alike(_letters(after_dash), _letters(source))


def _is_alike(suffix: str, source: str) -> bool:
    return bool(suffix and source) and (suffix in source or source in suffix)


def _is_shouting(text: str) -> bool:
    words = list(filter(_has_letters, text.split()))
    # Two words in capitals are more often a name.
    return len(words) > 2 and words == [word.upper() for word in words]


def _has_letters(word: str) -> bool:
    return any(letter.isalpha() for letter in word)


def _calm(text: str) -> str:
    """Return a headline in capitals as a sentence; short words stay, if they may be acronyms."""
    words = text.split()
    return " ".join(_calm_word(word, is_first=not place) for place, word in enumerate(words))


def _calm_word(word: str, *, is_first: bool) -> str:
    if _may_be_acronym(word):
        return word
    return word.capitalize() if is_first else word.lower()


def _may_be_acronym(word: str) -> bool:
    bare = word.strip(".,:;!?“”\"'()")
    return len(bare) <= ACRONYM and bare not in SMALL


def _without_heads(text: str) -> str:
    for head in HEADS:
        text = head.sub("", text, count=1)
    return text


def _without_heading(text: str, heading: str) -> str:
    """Return a dek without its title, which many feeds put first."""
    letters = _letters(heading)
    if not letters:
        return text
    if _letters(text) == letters:
        return ""
    if not _begins_with(text, heading):
        return text
    return text[len(heading) :].lstrip(" .:–—-|·•!?")


def _begins_with(text: str, heading: str) -> bool:
    """True if a dek begins with its whole title."""
    # `Ferry` is not the title of `Ferryman`.
    if text[len(heading) :][:1].isalnum():
        return False
    return text.casefold().startswith(heading.casefold())


def _without_tails(text: str) -> str:
    # Tails follow each other in any order: again, until none is left.
    for _ in range(MOST_TAILS):
        before = text
        for tail in TAILS:
            text = tail.sub("", text)
        if before == text:
            break
    return text


def _whole_sentences(text: str, limit: int) -> str:
    """Return whole sentences only: a last one that is cut off goes, unless nothing else is left."""
    text = cut(text, limit)
    if not text or _has_end(text):
        return text
    *whole, _ = SENTENCE.split(text)
    if whole and len(text) > limit // 2:
        return " ".join(whole).strip()
    return _with_end(text)


def _has_end(text: str) -> bool:
    return END.search(text) is not None and not text.endswith("…")


def _with_end(text: str) -> str:
    # Four words without a stop are a sentence that lost it; fewer are a label.
    if text.endswith("…") or len(text.split()) < 4:
        return text
    return f"{text}."


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())

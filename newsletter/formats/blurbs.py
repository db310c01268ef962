"""Pure. Titles and blurbs as they are printed: what feeds put around the news is cut away."""

import re

from newsletter.formats.markup import cut

BLURB_CHARS, BRIEF_CHARS = 300, 160
SUFFIX = re.compile(r"\s+[|•·»]\s+([^|•·»]{2,40})$|\s+[–—-]\s+([^–—]{2,40})$")
EMOJI = re.compile(r"[\U0001F1E6-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D]+")
LABEL = r"exclusive|breaking(?: news)?|updated?|watch|video|photos|live|pdf"
LABELS = re.compile(
    rf"^\s*(?:[\[(](?:{LABEL})[\])]\s*[:|–—-]?|(?:{LABEL})\s*[:|–—])\s*", re.IGNORECASE
)
DASH = r"\s*[–—-]{1,2}\s+(?=[A-Z“\"])"
HEADS = (
    re.compile(
        r"^(?:[Bb]y|[Ff]rom) [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}\s*(?:[|·•]|[-–—]\s)\s*"
    ),  # a byline before a stroke
    re.compile(
        rf"^[A-Z][A-Z .,’'-]{{2,40}}(?:, [A-Z][a-z]{{2,8}}\.? \d{{1,2}})?(?: \([A-Z][\w ]{{1,20}}\))?{DASH}"
    ),  # LONDON (Agency) —
    re.compile(
        rf"^[A-Z][\w’' .]{{2,25}}(?:, [A-Z][\w.]{{1,12}})? \([A-Z][\w ]{{1,20}}\){DASH}"
    ),  # Berlin (Agency) –
    re.compile(r"^(?:posted|published|updated)(?: on| by)?:? [^.]{3,60}?[|·•–—]\s*", re.IGNORECASE),
    re.compile(r"^(?:\d+|one|two|five|ten)[ -]?min(?:ute)?s? read\s*[.|·•–—-]*\s*", re.IGNORECASE),
)
MORE = (
    r"read more|continue reading|keep reading|read on|read the (?:full|whole|rest of the) (?:article|story|post)|click here|learn more|"
    r"see more|full story|(?<=[.!?…\[(] )more|(?<=[\[(])more"
)
AFTER = r"(?: (?:at|on|about|here|of|the|this|full|article|story|post|in) ?[^.!?]{0,60})?"
TAILS = (
    re.compile(r"\s*the post .{1,300}? (?:first )?appeared first on .{1,80}$", re.IGNORECASE),
    re.compile(
        r"\s*this (?:article|story|post) (?:was )?(?:originally |first )?(?:appeared|published) (?:first )?(?:on|in|at) .{1,80}$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:^|(?<=[.!?…:\])\s]))\s*[\[(]?\s*(?:{MORE})\b{AFTER}\s*(?:…|\.\.\.|→|»|›|>+)?\s*[\])]?\s*[.:]?$",
        re.IGNORECASE,
    ),
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
SMALL = {
    "A",
    "AN",
    "AND",
    "AS",
    "AT",
    "BUT",
    "BY",
    "FOR",
    "FROM",
    "IN",
    "IS",
    "IT",
    "OF",
    "ON",
    "OR",
    "THE",
    "TO",
    "WITH",
}
ACRONYM = 4  # a word of capitals up to so long may be an acronym


def printed_title(text: str, source: str = "") -> str:
    """Return a title without its site's name, labels, emoji and shouting; never empty if `text` was not."""
    bare = " ".join(EMOJI.sub(" ", text).split())
    bare = LABELS.sub("", bare).strip() or bare
    bare = _without_site(bare, source)
    words = [word for word in bare.split() if any(letter.isalpha() for letter in word)]
    if len(words) > 2 and all(word == word.upper() for word in words):
        bare = _calm(bare)
    return bare.strip(" |·•") or text.strip()


def printed_blurb(dek: str, heading: str, limit: int = BLURB_CHARS) -> str:
    """Return whole sentences of a dek, cut to fit, without bylines, datelines, “Read more” and a repeated title; may be empty."""
    text = " ".join(EMOJI.sub(" ", dek).split())
    for head in HEADS:
        text = head.sub("", text, count=1)
    text = _without_heading(text, heading)
    before = ""
    while before != text:
        before = text
        for tail in TAILS:
            text = tail.sub("", text)
    return _whole(text.strip(" |·•–—-"), limit)


def _without_site(text: str, source: str) -> str:
    """A suffix after a bar or a dot is the site's name; one after a dash only if it looks like this source's."""
    found = SUFFIX.search(text)
    if not found or len(text[: found.start()].split()) < 2:
        return text
    if found[1] is not None:
        return text[: found.start()]
    suffix, name = _letters(found[2]), _letters(source)
    alike = bool(suffix and name) and (suffix in name or name in suffix)
    return text[: found.start()] if alike else text


def _without_heading(text: str, heading: str) -> str:
    plain = _letters(heading)
    if plain and _letters(text) == plain:
        return ""
    if plain and text.casefold().startswith(heading.casefold()):
        rest = text[len(heading) :]
        if not rest[:1].isalnum():
            return rest.lstrip(" .:–—-|·•!?")
    return text


def _whole(text: str, limit: int) -> str:
    """Whole sentences only: what was cut off at its end is left out, unless nothing else is there."""
    if len(text) > limit:
        text = cut(text, limit)
    if not text or (END.search(text) and not text.endswith("…")):
        return text
    sentences = SENTENCE.split(text)
    if len(sentences) > 1 and len(text) > limit // 2:
        return " ".join(sentences[:-1]).strip()
    return text if text.endswith("…") else f"{text}." if len(text.split()) > 3 else text


def _calm(text: str) -> str:
    """HEADLINE IN CAPITALS as a sentence; short words stay capital only if they may be acronyms."""
    words = []
    for at, word in enumerate(text.split()):
        bare = word.strip(".,:;!?“”\"'()")
        if at and (bare in SMALL or len(bare) > ACRONYM):
            words.append(word.lower())
        elif len(bare) > ACRONYM or bare in SMALL:
            words.append(word.capitalize())
        else:
            words.append(word)
    return " ".join(words)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())

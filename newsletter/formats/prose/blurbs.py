"""Pure. Titles and blurbs as they are printed: what feeds put around the news is cut away."""

import re
from collections.abc import Sequence

from newsletter.formats.prose.deks import clean_dek, is_label, letters_of, without_title
from newsletter.formats.prose.sentences import is_cut_off, joined, sentences

BLURB_CHARS = 300
BRIEF_CHARS = 160
LONGEST = 1000  # characters of a title or a dek that are looked at
# `Title | Site`, `Title - Site`. The first ends in a site's name, the second may end in a thought.
SUFFIX = re.compile(r"\s+[|•·»]\s+([^|•·»]{2,40})$|\s+[–—-]\s+([^–—]{2,40})$")
# Flags and pictures, dingbats, arrows, and the two signs that hold several of them together.
EMOJI = re.compile(r"[\U0001F1E6-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D]+")
LABEL = r"exclusive|breaking(?: news)?|updated?|watch|video|photos|live|pdf"
LABELS = re.compile(
    rf"^\s*(?:[\[(](?:{LABEL})[\])]\s*[:|–—-]?|(?:{LABEL})\s*[:|–—])\s*",
    re.IGNORECASE,
)
END = re.compile(r"[.!?。！？｡؟۔।॥։።។။][”\"’')\]»」』）]*$")
# A sentence that is too long ends before these: what stands before them can stand alone.
CLAUSE = re.compile(
    r";\s|\s[–—-]{1,2}\s|—(?=\w)|:\s|[，；]"
    r"|,\s(?=(?:and|but|which|while|as|so|because|although|though|with|including|where|whose|after"
    r"|according|und|aber|weil|wobei|während|et|mais|y|pero|que|e|ma|che|en|maar)\b)"
)
# Who reads such a word first has missed the beginning.
NEVER_FIRST_WORDS = "and but or nor which who whose whom that than of to with und oder et"
NEVER_FIRST = frozenset(NEVER_FIRST_WORDS.split())
NEVER_LAST_WORDS = (
    "a an the and or but of to for from in into on at by with as is are was were be been will "
    "would can could may might shall should must has have had do does not that which who whose "
    "than its their our your his her this these those my if when while because und oder der die "
    "das den dem ein eine von zu mit für im am auf ist sind wird et ou de du des le la les un "
    "une pour dans sur est el los las y con por il lo gli di che het een van"
)
NEVER_LAST = frozenset(NEVER_LAST_WORDS.split())
CALLS = ("subscribe", "sign up", "follow us", "click ", "listen on", "listen to this", "join our")
PAIRS = (("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("(", ")"), ("（", "）"))
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
    """Return whole sentences of a dek, of `limit` characters together; may be empty.

    Bylines, datelines, “Read more” and a title that is repeated are cut away. A first sentence may
    be as long as BLURB_CHARS; one that is longer ends where a clause of it does.
    """
    text = clean_dek(_without_emoji(dek[:LONGEST]))
    return _whole_sentences(without_title(text, heading), limit)


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
    return after_bar is not None or _is_alike(letters_of(after_dash), letters_of(source))


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


def _whole_sentences(text: str, limit: int) -> str:
    """Return the whole sentences that fit, from the first; "" if there is none."""
    whole = _of_prose(sentences(text))
    if not whole:
        return ""
    kept = whole[:1]
    for sentence in whole[1:]:
        if len(joined([*kept, sentence])) > limit:
            break
        kept.append(sentence)
    return _fitting(_without_open_quote(kept), max(limit, BLURB_CHARS))


def _of_prose(found: Sequence[str]) -> list[str]:
    """Return the sentences from the first that can begin a text to the last that has its end."""
    kept: list[str] = []
    for sentence in found:
        if not kept and (_begins_inside(sentence) or _is_call(sentence)):
            continue
        if is_cut_off(sentence) or _breaks_off(sentence) or _is_call(sentence):
            break
        kept.append(_finished(sentence))
    if kept:
        kept[0] = _with_capital(kept[0])
    return kept


def _begins_inside(sentence: str) -> bool:
    """True if the beginning of a sentence is missing."""
    first = sentence.split(maxsplit=1)[0]
    return first[0] in "….,;:)]" or first in NEVER_FIRST


def _breaks_off(sentence: str) -> bool:
    """True for a sentence without a stop that lost more than its stop."""
    if END.search(sentence):
        return False
    last = sentence.split()[-1].casefold()
    return sentence[-1] in ",;:(–—-&/" or last in NEVER_LAST or is_label(sentence)


def _is_call(sentence: str) -> bool:
    """True for a sentence that asks to subscribe or to click, or spells an address out."""
    return "://" in sentence or sentence.casefold().startswith(CALLS)


def _finished(sentence: str) -> str:
    """Return a sentence with its stop."""
    if END.search(sentence):
        return sentence
    return sentence + ("。" if "\u3040" <= sentence[-1] <= "\u9fff" else ".")


def _with_capital(sentence: str) -> str:
    # `iPhone`, `grok-2` and `llama.cpp` are written so.
    first = sentence.split(maxsplit=1)[0].rstrip(".,:;!?")
    return sentence[0].upper() + sentence[1:] if first.isalpha() and first.islower() else sentence


def _without_open_quote(kept: list[str]) -> str:
    """Return sentences as one text; a quotation that goes on behind them is closed or left out."""
    while len(kept) > 1 and _opened(joined(kept)):
        kept = kept[:-1]
    text = joined(kept)
    return text + _opened(text)


def _opened(text: str) -> str:
    """Return what would close the last quotation or bracket of a text, "" if none is open."""
    open_ones = [close for open_, close in PAIRS if text.count(open_) > text.count(close)]
    return open_ones[-1] if open_ones else ""


def _fitting(text: str, limit: int) -> str:
    """Return a text, or its first clauses if it is longer than `limit`."""
    if len(text) <= limit:
        return text
    ends = [clause.start() for clause in CLAUSE.finditer(text[:limit])]
    whole = [end for end in ends if end > limit // 4 and not _opened(text[:end])]
    return f"{text[: whole[-1]]}." if whole else ""

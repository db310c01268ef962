"""Pure. Where sentences end, in the scripts and abbreviations of many languages.

Where it is in doubt, two sentences stay one: a text that is cut after “U.S.” is worse than a text
that is a sentence longer.
"""

import re
from collections.abc import Iterable, Iterator

CLOSERS = "\"'”’»›)\\]}」』）】"
# A stop of the Latin, Greek or Cyrillic script ends nothing in mid-word: 4.1, Node.js, U.S.
STOP = re.compile(
    rf"(?<![.!?…])[.!?…]++[{CLOSERS}]*+(?=\s|\Z)"
    # Chinese and Japanese, Arabic and Urdu, Hindi, Armenian, Amharic, Khmer, Burmese.
    rf"|[。！？｡؟۔।॥։።។။]++[{CLOSERS}]*+"
)
# What opens a sentence before its first word: quotes, brackets, Spanish marks.
OPENERS = " \t\n\r\u00a0\u202f\"'“‘„«‹([{¿¡「『（【•·–—-*#"
HIRAGANA = re.compile(r"[\u3041-\u309f]")
AROUND_WORDS = ".,:;!?\"'“”‘’«»()[]"
LONGEST_WORD = 30  # characters; no abbreviation is longer
# No sentence ends after these, whatever follows.
NEVER_LAST_WORDS = (
    "mr mrs ms mx messrs dr drs prof st ste gen sen rep gov lt col sgt capt cmdr adm maj rev "
    "hon pres mt ft vs approx ca cf fig figs eq vol art dept ed eds e.g i.e viz bzw evtl ggf "
    "inkl vgl hr fr frl nr abs z.b d.h u.a o.a s.o sog mme mlle mm p.ex av sr sra srta dra ud "
    "uds sig sigg dott ing avv dhr mevr bijv m.b.t т.е г ул"
)
NEVER_LAST = frozenset(NEVER_LAST_WORDS.split())
# Months and the words before a number: “Nov. 5”, “No. 1”, “pp. 3”.
BEFORE_NUMBERS_WORDS = (
    "jan feb mar apr jun jul aug sep sept oct nov dec no nos nr num núm pp p ch sec para v"
)
BEFORE_NUMBERS = frozenset(BEFORE_NUMBERS_WORDS.split())
# After such a word one capital letter is its number, not a person's initial: “Series B.”
LETTERED_WORDS = (
    "series class plan vitamin type grade part section appendix hepatitis group category option "
    "phase exhibit schedule figure team model tier table zone"
)
LETTERED = frozenset(LETTERED_WORDS.split())
# Words that stand in capitals within a sentence almost never: before them a doubtful stop ends one.
STARTERS_WORDS = (
    "a an the this that these those it its he she they we you i his her their our your my there "
    "here in on at by for from with to of and but or so if when while as after before since now "
    "then what why how who where not no yes however meanwhile also both each many most some "
    "more der die das ein eine es er sie wir ihr im am und aber doch nun dort hier le la les un "
    "une il elle ils elles nous vous ce cette ces mais et en dans el los las una esto esta este "
    "pero según il lo gli uno ma het een de"
)
STARTERS = frozenset(STARTERS_WORDS.split())
MOST_LETTERS = 2  # between the dots of “Ph.D.”
FIRMS_WORDS = "inc corp co ltd llc llp plc bros jr sr cie mio mrd"
FIRMS = frozenset(FIRMS_WORDS.split())
MOST_DAY_DIGITS = 2  # “5. Mai” is a day; a longer number may well end a sentence
SPACELESS = "。！？｡」』"  # no space follows these
CUT_OFF = ("…", "...", "…]", "...]", "…)", "...)")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; the last may lack its stop."""
    found = []
    begin = 0
    for end in sentence_ends(text):
        found.append(text[begin:end].strip())
        begin = end
    found.append(text[begin:].strip())
    return [sentence for sentence in found if sentence]


def sentence_ends(text: str) -> Iterator[int]:
    """Yield each place behind the stop of a sentence, with the quotes and brackets it closes."""
    for stop in STOP.finditer(text):
        if _ends_sentence(text, stop):
            yield stop.end()


def joined(found: Iterable[str]) -> str:
    """Return sentences as one text: with a space between them, where their script has one."""
    text = ""
    for sentence in found:
        text += sentence if not text or text[-1] in SPACELESS else f" {sentence}"
    return text


def is_cut_off(text: str) -> bool:
    """True if a text ends in the marks by which feeds and pages say that there is more."""
    return text.rstrip().endswith(CUT_OFF)


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    # So many characters hold what may open a sentence, and its first word.
    ahead = text[stop.end() : stop.end() + LONGEST_WORD].lstrip(OPENERS)
    if not ahead:
        return True
    if stop[0][0] not in ".!?…":
        # 「…。」と is a quotation in the middle of a Japanese sentence.
        return len(stop[0]) == 1 or not HIRAGANA.match(ahead)
    if _goes_on(ahead):
        return False
    # Only a single dot is doubtful: nothing is abbreviated by “!”, “?” or “…”.
    is_dot = stop[0][0] == "." and stop[0][1:2] != "."
    return not is_dot or _is_last(_words_before(text, stop.start()), ahead)


def _goes_on(ahead: str) -> bool:
    """True if what follows a stop is the rest of its sentence: a small letter, or a comma."""
    first = ahead[0]
    if first in ",;:)]}%/&":
        return True
    # “iPhone” may begin a sentence.
    return first.islower() and not ahead[1:2].isupper()


def _words_before(text: str, dot: int) -> tuple[str, str]:
    """Return the last two words before a dot, as they are written, without what opens them."""
    before = text[max(0, dot - 2 * LONGEST_WORD) : dot].split()
    *_, former, last = ["", "", *before]
    return former.strip(OPENERS), last.strip(OPENERS)


def _is_last(words: tuple[str, str], ahead: str) -> bool:
    """True if a sentence ends with the second of two words and a dot; `ahead` is what follows."""
    former, last = words
    plain = last.casefold()
    if plain in NEVER_LAST:
        return False
    if plain in BEFORE_NUMBERS and ahead[0].isdigit():
        return False
    if _may_go_on(former, last):
        return _first_word(ahead) in STARTERS
    return True


def _may_go_on(former: str, last: str) -> bool:
    """True if a sentence may go on in capitals after this word and a dot.

    It may after an initial, letters with dots (U.S., Ph.D.), a day or place of a list, and the
    kinds of firms; after a month, too.
    """
    plain = last.casefold()
    if len(last) == 1 and last.isalpha():
        return former.casefold() not in LETTERED
    if "." in last and not any(map(str.isdigit, last)):
        return max(map(len, last.split("."))) <= MOST_LETTERS
    if last.isdigit():
        return len(last) <= MOST_DAY_DIGITS
    return plain in FIRMS or (plain in BEFORE_NUMBERS and last.istitle())


def _first_word(ahead: str) -> str:
    return ahead.split(maxsplit=1)[0].strip(AROUND_WORDS).casefold()

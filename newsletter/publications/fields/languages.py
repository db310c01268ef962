"""Pure. Languages by their tags (BCP 47), as pages and letters name theirs.

Only tags that programs know are of use: a screen reader that meets another one reads in its own
language. So the language is one of ISO 639-1, or of those few without two letters that newsletters
are written in.
"""

import re
from collections.abc import Collection
from functools import cache

LANGUAGES = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
    id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
    lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    ast ceb dsb fil gsw haw hsb nds yue
"""
# A script like Hant and a region like BR or 419 may follow (RFC 5646, 2.1).
TAG = re.compile(r"([a-z]{2,3})(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")


def is_language(tag: str) -> bool:
    """True for the tag of a language, in the usual capitals: de, pt-BR, zh-Hant."""
    found = TAG.fullmatch(tag)
    return found is not None and found[1] in _languages()


@cache
def _languages() -> Collection[str]:
    return frozenset(LANGUAGES.split())

"""Pure. The time of day in a date, and the zone behind it."""

import re

from newsletter.formats.dates.months import MONTHS

Clock = tuple[int, int, int]  # hour, minute, second
OFFSET = r"(?:(?:utc|gmt)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d)"
PLACE = r"[a-z]{3,12}/[a-z_]{3,30}(?:/[a-z_]{3,30})?"
LONG_NAME = r"(?:[a-z]{2,12} ){1,3}time\b"
# Behind an hour, some write that it was one.
ZONE = re.compile(
    rf"(?:\s*(?:uhr|hours|hrs|uur)\b)?\s*[(\[]?({OFFSET}|{PLACE}|{LONG_NAME}|[a-z]{{1,4}}\b)"
)
CLOCK = re.compile(r"(?<![\d./])(\d{1,2})(?:[:.](\d{2})(?::(\d{2}))?)?\s?([ap])\.?\s?m\b\.?")
CLOCK_24 = re.compile(r"(?<![\d./])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?!\d)")
# 17時5分, 17点30分, 17시
EAST_ASIAN_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})\s?[時时点點시]\s?(?:(\d{1,2})\s?[分분]?\s?(?:(\d{1,2})\s?[秒초])?)?"
)
# 17 Uhr, 17.30 Uhr, 17h, 17 hrs
HOUR = re.compile(r"(?<![\d./:])(\d{1,2})(?:\.(\d{2}))?\s?(?:uhr|uur|hrs|hours|h|ч)\b")
# kl. 17, klo 17.30, ore 17, and a time with a dot at the very end
AFTER_WORD = re.compile(
    r"\b(?:klokken|klockan|kl|klo|ore|alle|um|godz|godzina|pukul|jam)\b\.?\s?"
    r"(\d{1,2})(?:[.:](\d{2}))?(?![\d.])"
)
DOTTED = re.compile(r"(?<=[\s,])([01]?\d|2[0-3])\.([0-5]\d)(?=(?:\s[a-z]{3,4})?$)")
CLOCKS = (CLOCK, CLOCK_24, EAST_ASIAN_CLOCK, HOUR, AFTER_WORD, DOTTED)
# What says which half of the day is meant, in front of a time or behind it.
BEFORE_NOON = ("午前", "上午", "早上", "凌晨", "清晨", "오전", "새벽", "π.μ.", "πμ", "ص")
AFTER_NOON = ("午後", "下午", "晚上", "夜", "오후", "저녁", "밤", "μ.μ.", "μμ", "م")


def take_clock(text: str) -> tuple[Clock | None, str, str]:
    """Return the time of day if there is one, the zone behind it, and the text without them."""
    found = _find_clock(text)
    if not found:
        return None, "", text
    zone, end = take_zone(text, found.end())
    return _clock(found, text), zone, f"{text[: found.start()]} {text[end:]}"


def _find_clock(text: str) -> re.Match[str] | None:
    for pattern in CLOCKS:
        if found := pattern.search(text):
            return found
    return None


def take_zone(text: str, place: int) -> tuple[str, int]:
    """Return the zone at a place, "" if there is none, and where it ends."""
    zone = ZONE.match(text, place)
    # `09:00 mai 5`: the word behind a time may be a month.
    if not zone or zone[1] in MONTHS:
        return "", place
    return zone[1], zone.end()


def _clock(found: re.Match[str], text: str) -> Clock:
    # Each pattern has hour, minute and second first, as far as it has them.
    hour, minute, second = to_clock(*(*found.groups(), None, None)[:3])
    half = _half_of_day(found, text)
    # `17:30 am 5. Mai`: German has another use for that word.
    if half and hour <= 12:
        # 12 a.m. is midnight, 12 p.m. is noon.
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, minute, second


def _half_of_day(found: re.Match[str], text: str) -> str:
    """Return "a" or "p" if the text says which half of the day is meant, else ""."""
    if found.re is CLOCK:
        return found[4]
    if _is_beside(AFTER_NOON, found, text):
        return "p"
    return "a" if _is_beside(BEFORE_NOON, found, text) else ""


def _is_beside(
    words: tuple[str, ...],
    found: re.Match[str],
    text: str,
) -> bool:
    """Whether one of some words is in front of what was found, or behind it."""
    before = text[: found.start()].rstrip()
    return before.endswith(words) or text[found.end() :].lstrip().startswith(words)


def to_clock(*parts: str | None) -> Clock:
    """Return hour, minute and second; what is not written is 0."""
    hour, minute, second = (int(part or 0) for part in parts)
    return hour, minute, second

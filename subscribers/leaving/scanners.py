"""Pure. Did a person press the button of a leave page, or a scanner that presses every button?

A mail scanner opens a letter's links within seconds of its delivery; some submit the forms they
find, for every mailbox of a company at once. A person who is doubted presses once more, a moment
later, and is always obeyed. A one-click POST (RFC 8058) is never doubted: it is obeyed as it comes.
"""

from dataclasses import dataclass

FRESH_S = 600  # scanners come when a letter comes; later than this nobody is doubted
AT_ONCE_S = 10  # a letter is opened, scrolled down and its link followed: no person is so fast
LOOK_S = 1.0  # nor reads a page in this time
TOGETHER = 2  # so many others pressed from the same network within TOGETHER_S
TOGETHER_S = 60


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """One press of the button.

    `after_s` are the seconds since the relay accepted the letter, `looked_s` those since the page
    was shown; None if not known. `others` counts the other subscribers for whom it was pressed
    from the same network within the last minute.
    """

    after_s: float | None
    looked_s: float | None
    others: int = 0
    is_second: bool = False

    @property
    def has_looked(self) -> bool:
        """True if the page was shown long enough to be read."""
        return self.looked_s is not None and self.looked_s >= LOOK_S


def is_doubtful(press: ButtonPress) -> bool:
    """True if a scanner may have pressed. A second press after a look at the page is a person's."""
    if press.is_second and press.has_looked:
        return False
    if press.after_s is None or press.after_s >= FRESH_S:
        return False
    return press.after_s < AT_ONCE_S or not press.has_looked or press.others >= TOGETHER

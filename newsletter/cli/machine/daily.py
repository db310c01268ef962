"""`newsletter daily`: the daily routine, now."""

from newsletter.cli.console import JSON, opened, say, show
from newsletter.schedule.daily import Round, carry_out_steps


def daily(as_json: bool = JSON) -> None:
    """Carry out the daily routine now: forget what is kept too long.

    The schedule does it each night by itself; twice is harmless.

    Example: newsletter daily
    """
    with opened() as here:
        work = Round(here.database, here.publication, here.runtime.signer, here.now(), here.urls)
        # A list: each step is carried out when its sentence is asked for.
        done = list(carry_out_steps(work))
        if as_json:
            show([{"done": sentence} for sentence in done], as_json=True)
            return
        for sentence in done or ["there was nothing to do"]:
            say(sentence)

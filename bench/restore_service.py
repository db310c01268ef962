"""What bench.restore does with a service that starts again: look, try to send, adopt."""

import asyncio
import json
import random
import signal
import time
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlmodel import Session, select

from bench.restore_world import World, fork
from newsletter.backups.adopting import adopt
from newsletter.clock import SetClock
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.sender.sending import Sender
from newsletter.errors import Conflict, NewsletterError
from newsletter.host.guard import read_hosts
from newsletter.issues.models import Issue
from newsletter.runtime import Runtime, open_runtime
from newsletter.senders import only_sender, send_letters
from newsletter.settings import Settings
from newsletter.web.health import health

TWO, KILLED = 0.25, 0.5  # of the adoptions: two at once; one is killed first


def start_again(settings: Settings, now: datetime) -> dict[str, Any]:
    """Start, tick and try to send twice, as `serve` does; returns what it says.

    `hosts` are those that the database knew, `issues` the numbers that it had.
    """
    with open_runtime(settings, SetClock(now)) as runtime:
        found = _known(runtime)
        why = runtime.guard.look().why
        for _ in range(2 if why else 0):
            _work(runtime)
        waits = json.loads(bytes(health(Request({"type": "http"}), runtime).body)).get("waits", "")
        shown = runtime.guard.standing().why
    return found | {"why": why, "waits": waits, "shown": shown}


def known(settings: Settings) -> dict[str, Any]:
    """Return how many hosts the database knows, and which numbers of issues it has."""
    with open_runtime(settings) as runtime:
        return _known(runtime)


def keep_on_trying(settings: Settings, now: datetime) -> None:
    """Tick and try to send after an adoption, before a person let anything go out."""
    with open_runtime(settings, SetClock(now)) as runtime:
        _work(runtime)


def adopt_twice(world: World, now: datetime, dice: random.Random) -> dict[str, Any]:
    """Adopt: two persons at once, or after one who was killed. Returns what was answered."""
    chance = dice.random()
    answers = []
    if chance < TWO:
        both = [fork(_adopt, world.settings, now, folder=world.folder) for _ in range(2)]
        answers = [child.result() for child in both]
    elif chance < KILLED:
        killed = fork(_adopt, world.settings, now, folder=world.folder)
        time.sleep(dice.uniform(0, 0.15))
        killed.end(signal.SIGKILL)
        answers = [world.run(_adopt, world.settings, now)]
    else:
        answers = [world.run(_adopt, world.settings, now)]
    done = [answer for answer in answers if "accepted" in answer]
    return {"answers": answers, "done": len(done), "was_killed": TWO <= chance < KILLED}


def _adopt(settings: Settings, now: datetime) -> dict[str, Any]:
    with open_runtime(settings, SetClock(now)) as runtime:
        try:
            done = adopt(runtime.database, runtime.guard, now, patience_s=0)
        except Conflict as error:
            return {"refused": type(error).__name__}
    return {"accepted": done.accepted, "uncertain": done.uncertain, "unknown": done.unknown}


def _work(runtime: Runtime) -> None:
    runtime.guard.beat()
    runtime.ticker().decide()
    with only_sender(runtime) as sender:
        assert sender is not None
        asyncio.run(_send(runtime, sender))


async def _send(runtime: Runtime, sender: Sender) -> None:
    for delivery in runtime.database.read(sending_deliveries):
        try:
            await sender.deliver(delivery.key)
        except NewsletterError:
            continue
    try:
        await send_letters(runtime)
    except NewsletterError:
        return


def _known(runtime: Runtime) -> dict[str, Any]:
    return {
        "hosts": len(runtime.database.read(read_hosts)),
        "issues": runtime.database.read(_numbers),
    }


def _numbers(session: Session) -> list[int]:
    return list(session.exec(select(Issue.number)))

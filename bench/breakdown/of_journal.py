"""Faults of the journal: its disk is full, its folder is gone or read-only."""

import random
import shutil
import signal
import time
from contextlib import AbstractContextManager

from bench.breakdown.disks import away, full, read_only
from bench.breakdown.scene import CONNECTIONS, Scene

RATE = 40.0
WRONG_S = 8.0
GROWN = 2048  # octets at which a journal is rewritten in this run; a megabyte otherwise
TIMES = 25  # that the disk is full while journals are rewritten


def fill_while_appending(scene: Scene) -> None:
    """The journal's disk is full while intents are appended, and freed after a while."""
    scene.report.bound = CONNECTIONS  # the last replies found no room in the journal
    _wrong_once(scene, full(scene.disk))


def lose_folder(scene: Scene) -> None:
    """The journal's folder is gone, as an unmounted disk is, and comes back."""
    _wrong_once(scene, away(scene.journals))


def make_read_only(scene: Scene) -> None:
    """The journal's folder is read-only for a while."""
    _wrong_once(scene, read_only(scene.journals))


def _wrong_once(scene: Scene, cause: AbstractContextManager[object]) -> None:
    scene.deliver(500, RATE)
    scene.serve()
    scene.wait_for_letters(60)
    with cause:
        scene.hold(WRONG_S)
    scene.goes_on()
    scene.finish()


def fill_while_rewriting(scene: Scene) -> None:
    """The disk is full again and again for a moment while journals are rewritten; then SIGKILL."""
    scene.report.bound = CONNECTIONS
    scene.program = ["--grown", str(GROWN)]
    scene.deliver(6000)
    worker = scene.start("worker")
    scene.wait_for_letters(100)
    dice = random.Random(1)
    for _ in range(TIMES):
        time.sleep(dice.uniform(0.02, 0.2))
        with full(scene.disk):
            time.sleep(dice.uniform(0.001, 0.05))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    scene.report.require(scene.letters < 6000, "all had left before it was killed")
    scene.start("worker")
    scene.goes_on()
    scene.finish()


def remove_folder(scene: Scene) -> None:
    """The journal's folder is removed for good: nothing goes until a person adopts.

    Nobody knows then what left of it: all that waited is uncertain, and no letter goes by itself.
    """
    readers = 300
    scene.report.bound = readers
    scene.deliver(readers, RATE)
    scene.serve()
    scene.wait_for_letters(60)
    shutil.rmtree(scene.journals)
    time.sleep(2)
    letters = scene.letters
    scene.hold(WRONG_S)
    scene.report.require(scene.letters == letters, "it sent on without a memory")
    scene.run("adopt", "--yes")
    scene.run("delivery", "resume")
    scene.finish()

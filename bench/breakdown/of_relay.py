"""Faults of the relay: silent, refusing, ending sessions, dead, slow."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from bench.breakdown import staging
from bench.breakdown.judging import LATEST_S, SLOWEST
from bench.breakdown.scene import CONNECTIONS, START_S, Scene
from tests.doubles.relay import CLOSE, HANG, Manners

POLICY = "550 5.7.1 your network is blocked"
RATE = 40.0
RESUME = ("delivery", "resume")
WELL = Manners()
HANGS_S = 1.0  # the sender waits so long for the reply to a letter; ten minutes otherwise
DOWN_S = 75.0  # longer than from one sweep of a worker to the next
BESIDE_S = 15.0  # within so many seconds a delivery beside a bad one is out
SPEEDS = {
    "1 % of RCPT answered 450": Manners(every=100),
    "closed after 20 letters": Manners(letters=20),
    "421 after 50 letters": Manners(letters=50, end="421 4.7.0 enough"),
}
REPLY_S = 0.02


def close_after_dots(scene: Scene) -> None:
    """The relay takes letters and hangs up before its reply."""
    _take_silently(scene, CLOSE)


def hang_after_dots(scene: Scene) -> None:
    """The relay takes letters and says nothing more."""
    scene.program = ["--dot-s", str(HANGS_S)]
    _take_silently(scene, HANG)


def _take_silently(scene: Scene, at_dot: str) -> None:
    scene.report.bound = 2 * CONNECTIONS
    scene.relay.manners = Manners(at_dot=at_dot, well_behaved=60)
    scene.deliver(300, RATE)
    scene.serve()
    scene.until(lambda: "paused" in scene.read_deliveries().values(), START_S, "its pause")
    scene.hold(5)
    _mend_and_resume(scene)


def refuse_all(scene: Scene, readers: int) -> None:
    """The relay refuses us from the first letter on: paused, and nobody is refused for good."""
    scene.relay.manners = Manners(at_rcpt=POLICY)
    scene.deliver(readers)
    scene.serve()
    scene.until(lambda: "paused" in scene.read_deliveries().values(), START_S, "its pause")
    scene.report.notes.append(f"{len(scene.relay.asked)} were offered before the pause")
    scene.hold(5)
    _mend_and_resume(scene)


def _mend_and_resume(scene: Scene) -> None:
    scene.relay.manners = WELL
    scene.goes_on(RESUME)
    scene.finish()


def end_at_one_reader(scene: Scene, end: str) -> None:
    """The relay ends the session at one recipient: deferred like any other, the others go."""
    scene.relay.manners = Manners(of_readers={"reader5@readers.example": end})
    scene.deliver(120)
    scene.start("worker")
    scene.until(lambda: len(scene.relay.log) == 119, START_S, "all others")
    scene.until(lambda: "deferred" in scene.statuses().values(), 30, "its deferral")
    asked = scene.relay.asked.count("reader5@readers.example")
    time.sleep(3)
    again = scene.relay.asked.count("reader5@readers.example") - asked
    scene.report.require(again == 0, f"it was asked for {again} times more in 3 s")
    scene.waiting = 1
    scene.report.notes.append(f"asked for {asked} times, then deferred")


def close_at_one_reader(scene: Scene) -> None:
    """The same by a closed connection."""
    end_at_one_reader(scene, CLOSE)


def answer_421_to_one_reader(scene: Scene) -> None:
    """The same by a reply."""
    end_at_one_reader(scene, "421 4.3.2 not this one")


def die_for_one_delivery(scene: Scene) -> None:
    """One publication's relay does not listen; the other's delivery goes out."""
    dead = scene.add_relay()
    dead.die()
    scene.relay_routes = f"the-dead-example={dead.url}"
    scene.deliver(100, domain="dead.example")
    scene.deliver(300)
    scene.serve()
    _watch_beside(scene, 300)
    scene.hold(5)
    dead.rise()
    scene.goes_on()
    scene.finish()


def fall_silent_for_one_delivery(scene: Scene) -> None:
    """One publication's relay accepts connections and says nothing; the other's goes out."""
    silent = scene.add_relay(Manners(greeting=HANG))
    scene.relay_routes = f"the-silent-example={silent.url}"
    scene.deliver(100, domain="silent.example")
    scene.deliver(300)
    scene.serve()
    _watch_beside(scene, 300)
    silent.manners = WELL
    silent.die()
    silent.rise()
    scene.goes_on()
    scene.finish()


def die_for_one_domain(scene: Scene) -> None:
    """The relay of one recipient domain does not listen; the other letters go out."""
    dead = scene.add_relay()
    dead.die()
    scene.relay_routes = f"@dead.example={dead.url}"
    scene.deliver(100, domain="dead.example")
    scene.deliver(300)
    scene.serve()
    _watch_beside(scene, 300)
    dead.rise()
    scene.goes_on()
    scene.finish()


def go_slowly_beside(scene: Scene) -> None:
    """One delivery goes at two letters a second; the other one at full speed."""
    scene.deliver(60, 2.0, domain="slow.example")
    scene.deliver(300)
    scene.start("worker")
    _watch_beside(scene, 300)
    scene.until(lambda: _to(scene, "slow.example") > 0, LATEST_S, "the slow one's turn")
    scene.finish()


def _watch_beside(scene: Scene, letters: int) -> None:
    """See that a delivery beside a bad one goes out, from its first letter to its last."""
    domain = "readers.example"
    scene.until(lambda: scene.letters > 0, START_S, "the first letter")
    began = time.monotonic()
    scene.until(lambda: _to(scene, domain) >= letters, START_S, "the delivery beside")
    seconds = time.monotonic() - began
    scene.report.notes.append(f"the other one was out within {seconds:.0f} s")
    scene.report.require(seconds <= BESIDE_S, f"the delivery beside it took {seconds:.0f} s")


def _to(scene: Scene, domain: str) -> int:
    return sum(address.endswith(domain) for address in scene.relay.log)


def die_and_rise(scene: Scene) -> None:
    """The relay does not listen for a while in mid-delivery."""
    scene.deliver(300, RATE)
    scene.serve()
    scene.wait_for_letters(40)
    scene.relay.die()
    scene.report.bound = CONNECTIONS
    scene.hold(12)
    scene.relay.rise()
    scene.goes_on()
    scene.finish()


def die_for_small_letters(scene: Scene) -> None:
    """The relay is down while people sign up: their letters go once it is back, each once."""
    key = scene.open(1)
    scene.serve()
    scene.relay.die()
    people = [f"person{number}@small.example" for number in range(6)]
    for address in people:
        scene.database.write(staging.write_to, key, address, datetime.now(UTC))
        time.sleep(DOWN_S / len(people))
    scene.relay.rise()
    scene.goes_on()
    scene.until(lambda: set(people) <= set(scene.relay.log), LATEST_S, "the other letters")
    twice = len(scene.relay.log) - len(people)
    scene.report.require(not twice, f"{twice} small letters too many")
    scene.relay.log.clear()  # no row of a delivery knows of them


def limit(scene: Scene, readers: int = 3000) -> None:
    """Relays with limits, at full speed, beside a plain one in the same run."""
    domain = "plain.example"
    plain = _rate(scene, domain, readers, WELL)
    for number, (name, manners) in enumerate(SPEEDS.items()):
        rate = _rate(scene, f"limit{number}.example", readers, manners)
        share = rate / plain
        scene.report.notes.append(f"{name}: {share:.0%}")
        scene.report.require(share >= SLOWEST, f"{name}: {share:.0%} of the plain relay's speed")


def _rate(scene: Scene, domain: str, readers: int, manners: Manners) -> float:
    """Letters per second from the first letter to the last, each reader offered once."""
    scene.relay.manners = replace(manners, reply_s=REPLY_S)
    before = len(scene.relay.asked)
    scene.deliver(readers, domain=domain)
    worker = scene.start("worker")
    scene.until(lambda: len(scene.relay.asked) > before, START_S, "the first letter")
    began = time.monotonic()
    scene.until(lambda: len(set(scene.relay.asked[before:])) >= readers, 120, "the last letter")
    took = time.monotonic() - began
    worker.terminate()
    worker.wait()
    deferred = sum(status == "deferred" for status in scene.statuses().values())
    scene.waiting = deferred
    return readers / took

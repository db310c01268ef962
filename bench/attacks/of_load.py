"""Attacks by load: bodies, silent connections, storms of requests."""

import os
import socket
import statistics
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Ground
from bench.places import free_port
from bench.storms.crowds import CROWDS, FILES, TOOL, Target, crowd
from bench.usage import MB, resident_mb
from tests.journeys.world import link

READERS = 5
GATHER_S = 3.0
MOST_S = 0.5  # that a reader may wait to leave, at the median
CALM = 10  # or so many times as long as without a storm, where the machine itself is busy
PIECE = b"x" * 65536
HUGE = 200 * MB
# What is lost between two programs when one stops reading: the buffers of both kernels' ends.
ALLOWED_BYTES = 24 * MB
FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"}).encode()


def _storm(name: str, ground: Ground) -> Ending:
    """Let readers leave by one click while a crowd besieges the service."""
    links = [_join(ground, number) for number in range(2 * READERS)]
    calm = statistics.median(_leave(ground, links.pop()) or MOST_S for _ in range(READERS))
    host, port = ground.address
    with crowd(name, Target(host, port, free_port())):
        time.sleep(GATHER_S)
        times = [_leave(ground, path) for path in links]
    whole = [each for each in times if each is not None]
    lost = len(times) - len(whole)
    median = statistics.median(whole) if whole else 0.0
    times_of = f"{median * 1000:.0f} ms at the median ({calm * 1000:.0f} without a storm)"
    seen = f"a reader left in {times_of}, {lost} could not"
    return Ending(bool(lost) or median > max(MOST_S, CALM * calm), seen)


def _join(ground: Ground, number: int) -> str:
    """Let a reader join, from a network of their own; returns the path by which they leave."""
    world = ground.world
    address = f"reader{number}@readers.example"
    body = urlencode({"email": address}).encode()
    ground.ask("POST", "/subscribe", body, FORM | {"x-forwarded-for": f"10.0.{number}.7"})
    confirm = link(world.letter_to(address, "Confirm").text, "/confirm/")
    ground.ask("POST", _path(ground, confirm), b"", FORM)
    return _path(ground, link(world.letter_to(address, "Welcome").text, "/leave/"))


def _path(ground: Ground, url: str) -> str:
    return url.removeprefix(ground.world.runtime.settings.public_url)


def _leave(ground: Ground, path: str) -> float | None:
    begun = time.monotonic()
    with suppress(OSError):
        if ground.ask("POST", path, ONE_CLICK, FORM).status == 200:
            return time.monotonic() - begun
    return None


def _silent(ground: Ground) -> Ending:
    return _storm("1,500 silent connections", ground)


def _halves(ground: Ground) -> Ending:
    return _storm("1,500 half requests", ground)


def _tools(ground: Ground) -> Ending:
    return _storm("40 tools with a silent picture at a time", ground)


def _bodies(ground: Ground) -> Ending:
    return _storm("8 bodies of 200 MB at a time", ground)


def _large_body(ground: Ground) -> Ending:
    """Post 200 MB of JSON, chunked, and see how much of it the service keeps in memory."""
    before = resident_mb(os.getpid())
    sent = _send(ground, "/api/signup", "application/json", b'{"email":"')
    grown = max(0.0, resident_mb(os.getpid()) - before)
    return Ending(
        sent > ALLOWED_BYTES, f"{sent / MB:.0f} MB were taken, memory grew by {grown:.0f} MB"
    )


def _spooled_file(ground: Ground) -> Ending:
    """Post a file of 200 MB without a login, and look for it among the service's open files."""
    start = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    most = 0
    for path in ("/desk/readers/import", "/desk/sources/import", "/subscribe"):
        sent = _send(ground, path, FILES, start)
        most = max(most, sent, *_deleted_bytes())
    return Ending(
        most > ALLOWED_BYTES, f"at most {most / MB:.0f} MB were taken, in memory or on disk"
    )


def _send(ground: Ground, path: str, kind: str, start: bytes) -> int:
    """Send a chunked body of 200 MB; returns how many bytes the other side let us send."""
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\n"
    sent = 0
    with socket.create_connection(ground.address, timeout=10) as connection, suppress(OSError):
        connection.sendall(head.encode() + b"transfer-encoding: chunked\r\n\r\n")
        for piece in (start, *[PIECE] * (HUGE // len(PIECE))):
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            sent += len(piece)
    return sent


def _deleted_bytes() -> list[int]:
    """The sizes of the files without a name that this process has open."""
    sizes = []
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if "(deleted)" in os.readlink(file):
                sizes.append(file.stat().st_size)
    return sizes


def _slow_head(ground: Ground) -> Ending:
    """Send a byte of a head each half second, for as long as the service lets us."""
    begun = time.monotonic()
    with socket.create_connection(ground.address, timeout=10) as connection, suppress(OSError):
        connection.sendall(b"GET / HTTP/1.1\r\nx: ")
        while time.monotonic() - begun < 40:
            connection.sendall(b"y")
            time.sleep(0.5)
    lasted = time.monotonic() - begun
    return Ending(lasted > 30, f"the connection lasted {lasted:.0f} s")


def _pictures(ground: Ground) -> Ending:
    """Let the service ask a host of ours for pictures, by forms that nobody has a proof for."""
    visits = 0
    with socket.create_server(("127.0.0.1", 0)) as host:
        host.settimeout(0.05)
        picture = f"https://127.0.0.1:{host.getsockname()[1]}/p.png"
        for number in range(60):
            fields = {**TOOL, "contact": f"m{number}@pen.example", "image_url": picture}
            fields["website"] = "filled in by a robot"
            ground.ask("POST", "/promote", urlencode(fields).encode(), FORM)
            visits += _visits(host)
    return Ending(visits > 10, f"{visits} requests were made for 60 forms of a robot")


def _visits(host: socket.socket) -> int:
    visits = 0
    with suppress(TimeoutError):
        while True:
            host.accept()[0].close()
            visits += 1
    return visits


def _forged_network(ground: Ground) -> Ending:
    """Write another address in front of the true one, to get a network's allowance again."""
    statuses = []
    for number in range(130):
        forwarded = f"192.0.{number}.1, 203.0.113.9"  # the last is what the proxy saw
        body = urlencode({"email": f"somebody{number}@many.example"}).encode()
        headers = FORM | {"x-forwarded-for": forwarded}
        statuses.append(ground.ask("POST", "/subscribe", body, headers).status)
    refused = statuses.count(429)
    return Ending(refused < 25, f"{refused} of 130 forms of one network were refused")


ATTACKS: tuple[Attack, ...] = (
    Attack(
        "1,500 silent connections",
        "at 1,024 files every other request was reset, for as long as they stayed",
        _silent,
        is_slow=True,
    ),
    Attack(
        "1,500 half requests",
        "they stayed open for over 40 s without an end",
        _halves,
        is_slow=True,
    ),
    Attack(
        "a head, a byte at a time",
        "the connection stayed for as long as one liked",
        _slow_head,
        is_slow=True,
    ),
    Attack(
        "40 tools with a silent picture at a time",
        "GET / took 0.8 to 2.4 s, 192 outbound connections were made, none was refused",
        _tools,
        is_slow=True,
    ),
    Attack(
        "pictures fetched for a robot",
        "each form made requests to any host, before the gate was asked",
        _pictures,
    ),
    Attack(
        "a body of 200 MB to a form of JSON",
        "memory grew from 173 to 572 MB, the loop stood for 2.5 s",
        _large_body,
    ),
    Attack(
        "a file of 200 MB without a login",
        "200 MB were written to /tmp before the login was asked for",
        _spooled_file,
    ),
    Attack(
        "8 bodies of 200 MB at a time",
        "several held open filled the disk of the database",
        _bodies,
        is_slow=True,
    ),
    Attack(
        "another address in front of the true one",
        "held: the rightmost untrusted address counts",
        _forged_network,
    ),
)
assert {attack.name for attack in ATTACKS} >= set(CROWDS) - {"40 logins at a time"}

"""One process tree: the web, the scheduler and the sender, started together and drained together."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import uvicorn

from newsletter.delivery import running
from newsletter.errors import Unavailable
from newsletter.letters.sending import give_back_claims, send_small
from newsletter.runtime import Runtime
from newsletter.web.application import application

Said = Callable[[str], None]


class PortTaken(Unavailable):
    """The port is taken by another program. Choose another one: port in newsletter.toml, or --port."""


@contextmanager
def web(runtime: Runtime) -> Iterator[None]:
    """Serve the pages in a thread until the block ends."""
    settings = runtime.settings
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(512)  # from now on a request waits instead of being refused
    except OSError as error:
        raise PortTaken(f"{settings.host}:{settings.port}: {PortTaken.__doc__}") from error
    config = uvicorn.Config(application(runtime), log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


@contextmanager
def sending(runtime: Runtime, said: Said) -> Iterator[bool]:
    """Run the sender in a thread until the block ends; gives False if another sender has this database."""
    with runtime.database.alone("sender") as held:
        if not held:
            said("another sender works on this database; this one only watches")
            yield False
            return
        settle_dead_sender(runtime, said)
        sender = runtime.sender(f"{socket.gethostname()}:{os.getpid()}")

        async def small() -> int:
            return await send_small(runtime.database, runtime.relay, clock=runtime.clock, urls=runtime.urls, name=sender.name)

        thread = threading.Thread(target=asyncio.run, args=(running.run(sender, small, said),), name="sender", daemon=True)
        thread.start()
        try:
            yield True
        finally:
            sender.stopping = True
            thread.join(timeout=90)


def settle_dead_sender(runtime: Runtime, said: Said) -> None:
    """With the sender's lock held: what a dead sender had claimed becomes uncertain; small letters are planned again."""
    lost = runtime.database.write(running.begin)
    runtime.database.write(give_back_claims)
    if lost:
        said(f"{lost} messages are uncertain: a sender ended before their replies were recorded. See `newsletter status`.")


@contextmanager
def everything(runtime: Runtime, said: Said, *, scheduled: bool = True) -> Iterator[None]:
    """Web, sender and scheduler together."""
    with ExitStack() as running_parts:
        running_parts.enter_context(web(runtime))
        running_parts.enter_context(sending(runtime, said))
        if scheduled:
            running_parts.enter_context(runtime.ticker(said).running())
        yield

"""The stand-in on a port of this machine: within a running loop, or in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import uvicorn

from concierge.channels.line.standin.application import application
from concierge.channels.line.standin.platform import StandIn

__all__ = ["Thread", "in_thread", "serving"]


class _Server(uvicorn.Server):
    """A server that leaves the signals of the process to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch none."""
        yield


@asynccontextmanager
async def serving(
    standin: StandIn, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve the stand-in while the block runs; yields its address (`http://127.0.0.1:PORT`)."""
    config = uvicorn.Config(
        application(standin),
        host=host,
        port=port,
        http="httptools",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                await task
                raise OSError(f"the stand-in could not listen on {host}:{port}")
            await asyncio.sleep(0.01)
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://{host}:{bound}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await standin.webhook.close()


T = TypeVar("T")


class Thread:
    """A stand-in that runs in a thread: `url` is its address, `run` works in its loop."""

    def __init__(self, url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.url, self._loop = url, loop

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 30.0) -> T:
        """Run a coroutine (as `standin.webhook.deliver(…)`) in the stand-in's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)


@contextmanager
def in_thread(standin: StandIn, *, port: int = 0) -> Iterator[Thread]:
    """Serve the stand-in in a thread of its own while the block runs."""
    ready, found, failed = threading.Event(), list[Thread](), list[BaseException]()
    stop: asyncio.Event

    async def serve() -> None:
        nonlocal stop
        stop = asyncio.Event()
        async with serving(standin, port=port) as url:
            found.append(Thread(url, asyncio.get_running_loop()))
            ready.set()
            await stop.wait()

    def work() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=work, name="line-standin", daemon=True)
    thread.start()
    ready.wait(30)
    if failed:
        raise failed[0]
    try:
        yield found[0]
    finally:
        found[0]._loop.call_soon_threadsafe(stop.set)
        thread.join(10)

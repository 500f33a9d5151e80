"""Keeps one answering process alive beside the web application, however many workers that has.

A lock on a file beside the database says whose it is: the first worker takes it and hands it to the
process it starts, so that the lock lives exactly as long as somebody may answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import sys
import time

from concierge.settings import Settings

__all__ = ["Supervisor"]

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between tries for the lock."""
STEADY = 5.0
"""Seconds after which a process that ends counts as having worked."""
LONGEST_WAIT = 5.0
END_WITHIN = 6.0
MODULE = "concierge.channels.line.answering"


class Supervisor:
    """Starts the answering process, and starts it again whenever it ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock_file = settings.database.with_name(settings.database.name + ".line-lock")
        self._process: asyncio.subprocess.Process | None = None
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process is not None else None

    async def run(self) -> None:
        """Keep the process alive until cancelled; then let it finish what it has begun."""
        lock = await self._locked()
        try:
            wait = 0.2
            while True:
                began = time.monotonic()
                await self._once(lock)
                if time.monotonic() - began >= STEADY:
                    wait = 0.2
                self.restarts += 1
                log.error("line: the answering process ended and is started again in %.1f s", wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            os.close(lock)

    async def _once(self, lock: int) -> None:
        """Run the process until it ends.

        A process group of its own keeps Ctrl-C from it; a session of its own would make its
        niceness count for nothing against this process, where the kernel groups by sessions
        (autogroup, sched(7)).
        """
        environment = {
            **os.environ,
            "CONCIERGE_KNOWLEDGE": str(self._settings.knowledge.resolve()),
            "CONCIERGE_DATABASE": f"sqlite:///{self._settings.database.resolve()}",
        }
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            stdin=asyncio.subprocess.PIPE,
            env=environment,
            pass_fds=(lock,),
            process_group=0,
        )
        try:
            await process.wait()
        except asyncio.CancelledError:
            await self._end(process)
            raise

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(END_WITHIN):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _locked(self) -> int:
        """Return the lock's descriptor once it is ours."""
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._lock_file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    await asyncio.sleep(LOOK_EVERY)
                else:
                    return lock
        except BaseException:
            os.close(lock)
            raise

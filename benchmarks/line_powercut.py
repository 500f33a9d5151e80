"""Power cuts under LINE's webhook: what was acknowledged must be there when the power comes back.

    .venv/bin/python benchmarks/line_powercut.py                 # 40 cuts
    .venv/bin/python benchmarks/line_powercut.py --cuts 5 --normal   # the planted fault: loses

A library preloaded into the server copies each file of the database at every fsync. A cut is
kill −9, after which the copies are all that is left: whatever was not synced is gone. Needs a C
compiler; says so and ends well without one.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from line_rig import Server, compiler, make_shim

from concierge.channels.line.standin import StandIn, serving

LEAST = 10
"""Events that are acknowledged before each cut, however slow the machine is."""


@dataclass
class Cuts:
    """What became of the acknowledged events."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0


async def powercuts(
    folder: Path, *, cuts: int, seconds: float = 1.2, app: str = "webhook:app", seed: int = 1
) -> Cuts:
    """Cut the power so often, and count what is missing afterwards."""
    told, chance, standin = Cuts(), random.Random(seed), StandIn()  # noqa: S311
    shadow = folder / "shadow"
    shadow.mkdir(parents=True)
    shim = {"LD_PRELOAD": str(make_shim(folder)), "SHIM_SHADOW": str(shadow)}
    acknowledged: set[str] = set()
    async with serving(standin) as api:
        server = Server(folder, standin, api, app=app, environment=shim)
        standin.webhook.url = f"{server.url}/line/webhook"
        try:
            for _ in range(cuts):
                server.start()
                await asyncio.to_thread(server.up)
                enough = len(acknowledged) + LEAST
                delivering = asyncio.create_task(_deliver(standin, acknowledged))
                await asyncio.sleep(chance.uniform(0.3, 1.0) * seconds)
                patience = time.monotonic() + 120
                while len(acknowledged) < enough and time.monotonic() < patience:
                    await asyncio.sleep(0.01)
                server.kill()
                delivering.cancel()
                with suppress(asyncio.CancelledError):
                    await delivering
                _restore(server.database.parent, shadow)
                kept = _kept(server, folder / "looked at", shadow)
                told.lost += len(acknowledged - kept)
                acknowledged &= kept
                told.cuts += 1
        finally:
            await asyncio.to_thread(server.stop)
    told.acknowledged = len(acknowledged) + told.lost
    return told


async def _deliver(standin: StandIn, acknowledged: set[str]) -> None:
    """Deliver from several residents at once until cancelled."""

    async def one(name: str) -> None:
        while True:
            event = standin.events.text(standin.resident(name), "犬を飼いはじめた")
            if (await standin.webhook.deliver(event)).accepted:
                acknowledged.add(event["webhookEventId"])
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one(f"r{number}") for number in range(6)))


def _kept(server: Server, place: Path, shadow: Path) -> set[str]:
    """Return the events in what was synced; looked at in a copy, for looking changes the files."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    _restore(place, shadow)
    return set(server.inbox(place / "concierge.db"))


def _restore(database: Path, shadow: Path) -> None:
    """Put back what was synced, and nothing else."""
    for file in database.glob("concierge.db*"):
        if not file.name.endswith((".secret", "-lock")):
            file.unlink()
    for file in shadow.iterdir():
        if file.name.endswith(".making"):
            file.unlink()
        elif not file.name.startswith("."):
            shutil.copy(file, database / file.name)


def main() -> int:
    """Cut, print, and fail where something was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=40)
    parser.add_argument("--normal", action="store_true", help="synchronous=NORMAL, which loses")
    given = parser.parse_args()
    if compiler() is None:
        print("skipped: no C compiler (cc, gcc or clang) to make the preloaded library with")
        return 0
    app = "line_planted:synchronous_normal" if given.normal else "webhook:app"
    with tempfile.TemporaryDirectory() as place:
        told = asyncio.run(powercuts(Path(place), cuts=given.cuts, app=app))
    print(f"power cuts            {told.cuts:8}")
    print(f"acknowledged events   {told.acknowledged:8}")
    print(f"lost                  {told.lost:8}   (limit 0)")
    return int(told.lost > 0)


if __name__ == "__main__":
    sys.exit(main())

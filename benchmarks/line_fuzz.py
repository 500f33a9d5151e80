"""Webhook bodies made from LINE's published description, right and wrong, thrown at the webhook.

    .venv/bin/python benchmarks/line_fuzz.py                # 100,000 bodies
    .venv/bin/python benchmarks/line_fuzz.py --bodies 5000

Events follow the description with properties left out, doubled, of another type, out of every
range; whole bodies are cut, mixed up, nested, or bytes of no kind; some are signed wrongly or not at
all. Held to: 200, or a refusal on purpose (400, 401, 413); nothing unsigned is kept; whatever is kept
can be read by the answering side; nothing takes longer than LINE waits.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from concierge.channels.line.hearing import hear
from concierge.channels.line.standin.delivery import sign
from concierge.channels.line.webhook import LineWebhook
from concierge.problem import ConciergeError
from concierge.storage.committing import Committer
from concierge.storage.inbox import Arrival, inbox_path, keeping, open_inbox

SECRET = "0123456789abcdef" * 2
DESCRIPTION = resources.files("concierge.channels.line") / "openapi" / "webhook.yml"
JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(2**63), 1e308, float("inf"), float("nan")),
    *("", " ", "\0", "\ud800", "U" * 5000, "🍎" * 300, "'; DROP TABLE arrivals; --", "../../etc"),
    *([], {}, [[]], {"": None}, {"type": "text"}, ["message"]),
)
ALLOWED = {200, 400, 401, 413}


@dataclass
class Told:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    kept: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


class Maker:
    """Makes bodies from the description's schemas."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - to be repeated
        self.schemas = yaml.safe_load(DESCRIPTION.read_text("utf-8"))["components"]["schemas"]

    def body(self) -> bytes:
        """Return a body: mostly JSON of about the right shape."""
        chance = self.random.random()
        if chance < 0.03:
            return self.random.randbytes(self.random.randrange(200))
        value = self.value({"$ref": "#/components/schemas/CallbackRequest"}, 0)
        if isinstance(value, dict) and self.random.random() < 0.9:
            events = [self.event() for _ in range(self.random.randrange(4))]
            value["events"] = [*events, *([self.junk()] if self.random.random() < 0.1 else [])]
        body = json.dumps(value, ensure_ascii=self.random.random() < 0.5).encode("utf-8", "replace")
        if chance < 0.08:
            return body[: self.random.randrange(len(body) + 1)]
        if chance < 0.1:
            spot = self.random.randrange(len(body) + 1)
            return body[:spot] + self.random.randbytes(3) + body[spot:]
        if chance < 0.105:
            return b"[" * self.random.randrange(1, 20_000)
        return body

    def event(self) -> Any:
        """Return an event of a type that the description knows."""
        types = self.schemas["Event"]["discriminator"]["mapping"]
        name = self.random.choice(sorted(types))
        event = self.value({"$ref": types[name]}, 0)
        if isinstance(event, dict) and self.random.random() < 0.95:
            event["type"] = name
        return event

    def value(self, schema: dict[str, Any], depth: int) -> Any:
        """Return a value for a schema; now and then one that does not fit."""
        if self.random.random() < 0.02:
            return self.junk()
        if depth > 12:
            return None
        if "$ref" in schema:
            return self.value(self.schemas[schema["$ref"].rpartition("/")[2]], depth + 1)
        if "allOf" in schema:
            parts = [self.value(each, depth + 1) for each in schema["allOf"]]
            merged: dict[str, Any] = {}
            for part in parts:
                merged.update(part if isinstance(part, dict) else {})
            return merged
        mapping = schema.get("discriminator", {}).get("mapping")
        if mapping and depth < 10 and self.random.random() < 0.9:
            name = self.random.choice(sorted(mapping))
            found = self._plain({"$ref": mapping[name]}, depth)
            return {**found, "type": name} if isinstance(found, dict) else found
        return self._of_type(schema, depth)

    def _plain(self, schema: dict[str, Any], depth: int) -> Any:
        """Return a value for one of several schemas, without choosing among them again."""
        known = self.schemas[schema["$ref"].rpartition("/")[2]]
        own = {name: each for name, each in known.items() if name != "discriminator"}
        if "allOf" in own:
            own = {"allOf": [self._bare(each) for each in own["allOf"]]}
        return self.value(own, depth + 1)

    def _bare(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        known = self.schemas[schema["$ref"].rpartition("/")[2]]
        return {name: each for name, each in known.items() if name != "discriminator"}

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        pick = self.random
        kind = schema.get("type", "object")
        if "enum" in schema:
            return pick.choice([*schema["enum"], *schema["enum"], "newcomer"])
        if kind == "string":
            return pick.choice(
                ("U" + "0" * 32, "あした", "x" * pick.randrange(40), "line", "01H" * 8)
            )
        if kind == "integer":
            return pick.choice((0, 1, int(time.time() * 1000), 2**31, -5))
        if kind == "number":
            return pick.uniform(-400, 400)
        if kind == "boolean":
            return pick.random() < 0.5
        if kind == "array":
            inner = schema.get("items", {})
            return [self.value(inner, depth + 1) for _ in range(pick.randrange(3))]
        known = schema.get("properties", {})
        made = {n: self.value(s, depth + 1) for n, s in known.items() if pick.random() < 0.9}
        if pick.random() < 0.05:
            made[pick.choice(("newProperty", "type", "source", "message"))] = self.junk()
        return made

    def junk(self) -> Any:
        """Return something that is nothing."""
        return copy.deepcopy(self.random.choice(JUNK))


async def post(webhook: LineWebhook, body: bytes, signature: str | None) -> int:
    """Deliver a body as a server does; return the status."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [] if signature is None else [(b"x-line-signature", signature.encode())]
    await webhook({"type": "http", "method": "POST", "headers": headers}, receive, send)
    return statuses[0]


class Target:
    """A webhook with an inbox in a folder, at which bodies are thrown; `told` is what came of it."""

    def __init__(self, folder: Path) -> None:
        self.told = Told()
        self._committer = Committer(lambda: open_inbox(inbox_path(folder / "concierge.db")))
        self._webhook = LineWebhook([SECRET], self._keep, lambda: b"k" * 32)
        self._signed = True

    async def throw(self, body: bytes, signature: str | None) -> None:
        """Deliver a body, and judge what the webhook says and keeps."""
        told, self._signed = self.told, signature == sign(SECRET, body)
        began = time.perf_counter()
        try:
            status = await asyncio.wait_for(post(self._webhook, body, signature), 2)
        except (Exception, TimeoutError) as error:
            told.wrong.append(f"{type(error).__name__} for {body[:200]!r}")
            return
        told.slowest = max(told.slowest, time.perf_counter() - began)
        told.statuses[status] += 1
        if status not in ALLOWED or (not self._signed and status != 401):
            told.wrong.append(f"{status} for {body[:200]!r}")

    async def _keep(self, events: Sequence[Arrival]) -> None:
        self.told.kept += len(events)
        if not self._signed:
            self.told.wrong.append("kept without a signature")
        for each in events:
            _read(each, self.told)
        await self._committer.write(keeping(events))

    def close(self) -> None:
        """Write what waits, and close the inbox."""
        self._committer.close()


async def fuzz(folder: Path, *, bodies: int, seed: int = 1) -> Told:
    """Throw so many bodies at a webhook with an inbox in this folder."""
    target, maker = Target(folder), Maker(seed)
    for _ in range(bodies):
        body = maker.body()
        signature: str | None = sign(SECRET, body)
        if maker.random.random() <= 0.1:
            signature = maker.random.choice(
                (None, "", "=", sign("other", body), sign(SECRET, body)[:-1])
            )
        await target.throw(body, signature)
    await asyncio.to_thread(target.close)
    return target.told


def _read(arrival: Arrival, told: Told) -> None:
    """Read an event as the answering side does."""
    try:
        hear(json.loads(arrival.body)["events"][0])
    except (Exception, ConciergeError) as error:
        told.wrong.append(f"{type(error).__name__} on reading {arrival.body[:200]!r}")


def main() -> int:
    """Throw, print, and fail where something was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        told = asyncio.run(fuzz(Path(place), bodies=given.bodies, seed=given.seed))
    return report(told)


def report(told: Told) -> int:
    """Print what came of it; 1 where something was wrong."""
    print(f"bodies                {sum(told.statuses.values()):8}")
    print(f"answers               {dict(sorted(told.statuses.items()))}")
    print(f"events kept           {told.kept:8}")
    print(f"slowest               {told.slowest * 1000:8.0f} ms  (limit 2000)")
    print(f"wrong                 {len(told.wrong):8}     (limit 0)")
    for each in told.wrong[:5]:
        print("   ", each)
    return int(bool(told.wrong))


if __name__ == "__main__":
    sys.exit(main())

"""Bodies that schemathesis makes from LINE's own description, at the webhook.

    .venv/bin/pip install -e '.[fuzzing]'
    .venv/bin/python benchmarks/line_schemathesis.py                  # 100,000 bodies, about an hour
    .venv/bin/python benchmarks/line_schemathesis.py --bodies 5000

Half of them keep to the description, half break it somewhere; one in eight is signed wrongly or not
at all. Held to the same as in `line_fuzz`, whose own maker is fifty times as fast and bends harder.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import importlib.util
import itertools
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from line_fuzz import DESCRIPTION, SECRET, Target, Told, report

from concierge.channels.line.standin.delivery import sign

WRONG_EVERY = 8
"""One body in so many is signed wrongly."""
REFERENCE = "#/components/schemas/"


def installed() -> bool:
    """Tell whether schemathesis is there; it is no part of an ordinary installation."""
    return importlib.util.find_spec("schemathesis") is not None


def described() -> dict[str, Any]:
    """Return LINE's description with each base schema as the choice among its kinds.

    The description names the kinds in a discriminator's mapping alone, which makers of examples do
    not follow: they would make events of no kind.
    """
    whole: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text("utf-8"))
    schemas = whole["components"]["schemas"]
    kinds = {
        name: schema["discriminator"]
        for name, schema in schemas.items()
        if schema.get("discriminator", {}).get("mapping")
    }
    for name, schema in list(schemas.items()):
        schemas[name] = _chosen(schema, kinds)
    for name, kind in kinds.items():
        schemas[f"Any{name}"] = {
            "anyOf": [
                {"allOf": [{"$ref": ref}, _named(kind["propertyName"], value)]}
                for value, ref in kind["mapping"].items()
            ]
        }
        schemas[name].pop("discriminator")
    whole["paths"] = _chosen(whole["paths"], kinds)
    return whole


def _named(property_name: str, value: str) -> dict[str, Any]:
    return {"properties": {property_name: {"enum": [value]}}, "required": [property_name]}


def _chosen(schema: Any, kinds: dict[str, Any]) -> Any:
    """Return a schema whose references to a base schema, but its own kinds', mean any kind of it."""
    if isinstance(schema, list):
        return [_chosen(each, kinds) for each in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).removeprefix(REFERENCE)
    if name in kinds:
        return {"$ref": f"{REFERENCE}Any{name}"}
    return {
        key: copy.deepcopy(value) if key in ("allOf", "discriminator") else _chosen(value, kinds)
        for key, value in schema.items()
    }


def throw_described(folder: Path, *, bodies: int, seed: int = 1) -> Told:
    """Throw so many bodies at a webhook with an inbox in this folder."""
    from schemathesis import openapi  # noqa: PLC0415 - an extra
    from schemathesis.generation import GenerationMode  # noqa: PLC0415

    operation = openapi.from_dict(described())["/callback"]["POST"]
    count = itertools.count()
    with asyncio.Runner() as runner:
        target = Target(folder)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @seeded(seed)
            @settings(
                max_examples=bodies // 2,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def throw(case: Any) -> None:
                body = json.dumps(case.body, default=str).encode("utf-8", "surrogatepass")
                signature: str | None = sign(SECRET, body)
                turn, rest = divmod(next(count), WRONG_EVERY)
                if rest == 0:
                    signature = (None, "", sign("other", body))[turn % 3]
                runner.run(target.throw(body, signature))

            throw()
        target.close()
    return target.told


def main() -> int:
    """Throw, print, and fail where something was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if not installed():
        print("skipped: schemathesis is not installed (pip install -e '.[fuzzing]')")
        return 0
    with tempfile.TemporaryDirectory() as place:
        return report(throw_described(Path(place), bodies=wanted.bodies, seed=wanted.seed))


if __name__ == "__main__":
    sys.exit(main())

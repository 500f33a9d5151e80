"""LINE's published OpenAPI description, as routes and as a check of each request's body.

Stricter than LINE in one thing: a property that the description does not know is refused, since
LINE refuses some of them and says nothing of the others.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from concierge.channels.line.checking import Refusal

__all__ = ["Operation", "operations", "refusals", "webhook_refusals"]

FOLDER = Path(__file__).resolve().parent.parent / "openapi"
API = ("messaging-api.yml", "channel-access-token.yml")
WEBHOOK = ("webhook.yml",)
CHOICE = "x-choice"
"""Our keyword for OpenAPI's discriminator, which JSON Schema has not."""
KEPT = {
    "additionalProperties", "enum", "items", "maxItems", "maxLength", "maximum", "minItems",
    "minLength", "minimum", "pattern", "properties", "required", "type",
}  # fmt: skip
"""The words of OpenAPI that JSON Schema shares and that say something of a value."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of LINE's API: its published name, method and path, and its body's schema."""

    name: str
    method: str
    path: re.Pattern[str]
    body: str | None
    retry_key: bool


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the description, and the number of followers (LINE's insight)."""
    found = [
        Operation(
            name=described["operationId"],
            method=method.upper(),
            path=_pattern(path),
            body=_body(described),
            retry_key=any(
                parameter.get("name", "").lower() == "x-line-retry-key"
                for parameter in described.get("parameters", ())
            ),
        )
        for document in _documents(API)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if isinstance(described, dict) and "operationId" in described
    ]
    insight = re.compile(r"/v2/bot/insight/followers")
    return (*found, Operation("getNumberOfFollowers", "GET", insight, None, retry_key=False))


def refusals(schema: str, value: object) -> list[Refusal]:
    """Return what the description finds wrong with a request's body, each with its place."""
    return _found(_validator(schema, API), value)


def webhook_refusals(value: object) -> list[Refusal]:
    """Return what the description of LINE's webhook finds wrong with a request to a bot."""
    return _found(_validator("CallbackRequest", WEBHOOK), value)


def _found(validator: Any, value: object) -> list[Refusal]:
    return [
        Refusal(_place(error.absolute_path), error.message[:300])
        for error in validator.iter_errors(value)
    ]


@functools.cache
def _documents(files: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(
        yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
        for name in files
    )


@functools.cache
def _definitions(files: tuple[str, ...]) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for document in _documents(files):
        schemas.update(document["components"]["schemas"])
    return {name: _definition(name, schemas) for name in schemas}


@functools.cache
def _validator(schema: str, files: tuple[str, ...]) -> Any:
    return Checker({"$ref": f"#/$defs/{schema}", "$defs": _definitions(files)})


def _definition(name: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return a named schema as JSON Schema; one that others extend chooses among them."""
    schema = schemas[name]
    chosen = schema.get("discriminator")
    if chosen is None:
        return _closed(_converted(_merged(schema, schemas)))
    kind = chosen["propertyName"]
    ways = {value: target.rpartition("/")[2] for value, target in chosen["mapping"].items()}
    return {
        "type": "object",
        "required": [kind],
        "properties": {kind: {"enum": list(ways)}},
        CHOICE: {"by": kind, "ways": ways},
    }


def _choose(
    validator: Any, choice: Mapping[str, Any], instance: object, schema: object
) -> Iterator[ValidationError]:
    """Hold a value to the schema that its discriminator names, and to no other."""
    named = instance.get(choice["by"]) if isinstance(instance, Mapping) else None
    target = choice["ways"].get(named) if isinstance(named, str) else None
    if target is not None:
        yield from validator.descend(instance, {"$ref": f"#/$defs/{target}"})


Checker: Any = extend(Draft202012Validator, {CHOICE: _choose})  # type: ignore[no-untyped-call]
"""JSON Schema with OpenAPI's discriminator."""


def _merged(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with what it takes over from those it extends."""
    whole: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema.get("allOf", ()):
        base = schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        taken = _merged(base, schemas)
        whole["properties"] = {**taken.get("properties", {}), **whole.get("properties", {})}
        whole["required"] = [*taken.get("required", ()), *whole.get("required", ())]
        whole.setdefault("type", "object")
    return whole


def _converted(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref'].rpartition('/')[2]}"}
    found = {key: value for key, value in schema.items() if key in KEPT}
    if "properties" in found:
        found["properties"] = {
            name: _closed(_converted(inner)) for name, inner in found["properties"].items()
        }
    for inner in ("items", "additionalProperties"):
        if isinstance(found.get(inner), dict):
            found[inner] = _closed(_converted(found[inner]))
    if schema.get("nullable") and "type" in found:
        found["type"] = [found["type"], "null"]
    if not found.get("required", True):
        del found["required"]
    return found


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    return schema


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _body(described: Mapping[str, Any]) -> str | None:
    content = described.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    reference = schema.get("$ref")
    return None if reference is None else reference.rpartition("/")[2]


def _place(path: Any) -> str:
    written = ""
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else str(step)
    return written

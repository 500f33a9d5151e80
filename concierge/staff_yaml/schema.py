"""Makes the JSON Schema of a kind of staff file out of its `Table`, for editors.

An editor reads YAML's own types, so `8000` reaches it as a number and `#8000` as nothing: the
schema allows what our reader takes as text.
"""

from __future__ import annotations

from typing import Any

from concierge.staff_yaml.fields import Field, Kind, Table

__all__ = ["json_schema", "record_schema"]

SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
FILLED: dict[str, Any] = {
    "anyOf": [{"type": "string", "pattern": "\\S"}, {"type": ["number", "boolean"]}]
}
URL: dict[str, Any] = {"type": ["string", "null"], "pattern": "^\\s*https?://"}
LINK: dict[str, Any] = {
    "anyOf": [
        {"type": ["string", "null"]},
        {
            "type": "object",
            "properties": {"title": SCALAR, "url": URL},
            "required": ["url"],
        },
    ]
}


def json_schema(title: str, description: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a whole schema; `body` says what the file as a whole may be."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "description": description,
        **body,
    }


def record_schema(table: Table) -> dict[str, Any]:
    """Return the schema of one record. A required field may stand under any of its names."""
    properties = {
        name: _field(field) if name == field.name else {**_field(field), "title": field.name}
        for field in table.fields
        for name in (field.name, *field.aliases)
    }
    required = [
        {"anyOf": [{"required": [name]} for name in (field.name, *field.aliases)]}
        for field in table.fields
        if field.required
    ]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return {**schema, "allOf": required} if required else schema


def _field(field: Field) -> dict[str, Any]:
    return {"description": field.title, **_value(field)}


def _value(field: Field) -> dict[str, Any]:
    below = record_schema(field.table) if field.table else {}
    if field.choices:
        return {"enum": [*field.choices, *([] if field.required else [None])]}
    if field.kind in (Kind.TEXT, Kind.ID, Kind.DATE, Kind.PHONE):
        return FILLED if field.required else SCALAR
    return {
        Kind.URL: URL,
        Kind.TEXTS: {"anyOf": [{"type": "array", "items": SCALAR}, SCALAR]},
        Kind.LINKS: {"anyOf": [{"type": "array", "items": LINK}, LINK]},
        Kind.TABLE: below,
        Kind.TABLES: {"type": "array", "items": below},
        Kind.LANGUAGES: {"type": "object", "additionalProperties": below},
        Kind.PAIRS: {"type": "object", "additionalProperties": SCALAR},
    }.get(field.kind, {})

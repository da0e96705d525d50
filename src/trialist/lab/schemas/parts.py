"""Pieces that the schemas are made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from trialist.design.studyschema import DRAFT, Schema

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {}
MAPPING: Schema = {"type": "object"}
JOURNAL_NUMBER: Schema = {
    "description": "A number; NaN and infinities are text, since JSON has no word for them.",
    "anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}],
}


def or_null(schema: Schema) -> Schema:
    """Give a schema that null fits too."""
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    """Give the schema of a list."""
    return {"type": "array", "items": schema}


def pair_of(schema: Schema) -> Schema:
    """Give the schema of a list of two."""
    return {"type": "array", "items": schema, "minItems": 2, "maxItems": 2}


def mapping_of(schema: Schema) -> Schema:
    """Give the schema of a mapping with any keys."""
    return {"type": "object", "additionalProperties": schema}


def words_of(kind: type[StrEnum]) -> Schema:
    """Give the schema of an enumeration's words."""
    return {"enum": [one.value for one in kind]}


def thing(properties: Mapping[str, Schema], *, rare: Collection[str] = ()) -> Schema:
    """Give the schema of a mapping with these keys; all but `rare` are there.

    It may hold more: a later version may write keys that this one does not know.
    """
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [key for key in properties if key not in rare],
    }


def described(schema: Schema, description: str) -> Schema:
    """Give a schema with what it is, in words."""
    return {"description": description, **schema}


def titled(schema: Schema, title: str) -> dict[str, Any]:
    """Give a schema as a whole document."""
    return {"$schema": DRAFT, "title": title, **schema}


INTERVAL: Schema = or_null(pair_of(NUMBER))
MISSING: Schema = described(mapping_of(TEXT), "Why each null is one.")

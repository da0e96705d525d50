"""The study file as a JSON Schema, for editors: from the same classes and tables as the reader."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from trialist.design.schema import EXPECTED, GROUPS, MORE, MOST_SEEDS, keys_of
from trialist.design.spaceschema import PRUNER, SEARCH_LIMITS, SPACE
from trialist.values.judging import OPEN, PLANNED
from trialist.values.seeds import SOURCES
from trialist.values.study import Study

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_PLAIN: Mapping[Any, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    type(None): "null",
}
_FOLDER_NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
_SPLIT_METRIC = "^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)+$"
_TIME = r"^\s*[0-9.]+\s*(s|m|min|h|d)\s*$"
_MAY_BE_EMPTY = ("config", "variants", "expect", "resources")

_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", flags=re.MULTILINE)
"""An attribute in a docstring, with the lines that go on about it."""

_SEEDS: Schema = {"minimum": 1, "maximum": MOST_SEEDS}
_SOURCE_LIST: Schema = {"items": {"enum": list(SOURCES)}, "type": "array"}

_TIME_VALUE: Schema = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": _TIME},
        {"type": "null"},
    ]
}

LIMITS: Mapping[str, Mapping[str, Any]] = {
    "name": {"pattern": _FOLDER_NAME},
    "metric.name": {"pattern": _SPLIT_METRIC},
    "metric.relevant": {"exclusiveMinimum": 0},
    "seeds.min": _SEEDS,
    "seeds.max": _SEEDS,
    "paired": _SOURCE_LIST,
    "vary": {**_SOURCE_LIST, "minItems": 1},
    "looks": {"enum": [PLANNED, OPEN]},
    "seed": {"enum": ["inject", None]},
    "resources.threads": {"minimum": 1},
    "resources.retries": {"minimum": 0},
    **SEARCH_LIMITS,
}
"""What a value must fulfil beyond its type, by the way to its key; more than the types say."""

_WHOLE: Mapping[str, Mapping[str, Any]] = {
    "trial": {"type": "string", "pattern": "^.+:[^:]+$"},
    "variants": {
        "type": ["object", "null"],
        "propertyNames": {"pattern": _FOLDER_NAME},
        "additionalProperties": {"type": ["object", "null"]},
    },
    "ablate": {
        "anyOf": [
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            {"type": "object", "minProperties": 1},
        ]
    },
    "expect": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
    "resources.workers": {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1}]},
    "resources.gpus": {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 0}]},
    "resources.timeout": _TIME_VALUE,
    "budget.wall_clock": _TIME_VALUE,
    "space": SPACE,
    "search.pruner": PRUNER,
}
"""Keys whose values the reader takes in other forms than their fields have."""


def study_schema() -> Schema:
    """Give the JSON Schema (draft 2020-12) of a study file.

    What a schema cannot see (whether a file or a function is there, whether a variant changes a
    key that `config` has) the reader alone refuses.
    """
    properties = {key: _key(key, Study, key) for key in keys_of("")}
    properties["include"] = {
        "description": "Other study files that this one is laid over, named from here.",
        "anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "array", "items": {"type": "string", "minLength": 1}},
        ],
    }
    return {
        "$schema": DRAFT,
        "title": "A study of trialist",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "if": {"required": ["include"]},
        "else": _required(),
    }


def _required() -> Schema:
    """Give what a file without includes must have; with them it may stand in another file."""
    inner = {group: {"required": _needed(kind)} for group, kind in GROUPS.items() if _needed(kind)}
    either = [{"required": ["trial"]}, {"required": ["command"]}]
    return {"required": _needed(Study), "oneOf": either, "properties": inner}


def _needed(kind: type) -> list[str]:
    return [
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    ]


def _key(key: str, kind: type, way: str) -> Schema:
    """Give the schema of one key of a study or of a group."""
    if way in _WHOLE:
        schema = dict(_WHOLE[way])
    elif way == "seeds":
        schema = _seeds()
    elif way in GROUPS:
        schema = _group(way)
    else:
        owner = way.rpartition(".")[0]
        hint = MORE.get((owner, key)) or get_type_hints(kind)[key]
        schema = schema_of(hint)
        if way == "config":
            schema = {"type": ["object", "null"]}
        schema |= LIMITS.get(way, {})
    return {"description": _words(key, kind, way), **schema}


def _group(group: str) -> Schema:
    kind = GROUPS[group]
    return {
        "type": ["object", "null"] if group in _MAY_BE_EMPTY else "object",
        "additionalProperties": False,
        "properties": {key: _key(key, kind, f"{group}.{key}") for key in keys_of(group)},
    }


def _seeds() -> Schema:
    return {
        "anyOf": [
            _group("seeds"),
            {"type": "integer", **_SEEDS},
            {
                "type": "array",
                "items": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
                "minItems": 1,
                "uniqueItems": True,
            },
        ]
    }


def schema_of(hint: Any) -> Schema:
    """Give the schema of a type: plain types, their unions, lists, mappings and enumerations."""
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [one.value for one in hint]}
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one) for one in inner]}
    if origin in (tuple, list):
        return {"type": "array", "items": schema_of(inner[0])}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1])}
    return {}


def _words(key: str, kind: type, way: str) -> str:
    """Give what a key is, from the docstring of its class, and what it may look like."""
    said = descriptions(kind).get(key, "")
    expected = EXPECTED.get(way)
    example = f"Expected: {expected}." if expected else ""
    return " ".join(part for part in (said, example) if part) or key


def descriptions(kind: type) -> dict[str, str]:
    """Give what the docstring of a dataclass says of its attributes."""
    text = inspect.getdoc(kind) or ""
    _, _, below = text.partition("Attributes:\n")
    found = {name: " ".join(words.split()) for name, words in _ATTRIBUTE.findall(below)}
    return found if is_dataclass(kind) else {}

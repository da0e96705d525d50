"""The space and the search of a study file as a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialist.design.pruners import NONE, PRUNERS
from trialist.design.searchsettings import MOST_TRIALS
from trialist.values.metric import Goal
from trialist.values.searchplan import Method, Tuned
from trialist.values.searchsettings import AUTO
from trialist.values.space import Law, Role, Scale

_NUMBER = {"type": "number"}
_TRUTH = {"type": "boolean"}
_TEXT = {"type": "string"}
_COUNT = {"minimum": 1, "maximum": MOST_TRIALS}

_ENTRY: Mapping[str, Any] = {
    "role": {"enum": [one.value for one in Role]},
    "choices": {"type": "array", "minItems": 1, "uniqueItems": True},
    "ordered": _TRUTH,
    "probabilities": {"type": "array", "items": {"type": "number", "minimum": 0}},
    "low": _NUMBER,
    "high": _NUMBER,
    "log": _TRUTH,
    "scale": {"enum": [one.value for one in Scale]},
    "integer": _TRUTH,
    "step": {"type": "number", "exclusiveMinimum": 0},
    "per": _TEXT,
    "ranges": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "type": "object",
            "properties": {"low": _NUMBER, "high": _NUMBER},
            "required": ["low", "high"],
            "additionalProperties": False,
        },
    },
    "when": {"type": "object", "minProperties": 1},
    "switch": _TRUTH,
    "off": {},
    "hard_low": _NUMBER,
    "hard_high": _NUMBER,
    "law": {"enum": [one.value for one in Law]},
    "shape": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    "fixed": {},
    "caveat": _TEXT,
}

SPACE: Mapping[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {
        "pattern": r"^[^.]+(\.[^.]+)*$",
        "not": {"pattern": r"(^|\.)max_train_steps$"},
    },
    "additionalProperties": {
        "type": "object",
        "properties": _ENTRY,
        "additionalProperties": False,
        "oneOf": [
            {"required": ["fixed"]},
            {"required": ["choices"]},
            {"anyOf": [{"required": [key]} for key in ("low", "ranges", "shape")]},
        ],
        "dependentRequired": {"high": ["low"], "low": ["high"], "off": ["switch"]},
    },
}
"""What a parameter of the space may say."""

PRUNER: Mapping[str, Any] = {
    "anyOf": [
        {"enum": [AUTO, NONE, *PRUNERS]},
        {"type": "object", "required": ["name"], "properties": {"name": {"enum": list(PRUNERS)}}},
    ]
}

SEARCH_LIMITS: Mapping[str, Mapping[str, Any]] = {
    "search.method": {"enum": [AUTO, *(one.value for one in Method)]},
    "search.claim": {"enum": [AUTO, *(one.value for one in Tuned)]},
    "search.trials": _COUNT,
    "search.replicates": _COUNT,
    "search.seeds": _COUNT,
    "search.seed": {"minimum": 0},
    "search.price": {"minimum": 0},
    "search.objectives": {"additionalProperties": {"enum": [one.value for one in Goal]}},
    "budget.max_train_steps": {"minimum": 1},
    "budget.runs": {"minimum": 1},
}
"""What the values of `search` and `budget` must fulfil beyond their types."""

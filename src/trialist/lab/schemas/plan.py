"""The schema of plan.json."""

from __future__ import annotations

from trialist.design.studyschema import Schema
from trialist.lab.schemas.parts import (
    COUNT,
    FLAG,
    MAPPING,
    NUMBER,
    TEXT,
    described,
    list_of,
    mapping_of,
    or_null,
    thing,
    titled,
    words_of,
)
from trialist.values.determinism import Determinism
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Goal, Names

METRIC: Schema = thing({"name": TEXT, "goal": words_of(Goal), "relevant": or_null(NUMBER)})

_RARE = {
    "variance": words_of(Variance),
    "prior": MAPPING,
    "open": FLAG,
    "parent": thing({"study": TEXT, "plan_hash": TEXT, "head": TEXT, "n_comparisons": COUNT}),
    "ablation": described(mapping_of(TEXT), "The key that each variant leaves out."),
    "expect": list_of(MAPPING),
    "command": MAPPING,
    "memory": COUNT,
    "gpus": COUNT,
    "data": list_of(TEXT),
    "test": described(MAPPING, "The sealed test set: what evaluates a run on it, and its digest."),
    "determinism": words_of(Determinism),
    "names": words_of(Names),
    "vectorize": described(MAPPING, "How the replicates of a task are trained, and why."),
    "search": described(MAPPING, "What the variants are tuned over, and how."),
}
"""Keys that a plan has only where they are used; a later version may know more of them."""


def plan_schema() -> Schema:
    """Give the JSON Schema of plan.json."""
    always = {
        "format": {"const": 1},
        "study": TEXT,
        "question": TEXT,
        "trial": TEXT,
        "code": described(mapping_of(TEXT), "SHA-256 of each file of the trial's code."),
        "metric": METRIC,
        "variants": described(mapping_of(MAPPING), "The whole configuration of each variant."),
        "order": described(list_of(TEXT), "The variants in order."),
        "baseline": TEXT,
        "seeds": list_of(COUNT),
        "looks": list_of(thing({"n": COUNT, "thresholds": list_of(NUMBER)})),
        "paired": list_of(TEXT),
        "vary": list_of(TEXT),
        "mode": words_of(Mode),
        "alpha": NUMBER,
        "threads": COUNT,
        "retries": or_null(COUNT),
        "timeout": or_null(NUMBER),
    }
    schema = thing({**always, **_RARE}, rare=_RARE)
    return titled(schema, "A plan of trialist (plan.json)")

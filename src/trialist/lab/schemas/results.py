"""The schema of results.json."""

from __future__ import annotations

from trialist.design.studyschema import Schema
from trialist.lab.schemas.parts import (
    COUNT,
    FLAG,
    INTERVAL,
    MAPPING,
    MISSING,
    NUMBER,
    TEXT,
    described,
    list_of,
    or_null,
    pair_of,
    thing,
    titled,
    words_of,
)
from trialist.lab.schemas.plan import METRIC
from trialist.values.judging import Mode, Variance
from trialist.values.predictions import Outcome
from trialist.values.procedure import Correction, Spending
from trialist.values.searches import Claim
from trialist.values.verdict import VerdictCode

_N = or_null(NUMBER)
_SENTENCES = list_of(TEXT)

_VARIANT = thing(
    {
        "name": TEXT,
        "n": COUNT,
        "n_failed": COUNT,
        "n_diverged": COUNT,
        "mean": described(_N, "In the metric's own sign."),
        "sd": _N,
        "interval": described(INTERVAL, "Of the mean, 95 %, of this variant alone."),
        "seeds": list_of(or_null(COUNT)),
        "values": list_of(NUMBER),
        "missing": MISSING,
    }
)

_RARE_IN_COMPARISONS = ("e_value", "replicate", "losses", "examples", "sensitivity")
_COMPARISON = thing(
    {
        "variant": TEXT,
        "baseline": TEXT,
        "design": TEXT,
        "test": TEXT,
        "n": COUNT,
        "n_variant": COUNT,
        "n_baseline": COUNT,
        "correlation": _N,
        "estimate": described(_N, "Oriented so that positive is better, whatever the goal."),
        "interval": described(INTERVAL, "Holds over all comparisons and all looks."),
        "interval_kind": {"enum": ["repeated", "simultaneous", "single", "at any time"]},
        "level": NUMBER,
        "p": _N,
        "p_adjusted": _N,
        "effect_size": or_null(thing({"name": TEXT, "value": NUMBER, "interval": INTERVAL})),
        "look": thing({"index": COUNT, "n": COUNT, "of": list_of(COUNT), "threshold": NUMBER}),
        "verdict": words_of(VerdictCode),
        "reason": described(or_null(TEXT), "Why inconclusive, not_comparable or refused."),
        "more_seeds": or_null(pair_of(COUNT)),
        "scope": TEXT,
        "assumptions": _SENTENCES,
        "flags": list_of(TEXT),
        "notes": _SENTENCES,
        "sentence": TEXT,
        "e_value": NUMBER,
        "replicate": TEXT,
        "losses": MAPPING,
        "examples": MAPPING,
        "sensitivity": list_of(
            thing({"name": TEXT, "p": _N, "interval": INTERVAL, "decides": {"const": False}})
        ),
        "missing": MISSING,
    },
    rare=_RARE_IN_COMPARISONS,
)

_PROTOCOL = thing(
    {
        "registered": FLAG,
        "mode": words_of(Mode),
        "alpha": NUMBER,
        "n_comparisons": COUNT,
        "n_earlier": COUNT,
        "correction": words_of(Correction),
        "looks": list_of(COUNT),
        "spending": words_of(Spending),
        "paired": FLAG,
        "shared": list_of(TEXT),
        "varied": list_of(TEXT),
        "variance": words_of(Variance),
        "prior": or_null(MAPPING),
    }
)

_METHODS = thing(
    {
        "text": TEXT,
        "software": TEXT,
        "version": TEXT,
        "fields": list_of(thing({"text": TEXT, "field": TEXT})),
    }
)

_COMPONENT = thing(
    {
        "name": TEXT,
        "variant": TEXT,
        "drop": _N,
        "interval": INTERVAL,
        "ranks": or_null(pair_of(COUNT)),
        "verdict": words_of(VerdictCode),
        "supported": FLAG,
        "sentence": TEXT,
        "missing": MISSING,
    }
)

_PREDICTION = thing(
    {
        "variant": TEXT,
        "expected": TEXT,
        "low": _N,
        "high": _N,
        "outcome": words_of(Outcome),
        "estimate": _N,
        "interval": INTERVAL,
        "sentence": TEXT,
        "missing": MISSING,
    }
)

_SEARCHES = thing(
    {
        "claim": words_of(Claim),
        "level": NUMBER,
        "searches": list_of(MAPPING),
        "expected_best": list_of(MAPPING),
    }
)

_FAMILY = thing(
    {
        "n_comparisons": COUNT,
        "error_rate": _N,
        "studies": list_of(MAPPING),
        "statement": _SENTENCES,
        "missing": MISSING,
    }
)

_RARE = ("protocol", "methods", "ablation", "searches", "checks", "predictions", "family", "test")


def results_schema() -> Schema:
    """Give the JSON Schema of results.json, and of `--json` of `run`, `report` and `compare`.

    A later version may write more keys; those here keep their meaning.
    """
    found = thing(
        {
            "format": {"const": 1},
            "study": TEXT,
            "plan_hash": described(or_null(TEXT), "Null for results without a plan."),
            "metric": METRIC,
            "variants": list_of(_VARIANT),
            "comparisons": list_of(_COMPARISON),
            "extra_runs": list_of(
                thing(
                    {
                        "variant": TEXT,
                        "seed": or_null(COUNT),
                        "status": TEXT,
                        "value": _N,
                        "plan": TEXT,
                        "metric": TEXT,
                    },
                    rare=["plan", "metric"],
                )
            ),
            "caveats": _SENTENCES,
            "findings": _SENTENCES,
            "deviations": _SENTENCES,
            "protocol": _PROTOCOL,
            "methods": _METHODS,
            "ablation": thing({"components": list_of(_COMPONENT), "order": _SENTENCES}),
            "searches": _SEARCHES,
            "checks": list_of(MAPPING),
            "predictions": list_of(_PREDICTION),
            "family": _FAMILY,
            "test": described(MAPPING, "What came of the last opening of the sealed test set."),
        },
        rare=_RARE,
    )
    return titled(found, "Results of trialist (results.json)")

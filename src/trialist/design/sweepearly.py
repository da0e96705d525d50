"""`early_terminate` of a W&B sweep file: the one rule that W&B has, as a pruner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialist.design.document import Keys
from trialist.design.hints import hint
from trialist.design.schema import shown
from trialist.design.sweepdraft import Draft

MOST_RUNGS = 12
"""Of the hundred bands that W&B makes of `min_iter`, those that a run can come to."""

_EARLY = ("type", "min_iter", "max_iter", "s", "eta", "strict")


def read_early(draft: Draft) -> None:
    """Read the rule by which W&B ends trials early."""
    given = draft.sweep.data.get("early_terminate")
    if given is None:
        return
    at: Keys = ("early_terminate",)
    if not isinstance(given, dict) or given.get("type") != "hyperband":
        draft.wrong(at, "early_terminate is no mapping with type: hyperband",
                    "write {type: hyperband, min_iter: 3}")  # fmt: skip
        return
    for key, value in given.items():
        if key not in _EARLY:
            todo = hint(key, _EARLY, nothing="")
            draft.wrong((*at, key), f"'{key}' is not a key of early_terminate", todo, of_key=True)
        elif (expected := _wrong_early(key, value)) is not None:
            message = f"early_terminate.{key} is {shown(value)}, expected {expected}"
            draft.wrong((*at, key), message, f"write {expected}")
            return
    bands = _bands(given)
    if not bands:
        todo = "give min_iter, or max_iter and s (max_iter / eta must be 1 or more)"
        draft.wrong(at, "early_terminate names no iteration at which it looks", todo)
        return
    rule = {
        "name": "wandb",
        "eta": given.get("eta", 3),
        "rungs": bands,
        "strict": given.get("strict", True),
    }
    draft.put(("search", "pruner"), rule, at)
    how = "the value there" if rule["strict"] else "the best value so far"
    draft.notes.append(
        f"early_terminate: after {', '.join(map(str, bands[:4]))}{' ...' * (len(bands) > 4)} "
        f"values of the metric a trial ends unless {how} is in the top 1/{rule['eta']:g} of those "
        "that came as far; the first ones are judged by almost nothing"
    )


def _wrong_early(key: str, value: Any) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if key == "strict":
        return None if isinstance(value, bool) else "true or false"
    if key == "eta":
        fits = is_number and value > 1 and value == int(value)
        return None if fits else "a whole number above 1"
    if key in ("min_iter", "max_iter", "s"):
        fits = is_number and value >= 1 and value == int(value)
        return None if fits else "a whole number from 1"
    return None


def _bands(given: Mapping[str, Any]) -> list[int]:
    """Give the numbers of logged values at which W&B compares, as its rule makes them."""
    eta = given.get("eta", 3)
    if "max_iter" in given and "s" in given:
        found, band = [], float(given["max_iter"])
        for _ in range(int(given["s"])):
            band /= eta
            if band < 1:
                break
            found.append(int(band))
        return sorted(found)
    if "min_iter" in given:
        return [int(given["min_iter"] * eta**k) for k in range(MOST_RUNGS)]
    return []

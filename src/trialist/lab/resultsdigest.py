"""What the log holds of results: a digest of their numbers, and what became of the predictions."""

from __future__ import annotations

from trialist.values.canonical import digest_of
from trialist.values.results import Results


def predicted_outcomes(results: Results) -> dict[str, dict[str, str]]:
    """Give what became of each prediction, as the log holds it; nothing where none was made."""
    if not results.predictions:
        return {}
    return {
        "predictions": {one.expectation.variant: one.outcome.value for one in results.predictions}
    }


_DIGESTED = {
    "variants": (
        "name",
        "n",
        "n_failed",
        "n_diverged",
        "mean",
        "sd",
        "interval",
        "seeds",
        "values",
    ),
    "comparisons": (
        *("variant", "baseline", "design", "test", "n", "n_variant", "n_baseline"),
        *("correlation", "estimate", "interval", "interval_kind", "level", "p", "p_adjusted"),
        *("effect_size", "look", "verdict", "more_seeds", "scope", "flags"),
    ),
}


def results_digest(results: Results) -> str:
    """Give the digest of the numbers and codes: the same however often a study was interrupted.

    Words are left out, and so is what later versions say beside the verdict.
    """
    data = results.to_dict()
    return digest_of(
        {key: [{name: one[name] for name in names} for one in data[key]]
         for key, names in _DIGESTED.items()}
    )  # fmt: skip

"""The spread of runs that exist already, for planning others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.stats.spread import has_spread, sd_of
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import RunRecord

_FAR_APART = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotSpread:
    """The noise of earlier runs.

    Attributes:
        sd: Pooled SD within variants, or of the paired differences.
        df: Its degrees of freedom.
        n_groups: Variants, or comparisons with the baseline, that it comes from.
        notes: What limits it, as sentences.
    """

    sd: float
    df: float
    n_groups: int
    notes: tuple[str, ...] = ()


def pilot_spread(records: Sequence[RunRecord], *, baseline: str | None = None) -> PilotSpread:
    """Give the spread of earlier runs.

    Assumes independent runs with equal normal noise in all variants. Smallest n: two runs of one
    variant, or two pairs.

    Args:
        records: The runs; those without a value are left out and counted.
        baseline: None for the SD within variants; else the variant that the others are paired
            with by seed, for the SD of the paired differences.

    Raises:
        InsufficientDataError: If nothing has two values, or nothing has any spread.
    """
    values = _by_variant(records)
    found = list(values.values()) if baseline is None else _differences(values, baseline)
    groups = [tuple(group.values()) for group in found if len(group) > 1]
    parts = [(sd_of(group) if has_spread(group) else 0.0, len(group) - 1) for group in groups]
    if not any(sd > 0 for sd, _ in parts):
        what = "runs of one variant" if baseline is None else f"pairs with {baseline}"
        raise InsufficientDataError(
            f"there are no two {what} with different values, so there is no spread",
            todo="run a pilot of two seeds or more, better five; or say --sd",
        )
    df = sum(one for _, one in parts)
    sd = math.hypot(*(one * math.sqrt(n / df) for one, n in parts))
    # Differences with one baseline share its noise: their correlation of about one half makes k
    # estimated variances worth k / (1 + (k - 1) / 4).
    worth = 1.0 if baseline is None else 1 + (len(parts) - 1) / 4
    return PilotSpread(
        sd=sd, df=df / worth, n_groups=len(parts), notes=_notes(records, [one for one, _ in parts])
    )


def _by_variant(records: Sequence[RunRecord]) -> dict[str, dict[object, float]]:
    values: dict[str, dict[object, float]] = {}
    for place, run in enumerate(records):
        if run.value is not None:
            key = ("row", place) if run.seed is None else run.seed
            values.setdefault(run.variant, {})[key] = run.value
    return values


def _differences(
    values: Mapping[str, Mapping[object, float]], baseline: str
) -> list[dict[object, float]]:
    base = values.get(baseline, {})
    return [
        {seed: value - base[seed] for seed, value in found.items() if seed in base}
        for name, found in values.items()
        if name != baseline
    ]


def _notes(records: Sequence[RunRecord], sds: Sequence[float]) -> tuple[str, ...]:
    notes = []
    n_lost = sum(run.value is None for run in records)
    if n_lost:
        notes.append(f"{n_lost} of {len(records)} runs gave no value and say nothing of the noise.")
    low, high = min(sds), max(sds)
    if len(sds) > 1 and high > _FAR_APART * low:
        ratio = "one has none" if low == 0 else f"the largest is {high / low:.1f} times the least"
        notes.append(
            f"The SDs of the pilot's groups are far apart ({ratio}); what is said holds for equal "
            "noise."
        )
    return tuple(notes)

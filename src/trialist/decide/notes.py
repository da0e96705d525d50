"""What belongs after a verdict's sentence: losses, power, pairing, skew, early stopping."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.analysis.detection import detection_power
from trialist.decide.losses import losses_said
from trialist.decide.ruling import REJECTED
from trialist.stats.skewness import is_extreme, skewness
from trialist.values.evidence import Contrast, Interval, Sample
from trialist.values.missing import Missing
from trialist.values.verdict import Verdict

_FEW = 4  # statistics.md 3.5: up to here the power is printed
_POOLED = "pooled t"
_CURE = "; the bootstrap-t interval in the report errs in 6 % at most"  # measured, 8 to 20 pairs
_MIN_FOR_CURE = 8


def notes_of(
    verdict: Verdict, contrast: Contrast, *, baseline: Sample, variant: Sample, n_family: int
) -> tuple[str, ...]:
    """Give the sentences that apply, the most limiting first.

    Args:
        verdict: The verdict, without its words.
        contrast: What it was computed from.
        baseline: The baseline's runs at the deciding look.
        variant: The candidate's runs at the deciding look.
        n_family: How many comparisons the family has.
    """
    return (
        *losses_said(
            contrast.losses, baseline=baseline, variant=variant, alpha=_alpha(verdict, n_family)
        ),
        *_partners(contrast),
        *_hint(contrast),
        *_equal_noise(contrast),
        *_power(verdict, contrast),
        *_pairing(contrast),
        *_skewed(contrast),
        *_early(verdict),
        *_past_zero(verdict, n_family),
    )


def _alpha(verdict: Verdict, n_family: int) -> float:
    return (1 - verdict.level) / n_family


def _partners(contrast: Contrast) -> Iterator[str]:
    n = contrast.n_unpaired
    if n == 1:
        yield "1 value was left out: the other run of its pair gave none."
    elif n > 1:
        yield f"{n} values were left out: the other runs of their pairs gave none."


def _hint(contrast: Contrast) -> Iterator[str]:
    if contrast.hint is not None:
        yield contrast.hint


def _equal_noise(contrast: Contrast) -> Iterator[str]:
    if contrast.test == _POOLED and contrast.problem is None:
        yield (
            f"Assumes equal noise in both variants: {contrast.n_variant} against "
            f"{contrast.n_baseline} runs are too uneven to measure it in each."
        )


def _power(verdict: Verdict, contrast: Contrast) -> Iterator[str]:
    if contrast.problem is not None or contrast.n > _FEW or verdict.look.threshold <= 0:
        return
    power = detection_power(contrast, effect=2.0, alpha=verdict.look.threshold)
    share = f"about {100 * power:.0f} %" if power >= 0.01 else "fewer than 1 %"
    if contrast.design == "paired":
        yield (
            f"With {contrast.n} pairs this detects a difference of 2 SDs of the paired "
            f"differences in {share} of cases."
        )
    else:
        sizes = (
            str(contrast.n)
            if contrast.n_variant == contrast.n_baseline
            else f"{contrast.n_variant} + {contrast.n_baseline}"
        )
        kind = verdict.replicate
        one = kind.value.removeprefix("fresh ")
        yield (
            f"With {sizes} {kind.plural} this detects a difference of 2 {one} SDs in {share} of "
            "cases."
        )


def _pairing(contrast: Contrast) -> Iterator[str]:
    r = contrast.correlation
    if contrast.design != "paired" or isinstance(r, Missing) or contrast.problem is not None:
        return
    measured = f"Measured correlation of the pairs: {r:.2f}"
    yield f"{measured}: pairing bought nothing." if r < _worth(contrast.n) else f"{measured}."


def _worth(n: int) -> float:
    """Give the correlation from which pairing pays at `n` pairs (statistics.md 2.2)."""
    if n < 5:
        return 0.5
    return 0.2 if n < 10 else 0.0


def _skewed(contrast: Contrast) -> Iterator[str]:
    differences = tuple(contrast.differences.values())
    if contrast.problem is None and is_extreme(differences):
        yield (
            "The differences of the pairs are strongly skewed "
            f"(skewness {skewness(differences):.1f}). A t test assumes roughly normal ones: with "
            "noise like this it finds a difference that is not there in up to 9 % of studies, not "
            f"in 5 %{_CURE if len(differences) >= _MIN_FOR_CURE else ''}."
        )


def _early(verdict: Verdict) -> Iterator[str]:
    if verdict.name in REJECTED and verdict.look.index < len(verdict.look.of):
        yield (
            f"Found at look {verdict.look.index} of {len(verdict.look.of)}: stopping early makes "
            "the estimate a little too large on average; the interval allows for it."
        )


def _past_zero(verdict: Verdict, n_family: int) -> Iterator[str]:
    interval = verdict.interval
    if not isinstance(interval, Interval) or verdict.name not in REJECTED:
        return
    if interval.low <= 0 <= interval.high:
        decides = (
            "the method of Benjamini and Hochberg, which decides here, bounds the share of false "
            "finds only, and asks for less once others are found."
            if "exploratory" in verdict.flags
            else "the Holm test, which decides that there is a difference, asks for less once "
            "others are settled."
        )
        yield (
            f"The interval reaches past zero because it holds for all {n_family} comparisons at "
            f"once; {decides}"
        )

"""What belongs after a verdict whose noise or time of judging is not the usual."""

from __future__ import annotations

import math
from collections.abc import Iterator

from trialist.analysis.choice import BLOCK_DUNNETT, DUNNETT, MODERATED, SAFE
from trialist.values.evidence import Contrast
from trialist.values.plan import Protocol

_MOST_SD_RATIO = 3.0  # statistics.md 3.3: beyond it equal noise is hardly believable


def borrowed_notes(contrast: Contrast, protocol: Protocol) -> tuple[str, ...]:
    """Give the sentences about pooled noise, earlier runs, and judging at any time."""
    if contrast.problem is not None:  # two runs that a history could have helped
        return tuple(_history(contrast, protocol)) if contrast.unassisted is not None else ()
    return (*_pooled(contrast), *_history(contrast, protocol), *_anytime(contrast, protocol))


def _pooled(contrast: Contrast) -> Iterator[str]:
    noise = contrast.shared_noise
    if contrast.test not in (DUNNETT, BLOCK_DUNNETT) or noise is None:
        return
    found = (
        "one variant has no spread at all"
        if math.isinf(noise.sd_ratio)
        else f"the largest SD is {noise.sd_ratio:.1f} times the smallest"
    )
    said = f"Equal noise in all variants was declared; {found}"
    if noise.sd_ratio <= _MOST_SD_RATIO:
        yield f"{said}."
        return
    yield (
        f"{said}. That is more than {_MOST_SD_RATIO:g}: with a noisier baseline this test was "
        "wrong in up to 19 % of simulated families in place of 5 %. Judge by "
        "`variance: separate`."
    )


def _history(contrast: Contrast, protocol: Protocol) -> Iterator[str]:
    prior = protocol.prior
    if contrast.test != MODERATED or prior is None:
        return
    if contrast.unassisted is not None:
        yield f"Not assisted: {contrast.unassisted}."
        return
    yield (
        f"Assisted: the noise is drawn towards that of {prior.n_groups} groups of earlier runs "
        f"(SD {prior.sd:.3g}, worth {prior.df:.1f} degrees of freedom). If these runs are noisier "
        "than those were, the test is too eager: 12 to 21 % in place of 5 % at twice the SD."
    )


def _anytime(contrast: Contrast, protocol: Protocol) -> Iterator[str]:
    if contrast.test != SAFE or contrast.e_value is None:
        return
    needed = protocol.n_family / protocol.alpha
    yield (
        f"Evidence E = {contrast.e_value:.3g}, against {needed:g} that the first of "
        f"{protocol.n_family} comparisons needs; it may be looked at after every seed, and more "
        "seeds may be added."
        if protocol.n_family > 1
        else f"Evidence E = {contrast.e_value:.3g}, against the {needed:g} that are needed; it "
        "may be looked at after every seed, and more seeds may be added."
    )

"""What belongs after the sentence where single examples are compared: scope, noise, advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.decide.ruling import REJECTED
from trialist.stats.moredata import MoreData, Sizes, more_data
from trialist.values.evidence import Contrast, Examples, Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, counted, p_value, plain
from trialist.values.plan import Protocol
from trialist.values.verdict import Verdict, VerdictCode

_BEYOND_BUDGETS = {"example": 10_000_000, "seed": 200}


def example_notes(
    verdict: Verdict, contrast: Contrast, examples: Examples, *, protocol: Protocol
) -> tuple[str, ...]:
    """Give the sentences that apply, the most limiting first.

    Args:
        verdict: The verdict, without its words.
        contrast: What it was computed from.
        examples: What that rests on.
        protocol: Says the relevant difference and the family.
    """
    if contrast.problem is not None:
        is_said = verdict.name is VerdictCode.NOT_COMPARABLE
        return () if contrast.hint is None or is_said else (contrast.hint,)
    is_alone = len(protocol.candidates) == 1
    return (
        *((_scope(verdict),) if is_alone else ()),
        *(() if contrast.hint is None else (contrast.hint,)),
        *_discordant(contrast, examples),
        *_noise(contrast, examples),
        *_past_zero(verdict),
        *_advice(verdict, contrast, examples, protocol=protocol),
    )


def example_caveats(protocol: Protocol, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Give what would be said after every verdict of a family alike, once."""
    tested = [verdict for verdict in verdicts if not isinstance(verdict.p, Missing)]
    if not tested or len(verdicts) == 1:
        return ()
    is_open = any(verdict.name is VerdictCode.INCONCLUSIVE for verdict in tested)
    asks = is_open and protocol.metric.relevant is None
    return (_scope(tested[0]), *((_ask(tested[0]),) if asks else ()))


def _scope(verdict: Verdict) -> str:
    if _is_single(verdict):
        return (
            "About these models, on examples like these: another training run of either may come "
            "out otherwise."
        )
    return (
        "About the recipes, on examples like these: the seeds and the examples both count as "
        "drawn at random."
    )


def _ask(verdict: Verdict) -> str:
    more = "examples" if _is_single(verdict) else "examples or seeds"
    return f"Say which difference is worth having (relevant) to learn how many more {more} tell."


def _is_single(judged: Contrast | Verdict) -> bool:
    return judged.n_variant == judged.n_baseline == 1


def _discordant(contrast: Contrast, examples: Examples) -> Iterator[str]:
    ours, theirs = examples.only_variant, examples.only_baseline
    if ours is None or theirs is None:
        return
    rest = examples.n - ours - theirs
    told = (
        f"Only {contrast.variant} is right on {counted(ours, 'example')}, only "
        f"{contrast.baseline} on {theirs:,}; the other {rest:,} do not tell them apart"
    )
    if examples.p_exact is None or isinstance(contrast.p, Missing):
        yield f"{told}."
    else:
        exact = p_value(examples.p_exact)
        yield f"{told} (McNemar's mid-p {p_value(contrast.p)}, exact p {exact})."


def _noise(contrast: Contrast, examples: Examples) -> Iterator[str]:
    if _is_single(contrast) or examples.noise is None:
        return
    shares = [f"{100 * share:.0f} %" for share in examples.noise]
    yield (
        f"Of the noise in this difference {shares[0]} comes from the examples, {shares[1]} from "
        f"the seeds, and {shares[2]} from seeds that differ on single examples."
    )


def _past_zero(verdict: Verdict) -> Iterator[str]:
    interval = verdict.interval
    if not isinstance(interval, Interval) or verdict.name not in REJECTED:
        return
    if not interval.low <= 0 <= interval.high:
        return
    if verdict.interval_kind == "simultaneous":
        yield (
            "The interval reaches past zero because it holds for all comparisons at once; the "
            "test, which decides, asks for less once others are settled."
        )
    else:
        yield (
            "The interval reaches past zero because it is computed otherwise than the test, which "
            "decides: this is at the edge."
        )


def _advice(
    verdict: Verdict, contrast: Contrast, examples: Examples, *, protocol: Protocol
) -> Iterator[str]:
    relevant, se = protocol.metric.relevant, contrast.se
    if verdict.name is not VerdictCode.INCONCLUSIVE or isinstance(se, Missing):
        return
    if relevant is None or examples.noise is None:
        if len(protocol.candidates) == 1:
            yield _ask(verdict)
        return
    found = more_data(
        se,
        examples.noise,
        Sizes(examples=examples.n, seeds=contrast.n),
        relevant=relevant,
        alpha=protocol.alpha / protocol.n_family,
    )
    yield _more_in_words(found, _worth(protocol.metric), is_single=_is_single(contrast))


def _more_in_words(found: MoreData, worth: str, *, is_single: bool) -> str:
    examples = _affordable(found.examples, "example")
    seeds = None if is_single else _affordable(found.seeds, "seed")
    if found.examples == 0:
        return (
            f"The noise is small enough to find {worth} in 4 of 5 cases; the difference lies so "
            "close to it, or to none, that this data leaves it open."
        )
    kinds = [f"{examples} more examples"] * (examples is not None)
    kinds += [f"{seeds} more seeds per variant"] * (seeds is not None)
    if kinds:
        told = kinds[0] if len(kinds) == 1 else f"{kinds[0]}, or {kinds[1]},"
        return f"About {told} would tell whether it is worth {worth}."
    if is_single:
        return f"No affordable number of examples would tell whether it is worth {worth}."
    return f"It would take more examples and more seeds to tell whether it is worth {worth}."


def _affordable(n: int | None, word: str) -> str | None:
    if n is None or n >= _BEYOND_BUDGETS[word]:
        return None
    return f"{float(f'{n:.2g}'):,.0f}"


def _worth(metric: Metric) -> str:
    unit, relevant = Unit.of(metric), metric.relevant or 0.0
    shown = plain(relevant * unit.factor)
    return f"{shown} {unit.word.removesuffix('s') if shown == '1' else unit.word}".rstrip()

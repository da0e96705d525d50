"""Which test was done and why, in words for a methods paragraph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from trialist.decide.wordlists import MOST_NAMED, listed
from trialist.values.missing import Missing
from trialist.values.procedure import Procedure
from trialist.values.replicate import Replicate
from trialist.values.results import Results
from trialist.values.verdict import Verdict

_PAIRED_SEEDS = "equal seeds were said to share their random sources by design"


def tests_done(results: Results, procedure: Procedure) -> Iterator[str]:
    """Give a sentence per test, with its reason and its n; then what was not tested.

    The words have holes for fields of results.json: see `decide/template.py`.
    """
    by_test: dict[str, list[int]] = {}
    untested: list[int] = []
    for place, verdict in enumerate(results.comparisons):
        if isinstance(verdict.p_adjusted, Missing):
            untested.append(place)
        else:
            by_test.setdefault(verdict.test, []).append(place)
    for test, places in by_test.items():
        words = _what_and_why(test, procedure, places[0])
        words = _of_searches(words) if _are_searches(results, places) else words
        whose = "" if len(by_test) == 1 and not untested else f"{_named(places)}: "
        sentence = f"{words} ({_sizes(results, places)})"
        yield f"{whose}{sentence if whose else sentence[0].upper() + sentence[1:]}."
    if untested:
        yield from _not_tested(results, untested)


def _are_searches(results: Results, places: Sequence[int]) -> bool:
    return results.comparisons[places[0]].replicate is Replicate.SEARCH


def _of_searches(words: str) -> str:
    return words.replace(_PAIRED_SEEDS, "equal searches were said to share their design").replace(
        "because the seeds are", "because the searches are"
    )


def _named(places: Sequence[int]) -> str:
    if len(places) > MOST_NAMED:
        return "Many variants"
    return listed([f"{{comparisons[{k}].variant}}" for k in places])


def _sizes(results: Results, places: Sequence[int]) -> str:
    verdicts = [results.comparisons[k] for k in places]
    shown = {_size_of(one) for one in verdicts}
    if len(shown) == 1:
        return _size(verdicts[0], places[0])
    if len(places) <= MOST_NAMED:
        return listed(
            [
                f"{_size(one, k)} for {{comparisons[{k}].variant}}"
                for one, k in zip(verdicts, places, strict=True)
            ]
        )
    ordered = sorted(places, key=lambda k: results.comparisons[k].n)
    what = "pairs" if verdicts[0].design == "paired" else "values on the smaller side"
    return f"{{comparisons[{ordered[0]}].n}} to {{comparisons[{ordered[-1]}].n}} {what}"


def _size_of(verdict: Verdict) -> tuple[str, int, int]:
    if verdict.examples is not None and verdict.n == 1:
        return verdict.design, verdict.examples.n, verdict.examples.n
    if verdict.design == "paired":
        return verdict.design, verdict.n, verdict.n
    return verdict.design, verdict.n_variant, verdict.n_baseline


def _size(verdict: Verdict, place: int) -> str:
    if verdict.examples is not None:
        return _size_on_examples(verdict, place)
    if verdict.design == "paired":
        return f"{{comparisons[{place}].n}} pairs"
    return f"{{comparisons[{place}].n_variant}} against {{comparisons[{place}].n_baseline}} values"


def _size_on_examples(verdict: Verdict, place: int) -> str:
    of = f"comparisons[{place}]"
    basis = f"{{{of}.examples.n}} examples"
    if verdict.examples is not None and verdict.examples.n_clusters is not None:
        basis += f" in {{{of}.examples.n_clusters}} clusters"
    if verdict.n_variant == verdict.n_baseline == 1:
        return basis
    return f"{{{of}.n_variant}} and {{{of}.n_baseline}} runs on {basis}"


def _not_tested(results: Results, places: Sequence[int]) -> Iterator[str]:
    if len(places) > MOST_NAMED:
        yield "Several variants could not be tested."
        return
    for k in places:
        why = f" ({{comparisons[{k}].reason}})" if results.comparisons[k].reason else ""
        yield f"{{comparisons[{k}].variant}} could not be tested{why}."


def _what_and_why(test: str, procedure: Procedure, place: int) -> str:
    if test in _FIXED_WORDS:
        return _FIXED_WORDS[test]
    if test in _WORDS:
        return _WORDS[test](procedure)
    return f"the test is: {{comparisons[{place}].test}}"


def _paired(procedure: Procedure) -> str:
    return f"pairs were compared by a two-sided paired t test, because {_why_paired(procedure)}"


def _why_paired(procedure: Procedure) -> str:
    if not procedure.shared:
        return _PAIRED_SEEDS
    sources = [f"{{protocol.shared[{k}]}}" for k in range(len(procedure.shared))]
    return f"equal seeds share {listed(sources)} in every variant"


def _dunnett(procedure: Procedure) -> str:
    return f"means were compared by Dunnett's two-sided test, because {_equal_noise(procedure)}"


def _block_dunnett(procedure: Procedure) -> str:
    return (
        "pairs were compared by Dunnett's two-sided test on the residuals of seeds by variants, "
        f"because {_why_paired(procedure)} and {_equal_noise(procedure)}"
    )


def _equal_noise(procedure: Procedure) -> str:
    before = " before the first run" if procedure.registered else ""
    return f"equal noise in all variants was declared{before}"


def _moderated(procedure: Procedure) -> str:
    words = (
        "means were compared by Smyth's two-sided moderated t test, because earlier runs say what "
        "noise to expect"
    )
    if procedure.prior is None:
        return words
    return (
        f"{words}: {{protocol.prior.n_groups}} groups, worth {{protocol.prior.df}} degrees of "
        "freedom"
    )


def _safe(procedure: Procedure) -> str:
    what = "pairs" if procedure.paired else "means"
    why = f", and pairs because {_why_paired(procedure)}" if procedure.paired else ""
    return (
        f"{what} were compared by the safe t test, because the study is open-ended and this test "
        f"holds at any time{why}"
    )


_FIXED_WORDS: Mapping[str, str] = {
    "Welch t": (
        "means were compared by Welch's two-sided t test, because the seeds are independent "
        "between variants and the noise of both need not be equal"
    ),
    "pooled t": (
        "means were compared by the two-sided pooled t test, which assumes equal noise, because "
        "the numbers of values are too uneven for Welch's test"
    ),
    "McNemar mid-p": (
        "right and wrong answers of two models to the same examples were compared by McNemar's "
        "two-sided mid-p test, with Bonett and Price's interval"
    ),
    "paired t over examples": (
        "two models were compared by a two-sided paired t test over the same examples"
    ),
    "t over clusters": (
        "two models were compared by a two-sided t test over clusters of the same examples, which "
        "are left out in turn (jackknife)"
    ),
    "crossed t": (
        "all runs were compared on the same examples by a two-sided t test that takes seeds and "
        "examples both as random, with Satterthwaite's degrees of freedom"
    ),
    "crossed paired t": (
        "runs of equal seeds were compared on the same examples by a two-sided t test that takes "
        "seeds and examples both as random, with Satterthwaite's degrees of freedom"
    ),
}
_WORDS: Mapping[str, Callable[[Procedure], str]] = {
    "paired t": _paired,
    "Dunnett": _dunnett,
    "block Dunnett": _block_dunnett,
    "moderated t": _moderated,
    "safe t": _safe,
}

"""The methods paragraph: what was compared, how, and by which rules, ready for a paper."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.decide.methodstests import tests_done
from trialist.decide.template import filled
from trialist.decide.wordlists import MOST_NAMED, listed
from trialist.values.amendment import AMENDED, POST_HOC
from trialist.values.evidence import EffectSize
from trialist.values.methods import SOFTWARE, MethodsText
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.numbers import Unit
from trialist.values.procedure import Correction, Procedure, Spending
from trialist.values.results import Results


def methods_of(results: Results, *, version: str) -> MethodsText | None:
    """Give the paragraph; None where nothing was compared, or the procedure is not known.

    Every number is read from the content of results.json, so it cannot differ from it.

    Args:
        results: The results with their procedure.
        version: The version of the software.
    """
    procedure = results.protocol
    if procedure is None or not results.comparisons:
        return None
    text = " ".join(
        (
            *_compared(results),
            *_runs(results),
            *_registration(results, procedure),
            *tests_done(results, procedure),
            *_looks(results, procedure),
            *_family(procedure),
            *_chain(results),
            *_intervals(results, procedure),
            *_relevant(results),
            *_lost(results),
            *_sensitivity(results),
            f"Computed with {SOFTWARE} {{methods.version}}.",
        )
    )
    data = {**results.to_dict(), "methods": {"version": version}}
    return MethodsText(parts=tuple(filled(text, data, results.metric)), version=version)


def _compared(results: Results) -> Iterator[str]:
    n = len(results.comparisons)
    better = "higher" if results.metric.goal is Goal.MAXIMIZE else "lower"
    scopes = {one.scope for one in results.comparisons}
    if n == 1:
        who = "{comparisons[0].variant} was"
    else:
        named = [f"{{comparisons[{k}].variant}}" for k in range(n)]
        who = "{comparisons:count} variants" + (
            f" ({listed(named)}) were" if n <= MOST_NAMED else " were"
        )
    yield (
        f"{who} compared with {{comparisons[0].baseline}} on {{metric.name}} ({better} is better)."
    )
    if len(scopes) == 1:
        yield "The verdicts are about {comparisons[0].scope}."


def _runs(results: Results) -> Iterator[str]:
    word = results.comparisons[0].replicate.plural
    unit = "runs" if word == "seeds" else word
    counts = [summary.sample.n for summary in results.variants]
    if len(set(counts)) == 1:
        unit = unit.removesuffix("s") if counts == [1] * len(counts) else unit
        yield f"The results rest on {{variants[0].n}} {unit} of every variant."
    elif len(counts) <= MOST_NAMED:
        each = [f"{{variants[{k}].n}} of {{variants[{k}].name}}" for k in range(len(counts))]
        yield f"The results rest on these {unit}: {listed(each)}."
    else:
        low, high = counts.index(min(counts)), counts.index(max(counts))
        yield (
            f"The results rest on {{variants[{low}].n}} to {{variants[{high}].n}} {unit} per "
            "variant."
        )


def _registration(results: Results, procedure: Procedure) -> Iterator[str]:
    if not procedure.registered:
        yield (
            "No plan was registered: the results were there before the analysis was chosen, so "
            "they hold if these are all runs and nothing was chosen by looking."
        )
        return
    which = "" if results.plan_hash is None else " (digest {plan_hash:hash})"
    if any(AMENDED in one.flags for one in results.comparisons):
        yield (
            "A plan was registered before the first run and amended after results had been seen; "
            f"the runs are judged by its last form{which}."
        )
    else:
        yield f"The plan{which} was registered before the first run."
    if procedure.varied:
        sources = [f"{{protocol.varied[{k}]}}" for k in range(len(procedure.varied))]
        yield f"Between seeds these random sources differ: {listed(sources)}."
    if results.deviations:
        many = len(results.deviations) > 1
        yield (
            "{deviations:count} "
            f"{'deviations from the plan are' if many else 'deviation from the plan is'} recorded."
        )


def _looks(results: Results, procedure: Procedure) -> Iterator[str]:
    if procedure.spending is Spending.ANY_TIME:
        last = len(procedure.looks) - 1
        yield (
            "The results were judged after every seed from {protocol.looks[0]} to "
            f"{{protocol.looks[{last}]}}, by a test that holds at any time."
        )
    elif procedure.spending is Spending.POWER2:
        looks = [f"{{protocol.looks[{k}]}}" for k in range(len(procedure.looks))]
        planned = "were planned" if procedure.registered else "are said to have been planned"
        yield (
            f"Looks {planned} at {listed(looks)} seeds per variant. The error rate is spent by the "
            "function {protocol.spending}: up to the look at n of N seeds, (n/N) squared of it."
        )
    else:
        at = ", at {protocol.looks[0]} seeds per variant" if procedure.registered else ""
        yield f"The results were judged once{at}."
    if len(procedure.looks) > 1:
        yield from _taken(results)


def _taken(results: Results) -> Iterator[str]:
    judged = [k for k, one in enumerate(results.comparisons) if one.look.index > 0]
    if not judged:
        yield "No look has been taken yet."
    elif len(judged) <= MOST_NAMED:
        each = [
            f"{{comparisons[{k}].variant}} was judged at look {{comparisons[{k}].look.index}} of "
            f"{{comparisons[{k}].look.of:count}} ({{comparisons[{k}].look.n}} seeds), where p had "
            f"to be at most {{comparisons[{k}].look.threshold:p}}"
            for k in judged
        ]
        yield f"{'; '.join(each)}."
    else:
        of = {k: results.comparisons[k].look.index for k in judged}
        low, high = min(judged, key=of.__getitem__), max(judged, key=of.__getitem__)
        yield (
            f"The comparisons were judged at looks {{comparisons[{low}].look.index}} to "
            f"{{comparisons[{high}].look.index}}."
        )


def _family(procedure: Procedure) -> Iterator[str]:
    family, rate = "{protocol.n_comparisons} comparisons", "{protocol.alpha}"
    of, kept, everything = "its two-sided error rate", "at", "all"
    if procedure.n_earlier:
        # earlier studies had a rate of their own, so that of the whole family is above this one
        family += ", {protocol.n_earlier} of them from earlier studies"
        of, kept = "the two-sided error rate of the new ones", "below"
        everything = "all new ones"
    if procedure.correction is Correction.NONE:
        yield f"The two-sided error rate is {rate}; a single comparison needs no correction."
    elif procedure.correction is Correction.HOLM:
        yield f"The family has {family}; Holm's method keeps {of} {kept} {rate}."
    elif procedure.correction is Correction.DUNNETT:
        yield (
            f"The family has {family}; Dunnett's p allows for {everything} at once and keeps {of} "
            f"{kept} {rate}."
        )
    else:
        yield (
            f"The comparisons are exploratory: over {family}, the method of Benjamini and Hochberg "
            f"keeps the rate of false finds {kept} {rate}."
        )


def _chain(results: Results) -> Iterator[str]:
    if results.family is None:
        return
    before = [f"{{family.studies[{k}].study}}" for k in range(len(results.family.members) - 1)]
    said = f"The study follows up {listed(before)} on new seeds"
    if isinstance(results.family.error_rate, Missing):
        yield f"{said}."
    else:
        yield (
            f"{said}; one or more of all {{family.n_comparisons}} verdicts see a difference that "
            "is not there in {family.error_rate:percent} % of cases at most."
        )


_KINDS = {
    "single": "of one comparison alone",
    "simultaneous": "that hold for all comparisons at once",
    "repeated": "that hold over all looks",
    "at any time": "that hold at any time",
}


def _intervals(results: Results, procedure: Procedure) -> Iterator[str]:
    kind = _KINDS.get(results.comparisons[0].interval_kind, "({comparisons[0].interval_kind})")
    if procedure.n_comparisons > 1 and "over all looks" in kind:
        kind += " and comparisons"
    yield (
        "Intervals of differences are {comparisons[0].level:percent} % confidence intervals "
        f"{kind}."
    )
    sizes = [one.effect_size for one in results.comparisons]
    names = {size.name for size in sizes if isinstance(size, EffectSize)}
    if "hedges g" in names:
        yield "Effect sizes are Hedges' g with intervals from the noncentral t distribution."
    if "odds ratio" in names:
        yield (
            "Effect sizes are odds ratios of the examples that one model alone has right, with "
            "exact intervals."
        )


def _relevant(results: Results) -> Iterator[str]:
    if results.metric.relevant is None:
        yield "No smallest relevant difference was named, so no two variants can be called equal."
        return
    unit = Unit.of(results.metric).word
    changed = any(POST_HOC in one.flags for one in results.comparisons)
    is_before = results.plan_hash is not None and not changed
    before = " before the first run" if is_before else ""
    yield (
        f"A difference of {{metric.relevant:unit}}{' ' if unit else ''}{unit} or more was called "
        f"relevant{before}."
    )


def _lost(results: Results) -> Iterator[str]:
    each = [
        f"{{variants[{k}].n_{kind}}} of {{variants[{k}].name}} {kind}"
        for k, summary in enumerate(results.variants)
        for kind in ("diverged", "failed")
        if getattr(summary.sample, f"n_{kind}")
    ]
    if not each:
        yield "Every run gave a value."
        return
    if len(each) <= MOST_NAMED:
        yield f"Runs without a value were counted, not replaced: {listed(each)}."
    else:
        yield "Runs without a value were counted, not replaced, in many variants."
    yield "Means, intervals and tests are about runs that train."
    if any(one.losses is not None for one in results.comparisons):
        yield (
            "Rates of lost runs were compared by Fisher's exact test, with intervals of Clopper "
            "and Pearson."
        )


_OTHERS = {
    "permutation": "permutation tests",
    "sign-flip": "sign-flip tests",
    "bootstrap-t": "bootstrap-t intervals",
}


def _sensitivity(results: Results) -> Iterator[str]:
    names = dict.fromkeys(other.name for one in results.comparisons for other in one.sensitivity)
    if names:
        others = listed([_OTHERS.get(name, name) for name in names])
        yield f"As sensitivity analyses, which decide nothing, {others} were computed."

"""Short statements about a study that every form of the report repeats word for word."""

from __future__ import annotations

from trialist.decide.sensitivity import sensitivity_words
from trialist.decide.sentences import variant_sentence
from trialist.render.reportdata import ReportData
from trialist.values.amendment import AMENDED, POST_HOC
from trialist.values.evidence import Sample
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, duration, plain, series
from trialist.values.plan import Protocol
from trialist.values.replicate import Replicate
from trialist.values.results import Results
from trialist.values.verdict import Verdict

NO_RUNS = "No run has given a value yet, so there is nothing to report."


def level_words(verdicts: tuple[Verdict, ...]) -> str:
    """Give the level of the intervals, "95 %"; empty where they differ or there are none."""
    levels = {verdict.level for verdict in verdicts}
    return f"{100 * levels.pop():.4g} %" if len(levels) == 1 else ""


def relevant_words(metric: Metric) -> str:
    """Give the smallest difference worth having, "0.5 points"; empty where none was named."""
    if metric.relevant is None:
        return ""
    unit = Unit.of(metric)
    shown = plain(metric.relevant * unit.factor)
    return f"{shown} {unit.word.removesuffix('s') if shown == '1' else unit.word}".rstrip()


def verdict_words(verdict: Verdict) -> str:
    """Give the verdict in a word or two, with the next look while it is open."""
    if verdict.final:
        return code_words(verdict)
    later = [n for n in verdict.look.of if n > verdict.look.n]
    return f"open, next look at {later[0]}" if later else "open"


def code_words(verdict: Verdict) -> str:
    """Give the verdict in a word or two."""
    return verdict.name.value.replace("_", " ") if verdict.final else "open"


def sample_words(sample: Sample) -> str:
    """Give what a variant's runs came to: "n = 5, 1 diverged, 2 failed"."""
    parts = [f"n = {sample.n}"]
    if sample.n_diverged:
        parts.append(f"{sample.n_diverged} diverged")
    if sample.n_failed:
        parts.append(f"{sample.n_failed} failed")
    return ", ".join(parts)


def metric_words(metric: Metric) -> str:
    """Give the metric and its goal: "val/accuracy, higher is better"."""
    return f"{metric.name}, {metric.goal.words}"


def unit_of(metric: Metric) -> str:
    """Give the word that stands in tables and on axes: "points" or nothing."""
    return Unit.of(metric).word


def setup_words(data: ReportData) -> list[str]:
    """Give what the numbers rest on, in pieces: metric, relevance, looks, design, workers, plan."""
    metric, protocol = data.results.metric, data.judged_by
    pieces = [metric_words(metric)]
    if metric.relevant is not None:
        pieces.append(f"worth having: {relevant_words(metric)}")
    if protocol is not None and data.plan is not None:
        pieces.append(_looks_words(protocol))
    if protocol is not None and protocol.candidates:
        design = "paired" if protocol.paired else "unpaired"
        pieces.append(design_on_examples(data.results) or design)
        pieces += _family_words(protocol)
    if data.cost is not None:
        pieces.append(f"{data.cost.workers} worker{'s' if data.cost.workers != 1 else ''}")
    pieces.append(_plan_words(data))
    return pieces


def design_on_examples(results: Results) -> str:
    """Give what is compared where rows are predictions; empty where they are runs."""
    found = [verdict for verdict in results.comparisons if verdict.examples is not None]
    if not found:
        return ""
    if all(verdict.n_variant == verdict.n_baseline == 1 for verdict in found):
        return "same examples, one run each"
    paired = "paired " if any("paired" in verdict.test for verdict in found) else ""
    return f"same examples, crossed with {paired}seeds"


def _looks_words(protocol: Protocol) -> str:
    looks = series([look.n for look in protocol.looks])
    if protocol.is_open:
        return f"judged after every seed, {looks}"
    return f"looks at {looks} seeds" if protocol.is_sequential else f"one look at {looks} seeds"


def _family_words(protocol: Protocol) -> list[str]:
    n, mode = len(protocol.candidates), protocol.mode
    if protocol.variance is Variance.POOLED:
        return [f"{n} comparison{'s' if n > 1 else ''} (Dunnett)"]
    if mode is Mode.EXPLORE:
        return [f"explored, not confirmed: {n} comparison{'s' if n > 1 else ''}"]
    if protocol.n_earlier:
        family = f"{n} of {protocol.n_family} comparisons, {protocol.n_earlier} earlier (Holm)"
        return [family]
    return [f"{n} comparisons (Holm)"] if n > 1 else []


def _plan_words(data: ReportData) -> str:
    if data.results.plan_hash is None:
        return "no registered plan"
    return "plan " + data.results.plan_hash.removeprefix("sha256:")[:8]


def cost_words(data: ReportData) -> list[str]:
    """Give runs, time and how busy the workers were, in pieces; empty where it is not known."""
    cost = data.cost
    if cost is None:
        return []
    most = f" of at most {data.plan.max_runs}" if data.plan is not None else ""
    pieces = [f"{cost.n_runs}{most} runs", duration(cost.wall_seconds)]
    if cost.busy is not None:
        workers = f"{cost.workers} worker{'s' if cost.workers != 1 else ''}"
        pieces.append(f"{workers} busy {100 * cost.busy:.0f} %")
    return pieces


def lone_sentence(results: Results) -> str:
    """Give what can be said without a comparison."""
    if not any(summary.sample.n for summary in results.variants):
        return _no_value(results)
    return variant_sentence(results.variants[0], results.metric)


def _no_value(results: Results) -> str:
    samples = [summary.sample for summary in results.variants]
    counts = {
        "diverged": sum(sample.n_diverged for sample in samples),
        "failed": sum(sample.n_failed for sample in samples),
    }
    lost = ", ".join(f"{n} {how}" for how, n in counts.items() if n)
    return NO_RUNS.replace(" yet", f" ({lost})") if lost else NO_RUNS


def sensitivity_lines(results: Results) -> list[str]:
    """Give what the sensitivity analyses say, comparison by comparison, as sentences."""
    family = results.protocol
    is_alone = len(results.comparisons) == 1 and (family is None or family.n_comparisons == 1)
    return [
        line
        for verdict in results.comparisons
        for line in sensitivity_words(verdict, results.metric, is_alone=is_alone)
    ]


def decision_words(data: ReportData) -> list[str]:
    """Give how it was decided, as sentences."""
    protocol = data.judged_by
    if protocol is None:
        return ["No plan was registered: the verdicts follow the default rules for this table."]
    said = [f"The verdict is about {protocol.scope}."]
    if not protocol.registered:
        said.append("Unregistered: the results were there before this plan was.")
    flags = {flag for one in data.results.comparisons for flag in one.flags}
    if AMENDED in flags:
        said.append("Amended after results had been seen (see deviations); this is its last form.")
    said.append(_moments_words(protocol))
    if POST_HOC in flags:
        said.append("That holds for a plan that is never changed, and this one was.")
    said += _correction_words(protocol)
    on_examples = design_on_examples(data.results)
    design = _design_words(protocol.replicate, paired=protocol.paired)
    said.append(f"Compared on the {on_examples}." if on_examples else design)
    if protocol.prior is not None:
        said.append(
            f"Assisted: the noise is drawn towards that of {protocol.prior.n_groups} groups of "
            "earlier runs (moderated t)."
        )
    if protocol.metric.relevant is not None:
        named = "" if POST_HOC in flags else ", named before"
        said.append(f"Worth having{named}: {relevant_words(protocol.metric)} or more.")
    return said


def _moments_words(protocol: Protocol) -> str:
    looks = series([look.n for look in protocol.looks])
    share = f"{100 * protocol.alpha:.3g} % of cases at most"
    if protocol.is_open:
        return (
            f"Judged after every seed per variant, {looks}, by evidence that holds at any time: "
            f"all looks together err in {share}, and more seeds may be added."
        )
    if protocol.is_sequential:
        return (
            f"Looks at {looks} seeds per variant; each look has its own threshold, so that all "
            f"together err in {share}."
        )
    several = protocol.replicate.plural
    return f"One look, at {looks} {several} per variant, alpha {protocol.alpha:g}."


def _correction_words(protocol: Protocol) -> list[str]:
    n = len(protocol.candidates)
    if protocol.variance is Variance.POOLED and n:
        said = (
            f"{n} comparisons with {protocol.baseline} at once by Dunnett's test, which pools the "
            "noise of all variants: the plan declares it equal."
        )
        return [said]
    if n and protocol.mode is Mode.EXPLORE:
        return [f"Explored, not confirmed: {n} comparisons, Benjamini-Hochberg."]
    if protocol.n_family > 1 and n:
        earlier = (
            f", {protocol.n_earlier} of earlier studies among them" if protocol.n_earlier else ""
        )
        family = f"{protocol.n_family} comparisons with {protocol.baseline}{earlier}"
        return [f"{family}, corrected by Holm's method."]
    return []


def _design_words(replicate: Replicate, *, paired: bool) -> str:
    if paired and replicate is Replicate.SEARCH:
        return "Paired: equal searches share their design, and pairs are compared."
    if paired:
        return "Paired: equal seeds share their random sources, and pairs are compared."
    return f"Unpaired: the variants are compared as separate groups of {replicate.plural}."


def counted_head(results: Results) -> str:
    """Give the head of the column that counts values: runs, or searches."""
    replicate = replicate_of(results)
    return replicate.plural if replicate is Replicate.SEARCH else "runs"


def replicate_of(results: Results) -> Replicate:
    """Give what one value of the results stands for; a seed where nothing is compared."""
    return results.comparisons[0].replicate if results.comparisons else Replicate.SEED

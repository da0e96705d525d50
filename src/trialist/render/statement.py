"""Short statements about a study that every form of the report repeats word for word."""

from __future__ import annotations

from trialist.decide.sentences import variant_sentence
from trialist.render.reportdata import ReportData
from trialist.values.evidence import Sample
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, duration, plain
from trialist.values.results import Results
from trialist.values.study import Mode
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
        looks = ", ".join(str(look.n) for look in protocol.looks)
        pieces.append(
            f"looks at {looks} seeds" if protocol.is_sequential else f"one look at {looks} seeds"
        )
    if protocol is not None and protocol.candidates:
        pieces.append("paired" if protocol.paired else "unpaired")
        pieces += _family_words(len(protocol.candidates), protocol.mode)
    if data.cost is not None:
        pieces.append(f"{data.cost.workers} worker{'s' if data.cost.workers != 1 else ''}")
    pieces.append(_plan_words(data))
    return pieces


def _family_words(n: int, mode: Mode) -> list[str]:
    if mode is Mode.EXPLORE:
        return [f"explored, not confirmed: {n} comparison{'s' if n > 1 else ''}"]
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
        return NO_RUNS
    return variant_sentence(results.variants[0], results.metric)


def decision_words(data: ReportData) -> list[str]:
    """Give how it was decided, as sentences."""
    protocol = data.judged_by
    if protocol is None:
        return ["No plan was registered: the verdicts follow the default rules for this table."]
    n = len(protocol.candidates)
    looks = ", ".join(str(look.n) for look in protocol.looks)
    said = [f"The verdict is about {protocol.scope}."]
    if not protocol.registered:
        said.append("Unregistered: the results were there before this plan was.")
    if protocol.is_sequential:
        said.append(
            f"Looks at {looks} seeds per variant; each look has its own threshold, so that all "
            f"together err in {100 * protocol.alpha:.3g} % of cases at most."
        )
    else:
        said.append(f"One look, at {looks} seeds per variant, alpha {protocol.alpha:g}.")
    if n > 1 and protocol.mode is Mode.CONFIRM:
        said.append(f"{n} comparisons with {protocol.baseline}, corrected by Holm's method.")
    elif n and protocol.mode is Mode.EXPLORE:
        said.append(f"Explored, not confirmed: {n} comparisons, Benjamini-Hochberg.")
    said.append(_design_words(paired=protocol.paired))
    if protocol.metric.relevant is not None:
        said.append(f"Worth having, named before: {relevant_words(protocol.metric)} or more.")
    return said


def _design_words(*, paired: bool) -> str:
    if paired:
        return "Paired: equal seeds share their random sources, and pairs are compared."
    return "Unpaired: the variants are compared as separate groups of seeds."

"""`trialist compare --example`: verdicts on results of single examples."""

from __future__ import annotations

from dataclasses import replace

from trialist.analysis.predictions import Predictions
from trialist.analysis.rawtable import RawTable
from trialist.lab.methods import with_methods
from trialist.lab.options import CompareOptions
from trialist.lab.result import StudyResult
from trialist.render.reportdata import ReportData
from trialist.values.errors import ConfigError
from trialist.values.events import RunStatus
from trialist.values.evidence import LookEvidence, RunRecord
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric, ShareMetric
from trialist.values.plan import Protocol
from trialist.values.results import Results

_ENOUGH_FOR_A_TEST = 3


def compare_examples(name: str, table: RawTable, asked: CompareOptions) -> StudyResult:
    """Give the verdicts on a table with a row per prediction.

    One run per variant: about these models. Three seeds or more: about the recipes, by a test
    that counts seeds and examples both as drawn at random.

    Args:
        name: A short name for the results.
        table: In long form: variant, seed (where there are several), example, and a value; or an
            answer, where a column says what is right.
        asked: The options.

    Raises:
        TableError: With every mistake in the table, and its line.
        ConfigError: If an option is missing or impossible.
    """
    from trialist.analysis.armmean import arm_mean
    from trialist.analysis.examplecontrast import example_contrast
    from trialist.analysis.predictioncolumns import Wanted
    from trialist.analysis.predictions import predictions_in
    from trialist.decide.caveats import caveats_of_results
    from trialist.decide.examplenotes import example_caveats
    from trialist.decide.exampleshortcuts import example_shortcuts
    from trialist.decide.examplesummaries import example_findings, example_summaries
    from trialist.decide.rules import judge

    if asked.example is None:
        option = "--cluster" if asked.cluster else "--truth"
        raise ConfigError(
            "which column names the example?",
            where=option,
            todo="add --example COLUMN: a row is then one prediction, not one run",
        )
    predictions = predictions_in(
        table,
        Wanted(
            example=asked.example,
            variant=asked.variant,
            seed=asked.seed,
            metric=asked.metric,
            cluster=asked.cluster,
            truth=asked.truth,
        ),
    )
    protocol = _protocol(predictions, asked)
    means = {variant: arm_mean(predictions, variant) for variant in predictions.arms}
    evidence = LookEvidence(
        index=1,
        samples={variant: arm.sample for variant, arm in means.items()},
        contrasts={
            variant: example_contrast(predictions, variant, protocol=protocol)
            for variant in protocol.candidates
        },
    )
    verdicts = judge(protocol, (evidence,)).verdicts
    summaries = example_summaries(means)
    caveats = caveats_of_results(protocol, verdicts, summaries, n_looks=1)
    results = Results(
        study=name,
        plan_hash=None,
        metric=protocol.metric,
        variants=summaries,
        comparisons=verdicts,
        caveats=(*example_caveats(protocol, verdicts), *predictions.notes, *caveats),
        findings=example_findings(means, protocol.metric),
    )
    runs = tuple(
        RunRecord(variant=variant, seed=seed, status=RunStatus.FINISHED, value=value)
        for variant, arm in means.items()
        for seed, value in zip(arm.sample.seeds, arm.sample.values, strict=True)
    )
    shortcuts = example_shortcuts(protocol.metric, verdicts, summaries)
    results = with_methods(results, protocol, (evidence,))
    data = ReportData(results=results, protocol=protocol, runs=runs, shortcuts=shortcuts)
    return StudyResult(data=data, is_table=True)


def _protocol(predictions: Predictions, asked: CompareOptions) -> Protocol:
    from trialist.decide.examples import RECIPES, THESE_MODELS
    from trialist.design.protocol import implied_protocol

    variants = tuple(predictions.arms)
    n_runs = max(arm.n for arm in predictions.arms.values())
    protocol = implied_protocol(
        metric=_metric(predictions, asked),
        variants=variants,
        baseline=asked.baseline_of(variants),
        n=max(n_runs, _ENOUGH_FOR_A_TEST),
        paired=asked.paired and n_runs > 1,
        mode=Mode(asked.mode),
        scope=THESE_MODELS if n_runs == 1 else RECIPES,
    )
    # One run per variant can be tested here: the examples are what varies.
    return replace(protocol, looks=(replace(protocol.looks[0], n=n_runs),))


def _metric(predictions: Predictions, asked: CompareOptions) -> Metric:
    column, goal = predictions.metric, Goal.MAXIMIZE
    if predictions.truth is None or asked.goal is not None:
        metric = asked.measured(column, predictions.values.tolist())
        goal = metric.goal
        if not predictions.is_share:
            return metric
    return ShareMetric(name=column, goal=goal, relevant=asked.relevant)

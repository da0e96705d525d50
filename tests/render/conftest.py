"""Results made by hand, from values that a test names."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trialist.analysis.axes import axis_plots, parallel_plots
from trialist.analysis.budgetcurves import budget_curves
from trialist.analysis.isolation import isolation_of, isolations
from trialist.analysis.playbook import checks_of
from trialist.decide.ablation import ablation_result
from trialist.render.analysisdata import AnalysisData
from trialist.render.reportdata import ChainInfo, Cost, Curve, LookLine, ReportData
from trialist.stats.draws import SharedDraws
from trialist.stats.unitscale import value_at
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import EffectSize, Interval, RunRecord, Sample
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Look, Plan, PlannedVariant
from trialist.values.results import ExtraRun, Results
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Law, Parameter, Scale
from trialist.values.verdict import LookTaken, VariantSummary, Verdict, VerdictCode

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)
ONE_RUN = Missing("one run per variant: there is no spread")


def interval_of(values: Sequence[float]) -> Interval | Missing:
    if len(values) < 2 or np.std(values) == 0:
        return ONE_RUN
    half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values))
    return Interval(low=float(np.mean(values) - half), high=float(np.mean(values) + half))


def summary_of(name: str, values: Sequence[float], **lost: int) -> VariantSummary:
    return VariantSummary(
        sample=Sample(variant=name, seeds=tuple(range(len(values))), values=tuple(values), **lost),
        mean=float(np.mean(values)) if len(values) else Missing("no run gave a value"),
        sd=float(np.std(values, ddof=1)) if len(values) > 1 else ONE_RUN,
        interval=interval_of(values),
    )


def verdict_of(name, values, base, *, metric, baseline, paired, code=None, looks=(5, 8, 12, 20)):
    n = min(len(values), len(base))
    sign = metric.goal.sign
    estimate: float | Missing = sign * float(np.mean(values) - np.mean(base)) if n else ONE_RUN
    interval: Interval | Missing = ONE_RUN
    p: float | Missing = ONE_RUN
    if n > 1 and paired:
        differences = [sign * (b - a) for a, b in zip(base, values, strict=False)]
        interval = interval_of(differences)
        if np.std(differences) > 0:
            p = float(stats.ttest_1samp(differences, 0).pvalue)
    elif n > 1:
        se = math.sqrt(np.var(values, ddof=1) / len(values) + np.var(base, ddof=1) / len(base))
        half = stats.t.ppf(0.975, len(values) + len(base) - 2) * se
        if half > 0:
            interval = Interval(low=estimate - half, high=estimate + half)
            p = float(stats.ttest_ind(values, base, equal_var=False).pvalue)
    if code is None:
        code = code_of(interval, metric.relevant)
    words = f"**{name} helps:** {metric.name} differs from {baseline}."
    if code is VerdictCode.REFUSED:
        words = "**One run per variant cannot answer this:** there is no spread to judge by."
    elif code is VerdictCode.INCONCLUSIVE:
        words = "**The data does not show a difference:** about 35 to 60 more seeds would tell."
    elif code is VerdictCode.REGRESSION:
        words = f"**{name} hurts:** {metric.name} is worse than {baseline}."
    later = [look for look in looks if look > n]
    return Verdict(
        variant=name,
        baseline=baseline,
        name=code,
        final=code.answers or not later,
        design="paired" if paired else "unpaired",
        test="paired t" if paired else "Welch t",
        n=n,
        n_variant=len(values),
        n_baseline=len(base),
        correlation=0.91 if paired else Missing("unpaired design"),
        estimate=estimate,
        interval=interval,
        interval_kind="repeated",
        level=0.95,
        p=p,
        p_adjusted=p,
        effect_size=EffectSize(name="hedges g", value=1.2, interval=Interval(low=0.1, high=2.2))
        if n > 1
        else ONE_RUN,
        look=LookTaken(index=1, n=looks[0], of=tuple(looks), threshold=0.003125),
        reason=None if code.answers else "one_run",
        more_seeds=(35, 60) if code is VerdictCode.INCONCLUSIVE else Missing("answered"),
        scope="this recipe on this validation set",
        assumptions=("Differences of pairs are about normal.",),
        flags=("sequential",),
        notes=("Measured correlation of the pairs: 0.91.",) if paired else (),
        sentence=words,
    )


def code_of(interval: Interval | Missing, relevant: float | None) -> VerdictCode:
    if isinstance(interval, Missing):
        return VerdictCode.REFUSED
    if interval.low > (relevant or math.inf):
        return VerdictCode.RELEVANT_IMPROVEMENT
    if interval.low > 0:
        return VerdictCode.IMPROVEMENT
    return VerdictCode.REGRESSION if interval.high < 0 else VerdictCode.INCONCLUSIVE


def build_results(
    groups: Mapping[str, Sequence[float]],
    *,
    metric: Metric = ACCURACY,
    paired: bool = True,
    lost: Mapping[str, Mapping[str, int]] | None = None,
    **more,
) -> Results:
    names = list(groups)
    summaries = tuple(summary_of(n, v, **(lost or {}).get(n, {})) for n, v in groups.items())
    verdicts = tuple(
        verdict_of(
            name, groups[name], groups[names[0]], metric=metric, baseline=names[0], paired=paired
        )
        for name in names[1:]
    )
    return Results(
        study=more.pop("study", "dropout-on-digits"),
        plan_hash=more.pop("plan_hash", "sha256:3f9a12c4" + "0" * 56),
        metric=metric,
        variants=summaries,
        comparisons=verdicts,
        **more,
    )


def build_plan(groups: Mapping[str, Sequence[float]], *, metric=ACCURACY, paired=True) -> Plan:
    return Plan(
        study="dropout-on-digits",
        question="Does dropout help a small network on digits?",
        trial="train.py:train",
        code=(),
        metric=metric,
        variants=tuple(
            PlannedVariant(
                name=name, config={"lr": 0.1, "model": {"width": 64, "dropout": 0.1 * i}}
            )
            for i, name in enumerate(groups)
        ),
        baseline=next(iter(groups)),
        seeds=tuple(range(20)),
        looks=tuple(
            Look(n=n, thresholds=(t,))
            for n, t in ((5, 0.00313), (8, 0.00544), (12, 0.01191), (20, 0.0382))
        ),
        paired=("split", "order", "init") if paired else (),
        vary=("order", "init", "train"),
        mode=Mode.CONFIRM,
        threads=1,
        retries=None,
        timeout=None,
    )


def curves_of(groups, *, points=200, metrics=("val/accuracy", "train/loss"), seed=0):
    rng = np.random.default_rng(seed)
    curves = []
    for i, name in enumerate(groups):
        for run, _ in enumerate(groups[name]):
            steps = tuple(range(1, points + 1))
            x = np.arange(points) / points
            for metric in metrics:
                if metric.endswith("accuracy"):
                    y = 0.95 + 0.01 * i - 0.6 * np.exp(-6 * x) + rng.normal(0, 0.005, points)
                else:
                    y = 0.1 + 2.2 * np.exp(-5 * x) + rng.normal(0, 0.03, points) + 0.02 * i
                curves.append(
                    Curve(
                        metric=metric, variant=name, seed=run, steps=steps, values=tuple(y.tolist())
                    )
                )
    return tuple(curves)


def runs_of(results: Results) -> tuple[RunRecord, ...]:
    records = []
    for summary in results.variants:
        sample = summary.sample
        for seed, value in zip(sample.seeds, sample.values, strict=True):
            records.append(
                RunRecord(
                    variant=sample.variant,
                    seed=seed,
                    status=RunStatus.FINISHED,
                    value=value,
                    seconds=1.5,
                    last_step=600,
                )
            )
        for i in range(sample.n_diverged):
            records.append(
                RunRecord(
                    variant=sample.variant,
                    seed=100 + i,
                    status=RunStatus.DIVERGED,
                    last_step=140 + i,
                    seconds=0.6,
                )
            )
        for i in range(sample.n_failed):
            records.append(
                RunRecord(
                    variant=sample.variant,
                    seed=200 + i,
                    status=RunStatus.FAILED,
                    failure=FailureKind.ERROR,
                    error="ValueError: <b>shape</b> & size\nmismatch",
                    attempts=3,
                    last_step=12,
                )
            )
    return tuple(records)


def build_report(groups, *, metric=ACCURACY, paired=True, with_curves=True, **more) -> ReportData:
    results = build_results(groups, metric=metric, paired=paired, **more)
    looks = tuple(
        LookLine(
            index=i + 1,
            n=n,
            variant=v.variant,
            estimate=v.estimate,
            interval=v.interval,
            p=v.p,
            threshold=t,
            code="open" if i == 0 else v.name.value,
        )
        for i, (n, t) in enumerate(((5, 0.00313), (8, 0.00544)))
        for v in results.comparisons
    )
    return ReportData(
        results=results,
        question="Does dropout help a small network on digits?",
        plan=build_plan(groups, metric=metric, paired=paired),
        curves=curves_of(groups) if with_curves else (),
        runs=runs_of(results),
        looks=looks,
        shortcuts=(
            "One seed would have said: dropout is better by 0.8 points.",
            "Best seed of each would have said: dropout is better by 1.3 points.",
        ),
        cost=Cost(n_runs=23, train_seconds=77.0, wall_seconds=41.0, workers=2),
        provenance={"python": "3.11.9", "torch": "2.6.0", "machine": "8 cores", "threads": "1"},
        chain=ChainInfo(entries=31, head="9f" * 32),
        commands=(
            ("verify", "trialist verify dropout-on-digits"),
            ("reproduce", "trialist reproduce dropout/seed-0"),
            ("go on", "trialist run study.yaml"),
        ),
    )


def draws(means: Sequence[float], n: int, *, sd=0.005, names=None, seed=1, rho=0.8):
    rng = np.random.default_rng(seed)
    common = rng.normal(0, sd * math.sqrt(rho), n)
    names = names or ["baseline", *(f"variant-{i}" for i in range(1, len(means)))]
    return {
        name: (mean + common + rng.normal(0, sd * math.sqrt(1 - rho), n)).tolist()
        for name, mean in zip(names, means, strict=True)
    }


def ablated(groups, **more) -> ReportData:
    """Give the report of an ablation: every variant but the first lacks a component."""
    data = build_report(groups, **more)
    names = tuple(groups)
    protocol = replace(data.plan.protocol, metric=data.results.metric, ablated=names[1:])
    found = ablation_result(protocol, data.results.comparisons)
    return replace(data, results=replace(data.results, ablation=found))


def cases() -> dict[str, ReportData]:
    good = {
        "baseline": [0.950, 0.958, 0.947, 0.953, 0.944],
        "dropout": [0.958, 0.971, 0.956, 0.965, 0.954],
        "wide": [0.951, 0.955, 0.952, 0.946, 0.9525],
    }
    eight = draws([0.95, 0.96, 0.94, 0.951, 0.955, 0.948, 0.97, 0.9505], 12)
    long_names = [
        "baseline-with-a-very-long-name-indeed-resnet50-lr-0.1-wd-1e-4",
        "cosine-schedule_with_warmup.and.label-smoothing.0.1.and.mixup",
        "改良版<script>alert(1)</script>",
    ]
    plain = build_report(good)
    return {
        "improvement": plain,
        "two": build_report(
            draws([0.95, 0.962], 12, names=["baseline", "dropout"]),
            caveats=("The accuracy is close to its ceiling: intervals are approximate.",),
        ),
        "inconclusive": build_report(draws([0.95, 0.951], 8, sd=0.01), paired=False),
        "refused": build_report({"baseline": [0.95], "dropout": [0.96]}),
        "diverged": build_report(
            draws([0.4, 0.35], 8, sd=0.02, names=["baseline", "high-lr"]),
            metric=LOSS,
            lost={"high-lr": {"n_diverged": 2, "n_failed": 1}},
            extra_runs=(ExtraRun(variant="high-lr", seed=9, status="finished", value=0.36),),
            deviations=("The plan was changed after 6 runs: lr was 0.2.",),
        ),
        "eight": build_report(eight),
        "ablation": ablated(
            draws(
                [0.95, 0.93, 0.9501, 0.9485, 0.956],
                8,
                names=["full", "no-norm", "no-dropout", "no-a_part-with-a-long-name", "no-warmup"],
            )
        ),
        "long": build_report(
            draws([12345.678, 12350.1, 12301.0], 6, sd=4, names=long_names),
            metric=Metric(name="val/perplexity", goal=Goal.MINIMIZE, relevant=2.0),
        ),
        "tiny": build_report(
            draws([1e-9, 1.3e-9], 5, sd=1e-10), metric=Metric(name="val/mse", goal=Goal.MINIMIZE)
        ),
        "same": build_report({"baseline": [0.95] * 5, "same": [0.95] * 5}),
        "alone": build_report({"baseline": [0.95, 0.951, 0.949]}),
        "no_value": build_report({"baseline": [], "other": []}, with_curves=False),
        "empty": ReportData(
            results=Results(study="empty", plan_hash=None, metric=LOSS, variants=(), comparisons=())
        ),
        "table": ReportData(
            results=build_results(draws([0.95, 0.96], 6), paired=False, plan_hash=None),
            commands=(("again", "trialist compare results.csv --metric val/accuracy"),),
        ),
    }


@pytest.fixture(scope="session")
def reports() -> dict[str, ReportData]:
    return cases()


@pytest.fixture(scope="session")
def ablation():
    return ablated


@pytest.fixture(scope="session")
def report():
    return build_report


@pytest.fixture(scope="session")
def results():
    return build_results


def digits_params(units: Sequence[float], arm: Arm) -> dict[str, object]:
    return {p.name: value_at(p, u) for p, u in zip(arm.parameters, units, strict=True)}


LR = Parameter(name="lr", label="sgd.lr", low=1e-3, high=1.0, scale=Scale.LOG)
DIGITS_ARMS = (
    Arm(
        variant="sgd",
        parameters=(
            LR,
            Parameter(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG),
            Parameter(name="batch_size", choices=(32, 64, 128), ordered=True),
        ),
        shares="sgd",
    ),
    Arm(
        variant="adam",
        parameters=(
            replace(LR, label="adam.lr", low=1e-5, high=1e-3),
            Parameter(name="beta1", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG),
            Parameter(name="weight_decay", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True),
        ),
        shares="adam",
    ),
)


def digits_trial(arm: Arm, search: int, number: int, units: Sequence[float], noise: float):
    """Give a trial like those on digits: sgd is best around lr .1, adam beyond its lr's end."""
    params = digits_params(units, arm)
    is_sgd = arm.variant == "sgd"
    best = 0.66 if is_sgd else 1.25
    diverged = is_sgd and units[0] + 0.15 * units[1] > 1.02
    loss = 0.10 * (units[0] - best) ** 2 + 0.006 * (units[1] - 0.6) ** 2
    value = None if diverged else 0.976 - loss + float(noise)
    return SearchTrial(
        variant=arm.variant,
        search=search,
        number=number,
        name=f"{arm.variant}-{search}-{number}",
        params=params,
        status=RunStatus.DIVERGED if diverged else RunStatus.FINISHED,
        value=value,
        values=() if value is None else (value,),
        seeds=(search,),
        steps=600,
        seconds=2.5,
    )


def digits_table(*, searches: int = 4, trials: int = 16, seed: int = 0) -> SearchTable:
    """Give the trials of two arms, as a study of optimizers on digits has them."""
    rng = np.random.default_rng(seed)
    found = []
    for search in range(searches):
        units = rng.random((trials, 3))
        noise = rng.normal(0, 0.002, (trials, 2))
        for place, arm in enumerate(DIGITS_ARMS):
            found += [
                digits_trial(arm, search, number, units[number].tolist(), noise[number, place])
                for number in range(trials)
            ]
    return SearchTable(
        metric=ACCURACY,
        arms=DIGITS_ARMS,
        trials=tuple(sorted(found, key=lambda one: one.variant != "sgd")),
        noise=0.002,
        n_noise=6,
        max_steps=600,
        schedule="constant",
    )


def build_analysis(table: SearchTable, **more) -> AnalysisData:
    """Give the analysis of a table by the functions that the command uses."""
    checks = checks_of(table)
    draws_of = SharedDraws()
    isolated = more.pop("isolations", None)
    if isolated is None:
        isolated = isolations(table, rng=draws_of) + tuple(
            isolation_of(table, arm.variant, parameter, rng=draws_of)
            for arm in table.arms[:1]
            for parameter in arm.parameters
        )
    fields = {
        "name": "optimizers-on-digits",
        "question": "Which optimizer is better on digits, fairly tuned?",
        "checks": checks,
        "isolations": isolated,
        "axes": axis_plots(table, checks),
        "parallels": parallel_plots(table),
        "budgets": budget_curves(table),
    }
    return AnalysisData(table=table, **(fields | more))


@pytest.fixture(scope="session")
def searched():
    return digits_table


@pytest.fixture(scope="session")
def analyzed():
    return build_analysis


def wild_table() -> SearchTable:
    """Give trials with long names, choices, pruned ones, a law without ends, far outliers."""
    rng = np.random.default_rng(3)
    name = "<b>改良版</b>-with-a-very-long-variant-name-indeed"
    parameters = (
        Parameter(name="learning_rate_of_the_decoder", low=1e-7, high=10.0, scale=Scale.LOG),
        Parameter(name="depth", low=2, high=5, integer=True),
        Parameter(name="layer", choices=tuple(f"choice-{k}-with-words" for k in range(12))),
        Parameter(name="sigma", law=Law.NORMAL, shape=(0.0, 1.0)),
        Parameter(name="eps", low=1e-8, high=1.0000001e-8),
    )
    arm = Arm(variant=name, parameters=parameters, shares=name)
    trials = []
    for number in range(40):
        units = rng.random(5).tolist()
        params = digits_params(units, arm)
        status = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.PRUNED)[number % 10 // 8]
        if number % 13 == 12:
            status = RunStatus.PRUNED
        value = 1e3 + units[0] * (1e9 if number % 7 == 3 else 1.0)
        done = status is RunStatus.FINISHED
        trials.append(
            SearchTrial(
                variant=name,
                search=0,
                number=number,
                name=f"t{number}",
                params=params if number % 5 else {k: params[k] for k in list(params)[1:]},
                status=status,
                value=value if done else None,
                adaptive=number > 20,
            )
        )
    return SearchTable(metric=LOSS, arms=(arm,), trials=tuple(trials))


@pytest.fixture(scope="session")
def analyses() -> dict[str, AnalysisData]:
    table = digits_table()
    few = digits_table(searches=1, trials=3)
    none = replace(table, trials=())
    lost = replace(
        table,
        trials=tuple(
            replace(one, status=RunStatus.DIVERGED, value=None, values=()) for one in table.trials
        ),
    )
    one = replace(table, arms=DIGITS_ARMS[:1], trials=table.of("sgd"), noise=None)
    return {
        "digits": build_analysis(table),
        "few": build_analysis(few, finished=False),
        "none": build_analysis(none, finished=False),
        "lost": build_analysis(lost),
        "alone": build_analysis(one, question="", notes=("Ranges read from the trials.",)),
        "wild": build_analysis(wild_table()),
    }

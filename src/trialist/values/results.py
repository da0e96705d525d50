"""Results: everything that is said at the end, in the form of results.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.values.ablation import AblationResult
from trialist.values.followup import Family
from trialist.values.methods import MethodsText
from trialist.values.metric import Metric
from trialist.values.playbook import Check
from trialist.values.predictions import Prediction
from trialist.values.procedure import Procedure
from trialist.values.sealed import SealedResult
from trialist.values.searches import Searches
from trialist.values.verdict import VariantSummary, Verdict

RESULTS_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraRun:
    """A run that is not part of the evidence: finished or stopped after the deciding look.

    Attributes:
        variant: The variant's name.
        seed: The replicate's number.
        status: How it ended.
        value: The goal metric, where it finished.
        plan: The earlier plan that asked for it, where the plan of now does not.
        metric: The name of that plan's goal metric, where it is another one.
    """

    variant: str
    seed: int
    status: str
    value: float | None
    plan: str | None = None
    metric: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the run as in `extra_runs` of results.json."""
        return {
            "variant": self.variant,
            "seed": self.seed,
            "status": self.status,
            "value": self.value,
            **({} if self.plan is None else {"plan": self.plan}),
            **({} if self.metric is None else {"metric": self.metric}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The summaries and verdicts of a study or a table.

    Attributes:
        study: The study's name; for a table, the file's name.
        plan_hash: The registered plan's hash; None for results without a plan.
        metric: The goal metric.
        variants: One summary per variant, in order.
        comparisons: One verdict per candidate, in order.
        extra_runs: Runs that are apart from the evidence.
        caveats: What limits the verdicts, as sentences.
        findings: What checks found, as sentences.
        deviations: What differs from the registered plan, as sentences.
        finished: True where every comparison is answered or all seeds are spent.
        protocol: How the results were judged.
        methods: That in words for a paper.
        ablation: The components by what they are worth; None where the study ablates nothing.
        searches: What searches found, for tuned variants; None where nothing was tuned.
        checks: What the playbook's checks found in them.
        predictions: What was expected of variants, beside what was found.
        family: The studies that this one follows up, with it; None where it follows up none.
        test: What came of the last opening of the sealed test set; None where it was not opened.
    """

    study: str
    plan_hash: str | None
    metric: Metric
    variants: tuple[VariantSummary, ...]
    comparisons: tuple[Verdict, ...]
    extra_runs: tuple[ExtraRun, ...] = ()
    caveats: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    finished: bool = True
    protocol: Procedure | None = None
    methods: MethodsText | None = None
    ablation: AblationResult | None = None
    searches: Searches | None = None
    checks: tuple[Check, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    family: Family | None = None
    test: SealedResult | None = None

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts by the variant's name."""
        return {verdict.variant: verdict for verdict in self.comparisons}

    def to_dict(self) -> dict[str, Any]:
        """Give exactly the content of results.json."""
        return {
            "format": RESULTS_FORMAT,
            "study": self.study,
            "plan_hash": self.plan_hash,
            "metric": {
                "name": self.metric.name,
                "goal": self.metric.goal.value,
                "relevant": self.metric.relevant,
            },
            "variants": [summary.to_dict() for summary in self.variants],
            "comparisons": [verdict.to_dict() for verdict in self.comparisons],
            "extra_runs": [run.to_dict() for run in self.extra_runs],
            "caveats": list(self.caveats),
            "findings": list(self.findings),
            "deviations": list(self.deviations),
            **({} if self.protocol is None else {"protocol": self.protocol.to_dict()}),
            **({} if self.methods is None else {"methods": self.methods.to_dict()}),
            **({} if self.ablation is None else {"ablation": self.ablation.to_dict()}),
            **({} if self.searches is None else {"searches": self.searches.to_dict()}),
            **({"checks": [one.to_dict() for one in self.checks]} if self.checks else {}),
            **(
                {"predictions": [one.to_dict() for one in self.predictions]}
                if self.predictions
                else {}
            ),
            **({} if self.family is None else {"family": self.family.to_dict()}),
            **({} if self.test is None else {"test": self.test.to_dict()}),
        }

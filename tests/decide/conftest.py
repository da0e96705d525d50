"""Small builders that the tests of this room share."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from trialist.analysis.armmean import arm_mean
from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.analysis.examplecontrast import example_contrast
from trialist.analysis.predictioncolumns import Wanted
from trialist.analysis.predictions import predictions_in
from trialist.analysis.rawtable import read_table
from trialist.decide.rules import judge
from trialist.decide.summaries import summarize
from trialist.values.evidence import LookEvidence
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol

FIVE_TO_TWENTY = ((5, 0.003125), (8, 0.00544), (12, 0.01191), (20, 0.0382))


def build(
    groups,
    *,
    looks=((0, 0.05),),
    paired=False,
    goal=Goal.MAXIMIZE,
    relevant=None,
    name="val/accuracy",
    mode=Mode.CONFIRM,
    registered=True,
    n_seen=None,
):
    """Judge `groups` (the first is the baseline): a look at (n, threshold); n=0 means all seeds.

    The threshold for r open comparisons is a plain 1/r of the given one.
    """
    longest = max(map(len, groups.values()))
    names = tuple(groups)
    protocol = Protocol(
        metric=Metric(name=name, goal=goal, relevant=relevant),
        variants=names,
        baseline=names[0],
        looks=tuple(
            Look(n=n or longest, thresholds=tuple(p / r for r in range(1, max(len(names), 2))))
            for n, p in looks
        ),
        paired=paired,
        mode=mode,
        registered=registered,
    )
    seen = longest if n_seen is None else n_seen
    records = records_of(groups, paired=True)
    evidence = [
        evidence_at(protocol, records, look_index=index, seeds=range(look.n))
        for index, look in enumerate(protocol.looks, start=1)
        if look.n <= seen
    ]
    judgement = judge(protocol, evidence)
    return SimpleNamespace(
        protocol=protocol,
        evidence=evidence,
        judgement=judgement,
        verdicts={verdict.variant: verdict for verdict in judgement.verdicts},
        verdict=judgement.verdicts[0] if judgement.verdicts else None,
        summaries=summarize(protocol, judgement, evidence),
    )


def build_on_examples(
    runs, *, relevant=None, paired=False, n_clusters=None, goal=Goal.MAXIMIZE, mode=Mode.CONFIRM
):
    """Judge predictions: `runs` holds cells by variant and seed; the first is the baseline."""
    rows = ["variant,seed,item,right" + (",doc" if n_clusters else "")]
    for (variant, seed), cells in runs.items():
        for k, cell in enumerate(cells):
            cluster = f",d{k % n_clusters}" if n_clusters else ""
            rows.append(f"{variant},{seed},{k},{cell}{cluster}")
    table = read_table("\n".join(rows), name="p.csv")
    wanted = Wanted(example="item", metric="right", cluster="doc" if n_clusters else None)
    found = predictions_in(table, wanted)
    names = tuple(found.arms)
    protocol = Protocol(
        metric=Metric(name="accuracy", goal=goal, relevant=relevant),
        variants=names,
        baseline=names[0],
        looks=(Look(n=1, thresholds=tuple(0.05 / r for r in range(1, max(len(names), 2)))),),
        paired=paired,
        mode=mode,
        registered=False,
    )
    means = {name: arm_mean(found, name) for name in names}
    evidence = LookEvidence(
        index=1,
        samples={name: mean.sample for name, mean in means.items()},
        contrasts={
            name: example_contrast(found, name, protocol=protocol) for name in protocol.candidates
        },
    )
    verdicts = judge(protocol, (evidence,)).verdicts
    return SimpleNamespace(
        protocol=protocol,
        means=means,
        contrasts=evidence.contrasts,
        verdicts=verdicts,
        verdict=verdicts[0],
    )


@pytest.fixture(name="on_examples", scope="session")
def _on_examples():
    return build_on_examples


@pytest.fixture(name="judged", scope="session")
def _judged():
    return build


@pytest.fixture(scope="session")
def looks():
    return FIVE_TO_TWENTY

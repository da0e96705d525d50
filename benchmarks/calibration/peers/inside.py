"""Runs in the peers' own environment: `python inside.py draws.npz answers.json`.

Reads arrays of shape (studies, 2, n), asks every tool about each study, and writes how often it
said that there is a difference, and how long a comparison took. Knows nothing of trialist.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np

FEW_RESAMPLES = 2_000
TIMED = "n = 10"


def preregister_default():
    from preregister.analysis import evaluate_claim
    from preregister.registry import AnalysisPlan, Comparison

    return _preregister(AnalysisPlan(), Comparison, evaluate_claim)


def preregister_welch():
    from preregister.analysis import evaluate_claim
    from preregister.registry import AnalysisPlan, Comparison

    return _preregister(AnalysisPlan(test="welch"), Comparison, evaluate_claim)


def _preregister(plan, comparison_class, evaluate_claim):
    comparison = comparison_class.parse("b - a > 0")
    rng = np.random.default_rng(0)

    def says(a, b):
        found = evaluate_claim(comparison, {"a": a, "b": b}, plan, rng)
        return min(found.p_confirm, found.p_refute) < plan.alpha

    return says


def mlstats_auto():
    return _mlstats("auto")


def mlstats_wilcoxon():
    return _mlstats("wilcoxon")


def _mlstats(test):
    from ml_experiment_stats import RunResult
    from ml_experiment_stats.statistics import run_statistical_analysis

    def says(a, b):
        runs = [
            RunResult(seed=seed, method=name, metrics={"acc": float(value)})
            for name, values in (("a", a), ("b", b))
            for seed, value in enumerate(values)
        ]
        answer = run_statistical_analysis(runs, test=test)
        return answer["metrics"]["acc"]["pairwise"][0]["significant"]

    return says


def mlstats_interval():
    from ml_experiment_stats.statistics import pairwise_test

    def says(a, b):
        interval = pairwise_test({"a": a, "b": b}, "acc", test="auto")[0].confidence_interval
        return None if interval is None else interval[0] > 0 or interval[1] < 0

    return says


def rliable_overlap(reps=FEW_RESAMPLES):
    from rliable import library, metrics

    def says(a, b):
        _, ends = library.get_interval_estimates(
            {"a": a[:, None], "b": b[:, None]},
            lambda scores: np.array([metrics.aggregate_mean(scores)]),
            reps=reps,
        )
        return bool(ends["a"][1, 0] < ends["b"][0, 0] or ends["b"][1, 0] < ends["a"][0, 0])

    return says


def rliable_improvement(reps=400):
    from rliable import library, metrics

    def says(a, b):
        _, ends = library.get_interval_estimates(
            {"a,b": (a[:, None], b[:, None])}, metrics.probability_of_improvement, reps=reps
        )
        low, high = np.ravel(ends["a,b"])
        return bool(low > 0.5 or high < 0.5)

    return says


def autorank_default():
    import pandas as pd
    from autorank import autorank

    def says(a, b):
        return bool(autorank(pd.DataFrame({"a": a, "b": b})).pvalue < 0.05)

    return says


TOOLS = {
    # name: (package, maker, share of the studies that is asked)
    "preregister, default (bootstrap)": ("preregister", preregister_default, 1.0),
    "preregister, test: welch": ("preregister", preregister_welch, 1.0),
    "ml-experiment-stats, auto": ("ml-experiment-stats", mlstats_auto, 0.25),
    "ml-experiment-stats, wilcoxon": ("ml-experiment-stats", mlstats_wilcoxon, 0.25),
    "ml-experiment-stats, its BCa interval": ("ml-experiment-stats", mlstats_interval, 0.25),
    "rliable, 95 % intervals do not overlap": ("rliable", rliable_overlap, 0.15),
    "rliable, probability of improvement": ("rliable", rliable_improvement, 0.1),
    "autorank, default": ("autorank", autorank_default, 1.0),
}
AT_DEFAULTS = {
    "rliable, 95 % intervals do not overlap": lambda: rliable_overlap(50_000),
    "rliable, probability of improvement": lambda: rliable_improvement(2_000),
}
"""Those that are asked with fewer resamples than they take themselves: for the time."""


def ask(says, values):
    """Give the share of studies with a difference, and how many were asked."""
    found = []
    for a, b in values:
        with contextlib.redirect_stdout(io.StringIO()):
            answer = says(a, b)
        if answer is None:
            return {"refuses": "gives no interval at this n", "n": 0}
        found.append(bool(answer))
    return {"rate": float(np.mean(found)), "n": len(found)}


def seconds_of(says, values):
    """Give the median over studies of the quickest of three calls: neither the machine's other
    work counts, nor a study that happens to be easy."""
    quickest = []
    for a, b in values:
        found = []
        for _ in range(3):
            began = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                says(a, b)
            found.append(time.perf_counter() - began)
        quickest.append(min(found))
    return float(np.median(quickest))


def main(source, target):
    warnings.simplefilter("ignore")
    np.random.seed(0)  # noqa: NPY002, TID251  # rliable draws from the global state
    answers = {}
    with np.load(source) as draws:
        for name, (package, maker, part) in TOOLS.items():
            try:
                says = maker()
                answers[name] = {"version": version(package), "cells": {}}
            except Exception as error:  # not installed, or broken by a newer dependency
                answers[name] = {"missing": f"{type(error).__name__}: {error}"}
                continue
            for cell in draws.files:
                values = draws[cell]
                values = values[: max(20, int(part * len(values)))]
                try:
                    answers[name]["cells"][cell] = ask(says, values)
                except Exception as error:  # what a tool refuses is an answer
                    answers[name]["cells"][cell] = {
                        "refuses": f"refuses: {error}"[:90], "n": 0,
                    }  # fmt: skip
            slow = name in AT_DEFAULTS
            timed = AT_DEFAULTS[name]() if slow else says
            answers[name]["seconds"] = seconds_of(timed, draws[TIMED][: 2 if slow else 25])
    with open(target, "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main(*sys.argv[1:3])

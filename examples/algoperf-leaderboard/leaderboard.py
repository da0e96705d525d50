"""The leaderboard of AlgoPerf v0.5, external tuning, from its raw training logs.

TRIALIST_DATA=~/data python leaderboard.py
"""

import os
import sys
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from trialist.analysis.stepstotarget import fastest_to, median_time, time_profiles
from trialist.values.metric import Goal
from trialist.values.trialcurve import Track, TrialCurve

# The metric and the target of each workload, as the benchmark's rules give them.
TARGETS = {
    "criteo1tb": ("loss", 0.123735),
    "fastmri": ("ssim", 0.723653),
    "imagenet_resnet": ("accuracy", 0.77431),
    "imagenet_vit": ("accuracy", 0.77309),
    "librispeech_conformer": ("wer", 0.085884),
    "librispeech_deepspeech": ("wer", 0.119936),
    "ogbg": ("mean_average_precision", 0.28098),
    "wmt": ("bleu", 30.8491),
}
# Variants of workloads, drawn after all submissions were in. Who misses a target, or takes more
# than four times the best time, has not solved the workload either.
HELD_OUT = {
    "criteo1tb_embed_init": 0.129657,
    "fastmri_tanh": 0.717840,
    "imagenet_resnet_large_bn_init": 0.76526,
    "librispeech_conformer_layernorm": 0.09731,
    "ogbg_model_size": 0.269446,
    "wmt_glu_tanh": 29.5779,
}
UPTO = 4.0
PUBLISHED = (0.7784, 0.7077, 0.6383, 0.6301, 0.5909, 0.5707, 0.4918, 0.4722, 0.3699, 0.3384, 0.0)

WHERE = ("submission", "workload", "study", "trial")
LOWER = ("loss", "wer", "ctc_loss")


def main() -> None:
    """Print the ranking with its scores beside the published ones."""
    path = Path(os.environ["TRIALIST_DATA"]) / "algoperf-curves" / "curves.parquet"
    rows = scores(times_of(load(path)))
    lines = [f"{'submission':<24}{'score':>8}{'published':>11}"]
    for (name, score), published in zip(rows.items(), PUBLISHED, strict=True):
        lines.append(f"{name:<24}{score:>8.4f}{published:>11.4f}")
    sys.stdout.write("\n".join(lines) + "\n")


def load(path, version="v05", ruleset="external"):
    """Give the curves of all trials, by submission, workload, study and trial."""
    table = pq.read_table(path, filters=[("version", "=", version), ("ruleset", "=", ruleset)])
    columns = {name: table[name].to_numpy() for name in table.column_names}
    order = np.lexsort([columns["global_step"], *(columns[name] for name in reversed(WHERE))])
    columns = {name: values[order] for name, values in columns.items()}
    keys = list(zip(*(columns[name].tolist() for name in WHERE), strict=True))
    found = {}
    for key, group in groupby(range(len(keys)), key=lambda k: keys[k]):
        places = list(group)
        if key[1]:  # a few logs lie in a folder without a workload
            rows = {name: values[places[0] : places[-1] + 1] for name, values in columns.items()}
            found[key] = curve_of(key, rows)
    return found


def curve_of(key, rows):
    """Give one trial's curve."""
    submission, workload, study, trial = key
    metric = TARGETS[base_of(workload)][0]
    loss = "ctc_loss" if metric == "wer" else "loss"

    def track(split, name):
        column, short = f"{split}/{name}", split.replace("validation", "val")
        goal = Goal.MINIMIZE if name in LOWER else Goal.MAXIMIZE
        values = tuple(rows[column].astype(float).tolist())
        return Track(metric=f"{short}/{name}", goal=goal, values=values)

    curve = TrialCurve(
        variant=submission,
        name=f"{submission}/{workload}/study-{study}/trial-{trial}",
        steps=tuple(rows["global_step"].tolist()),
        val=track("validation", metric),
        train=track("train", metric),
        loss=track("train", loss),
        seconds=tuple(rows["accumulated_submission_time"].tolist()),
    )
    return curve if metric == loss else replace(curve, beside=(track("validation", loss),))


def times_of(curves):
    """Give the median over studies of the fastest trial's time, by submission and workload."""
    studies = {}
    for (submission, workload, study, _), curve in curves.items():
        tuned = studies.setdefault((submission, workload), {})
        tuned.setdefault(study, []).append(curve)
    times = {}
    for (submission, workload), by_study in studies.items():
        own = times.setdefault(submission, {})
        if (target := target_of(workload)) is not None:
            fastest = [fastest_to(trials, target=target) for trials in by_study.values()]
            own[workload] = median_time([one.seconds for one in fastest])
    return times


def scores(times):
    """Give each submission's score, the best first."""
    best = {name: min(own.get(name, np.inf) for own in times.values()) for name in HELD_OUT}
    solved = {
        submission: {
            workload: seconds
            for workload, seconds in own.items()
            if workload in TARGETS
            and all(
                own.get(name, np.inf) <= UPTO * best[name]
                for name in HELD_OUT
                if base_of(name) == workload
            )
        }
        for submission, own in times.items()
    }
    # The best time of a workload counts also where it is not the solver's own.
    fastest = {name: min(own.get(name, np.inf) for own in times.values()) for name in TARGETS}
    profiles = time_profiles({**solved, "": fastest}, list(TARGETS), upto=UPTO)
    found = {name: one.score for name, one in profiles.items() if name}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def base_of(workload):
    """Give the workload that a variant is one of."""
    return max((name for name in TARGETS if workload.startswith(name)), key=len)


def target_of(workload):
    """Give the target of a workload; None where it is none of the leaderboard."""
    return HELD_OUT.get(workload) or TARGETS.get(workload, (None, None))[1]


if __name__ == "__main__":
    main()

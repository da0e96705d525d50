"""What all tasks say together, as plain data for results.json."""

from __future__ import annotations

import math
from typing import Any

from trialist.analysis.overtasks import OverTasks, Ranking
from trialist.decide.overtasks import Tally, ToldOfTasks
from trialist.stats.profiles import Profile
from trialist.stats.signtest import SignTest
from trialist.stats.stratified import Pooled
from trialist.values.evidence import Interval
from trialist.values.missing import Missing

_LEVEL = 0.95


def over_tasks_json(over: OverTasks, told: ToldOfTasks) -> dict[str, Any]:
    """Give `over_tasks` of results.json; what is missing is null with its reason beside it."""
    ranking = over.ranking
    missing = {"ranking": ranking.reason} if isinstance(ranking, Missing) else {}
    return {
        "complete": list(over.complete),
        "incomplete": {task: list(names) for task, names in over.incomplete.items()},
        "scale": {"name": over.scale.scaling.value, "words": over.scale.words},
        "ranking": None if isinstance(ranking, Missing) else _ranking(ranking),
        "variants": [_variant(name, over, told) for name in over.pooled],
        "headline": list(told.headline),
        "missing": missing,
    }


def _ranking(ranking: Ranking) -> dict[str, Any]:
    test = ranking.test
    return {
        "tasks": list(ranking.tasks),
        "variants": list(ranking.variants),
        "average": list(ranking.average),
        "n_tasks_with_ties": ranking.n_ties,
        "friedman": {
            "chi2": test.chi2,
            "p_chi2": test.p_chi2,
            "f": None if math.isinf(test.f) else test.f,
            "df": list(test.df),
            "p": test.p,
        },
        "critical_difference": ranking.difference,
        "level": _LEVEL,
        "groups": [list(group) for group in ranking.groups],
    }


def _variant(name: str, over: OverTasks, told: ToldOfTasks) -> dict[str, Any]:
    missing: dict[str, str] = {}
    tally = next((one for one in told.tallies if one.variant == name), None)
    pooled, signs = over.pooled[name], over.signs.get(name)
    ranking, shown = over.ranking, over.profiles.get(name)
    if isinstance(pooled, Missing):
        missing["iqm"] = missing["mean"] = pooled.reason
    if isinstance(signs, Missing):
        missing["sign_test"] = signs.reason
    return {
        "name": name,
        "tasks": None if tally is None else _tally(tally),
        "rank": None if isinstance(ranking, Missing) else ranking.rank_of(name),
        **_pooled(pooled),
        "profile": None if shown is None else _profile(shown),
        "sign_test": _signs(signs),
        "sentence": told.sentences.get(name),
        "missing": missing,
    }


def _tally(tally: Tally) -> dict[str, list[str]]:
    kinds = ("better", "worse", "alike", "open", "refused", "absent")
    return {kind: list(getattr(tally, kind)) for kind in kinds}


def _pooled(pooled: Pooled | Missing) -> dict[str, Any]:
    if isinstance(pooled, Missing):
        return {"iqm": None, "mean": None}
    return {
        "iqm": _estimate(pooled.iqm, pooled.iqm_interval, pooled),
        "mean": _estimate(pooled.mean, pooled.mean_interval, pooled),
    }


def _estimate(value: float, interval: Interval, pooled: Pooled) -> dict[str, Any]:
    return {
        "value": value,
        "interval": [interval.low, interval.high],
        "level": _LEVEL,
        "n_tasks": pooled.n_tasks,
        "n_runs": pooled.n_runs,
    }


def _profile(shown: Profile) -> dict[str, Any]:
    return {
        "thresholds": list(shown.thresholds),
        "shares": list(shown.shares),
        "low": list(shown.low),
        "high": list(shown.high),
    }


def _signs(signs: SignTest | Missing | None) -> dict[str, Any] | None:
    if signs is None or isinstance(signs, Missing):
        return None
    counts = {"ahead": signs.n_above, "behind": signs.n_below, "tied": signs.n_tied}
    return {**counts, "p": signs.p, "decides": False}

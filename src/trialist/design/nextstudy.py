"""The study file of the next round, made of the file of the round before and what is to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialist.values.baselinehistory import BaselineRound
from trialist.values.errors import ConfigError
from trialist.values.nextround import Proposal, Step
from trialist.values.plan import Plan
from trialist.values.playbook import Change
from trialist.values.searchplan import SearchPlan

_OF_ONE_ROUND = ("space", "search", "variants", "baseline", "ablate", "expect", "parent", "mode")
"""Keys that say what a round compared, and how it searched."""

BEFORE, ADOPTED = "before", "adopted"
"""The variants of a validation."""


def next_study(
    data: Mapping[str, Any], proposal: Proposal, plan: Plan, name: str
) -> dict[str, Any]:
    """Give the keys of the next study file.

    Args:
        data: The keys of the file of this round.
        proposal: What is to change.
        plan: The plan of this round.
        name: The name of the next study.

    Raises:
        ConfigError: If the file does not have what is to be changed.
    """
    made: dict[str, Any] = _deep({**data, "name": name})
    if proposal.step is Step.MORE_SEEDS:
        made["parent"] = plan.study
        made["seeds"] = {"min": min(3, proposal.amount or 3), "max": proposal.amount or 3}
        return made
    if proposal.step is Step.MORE_REPLICATES:
        _more_replicates(made, plan, proposal.amount or 0)
        return made
    for change in proposal.changes:
        _applied(made, change, plan)
    if proposal.step in (Step.EXTEND, Step.MORE_TRIALS, Step.EQUAL_TRIALS):
        _group(made, "search")["extends"] = plan.study
    if proposal.step is Step.EXTEND and plan.search is not None:
        _room_for_new(_group(made, "search"), plan.search)
    return made


def validation_study(
    data: Mapping[str, Any],
    adopted: BaselineRound,
    seeds: tuple[int, ...],
    name: str,
    *,
    paired: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Give the keys of the study that runs an adopted configuration on fresh seeds.

    It is compared with the configuration whose place it took, where one is a change of the other.
    Where they have other keys each, the adopted one is run alone. It measures: what difference is
    worth having was asked before, and a few seeds could hardly answer it, so `relevant` goes.

    Args:
        data: The keys of the file that it was adopted from.
        adopted: What was adopted.
        seeds: Seeds that nobody has used.
        name: The name of the study.
        paired: The sources that the study shared between its variants, said in its file or not.
    """
    made: dict[str, Any] = _deep({k: one for k, one in data.items() if k not in _OF_ONE_ROUND})
    made["name"] = name
    made["question"] = "How good is the adopted configuration on fresh seeds?"
    made["config"] = _deep(adopted.config)
    made["seeds"] = list(seeds)
    if paired:
        made["paired"] = list(paired)
    if isinstance(made.get("metric"), Mapping):
        made["metric"] = {key: one for key, one in made["metric"].items() if key != "relevant"}
    budget = made.get("budget")
    if isinstance(budget, Mapping):
        kept = {key: value for key, value in budget.items() if key == "max_train_steps"}
        made["budget"] = kept
        if not kept:
            del made["budget"]
    if adopted.changes and not any(one.is_new or one.is_gone for one in adopted.changes):
        undone: dict[str, Any] = {}
        for one in adopted.changes:
            _put(undone, one.key.split("."), one.before)
        made["variants"] = {BEFORE: undone, ADOPTED: {}}
        made["baseline"] = BEFORE
    else:
        made["variants"] = {ADOPTED: {}}
        made["baseline"] = ADOPTED
    return made


def _room_for_new(search: dict[str, Any], before: SearchPlan) -> None:
    """Ask for half as many trials again, where the file says how many there are."""
    n = before.trials_per_search
    wanted = before.replicates * (n + (n + 1) // 2)
    if "trials" in search and search["trials"] <= before.trials:
        search["trials"] = wanted


def _applied(made: dict[str, Any], change: Change, plan: Plan) -> None:
    if change.kind in ("extend_range", "shrink_range"):
        _ranged(made, change, plan)
    elif change.kind in ("more_trials", "equal_trials"):
        _group(made, "search")["trials"] = change.amount
    elif change.kind in ("longer_runs", "shorter_runs"):
        _steps(made, change)
    elif change.kind == "fix_parameter" and change.parameter is not None:
        _fixed(made, change, plan)


def _ranged(made: dict[str, Any], change: Change, plan: Plan) -> None:
    spec = _spec(made, change.parameter or "")
    ends = {"low": change.low, "high": change.high}
    key = spec.get("per")
    if key is None or change.variant is None or plan.search is None:
        spec.update(ends)
        return
    given = plan.search.arm(change.variant).given
    if key not in given:
        spec.update(ends)
        return
    ranges = _group(spec, "ranges")
    ranges[str(given[key])] = {**ranges.get(str(given[key]), {}), **ends}


def _steps(made: dict[str, Any], change: Change) -> None:
    if change.amount is None:
        raise ConfigError(
            "how many steps the runs are to have is not known", todo="choose it yourself"
        )
    config = made.get("config")
    if isinstance(config, dict) and "max_train_steps" in config:
        config["max_train_steps"] = change.amount
    if "budget" in made or not (isinstance(config, dict) and "max_train_steps" in config):
        _group(made, "budget")["max_train_steps"] = change.amount


def _fixed(made: dict[str, Any], change: Change, plan: Plan) -> None:
    parameter = change.parameter or ""
    value = _as_written(_spec(made, parameter), change.low)
    if value is None:
        value = plan.config_of(plan.baseline).get(parameter)
    if value is None:
        raise ConfigError(
            f"at which value {parameter} is to be fixed is not known",
            todo=f"choose it yourself: space.{parameter}: {{fixed: VALUE, caveat: ...}}",
        )
    _group(made, "space")[parameter] = {
        "fixed": value,
        "caveat": f"{parameter} was not tuned: it made no difference in {plan.study}",
    }


def _as_written(spec: Mapping[str, Any], value: float | None) -> Any:
    """Give a value as the file has it: a choice as it stands there, a whole number as one."""
    if spec.get("integer") and value is not None:
        return round(value)
    return next((one for one in spec.get("choices", ()) if one == value), value)


def _more_replicates(made: dict[str, Any], plan: Plan, replicates: int) -> None:
    search = _group(made, "search")
    per_search = 1 if plan.search is None else plan.search.trials_per_search
    search["replicates"] = replicates
    search["trials"] = replicates * per_search


def _spec(made: dict[str, Any], parameter: str) -> dict[str, Any]:
    space = made.get("space")
    spec = space.get(parameter) if isinstance(space, dict) else None
    if not isinstance(spec, dict):
        raise ConfigError(
            f"the study file has no {parameter!r} in its space",
            todo="write the next study by hand, as the proposal says",
        )
    return spec


def _group(made: dict[str, Any], key: str) -> dict[str, Any]:
    found = made.get(key)
    if not isinstance(found, dict):
        found = made[key] = {}
    return found


def _put(into: dict[str, Any], keys: list[str], value: Any) -> None:
    *way, last = keys
    for key in way:
        into = into.setdefault(key, {})
    into[last] = value


def _deep(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _deep(inner) for key, inner in value.items()}
    return [_deep(inner) for inner in value] if isinstance(value, list | tuple) else value

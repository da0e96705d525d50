"""Records what W&B's own packages make of parameters, grids, bands and macros.

Needs `pip install sweeps wandb`; run as `python tests/design/sweeps/record.py`.
"""

import json
from pathlib import Path

import numpy as np
from sweeps.config.cfg import SweepConfig
from sweeps.grid_search import grid_search_next_runs
from sweeps.params import HyperParameter
from wandb.sdk.launch.sweeps import utils

UNITS = [round(float(u), 4) for u in np.linspace(0.0037, 0.9963, 41)]

PARAMETERS = {
    "categorical": {"values": [1, 2, "a", None, True]},
    "categorical, twice the same": {"values": ["a", "b", "a"]},
    "categorical_w_probabilities": {"values": ["x", "y", "z"], "probabilities": [0.2, 0.5, 0.3]},
    "int_uniform": {"min": 2, "max": 8},
    "uniform": {"min": 0.25, "max": 8},
    "uniform, named": {"distribution": "uniform", "min": 1, "max": 3},
    "q_uniform": {"distribution": "q_uniform", "min": 0.0, "max": 1.0, "q": 0.25},
    "q_uniform, beside its steps": {"distribution": "q_uniform", "min": 0.3, "max": 9.8, "q": 1},
    "q_uniform, without q": {"distribution": "q_uniform", "min": 1, "max": 9},
    "log_uniform": {"distribution": "log_uniform", "min": -7, "max": 0.5},
    "log_uniform_values": {"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1},
    "q_log_uniform": {"distribution": "q_log_uniform", "min": 0, "max": 5, "q": 2},
    "q_log_uniform_values": {
        "distribution": "q_log_uniform_values", "min": 8, "max": 512, "q": 8,
    },
    "inv_log_uniform": {"distribution": "inv_log_uniform", "min": 1, "max": 6},
    "inv_log_uniform_values": {"distribution": "inv_log_uniform_values", "min": 0.01, "max": 4},
    "normal": {"distribution": "normal", "mu": 3, "sigma": 0.5},
    "normal, as it is": {"distribution": "normal"},
    "q_normal": {"distribution": "q_normal", "mu": 10, "sigma": 4, "q": 0.5},
    "log_normal": {"distribution": "log_normal", "mu": -2, "sigma": 1.5},
    "q_log_normal": {"distribution": "q_log_normal", "mu": 2, "sigma": 1, "q": 1},
    "beta": {"distribution": "beta", "a": 2, "b": 5},
    "q_beta": {"distribution": "q_beta", "a": 0.5, "b": 0.5, "q": 0.125},
}  # fmt: skip

GRIDS = {
    "order": {"b": {"values": [2, 1]}, "a": {"values": ["x", "y", "z"]}, "c": {"value": 7}},
    "ranges": {
        "n": {"min": 2, "max": 4},
        "q": {"distribution": "q_uniform", "min": 0.0, "max": 1.0, "q": 0.3},
    },
    "whole steps": {"q": {"distribution": "q_uniform", "min": 1, "max": 10, "q": 3}},
    "nested": {
        "opt": {"parameters": {"lr": {"values": [0.1, 0.2]}, "a": {"values": [1, 2]}}},
        "z": {"values": [True, False]},
    },
    "duplicates": {"a": {"values": [3, 3.0, 1, 3]}, "b": {"values": [0, 1]}},
}

CONFIGS = [
    {"lr": 0.001, "n": 3, "amp": True, "skip": False, "name": "a b", "none": None},
    {"layers": [64, 32], "opt": {"lr": 1e-05, "name": "sgd"}},
    {"a.b": 1, "text": 'it\'s "quoted"', "neg": -1.5},
]


def plain(value):
    """Give NumPy's numbers as Python's."""
    return value.item() if hasattr(value, "item") else value


def main():
    """Write `recorded.json`."""
    found = {"units": UNITS, "values": {}, "grids": {}, "macros": []}
    for name, given in PARAMETERS.items():
        parameter = HyperParameter("x", given)
        found["values"][name] = {
            "given": given,
            "kind": parameter.config["distribution"],
            "at": [plain(parameter.ppf(u)) for u in UNITS],
        }
    for name, parameters in GRIDS.items():
        config = SweepConfig({"method": "grid", "parameters": parameters})
        config["parameters"] = parameters
        runs = []
        while True:
            run = grid_search_next_runs(runs, dict(config))[0]
            if run is None:
                break
            runs.append(run)
        listed = [{key: one["value"] for key, one in run.config.items()} for run in runs]
        found["grids"][name] = {"parameters": parameters, "runs": listed}
    for config in CONFIGS:
        args = {key: {"value": value} for key, value in config.items()}
        made = utils.create_sweep_command_args({"args": args})
        del made["args_dict"]
        found["macros"].append({"config": config, "words": made})
    Path(__file__).with_name("recorded.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()

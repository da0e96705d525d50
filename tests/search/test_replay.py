import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest

from trialist.search.designed import DesignedSampler
from trialist.search.factory import sampler_for
from trialist.search.protocol import Proposal, Told
from trialist.search.replay import replayed
from trialist.values.errors import ResumeError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method

LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)
DESIGN = [Proposal(number=n, params={"lr": 0.5**n, "size": [n]}, units=(n / 9,)) for n in range(4)]
DONE = Told(number=0, state=RunStatus.FINISHED, values=(0.5,))


def fresh() -> DesignedSampler:
    return DesignedSampler(DESIGN)


def test_trials_without_an_end_wait() -> None:
    sampler = replayed(fresh(), [*DESIGN[:3], DONE])
    assert sampler.waiting == (1, 2)
    assert sampler.ask() == DESIGN[3]


def test_a_record_read_from_json_is_the_same_record() -> None:
    odd = [replace(DESIGN[0], params={"lr": 0.1, "size": (1, 2)})]
    read = replace(odd[0], params={"lr": 0.1, "size": [1, 2]})
    assert replayed(DesignedSampler(odd), [read]).waiting == (0,)


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (replace(DESIGN[0], params={"lr": 0.25, "size": [0]}), "has lr = 1.0, the record 0.25"),
        (replace(DESIGN[0], params={"lr": 1.0, "size": [7]}), r"has size = \[0\], the record \[7"),
        (replace(DESIGN[0], params={"lr": 1.0}), r"has size = \[0\], the record nothing"),
        (replace(DESIGN[0], number=3), "trial 0 where the record has trial 3"),
        (replace(DESIGN[0], units=(0.5,)), "trial 0 lies at another point of the design"),
    ],
)
def test_names_the_first_difference(recorded, said) -> None:
    with pytest.raises(ResumeError, match=said) as caught:
        replayed(fresh(), [recorded], where="ledger.jsonl:7")
    assert caught.value.mistakes[0].where == "ledger.jsonl:7"


def test_says_which_libraries_are_here(plain_arm, plan_of) -> None:
    sampler = sampler_for(plan_of(plain_arm, Method.TPE), plain_arm, 0, LOSS)
    with pytest.raises(ResumeError) as caught:
        replayed(sampler, [DESIGN[0]])
    assert "(here: optuna " in caught.value.mistakes[0].todo


def test_refuses_the_end_of_a_trial_that_was_never_proposed() -> None:
    with pytest.raises(ResumeError, match="the end of trial 0, which is not running then"):
        replayed(fresh(), [DONE])
    with pytest.raises(ResumeError, match="the end of trial 0"):
        replayed(fresh(), [DESIGN[0], DONE, DONE])


def test_refuses_more_trials_than_the_search_has() -> None:
    with pytest.raises(ResumeError, match="a trial 3, and the search ends before it"):
        replayed(DesignedSampler(DESIGN[:3]), DESIGN)


CHILD = """
    import json, sys
    from trialist.search.factory import sampler_for
    from trialist.search.protocol import Told
    from trialist.values.metric import Goal, Metric
    from trialist.values.searchplan import SearchPlan

    plans = [SearchPlan.from_dict(one) for one in json.loads(sys.argv[1])]
    metric = Metric(name="val/loss", goal=Goal.MINIMIZE)
    samplers = {plan.method: sampler_for(plan, plan.arms[0], 0, metric) for plan in plans}
    while True:
        for method, sampler in samplers.items():
            first, second = sampler.ask(), sampler.ask()
            for one in (first, second):
                print(json.dumps(["proposed", method, one.to_dict()]), flush=True)
            value = first.params["lr"] + first.params["width"] / 64
            told = Told(number=first.number, state="finished", values=(value,))
            sampler.tell(told)
            print(json.dumps(["told", method, told.to_dict()]), flush=True)
"""


@pytest.mark.slow
def test_another_process_goes_on_after_kill_9(odd_arm, plan_of) -> None:
    methods = [Method.TPE, Method.NSGA_II]
    methods += [Method.CMA_ES] if importlib.util.find_spec("cmaes") else []
    plans = {method: plan_of(odd_arm, method, trials=200) for method in methods}
    said = json.dumps([plan.to_dict() for plan in plans.values()])
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), said],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"},
    )
    n_lines = 3 * len(methods) * 11 + random.Random(1).randrange(9)  # beyond random trials
    lines = [child.stdout.readline() for _ in range(n_lines)]
    child.send_signal(signal.SIGKILL)
    child.communicate()
    for method, plan in plans.items():
        kinds = {"proposed": Proposal, "told": Told}
        events = [
            kinds[kind].from_dict(data)
            for kind, of, data in map(json.loads, lines)
            if of == method.value
        ]
        assert len(events) >= 33
        sampler = replayed(sampler_for(plan, odd_arm, 0, LOSS), events)
        for lost in sampler.waiting:
            sampler.tell(Told(number=lost, state=RunStatus.FAILED))
        assert sampler.ask().number == sum(isinstance(one, Proposal) for one in events)

"""Population based training of small networks, and its schedule replayed from step 0."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch

from trialist.search.lineage import schedule_of
from trialist.search.pbt import Exploit, Member, Population, PopulationSettings
from trialist.values.metric import Goal
from trialist.values.space import Arm, Parameter, Scale

ARM = Arm(
    variant="sgd",
    parameters=(
        Parameter(name="lr", low=1e-3, high=1.0, scale=Scale.LOG),
        Parameter(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG),
    ),
)
MEMBERS, STEPS, INTERVAL = 8, 120, 24


@dataclass
class Training:
    """One member: all that its next step depends on."""

    model: torch.nn.Module
    optimizer: torch.optim.Optimizer
    order: torch.Generator

    @classmethod
    def begin(cls, seed: int) -> Training:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = torch.nn.Sequential(
                torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)
            )
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        return cls(model, optimizer, torch.Generator().manual_seed(seed))

    def train(self, params: dict, steps: int) -> None:
        # the values come from the schedule, not from the state that was copied
        self.optimizer.param_groups[0].update(lr=params["lr"], momentum=params["momentum"])
        for _ in range(steps):
            x = torch.randn(32, 8, generator=self.order)
            y = torch.sin(x.sum(dim=1, keepdim=True))
            loss = torch.nn.functional.mse_loss(self.model(x), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def state(self) -> tuple:
        return copy.deepcopy(
            (self.model.state_dict(), self.optimizer.state_dict(), self.order.get_state())
        )

    def load(self, state: tuple) -> None:
        model, optimizer, order = copy.deepcopy(state)
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)
        self.order.set_state(order)

    def score(self) -> float:
        x = torch.randn(512, 8, generator=torch.Generator().manual_seed(99))
        with torch.no_grad():
            return float(((self.model(x) - torch.sin(x.sum(dim=1, keepdim=True))) ** 2).mean())


def same(one: tuple, other: tuple) -> bool:
    """Tell whether two states are equal bit by bit."""
    models = all(torch.equal(one[0][name], other[0][name]) for name in one[0])
    momenta = all(
        torch.equal(one[1]["state"][key]["momentum_buffer"], other[1]["state"][key][
            "momentum_buffer"])
        for key in one[1]["state"]
    )  # fmt: skip
    return models and momenta and torch.equal(one[2], other[2])


def replays() -> tuple[int, int, int]:
    """Give how many members' schedules replay bit-equal, of how many, after how many copies."""
    population = Population(ARM, Goal.MINIMIZE, PopulationSettings(interval=INTERVAL), seed=3)
    params = {
        n: {"lr": 10 ** (-3 + 3 * n / (MEMBERS - 1)), "momentum": 0.9} for n in range(MEMBERS)
    }
    first = {n: dict(one) for n, one in params.items()}
    trainings = {n: Training.begin(7) for n in params}
    history: list[Exploit] = []
    for step in range(INTERVAL, STEPS + 1, INTERVAL):
        for n, training in trainings.items():
            training.train(params[n], INTERVAL)
        if step == STEPS:
            break
        members = [
            Member(number=n, params=params[n], score=one.score()) for n, one in trainings.items()
        ]
        states = {n: one.state() for n, one in trainings.items()}
        for one in population.round(members, step):
            trainings[one.target].load(states[one.donor])
            params[one.target] = dict(one.new)
            history.append(one)
    equal = 0
    for n, training in trainings.items():
        again, stages = Training.begin(7), schedule_of(n, first, history)
        ends = [*(one.from_step for one in stages[1:]), STEPS]
        for stage, end in zip(stages, ends, strict=True):
            again.train(dict(stage.params), end - stage.from_step)
        equal += same(again.state(), training.state())
    return equal, MEMBERS, len(history)

"""Three replicates in one process, whose checkpoints are those of one run."""

from dataclasses import replace

import promises
import task as alone

from trialist.train import ReplicateLoop
from trialist.values.seeds import SeedSet

N_REPLICATES = 3
WAYS = {
    "accumulation": ("vmap", alone.WAYS["accumulation"]),
    "ema": ("vmap", alone.WAYS["ema"]),
    "traced": ("traced", alone.WAYS["accumulation"] | alone.WAYS["ema"]),
}


class Shared:
    """What the replicates have in common: the run, and what each of them saved last."""

    def __init__(self, run):
        self.run = alone.Noted(run)
        self.saved = self.run.restore() or {}


class Replicate:
    """The run of one replicate; its rows are kept in its checkpoints."""

    def __init__(self, shared, number):
        self._shared, self._name, self._number = shared, str(number), number
        self.seed = SeedSet.of(N_REPLICATES * shared.run.seed.base + number)
        self.rows = {}

    def log(self, values, *, step=None):
        self.rows[str(step)] = dict(values)

    def system(self, values):
        pass

    def finding(self, message):
        self._shared.run.finding(message)

    def should_stop(self):
        return self._number == 0 and self._shared.run.should_stop()

    def checkpoint(self, state, *, step=None):
        self._shared.saved[self._name] = {"state": state, "rows": dict(self.rows)}
        at = N_REPLICATES * step + self._number
        self._shared.run.checkpoint(dict(self._shared.saved), step=at)

    def restore(self):
        found = self._shared.saved.get(self._name)
        if found is None:
            return None
        self.rows = dict(found["rows"])
        return found["state"]


def train(config, run):
    """Goes on to the bits of a group that nobody disturbed, whoever of it was ahead."""
    backend, options = WAYS[config["way"]]
    shared = Shared(run)
    runs = [Replicate(shared, number) for number in range(N_REPLICATES)]
    recipe = replace(alone.task, **options)
    fits = ReplicateLoop(recipe, [config] * N_REPLICATES, runs, backend=backend).run()
    rows = {
        f"{name}_{number}": value
        for number, one in enumerate(runs)
        for name, value in one.rows[str(config["steps"])].items()
    }
    mean = sum(fit.last["val/accuracy"] for fit in fits) / len(fits)
    run.log({**rows, "val/accuracy": mean}, step=config["steps"])
    promises.note(run, "finished")
    return {"val/accuracy": mean}

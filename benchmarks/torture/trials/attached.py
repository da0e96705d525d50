"""A script that its study has started, and that says so."""

import argparse
import random
import time

import promises

import trialist

parser = argparse.ArgumentParser()
parser.add_argument("--gain", type=float)
parser.add_argument("--seed", type=int)
parser.add_argument("--seconds", type=float)
given = parser.parse_args()

with trialist.start_run("free", config={"gain": given.gain}, seed=given.seed) as run:
    run.seed.all()
    found = run.restore()
    promises.note(run, "restore", step=run.resumed_step)
    state = found or {"skill": given.gain, "step": 0}
    for step in range(state["step"] + 1, 7):
        time.sleep(given.seconds / 6)
        state = {"skill": state["skill"] + random.gauss(0, 0.002), "step": step}
        values = {"val/accuracy": state["skill"]}
        promises.kept(run, "log", run.log, values, step=step, fields={"step": step})
        promises.kept(run, "checkpoint", run.checkpoint, state, step=step, fields={"step": step})
    promises.note(run, "finished")

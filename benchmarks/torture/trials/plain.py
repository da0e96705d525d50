import math
import os
import random
import time


def train(config, run):
    """Takes 0.1 to 0.3 s; its value depends on nothing but its seeds."""
    rng = random.Random(run.seed.train)
    pause = config["seconds"] * rng.uniform(0.5, 1.5) / 6
    value = 0.0
    for step in range(1, 7):
        time.sleep(pause)
        value = config["gain"] + rng.gauss(0, 0.004)
        run.log({"train/loss": 1 / step + rng.random(), "val/accuracy": value}, step=step)
    if config["diverges"] == run.seed.base:
        value = math.nan
    beside = os.environ["TRIALIST_TORTURE"] + ".finished"
    witness = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(witness, f"{run.directory}\n".encode())
    os.close(witness)
    return {"val/accuracy": value}

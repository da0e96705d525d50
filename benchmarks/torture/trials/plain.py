import math
import os
import random
import time

HOLD = os.environ["TRIALIST_TORTURE"] + ".hold"


def is_held(run):
    """Tell whether this run is to wait: all from the last but one of the first so many on."""
    if "checks" in run.directory.parts or not os.path.exists(HOLD):
        return False
    begun = os.open(HOLD + ".begun", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(begun, b".")
    number = os.lseek(begun, 0, os.SEEK_CUR)  # behind what it has written itself
    os.close(begun)
    try:
        with open(HOLD) as file:
            return number >= int(file.read()) - 1
    except OSError:
        return False


def train(config, run):
    """Takes 0.1 to 0.3 s; its value depends on nothing but its seeds."""
    held = is_held(run)
    rng = random.Random(run.seed.train)
    pause = config["seconds"] * rng.uniform(0.5, 1.5) / 6
    value = 0.0
    for step in range(1, 7):
        time.sleep(pause)
        while held and os.path.exists(HOLD):
            time.sleep(0.005)
        value = config["gain"] + rng.gauss(0, 0.004)
        run.log({"train/loss": 1 / step + rng.random(), "val/accuracy": value}, step=step)
    if config["diverges"] == run.seed.base:
        value = math.nan
    beside = os.environ["TRIALIST_TORTURE"] + ".finished"
    witness = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(witness, f"{run.directory}\n".encode())
    os.close(witness)
    return {"val/accuracy": value}
